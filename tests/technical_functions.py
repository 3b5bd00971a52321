"""Functions of the technical service: overloads, bound to base and derived types, with
collections and complex values as parameters."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from odata.edm.model import Parameter, ReturnType
from odata.edm.types import ComplexType, Facets, Primitive
from odata.query.operation_call import OperationCall
from odata.sql.mapping import DataSource
from odata.sql.operations import declare_function

_NOT_NULL = Facets(nullable=False)
_TEXT = ReturnType(Primitive.STRING)


def declare_functions(source: DataSource, position: ComplexType) -> None:
    """What may be asked of entities, and of the service."""
    _declare_bound(source)
    first, second = _number("a"), _number("b")
    for parameters in ((first,), (first, second)):
        declare_function(
            source, "added", _added, parameters=parameters, returns=ReturnType(Primitive.DECIMAL)
        )
    listed = Parameter("values", Primitive.DECIMAL, is_collection=True, facets=_NOT_NULL)
    declare_function(
        source, "summed", _summed, parameters=(listed,), returns=ReturnType(Primitive.DECIMAL)
    )
    at = Parameter("at", position, facets=_NOT_NULL)
    declare_function(
        source, "distance", _distance, parameters=(at,), returns=ReturnType(Primitive.INT32)
    )


def _declare_bound(source: DataSource) -> None:
    factor, bonus = _number("factor"), _number("bonus")
    for parameters in ((), (factor,), (factor, bonus)):
        declare_function(
            source,
            "pay",
            _pay,
            bound_to="employee",
            parameters=parameters,
            returns=ReturnType(Primitive.DECIMAL),
        )
    for bound_to in ("asset", "car"):
        declare_function(
            source,
            "label",
            lambda call, kind=bound_to: f"{kind} {call.entity['name']}",
            bound_to=bound_to,
            returns=_TEXT,
        )


def _number(name: str) -> Parameter:
    return Parameter(name, Primitive.DECIMAL, facets=_NOT_NULL)


def _given(call: OperationCall) -> dict[str, Any]:
    return dict(call.parameters)


def _pay(call: OperationCall) -> Decimal | None:
    salary = (call.entity or {}).get("salary")
    if not isinstance(salary, Decimal):
        return None
    given = _given(call)
    return salary * given.get("factor", 1) + given.get("bonus", 0)


def _added(call: OperationCall) -> Decimal:
    return sum(_given(call).values(), Decimal(0))


def _summed(call: OperationCall) -> Decimal:
    return sum(_given(call)["values"], Decimal(0))


def _distance(call: OperationCall) -> int:
    at = _given(call)["at"]
    return abs(at.get("x") or 0) + abs(at.get("y") or 0)
