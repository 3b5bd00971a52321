"""Bringing a database to the schema of this version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import peewee
from playhouse.migrations import Runner

DIRECTORY = Path(__file__).parent / "migrations"
# Any number, the same for all who migrate this schema.
_ADVISORY_LOCK = 7_320_546_119


class NewerSchemaError(Exception):
    """The database was brought up by a later version of the program."""


def migrate(database: peewee.Database, directory: Path = DIRECTORY) -> tuple[str, ...]:
    """Apply what is pending and give its names; several processes may call it at once."""
    with _connected(database), _alone(database):
        runner = Runner(database, str(directory))
        _refuse_newer(runner)
        return tuple(runner.up())


def pending(database: peewee.Database, directory: Path = DIRECTORY) -> tuple[str, ...]:
    """The names of the steps that the database has not taken; refuses a newer schema."""
    with _connected(database):
        runner = Runner(database, str(directory))
        _refuse_newer(runner)
        return tuple(step.name for step in runner.status() if step.applied is None)


def _refuse_newer(runner: Runner) -> None:
    unknown = [step.name for step in runner.status() if step.path is None]
    if unknown:
        raise NewerSchemaError(
            f"the database has the schema step {unknown[-1]}, which this version does not know; "
            "start the version that made it, or restore a backup"
        )


def _connected(database: peewee.Database) -> AbstractContextManager[object]:
    return database.connection_context() if database.is_closed() else nullcontext()


@contextmanager
def _alone(database: peewee.Database) -> Iterator[None]:
    """Wait until no other process migrates, and keep others waiting."""
    if isinstance(database, peewee.SqliteDatabase):
        with database.atomic("IMMEDIATE"):
            yield
        return
    with database.atomic():
        peewee.Select(columns=(peewee.fn.pg_advisory_xact_lock(_ADVISORY_LOCK),)).execute(database)
        yield
