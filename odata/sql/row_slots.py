"""Where the values of a row go in a statement that is compiled for their columns, and how a row
of its answer is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import peewee

from odata.sql.nodes import DriverValue
from odata.sql.statement_cache import as_it_is, reads_as_given, restore_of, store_of

Row = dict[str, Any]
"""A row by the names of its fields, in Python's values."""


class StoredValues(NamedTuple):
    """The columns of a row by the names of their fields, and their values as a driver takes and
    gives them."""

    names: tuple[str, ...]
    values: Sequence[DriverValue]


# Made for every new row; a frozen one would take several times as long to make.
@dataclass(slots=True)
class NewRow:
    """A new row as it is stored. ``given`` are the fields that were given values, where the
    others hold the same in all such rows (None: they may not). ``stored`` are its values in the
    database, where they are known."""

    row: Row
    given: tuple[str, ...] | None
    stored: StoredValues | None = None


class Written(NamedTuple):
    """What was written to a row, as it is read, and as it is stored where that is known."""

    row: Row
    stored: StoredValues | None = None


class RowSlot(NamedTuple):
    """A column: the place of its value, the type of values that it keeps as they are, how it
    stores others, and how it gives these back (None: as they are stored). ``reads_as_given``
    says that a row has them as they were given."""

    name: str
    place: int
    kept: type | None
    store: Callable[[Any], DriverValue]
    restore: Callable[[DriverValue], Any] | None
    reads_as_given: bool


def slots_of(
    side: str,
    names: Sequence[str],
    fields: Mapping[str, peewee.Field],
    order: Sequence[str] | None,
) -> tuple[RowSlot, ...]:
    """The slots of columns in a statement whose places have these names in their order."""
    places = {name: place for place, name in enumerate(order or ())}
    return tuple(
        RowSlot(
            name,
            places[f"{side}.{name}"],
            as_it_is(fields[name]),
            store_of(fields[name]),
            restore_of(fields[name]),
            reads_as_given(fields[name]),
        )
        for name in names
    )


def fill(
    slots: Sequence[RowSlot],
    values: Iterable[object],
    parameters: list[DriverValue],
    row: Row | None = None,
) -> bool:
    """Put values, in the order of their slots, into their places; a row that has them as they
    were given gets those that are read otherwise. False where one of them is an expression,
    whose value the database alone knows."""
    for (name, place, kept, store, restore, is_as_given), value in zip(slots, values, strict=True):
        if value is None or kept is type(value):
            parameters[place] = value
            continue
        if isinstance(value, peewee.Node):
            return False
        stored = parameters[place] = store(value)
        if row is not None and not is_as_given:
            row[name] = stored if restore is None or stored is None else restore(stored)
    return True


class RowReader:
    """Reads rows of an answer that has these fields."""

    def __init__(self, fields: Sequence[peewee.Field]) -> None:
        self._names = tuple(field.name for field in fields)
        # Text and whole numbers come back as Python has them.
        self._converted = tuple(
            (index, field.name, as_it_is(field), restore)
            for index, field in enumerate(fields)
            if as_it_is(field) not in (str, int) and (restore := restore_of(field)) is not None
        )

    def read(self, values: Sequence[DriverValue]) -> Row:
        """A row by the names of its fields, in Python's values."""
        row: Row = dict(zip(self._names, values, strict=True))
        for index, name, kept, restore in self._converted:
            value = values[index]
            if value is not None and kept is not type(value):
                row[name] = restore(value)
        return row
