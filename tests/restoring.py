"""Databases that are brought back to what they were, faster than a new copy of them is made."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol

import psycopg

from models.connection import file_of

_TABLES = """
    SELECT t.table_name, string_agg(quote_ident(c.column_name), ', ')
    FROM information_schema.tables t
    JOIN information_schema.columns c USING (table_schema, table_name)
    WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
    GROUP BY t.table_name
"""
_SEQUENCES = """
    SELECT format('SELECT setval(%L, %s, %L)', quote_ident(sequencename),
                  coalesce(last_value, start_value), last_value IS NOT NULL)
    FROM pg_sequences WHERE schemaname = 'public'
"""


class Kept(Protocol):
    """A database whose present state can be brought back."""

    def restore(self) -> None:
        """Undo everything since it was kept; nobody may be connected in a transaction."""


class KeptFile:
    """A file of SQLite, beside a copy of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._copy = path.with_suffix(".kept")
        shutil.copyfile(self._path, self._copy)

    def restore(self) -> None:
        for suffix in ("-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._copy, self._path)


class KeptTables:
    """The tables of a PostgreSQL database, beside copies in a schema of their own."""

    def __init__(self, url: str) -> None:
        self._url = url
        with psycopg.connect(url, autocommit=True) as connection:
            tables = connection.execute(_TABLES).fetchall()
            connection.execute("CREATE SCHEMA kept")
            for table, _ in tables:
                statement = f'CREATE TABLE kept."{table}" AS TABLE public."{table}"'
                connection.execute(statement.encode())
            sequences = [str(row[0]) for row in connection.execute(_SEQUENCES)]
        # Triggers and foreign keys have had their say when the rows were first written.
        statements = ["SET LOCAL session_replication_role = replica"]
        statements += [f'DELETE FROM public."{table}"' for table, _ in tables]  # noqa: S608
        statements += [_refill(table, columns) for table, columns in tables]
        self._script = ";".join(["BEGIN", *statements, *sequences, "COMMIT"]).encode()
        self._position = b""

    def restore(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            # What has been written is in the log: where it stands still, nothing was.
            if self._position == _position(connection):
                return
            connection.execute(self._script)
            self._position = _position(connection)


def _position(connection: psycopg.Connection) -> bytes:
    (found,) = connection.execute("SELECT pg_current_wal_insert_lsn()::text").fetchall()
    return str(found[0]).encode()


def _refill(table: str, columns: str) -> str:
    into = f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE'
    return f'{into} SELECT {columns} FROM kept."{table}"'  # noqa: S608


def keep(url: str) -> Kept:
    """The database at an address, kept as it is now."""
    path = file_of(url)
    return KeptTables(url) if path is None else KeptFile(Path(path))
