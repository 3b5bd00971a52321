"""Statements that write or read rows by their columns, each rendered once for its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from odata.sql.execution import run, translated_failures
from odata.sql.fields import (
    ClockField,
    DayField,
    DurationField,
    EnumField,
    GuidField,
    InstantField,
    JsonField,
    ScaledDecimalField,
    TextField,
)
from odata.sql.nodes import DriverValue, NamedParameter, ParameterNode
from odata.sql.statement import RequestValues, Statement, finish

SqlQuery = Any  # peewee's queries share no type
Shape = tuple[object, ...]
Fields = Sequence[peewee.Field]

_MOST_STATEMENTS = 500


class StatementCache:
    """The finished statements of one database, within bounds."""

    def __init__(self, database: peewee.Database) -> None:
        self._database = database
        self._statements: dict[Shape, Statement] = {}

    def run(
        self, shape: Shape, build: Callable[[], SqlQuery], named: Mapping[str, DriverValue]
    ) -> list[tuple[DriverValue, ...]]:
        """What the statement of a shape returns; ``build`` gives it where it is not known."""
        statement = self._statements.get(shape)
        if statement is None:
            if len(self._statements) >= _MOST_STATEMENTS:
                self._statements.clear()
            statement = self._statements[shape] = finish(build(), self._database)
        parameters = statement.parameters(RequestValues((), named))
        cursor = run(self._database, statement.sql, parameters)
        with translated_failures(), peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in its stub
            # SQLite writes while rows are fetched, where Peewee does not look.
            found: list[tuple[DriverValue, ...]] = cursor.fetchall()
        return found

    def insert(
        self,
        new_rows: NewRows,
        new: tuple[type[peewee.Model], Mapping[str, object]],
        shown: Fields,
    ) -> dict[str, Any]:
        """A new row of a table, as it is stored: the fields that are shown."""
        table, values = new
        named = new_rows.named(values)
        predicted = new_rows.predicted(named, values, shown)
        returned = shown if predicted is None else shown[:1]

        def build() -> SqlQuery:
            places = {name.partition(".")[2]: place_of(*name.split(".", 1)) for name in named}
            query = table.insert({new_rows.fields[name]: at for name, at in places.items()})
            return query.returning(*returned)

        names = [field.name for field in returned]
        found = self.run(("insert", table, *names, None, *values), build, named)
        return read_row(shown, found[0]) if predicted is None else predicted


@dataclass(frozen=True, slots=True)
class NewRows:
    """How new rows of a table are made: what its columns hold that nobody gives a value, as
    they keep it by their places, and as Python has it."""

    fields: Mapping[str, peewee.Field]
    stored: Mapping[str, DriverValue]
    row: Mapping[str, Any]
    is_predictable: bool

    def named(self, values: Mapping[str, object]) -> dict[str, DriverValue]:
        """The values of a row by their places."""
        return {**self.stored, **given("new", values, self.fields)}

    def predicted(
        self, named: Mapping[str, DriverValue], values: Iterable[str], shown: Fields
    ) -> dict[str, Any] | None:
        """The row as it will be stored with these values; None where only the database knows."""
        if not self.is_predictable:
            return None
        fields, row = self.fields, dict(self.row)
        for name in values:
            row[name] = python_value(fields[name], named[f"new.{name}"])
        return row if all(field.name in row for field in shown) else None


class NewRowsOfTables:
    """How new rows are made, by their tables."""

    def __init__(self) -> None:
        self._known: dict[type[peewee.Model], NewRows] = {}

    def of(self, table: type[peewee.Model]) -> NewRows:
        """Those of one table; what a default computes is computed each time."""
        found = self._known.get(table)
        if found is not None:
            return found
        meta = table._meta  # noqa: SLF001 - Peewee's published name for it
        stored = given("new", meta.get_default_dict(), meta.fields)  # type: ignore[no-untyped-call]  # Peewee's gap
        names = [name.partition(".")[2] for name in stored]
        row = {name: python_value(meta.fields[name], stored[f"new.{name}"]) for name in names}
        is_predictable = all(type(field) in _EXACT for field in meta.sorted_fields)
        made = NewRows(meta.fields, stored, row, is_predictable)
        if not any(callable(default) for default in meta.defaults.values()):
            self._known[table] = made
        return made


def place_of(side: str, name: str) -> ParameterNode:
    """Where a value goes: one to be written, or one that a row must have."""
    return ParameterNode(NamedParameter(f"{side}.{name}"))


def given(
    side: str, values: Mapping[str, object], fields: Mapping[str, peewee.Field]
) -> dict[str, DriverValue]:
    """Values as the columns keep them, by their places."""
    return {f"{side}.{name}": stored_value(fields[name], value) for name, value in values.items()}


def stored_value(field: peewee.Field, value: object) -> DriverValue:
    """A value as its column keeps it."""
    if value is None or _AS_IT_IS.get(type(field)) is type(value):
        return value
    return field.db_value(value)  # type: ignore[no-untyped-call]  # Peewee's gap


def read_row(fields: Sequence[peewee.Field], values: Sequence[DriverValue]) -> dict[str, Any]:
    """A row of the answer by the names of its fields, in Python's values."""
    return {
        field.name: python_value(field, value) for field, value in zip(fields, values, strict=True)
    }


def python_value(field: peewee.Field, value: DriverValue) -> Any:  # noqa: ANN401 - whatever the column holds
    """What a column keeps, as Python has it."""
    if value is None or _AS_IT_IS.get(type(field)) is type(value):
        return value
    return field.python_value(value)  # type: ignore[no-untyped-call]  # Peewee's gap


# Fields that keep values of these types unchanged, and the types.
_AS_IT_IS: Mapping[type[peewee.Field], type] = {
    TextField: str,
    EnumField: int,
    peewee.TextField: str,
    peewee.CharField: str,
    peewee.IntegerField: int,
    peewee.BigIntegerField: int,
    peewee.SmallIntegerField: int,
    peewee.BooleanField: bool,
}
# Fields that hold what they are given, whatever the database: what it returns is known before.
_EXACT = frozenset(
    {
        *_AS_IT_IS,
        ClockField,
        DayField,
        DurationField,
        GuidField,
        InstantField,
        JsonField,
        ScaledDecimalField,
    }
)
