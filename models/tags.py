"""Entity tags for rows that are written beside the one that a request addresses."""

from __future__ import annotations

from models.database import database
from odata.protocol.etag import tag_text
from odata.sql.dialects import dialect_of


def new_tag() -> str:
    """A tag that was never used, from the counter of all writes."""
    actual = database.obj
    return tag_text(dialect_of(actual).counter(actual).next())
