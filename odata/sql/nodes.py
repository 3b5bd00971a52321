"""Small pieces of SQL as Peewee nodes: templates, parameters, conditions in balance."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from odata.errors import UriSemanticError
from odata.query.plan import Constant, Parameter
from odata.sql.storage import Rounding, Storage

SqlExpression = Any  # peewee's nodes overload every operator and cannot be typed further
SqlContext = Any  # peewee's rendering state is untyped
DriverValue = Any  # whatever a driver takes for a placeholder

_MAX_WEIGHT = 50_000  # nodes of one statement
_FLAT = 4  # conditions that need no tree
_PLACE = re.compile(r"\{(\d)\}")


@dataclass(frozen=True, slots=True)
class RequestParameter:
    """A parameter of a finished statement that a literal of the request fills."""

    parameter: Parameter
    storage: Storage
    rounding: Rounding = Rounding.EXACT


@dataclass(frozen=True, slots=True)
class NamedParameter:
    """A parameter of a finished statement that the reader fills: the current instant, the
    keys of the parents, the values of a skip token, a page size."""

    name: str
    storage: Storage | None = None


class Piece(peewee.NodeList):
    """Nodes in a row; ``weight`` counts how many are written, repeated ones repeatedly."""

    def __init__(self, nodes: list[SqlExpression], glue: str) -> None:
        super().__init__(nodes, glue=glue)
        self.weight = 1 + sum(getattr(node, "weight", 1) for node in nodes)
        if self.weight > _MAX_WEIGHT:
            raise UriSemanticError("the expressions of the request are too complex")


def listed(nodes: Sequence[SqlExpression], glue: str = ", ") -> SqlExpression:
    """Nodes with ``glue`` between them."""
    return Piece(list(nodes), glue)


def sql(template: str, *operands: SqlExpression) -> SqlExpression:
    """SQL text with operands in the places ``{0}``, ``{1}`` ..."""
    pieces = _PLACE.split(template)
    nodes: list[SqlExpression] = []
    for index, piece in enumerate(pieces):
        if index % 2:
            nodes.append(operands[int(piece)])
        elif piece:
            nodes.append(peewee.SQL(piece))
    return Piece(nodes, "")


@dataclass(frozen=True, slots=True)
class TextParameter:
    """A parameter of a finished statement that is computed from the text in a slot."""

    slot: int
    compute: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ComputedParameter:
    """A parameter of a finished statement that is computed of the instant of the request and
    of values of it: literals, constants, None."""

    values: tuple[Parameter | Constant | None, ...]
    compute: Callable[..., DriverValue]


@dataclass(frozen=True, slots=True)
class MatchParameter:
    """A parameter of a finished statement that is computed of several literals."""

    values: tuple[RequestParameter, ...]
    compute: Callable[[Sequence[DriverValue]], DriverValue]


class ParameterNode(peewee.Node):
    """A place in the statement whose value is known when a request is served."""

    def __init__(
        self,
        source: RequestParameter
        | NamedParameter
        | ConstantParameter
        | TextParameter
        | ComputedParameter
        | MatchParameter,
    ) -> None:
        self.source = source

    def __sql__(self, ctx: SqlContext) -> SqlContext:
        """The driver's placeholder; the source itself goes into the list of values."""
        return ctx.value(self.source, converter=_unchanged)


@dataclass(frozen=True, slots=True)
class ConstantParameter:
    """A parameter of a finished statement whose value is part of the shape."""

    value: object


def _unchanged(value: DriverValue) -> DriverValue:
    return value


def all_of(conditions: Sequence[SqlExpression]) -> SqlExpression:
    """The conjunction as a balanced tree: SQLite's parser allows little depth."""
    return _balanced(conditions, " AND ")


def any_of(conditions: Sequence[SqlExpression]) -> SqlExpression:
    """The disjunction as a balanced tree."""
    return _balanced(conditions, " OR ")


def _balanced(conditions: Sequence[SqlExpression], glue: str) -> SqlExpression:
    if len(conditions) <= _FLAT:
        joined = listed(conditions, glue)
        return joined if len(conditions) == 1 else sql("({0})", joined)
    half = len(conditions) // 2
    left, right = _balanced(conditions[:half], glue), _balanced(conditions[half:], glue)
    return sql("({0}" + glue + "{1})", left, right)
