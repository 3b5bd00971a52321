"""Rows as comma-separated values.

Values are written as in JSON without quotes: numbers with all their digits, dates and times in
ISO form, collections and what is dynamic as JSON. Null is nothing, and so is an open value
without properties; an empty text is a pair of quotes.

Cites: RFC 4180 (form), RFC 7111 (header line).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from odata.query.read_plan import (
    Output,
    OutputComplex,
    OutputDynamic,
    OutputGroup,
    OutputStream,
)

JsonMembers = dict[str, Any]  # a row as it was just written: any JSON value
Path = tuple[str, ...]

_LINE_END = "\r\n"
_NEEDS_QUOTES = frozenset('",\r\n')
# What spreadsheets take for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvWriter:
    """Writes rows of one selection; ``guards_formulas`` puts an apostrophe before texts that
    a spreadsheet would compute."""

    def __init__(self, outputs: Iterable[Output], *, guards_formulas: bool = False) -> None:
        self._columns = tuple(dict.fromkeys(_columns(outputs, ())))
        self._guards_formulas = guards_formulas

    def header(self) -> bytes:
        """The line of the column names; a member of a complex property is named by its path."""
        return self._line("/".join(item.path) for item in self._columns)

    def rows(self, objects: Iterable[bytes]) -> bytes:
        """The lines of rows that are given as JSON objects."""
        return b"".join(self._row(text) for text in objects)

    def _row(self, text: bytes) -> bytes:
        members: JsonMembers = json.loads(text, parse_float=_Number, parse_int=_Number)
        return self._line(self._cell(_value_at(members, item)) for item in self._columns)

    def _line(self, cells: Iterable[str]) -> bytes:
        return (",".join(cells) + _LINE_END).encode()

    def _cell(self, value: object) -> str:
        if value is None or value == {}:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, _Number):
            return str(value)
        text = value if isinstance(value, str) else _json_text(value)
        if self._guards_formulas and text.startswith(_FORMULA):
            text = f"'{text}"
        return _quoted(text)


class _Number(str):
    """The digits of a number as they were written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a cell comes from; ``without`` are members that have columns of their own."""

    path: Path
    without: frozenset[str] = frozenset()


def _columns(outputs: Iterable[Output], path: Path) -> Iterator[_Column]:
    listed = tuple(outputs)
    named = frozenset(_names(listed))
    for output in listed:
        if isinstance(output, OutputDynamic):
            yield from _dynamic_columns(output, path, named)
        elif isinstance(output, OutputGroup):
            yield from _columns(output.outputs, path)
        elif isinstance(output, OutputComplex):
            yield from _columns(output.members, (*path, output.name))
        elif not isinstance(output, OutputStream):
            yield _Column((*path, output.name))


def _names(outputs: Iterable[Output]) -> Iterator[str]:
    for output in outputs:
        if isinstance(output, OutputGroup):
            yield from _names(output.outputs)
        elif not isinstance(output, OutputDynamic):
            yield output.name


def _dynamic_columns(output: OutputDynamic, path: Path, named: frozenset[str]) -> Iterator[_Column]:
    """One for each that is asked for; else all those of a complex value together, as JSON. The
    rows of an open entity type do not say beforehand which columns they need."""
    if output.names is not None:
        yield from (_Column((*path, name)) for name in output.names)
    elif path:
        yield _Column(path, named)


def _value_at(members: JsonMembers, column: _Column) -> object:
    value: object = members
    for name in column.path:
        value = value.get(name) if isinstance(value, dict) else None
    if column.without and isinstance(value, dict):
        return {name: item for name, item in value.items() if name not in column.without}
    return value


def _json_text(value: object) -> str:
    """Compact JSON, in which numbers keep their digits."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(_json_text, value)) + "]"
    if isinstance(value, dict):
        members = (f"{_json_text(name)}:{_json_text(item)}" for name, item in value.items())
        return "{" + ",".join(members) + "}"
    return json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    if text and not _NEEDS_QUOTES.intersection(text):
        return text
    return '"' + text.replace('"', '""') + '"'
