"""Statements that write or read rows by their columns, each rendered once for its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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


def python_value(field: peewee.Field, value: DriverValue) -> Any:  # noqa: ANN401 - whatever the column holds
    """What a column keeps, as Python has it."""
    if value is None or _AS_IT_IS.get(type(field)) is type(value):
        return value
    return field.python_value(value)  # type: ignore[no-untyped-call]  # Peewee's gap


def store_of(field: peewee.Field) -> Callable[[Any], DriverValue]:
    """How a field keeps a value that is not null."""
    return field.adapt if isinstance(field, GuidField) else field.db_value


def restore_of(field: peewee.Field) -> Callable[[DriverValue], Any] | None:
    """How a field gives back what it keeps, but for null; None where it gives that itself."""
    return None if isinstance(field, GuidField) else field.python_value


def reads_as_given(field: peewee.Field) -> bool:
    """Whether a field gives back values as they were given, though it keeps them otherwise."""
    return isinstance(field, InstantField)


def as_it_is(field: peewee.Field) -> type | None:
    """The type whose values a field keeps unchanged, if it has one."""
    return _AS_IT_IS.get(type(field))


def is_exact(fields: Iterable[peewee.Field]) -> bool:
    """Whether all of these hold what they are given, whatever the database."""
    return all(type(field) in _EXACT for field in fields)


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
