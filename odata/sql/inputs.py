"""What a filter hands to computed properties, as SQL of one statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import peewee

from odata.errors import UriSemanticError
from odata.query.plan import Constant, Expression, Parameter
from odata.query.sources import Input, Source
from odata.sql.nodes import (
    ComputedParameter,
    ParameterNode,
    SqlExpression,
    all_of,
    sql,
)
from odata.uri.ast import ComparisonOperator

Given = Callable[[Expression, peewee.Field], SqlExpression]
"""A value of the request in the storage of a column."""

_SIGNS = {
    ComparisonOperator.EQ: "=",
    ComparisonOperator.NE: "<>",
    ComparisonOperator.GT: ">",
    ComparisonOperator.GE: ">=",
    ComparisonOperator.LT: "<",
    ComparisonOperator.LE: "<=",
}


@dataclass(frozen=True, slots=True)
class SourceInputs:
    """The inputs of one source."""

    source: Source
    given: Given
    fields: Callable[[str], peewee.Field]

    def value(self, name: str, column: peewee.Field) -> SqlExpression | None:
        """The value that a property shall equal, in the storage of a column; None: any."""
        found = self._equal(name)
        return None if found is None else self.given(_value(found), column)

    def condition(self, name: str, column: SqlExpression) -> SqlExpression | None:
        """That a column is as the property shall be; None: however it is."""
        conditions = [
            sql("{0} " + _SIGNS[item.operator] + " {1}", column, self._of(item))
            for item in self.source.inputs
            if item.name == name
        ]
        return all_of(conditions) if conditions else None

    def computed(self, names: tuple[str, ...], compute: Callable[..., object]) -> SqlExpression:
        """What Python computes of the instant of the request and the values that properties
        shall equal, None for those that may be anything."""
        found = (self._equal(name) for name in names)
        values = tuple(None if item is None else _value(item) for item in found)
        return ParameterNode(ComputedParameter(values, compute))

    def _of(self, item: Input) -> SqlExpression:
        return self.given(_value(item), self.fields(item.name))

    def _equal(self, name: str) -> Input | None:
        found = [item for item in self.source.inputs if item.name == name]
        if len(found) > 1:
            raise UriSemanticError(f"'{name}' can be given one value only", target="$filter")
        return found[0] if found else None


def _value(item: Input) -> Parameter | Constant:
    if not isinstance(item.value, Parameter | Constant):
        raise TypeError("a filter hands over literals and constants only")
    return item.value
