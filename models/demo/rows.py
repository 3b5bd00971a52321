"""Rows on their way into a table, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import peewee

Columns = Mapping[str, object]
_ROWS_PER_STATEMENT = 500


def insert(model: type[peewee.Model], rows: Iterable[Columns]) -> None:
    """Add rows, a few hundred to a statement; columns left out take their defaults."""
    fields = model._meta.sorted_fields  # noqa: SLF001 - Peewee's published name for it
    defaults = {field.name: field.default for field in fields if field.default is not None}
    complete = [{**defaults, **row} for row in rows]
    for start in range(0, len(complete), _ROWS_PER_STATEMENT):
        model.insert_many(complete[start : start + _ROWS_PER_STATEMENT]).execute()
