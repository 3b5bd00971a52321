"""A database as this version wants it: its schema, and the texts of rows that it keeps."""

from __future__ import annotations

import peewee

from models.container import build_source
from models.database import connected, exclusive
from models.migrate import migrate
from odata.service.row_texts import default_row_texts
from odata.sql.dialects import dialect_of
from odata.sql.row_texts import keep_row_texts


def bring_up(database: peewee.Database) -> None:
    """Migrate, then let the database keep what it may; several processes may call it at once."""
    migrate(database)
    source, dialect = build_source(database), dialect_of(database)
    dialect.prepare(database)
    with connected(database), exclusive(database):
        keep_row_texts(database, dialect, default_row_texts(source, dialect).values())
