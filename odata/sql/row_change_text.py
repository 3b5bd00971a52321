"""What the log tells of a row: all properties of one that is new or gone, of another one those
that differ.

Names and everything else that no row decides are written once for each type that shows the
rows of a table.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from odata.edm.types import EnumType
from odata.sql.change_text import quoted, value_json

Row = Mapping[str, Any]
ValueWriter = Callable[[Any], str]

_ABSENT = object()
_EMPTY_DOCUMENTS = frozenset({None, "", "{}"})


@dataclass(slots=True)
class _Told:
    """One property: its column (blank: a constant), what stands before its value where it is
    new and where it is gone, how its value is written, and a new value with what was told of
    it: most columns keep the default that all rows share."""

    column: str
    new: str
    gone: str
    write: ValueWriter
    known: tuple[object, str]

    def told(self, value: object) -> str:
        """What is told of a new value."""
        text = f"{self.new}{self.text(value)}}}"
        if (not value or self.known is _NOTHING) and not isinstance(value, list | dict):
            self.known = (value, text)
        return text

    def text(self, value: object) -> str:
        """A value as JSON."""
        return quoted(value) if type(value) is str else self.write(value)


_NOTHING: tuple[object, str] = (object(), "")


@dataclass(frozen=True, slots=True)
class RowChangeText:
    """The text of a row; ``documents`` are the columns that hold dynamic properties."""

    properties: tuple[_Told, ...]
    documents: tuple[str, ...]
    by_column: Mapping[str, tuple[int, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Find the properties of each column once."""
        places: dict[str, tuple[int, ...]] = {}
        for index, item in enumerate(self.properties):
            if item.column:
                places[item.column] = (*places.get(item.column, ()), index)
        object.__setattr__(self, "by_column", places)

    def created(self, row: Row) -> str | None:
        """What is told of a new row; None where its dynamic properties are to be told, too."""
        if not self._is_plain(row):
            return None
        told = [
            known[1] if (known := item.known)[0] is value else item.told(value)
            for item in self.properties
            if (value := row.get(item.column, _ABSENT)) is not _ABSENT or not item.column
        ]
        return f"[{','.join(told)}]"

    def deleted(self, row: Row) -> str | None:
        """What is told of a row that is gone."""
        if not self._is_plain(row):
            return None
        told = [
            f'{item.gone}{item.write(row[item.column])},"newValue":null}}'
            for item in self.properties
            if item.column and item.column in row
        ]
        return f"[{','.join(told)}]"

    def updated(self, old: Row, new: Row, touched: frozenset[str]) -> str | None:
        """What is told of a row whose values differ in these columns."""
        if not touched.isdisjoint(self.documents):
            return None
        places = [place for name in touched for place in self.by_column.get(name, ())]
        told = []
        for place in sorted(places):
            item = self.properties[place]
            before, after = item.text(old.get(item.column)), item.text(new.get(item.column))
            if before != after:
                told.append(f'{item.gone}{before},"newValue":{after}}}')
        return f"[{','.join(told)}]"

    def of(self, old: Row | None, new: Row | None, touched: frozenset[str]) -> str | None:
        """What is told of a row that is created, updated or deleted; None where it must be asked
        in full."""
        if new is None:
            return None if old is None else self.deleted(old)
        return self.created(new) if old is None else self.updated(old, new, touched)

    def _is_plain(self, row: Row) -> bool:
        return all(row.get(name) in _EMPTY_DOCUMENTS for name in self.documents)


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
    told = []
    for name in {**constants, **by_name}:
        write = _writer(enumerations.get((name,)))
        column = by_name.get(name, "")
        gone = f'{{"name":{quoted(name)},"oldValue":'
        new = f'{gone}null,"newValue":'
        known = _NOTHING if column else (_ABSENT, f"{new}{write(constants[name])}}}")
        told.append(_Told(column, new, gone, write, known))
    return RowChangeText(tuple(told), tuple(documents))


def _writer(enum_type: EnumType | None) -> ValueWriter:
    if enum_type is None:
        return _write
    texts = {member.number: value_json(member.text) for member in enum_type.members}

    def write(value: object) -> str:
        known = texts.get(value) if isinstance(value, int) else None
        return _write(value) if known is None else known

    return write


def _write(value: object) -> str:
    """Native columns keep instants without their offset, which is that of UTC."""
    if isinstance(value, datetime.datetime) and value.tzinfo is None:
        return value_json(value.replace(tzinfo=datetime.UTC))
    return value_json(value)
