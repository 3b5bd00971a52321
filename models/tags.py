"""Entity tags for rows that are written beside the one that a request addresses."""

from __future__ import annotations

import peewee

from models.database import database
from odata.protocol.etag import tag_text
from odata.sql.dialects import dialect_of
from odata.sql.tags import TagCounter, counter_of


def new_tag() -> str:
    """A tag that was never used, from the counter of all writes."""
    return tag_text(counter_of(database.obj, _made).next())


def _made(actual: peewee.Database) -> TagCounter:
    return dialect_of(actual).counter(actual)
