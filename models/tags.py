"""Entity tags for rows that are written beside the one that a request addresses."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import peewee

from models.database import database
from odata.protocol.etag import tag_text
from odata.sql.dialects import dialect_of
from odata.sql.tags import TagCounter


def new_tag() -> str:
    """A tag that was never used, from the counter of all writes."""
    actual = database.obj
    counter = _COUNTERS.get(actual)
    if counter is None:
        counter = _COUNTERS[actual] = dialect_of(actual).counter(actual)
    return tag_text(counter.next())


_COUNTERS: WeakKeyDictionary[peewee.Database, TagCounter] = WeakKeyDictionary()
