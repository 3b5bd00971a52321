"""Finished statements: SQL text with places for the values of a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import peewee

from odata.edm.types import Primitive
from odata.query.parameters import read_parameter
from odata.query.plan import Constant, Parameter
from odata.sql.execution import fetch_first, run, run_last, run_unread
from odata.sql.nodes import (
    ComputedParameter,
    ConstantParameter,
    DriverValue,
    MatchParameter,
    NamedParameter,
    RequestParameter,
    TextParameter,
)
from odata.sql.storage import parameter_writer
from odata.uri.ast import Literal, LiteralKind
from odata.waiting import Waits

SqlQuery = Any  # peewee's queries share no type
ValueSource = Any  # one of ours, or a plain value
Place = Callable[["RequestValues"], DriverValue]

# Of a statement that computes for longer on SQLite, a further core may compute another one.
_SLOW_SECONDS = 0.004
# Longer literals are read each time, so that no plan keeps much of a request.
_LONGEST_KEPT = 200


# Made for every request; a frozen one would take several times as long to make.
@dataclass(slots=True)
class RequestValues:
    """The values of one request: its lifted literals by slot, and named ones."""

    literals: Sequence[Literal]
    named: Mapping[str, DriverValue]

    def with_named(self, **named: DriverValue) -> RequestValues:
        """The same with further named values."""
        return RequestValues(self.literals, {**self.named, **named})


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text and what fills each of its places; ``names`` are those of the values, where all
    of them are named and stand as they are given."""

    sql: str
    places: tuple[Place, ...]
    names: tuple[str, ...] | None = None
    waits: Waits = field(default_factory=partial(Waits, _SLOW_SECONDS), compare=False)

    def parameters(self, values: RequestValues) -> list[DriverValue]:
        """The parameters for one request; refuses a literal that does not fit."""
        if self.names is not None:
            named = values.named
            return [named[name] for name in self.names]
        return [place(values) for place in self.places]

    def first_row(
        self, database: peewee.Database, values: RequestValues, *, is_last: bool = False
    ) -> tuple[DriverValue, ...] | None:
        """The first row, if there is one; others go on meanwhile where it mostly takes long.
        Behind the last one its transaction has nothing but its end."""
        parameters = self.parameters(values)
        begun = self.waits.begin()
        try:
            execute = run_last if is_last else run
            return fetch_first(execute(database, self.sql, parameters))
        finally:
            self.waits.end(begun)

    def run_unread(
        self,
        database: peewee.Database,
        values: RequestValues,
        missed: Callable[[], None] | None = None,
    ) -> None:
        """Run it within a transaction without reading anything; ``missed`` raises what it means
        that it has met no row."""
        run_unread(database, self.sql, self.parameters(values), missed)


def finish(query: SqlQuery, database: peewee.Database) -> Statement:
    """A Peewee query rendered once for all requests of its shape."""
    text, sources = database.get_sql_context().sql(query).query()  # type: ignore[no-untyped-call]  # Peewee's gap
    return Statement(text, tuple(_place(source) for source in sources), _names(sources))


def _names(sources: Sequence[ValueSource]) -> tuple[str, ...] | None:
    names = [
        source.name
        for source in sources
        if isinstance(source, NamedParameter) and source.storage is None
    ]
    return tuple(names) if len(names) == len(sources) else None


def _place(source: ValueSource) -> Place:
    if isinstance(source, RequestParameter):
        return _request_place(source)
    if isinstance(source, NamedParameter):
        return _named_place(source)
    if isinstance(source, TextParameter):
        return lambda values: source.compute(values.literals[source.slot].text)
    if isinstance(source, ComputedParameter):
        return _computed_place(source)
    if isinstance(source, MatchParameter):
        compute, given = source.compute, tuple(map(_request_place, source.values))
        return lambda values: compute([place(values) for place in given])
    value = source.value if isinstance(source, ConstantParameter) else source
    return lambda _values: value


def _request_place(source: RequestParameter) -> Place:
    parameter, storage, rounding = source.parameter, source.storage, source.rounding
    slot = parameter.slot

    write = parameter_writer(storage, rounding)
    if parameter.edm_type is Primitive.GUID and write is None:
        return _guid_place(parameter)

    def read(literal: Literal) -> DriverValue:
        value = read_parameter(parameter, literal)
        return value if write is None or value is None else write(value)

    return _kept(slot, read)


def _kept(slot: int, read: Callable[[Literal], DriverValue]) -> Place:
    """Reads the literal of a slot, and knows the value of the last one: a query that comes
    again has the same literals, the very objects (``odata.service.shapes`` keeps them)."""
    known: tuple[Literal | None, DriverValue] = (None, None)

    def place(values: RequestValues) -> DriverValue:
        nonlocal known
        literal = values.literals[slot]
        last, value = known
        if literal is last:
            return value
        value = read(literal)
        if len(literal.text) <= _LONGEST_KEPT:
            known = (literal, value)
        return value

    return place


def _guid_place(parameter: Parameter) -> Place:
    """The key of every path, which needs one look at the literal."""
    slot = parameter.slot

    def place(values: RequestValues) -> DriverValue:
        literal = values.literals[slot]
        if literal.kind is LiteralKind.GUID:
            return literal.text.lower()
        return read_parameter(parameter, literal)

    return place


def _computed_place(source: ComputedParameter) -> Place:
    def place(values: RequestValues) -> DriverValue:
        given = [_value_of(item, values) for item in source.values]
        return source.compute(values.named["now"], *given)

    return place


def _value_of(item: Parameter | Constant | None, values: RequestValues) -> object:
    if isinstance(item, Parameter):
        return read_parameter(item, values.literals[item.slot])
    return None if item is None else item.value


def _named_place(source: NamedParameter) -> Place:
    name, storage = source.name, source.storage
    write = None if storage is None else parameter_writer(storage)
    if write is None:
        return lambda values: values.named[name]

    def place(values: RequestValues) -> DriverValue:
        value = values.named[name]
        return None if value is None else write(value)

    return place
