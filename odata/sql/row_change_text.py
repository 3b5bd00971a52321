"""What the log tells of a row: all properties of one that is new or gone, of another one those
that differ.

Names and everything else that no row decides are written once for each type that shows the
rows of a table.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from odata.edm.types import EnumType
from odata.sql.change_text import NEW, instant_json, quoted, value_json

Row = Mapping[str, Any]
ValueWriter = Callable[[Any], str]

# Texts that hold no dynamic property.
EMPTY_DOCUMENTS = frozenset({None, "", "{}"})


@dataclass(frozen=True, slots=True)
class Told:
    """One property: its column (blank: a constant), what stands before its value where it is
    new and where it is gone, and how its value is written."""

    column: str
    new: str
    gone: str
    write: ValueWriter

    def told(self, value: object) -> str:
        """What is told of a new value."""
        return f"{self.new}{text_of(value, self.write)}}}"


@dataclass(frozen=True, slots=True)
class RowChangeText:
    """The text of a row; ``documents`` are the columns that hold dynamic properties."""

    properties: tuple[Told, ...]
    documents: tuple[str, ...]
    constants: tuple[str, ...] = ()
    by_column: Mapping[str, tuple[int, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Find the properties of each column once."""
        places: dict[str, tuple[int, ...]] = {}
        for index, item in enumerate(self.properties):
            places[item.column] = (*places.get(item.column, ()), index)
        object.__setattr__(self, "by_column", places)

    def created(self, row: Row) -> str | None:
        """What is told of a new row; None where its dynamic properties are to be told, too."""
        if not self._is_plain(row):
            return None
        told = [item.told(row[item.column]) for item in self.properties if item.column in row]
        return f"[{','.join((*self.constants, *told))}]"

    def deleted(self, row: Row) -> str | None:
        """What is told of a row that is gone."""
        if not self._is_plain(row):
            return None
        told = [
            f'{item.gone}{item.write(row[item.column])},"newValue":null}}'
            for item in self.properties
            if item.column in row
        ]
        return f"[{','.join(told)}]"

    def updated(self, old: Row, new: Row, touched: frozenset[str]) -> str | None:
        """What is told of a row whose values differ in these columns."""
        if not touched.isdisjoint(self.documents):
            return None
        told = []
        for item in self.told_of(touched):
            value = difference(old.get(item.column), new.get(item.column), item.write)
            if value is not None:
                told.append(f"{item.gone}{value}")
        return f"[{','.join(told)}]"

    def told_of(self, touched: frozenset[str]) -> list[Told]:
        """The properties of these columns in their order."""
        places = [place for name in touched for place in self.by_column.get(name, ())]
        return [self.properties[place] for place in sorted(places)]

    def of(self, old: Row | None, new: Row | None, touched: frozenset[str]) -> str | None:
        """What is told of a row that is created, updated or deleted; None where it must be asked
        in full."""
        if new is None:
            return None if old is None else self.deleted(old)
        return self.created(new) if old is None else self.updated(old, new, touched)

    def _is_plain(self, row: Row) -> bool:
        return not self.documents or all(
            row.get(name) in EMPTY_DOCUMENTS for name in self.documents
        )


def text_of(value: object, write: ValueWriter) -> str:
    """A value as JSON."""
    return quoted(value) if type(value) is str else write(value)


def difference(old: object, new: object, write: ValueWriter) -> str | None:
    """The old and the new value as an entry has them; None where they read the same."""
    before = quoted(old) if type(old) is str else write(old)
    after = quoted(new) if type(new) is str else write(new)
    return None if before == after else f'{before},"newValue":{after}}}'


def row_change_text(
    columns: Mapping[tuple[str, ...], str],
    documents: Iterable[str],
    constants: Mapping[str, object],
    enumerations: Mapping[tuple[str, ...], EnumType],
) -> RowChangeText | None:
    """The text of rows with these columns; None where they are not all values of their own."""
    by_name = {path[0]: column for path, column in columns.items()}
    if any(len(path) > 1 for path in columns) or by_name.keys() & constants.keys():
        return None
    if any(item.is_flags for item in enumerations.values()):
        return None
    told, always = [], []
    for name in {**constants, **by_name}:
        write = _writer(enumerations.get((name,)))
        known = f'{{"name":{quoted(name)}'
        new, gone = f"{known}{NEW}", f'{known},"oldValue":'
        if name in by_name:
            told.append(Told(by_name[name], new, gone, write))
        else:
            always.append(f"{new}{write(constants[name])}}}")
    return RowChangeText(tuple(told), tuple(documents), tuple(always))


def _writer(enum_type: EnumType | None) -> ValueWriter:
    if enum_type is None:
        return _write
    texts = {member.number: value_json(member.text) for member in enum_type.members}

    def write(value: object) -> str:
        known = texts.get(value) if isinstance(value, int) else None
        return _write(value) if known is None else known

    return write


def _write(value: object) -> str:
    if type(value) is datetime.datetime:
        return _write_instant(value)
    if type(value) is bool:
        return '"true"' if value else '"false"'
    # No digit needs to be escaped.
    return f'"{value}"' if type(value) is int else value_json(value)


@lru_cache(maxsize=256)
def _write_instant(value: datetime.datetime) -> str:
    """Native columns keep instants without their offset, which is that of UTC. One instant is
    told of many rows: of the entity, of its address, of what is seen of both elsewhere."""
    aware = value if value.tzinfo is not None else value.replace(tzinfo=datetime.UTC)
    return instant_json(aware)
