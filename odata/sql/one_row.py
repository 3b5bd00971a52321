"""All rows of a statement as one row of another: one step of the database instead of one for each.

Python's driver lets other threads run at every step, and waits for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from odata.sql.dialects.base import VALUE_END, ColumnForm, Dialect
from odata.sql.row_writer import Column
from odata.sql.statement import Statement
from odata.sql.storage import Form, Storage

_END = chr(VALUE_END)
_END_OCTETS = _END.encode()
# What SQLite's JSON rounds, and what it has no form for.
_NO_JSON = frozenset({Form.REAL, Form.BINARY})


@dataclass(frozen=True, slots=True)
class OneRow:
    """A statement whose one row has all rows of another one, and how its columns are read."""

    statement: Statement
    columns: tuple[ColumnForm, ...]

    def read(self, row: Sequence[Any]) -> list[Column]:
        """The columns of the rows in the one row; none where there are no rows."""
        if row[0] is None:
            return []
        return [_READERS[form](value) for form, value in zip(self.columns, row, strict=True)]


def in_one_row(
    statement: Statement, storages: Iterable[Storage | None], dialect: Dialect
) -> OneRow | None:
    """The statement that gives the rows of another at once; ``storages`` are those of its
    columns, None for JSON texts. None where rows come as they are."""
    forms = tuple(map(_form, storages))
    columns = tuple(form for form in forms if form is not None)
    if len(columns) < len(forms):
        return None
    text = dialect.in_one_row(statement.sql, columns)
    return None if text is None else OneRow(Statement(text, statement.places), columns)


def _form(storage: Storage | None) -> ColumnForm | None:
    """How a column is read; None where it cannot be."""
    if storage is None:
        return ColumnForm.TEXTS
    if storage.form in _NO_JSON:
        return None
    return ColumnForm.GUIDS if storage.form is Form.GUID else ColumnForm.ARRAY


def _guids(value: str) -> Sequence[str | None]:
    values = value.split(_END)
    return [item or None for item in values] if "" in values else values


_READERS: Mapping[ColumnForm, Callable[[Any], Column]] = {
    ColumnForm.TEXTS: lambda value: value.split(_END_OCTETS),
    ColumnForm.GUIDS: _guids,
    ColumnForm.ARRAY: json.loads,
}
