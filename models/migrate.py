"""Bringing a database to the schema of this version."""

from __future__ import annotations

from pathlib import Path

import peewee
from playhouse.migrations import Runner

from models.database import connected, exclusive
from odata.sql.dialects import dialect_of
from odata.sql.row_texts import drop_row_texts
from odata.sql.text_indexes import drop_text_indexes

DIRECTORY = Path(__file__).parent / "migrations"


class NewerSchemaError(Exception):
    """The database was brought up by a later version of the program."""


def migrate(database: peewee.Database, directory: Path = DIRECTORY) -> tuple[str, ...]:
    """Apply what is pending and give its names; several processes may call it at once."""
    with connected(database), exclusive(database):
        runner = Runner(database, str(directory))
        _refuse_newer(runner)
        if any(step.applied is None for step in runner.status()):
            # A step may alter a table whose text is kept, or rename one of its columns.
            drop_row_texts(database)
            drop_text_indexes(database, dialect_of(database))
        return tuple(runner.up())


def pending(database: peewee.Database, directory: Path = DIRECTORY) -> tuple[str, ...]:
    """The names of the steps that the database has not taken; refuses a newer schema."""
    with connected(database):
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
