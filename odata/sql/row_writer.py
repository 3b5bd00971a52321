"""Rows as JSON text: one alone, and many at once, column by column instead of row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from odata.sql.json_encoders import JsonEncoder

Row = Sequence[Any]  # of a driver
Named = Mapping[str, Any]
RowEncoder = Callable[[Row, Named], bytes]
RowsEncoder = Callable[[Sequence[Row], Named], list[bytes]]


@dataclass(frozen=True, slots=True)
class RowWriter:
    """The members of a row, those of many rows, and many rows as JSON objects; members have a
    comma before them, objects do not."""

    text: RowEncoder
    texts: RowsEncoder
    objects: RowsEncoder


def writer_of(encode: RowEncoder) -> RowWriter:
    """Writes each row by itself."""
    return RowWriter(
        encode,
        lambda rows, named: [encode(row, named) for row in rows],
        lambda rows, named: [b"{%b}" % encode(row, named)[1:] for row in rows],
    )


def formatted(layout: str, encoders: Sequence[JsonEncoder]) -> RowWriter:
    """Writes rows with one format string, whose places are the leading columns."""

    def text(row: Row, _named: Named) -> bytes:
        # The row goes on behind the values of the text.
        values = [write(value) for write, value in zip(encoders, row, strict=False)]
        return (layout % tuple(values)).encode()

    if not encoders or not layout.startswith(","):
        return writer_of(text)
    return RowWriter(
        text, _by_columns(layout, encoders), _by_columns(f"{{{layout[1:]}}}", encoders)
    )


def _by_columns(layout: str, encoders: Sequence[JsonEncoder]) -> RowsEncoder:
    """One step of the interpreter for each column and not for each value; what is a text
    already the format takes as it is."""
    write = layout.__mod__

    def texts(rows: Sequence[Row], _named: Named) -> list[bytes]:
        columns = zip(*rows, strict=True)
        values = [
            column if encode is str else map(encode, column)
            for encode, column in zip(encoders, columns, strict=False)
        ]
        return [text.encode() for text in map(write, zip(*values, strict=True))]

    return texts
