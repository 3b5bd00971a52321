"""Rows as JSON text: one alone, and many at once, column by column instead of row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from odata.sql.json_encoders import JsonEncoder

Row = Sequence[Any]  # of a driver
Column = Sequence[Any]  # its values in all rows
Named = Mapping[str, Any]
RowEncoder = Callable[[Row, Named], bytes]
MembersEncoder = Callable[[Sequence[Column], Named], Sequence[bytes]]
ObjectsEncoder = Callable[[Sequence[Column], Named], list[bytes]]


@dataclass(frozen=True, slots=True)
class RowWriter:
    """A row as its template writes it; of many rows the members, the first one without its comma,
    and the JSON objects. ``is_bare`` where the first column is those members."""

    text: RowEncoder
    members: MembersEncoder
    objects: ObjectsEncoder
    is_bare: bool = False


def writer_of(encode: RowEncoder) -> RowWriter:
    """Writes each row by itself."""
    return RowWriter(
        encode,
        lambda columns, named: [encode(row, named)[1:] for row in zip(*columns, strict=True)],
        lambda columns, named: [
            b"{%b}" % encode(row, named)[1:] for row in zip(*columns, strict=True)
        ],
    )


def first_column() -> RowWriter:
    """The members are the first column."""
    return RowWriter(
        lambda row, _named: row[0],
        lambda columns, _named: columns[0],
        lambda columns, _named: [b"{%b}" % text for text in columns[0]],
        is_bare=True,
    )


def formatted(layout: str, encoders: Sequence[JsonEncoder]) -> RowWriter:
    """Writes rows with one format string, whose places are the leading columns."""

    def text(row: Row, _named: Named) -> bytes:
        # The row goes on behind the values of the text.
        values = [write(value) for write, value in zip(encoders, row, strict=False)]
        return (layout % tuple(values)).encode()

    if not encoders or not layout.startswith(","):
        return writer_of(text)
    bare = layout[1:]
    return RowWriter(text, _by_columns(bare, encoders), _by_columns(f"{{{bare}}}", encoders))


def _by_columns(layout: str, encoders: Sequence[JsonEncoder]) -> ObjectsEncoder:
    """One step of the interpreter for each column and not for each value; what is a text
    already the format takes as it is."""
    write = layout.__mod__

    def texts(columns: Sequence[Column], _named: Named) -> list[bytes]:
        values = [
            column if encode is str else map(encode, column)
            for encode, column in zip(encoders, columns, strict=False)
        ]
        return [text.encode() for text in map(write, zip(*values, strict=True))]

    return texts
