"""Where the values of a row go in a statement that is compiled for their columns, and how a row
of its answer is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from odata.sql.fields import GuidField
from odata.sql.nodes import DriverValue
from odata.sql.statement_cache import as_it_is, python_value

Row = dict[str, Any]
"""A row by the names of its fields, in Python's values."""


@dataclass(frozen=True, slots=True)
class RowSlot:
    """A column: the place of its value, and the type of values that it keeps as they are."""

    name: str
    place: int
    field: peewee.Field
    kept: type | None


def slots_of(
    side: str,
    names: Sequence[str],
    fields: Mapping[str, peewee.Field],
    order: Sequence[str] | None,
) -> tuple[RowSlot, ...]:
    """The slots of columns in a statement whose places have these names in their order."""
    places = {name: place for place, name in enumerate(order or ())}
    return tuple(
        RowSlot(name, places[f"{side}.{name}"], fields[name], as_it_is(fields[name]))
        for name in names
    )


def fill(
    slots: Sequence[RowSlot], values: Mapping[str, object], parameters: list[DriverValue], row: Row
) -> bool:
    """Put values into their places, and into a row as it will be stored; false where one of
    them is an expression, whose value the database alone knows."""
    for slot in slots:
        value = values[slot.name]
        if value is None or slot.kept is type(value):
            parameters[slot.place] = row[slot.name] = value
            continue
        if isinstance(value, peewee.Node):
            return False
        stored = slot.field.db_value(value)  # type: ignore[no-untyped-call]  # Peewee's gap
        parameters[slot.place] = stored
        row[slot.name] = python_value(slot.field, stored)
    return True


class RowReader:
    """Reads rows of an answer that has these fields."""

    def __init__(self, fields: Sequence[peewee.Field]) -> None:
        self._names = tuple(field.name for field in fields)
        # Text and whole numbers come back as Python has them.
        self._converted = tuple(
            (index, field) for index, field in enumerate(fields) if not _comes_as_it_is(field)
        )

    def read(self, values: Sequence[DriverValue]) -> Row:
        """A row by the names of its fields, in Python's values."""
        row: Row = dict(zip(self._names, values, strict=True))
        for index, field in self._converted:
            row[field.name] = python_value(field, values[index])
        return row


def _comes_as_it_is(field: peewee.Field) -> bool:
    return isinstance(field, GuidField) or as_it_is(field) in (str, int)
