"""Search on SQLite: FTS5 over entries that are tokens already.

The tokenizer ``ascii`` splits at blanks only, as all our tokens are letters and digits, and
takes every character beyond ASCII as a part of a token.
"""

from __future__ import annotations

from collections.abc import Iterable

from odata.sql.dialects.base import SearchTable
from odata.sql.nodes import SqlExpression, sql

# Characters for private use are in no token of ours.
_BETWEEN_PROPERTIES = " \ue000 "
_IN_EVERY_ENTRY = "\ue001"
EVERYTHING = f'"{_IN_EVERY_ENTRY}"'
_SCHEMA = (
    (
        "CREATE TABLE {name} "
        "(entry INTEGER PRIMARY KEY, {columns}, document TEXT NOT NULL, UNIQUE ({keys}))"
    ),
    (
        "CREATE VIRTUAL TABLE {words} USING fts5(document, content={name}, content_rowid=entry, "
        "tokenize=ascii, prefix='2 3')"
    ),
    (
        "CREATE TRIGGER {entered} AFTER INSERT ON {name} BEGIN "
        "INSERT INTO {words}(rowid, document) VALUES (new.entry, new.document); END"
    ),
    (
        "CREATE TRIGGER {removed} AFTER DELETE ON {name} BEGIN "
        "INSERT INTO {words}({words}, rowid, document) VALUES ('delete', old.entry, old.document); "
        "END"
    ),
    "CREATE TRIGGER {deleted} AFTER DELETE ON {own} BEGIN DELETE FROM {name} WHERE {same}; END",
    (
        "CREATE TRIGGER {changed} AFTER UPDATE OF {watched} ON {own} WHEN {differ} "
        "BEGIN DELETE FROM {name} WHERE {same}; END"
    ),
)


def schema(table: SearchTable) -> tuple[str, ...]:
    """Entries numbered for FTS5, triggers that keep FTS5 and the entries in step."""
    keys = [f'"{column}"' for column in table.key]
    watched = [f'"{column}"' for column in (*table.key, *table.columns)]
    pieces = {
        "name": f'"{table.name}"',
        "own": f'"{table.table}"',
        "words": f'"{table.name}_words"',
        "entered": f'"{table.name}_entered"',
        "removed": f'"{table.name}_removed"',
        "deleted": f'"{table.name}_of_deleted"',
        "changed": f'"{table.name}_of_changed"',
        "columns": ", ".join(f"{column} NOT NULL" for column in keys),
        "keys": ", ".join(keys),
        "same": " AND ".join(f"{column} = old.{column}" for column in keys),
        "watched": ", ".join(watched),
        "differ": " OR ".join(f"old.{column} IS NOT new.{column}" for column in watched),
    }
    return tuple(statement.format_map(pieces) for statement in _SCHEMA)


def removal(table: SearchTable) -> tuple[str, ...]:
    """Its triggers on the other table, which are gone if that was made anew; its own tables."""
    triggers = [
        f'DROP TRIGGER IF EXISTS "{table.name}_of_{event}"' for event in ("deleted", "changed")
    ]
    return (*triggers, f'DROP TABLE "{table.name}_words"', f'DROP TABLE "{table.name}"')


def settling(table: SearchTable) -> tuple[str, ...]:
    """One piece of FTS5 instead of many."""
    words = f'"{table.name}_words"'
    return (f"INSERT INTO {words} ({words}) VALUES ('optimize')",)  # noqa: S608 - names of the model


def document(texts: Iterable[tuple[str, ...]]) -> str:
    """The tokens of each property, apart from those of the next."""
    properties = [" ".join(tokens) for tokens in texts]
    return _BETWEEN_PROPERTIES.join((_IN_EVERY_ENTRY, *properties))


def matches(table: SearchTable, text: SqlExpression) -> SqlExpression:
    """The keys of the entries that FTS5 finds."""
    keys = ", ".join(f'found."{column}"' for column in table.key)
    query = f'SELECT {keys} FROM "{table.name}" AS found'  # noqa: S608 - names of the model
    words = f'"{table.name}_words"'
    inner = f"SELECT rowid FROM {words} WHERE {words} MATCH "  # noqa: S608 - likewise
    return sql("(" + query + " WHERE found.entry IN (" + inner + "{0}))", text)
