"""Signatures of the canonical functions: one table that binder and dialects share.

Cites: OData URL Conventions 5.1.1.5-5.1.1.12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from odata.edm.types import INTEGER_TYPES, NUMERIC_TYPES, Primitive, PropertyType


class Operand(Enum):
    """A class of argument types."""

    STRING = frozenset({Primitive.STRING})
    NUMBER = NUMERIC_TYPES
    INTEGER = INTEGER_TYPES
    INSTANT = frozenset({Primitive.DATE_TIME_OFFSET})
    DATE = frozenset({Primitive.DATE, Primitive.DATE_TIME_OFFSET})
    TIME = frozenset({Primitive.TIME_OF_DAY, Primitive.DATE_TIME_OFFSET})
    DURATION = frozenset({Primitive.DURATION})

    @property
    def default(self) -> Primitive:
        """The type that an untyped argument (null) takes."""
        return _DEFAULTS[self.name]


_DEFAULTS: Mapping[str, Primitive] = {
    "STRING": Primitive.STRING,
    "NUMBER": Primitive.DECIMAL,
    "INTEGER": Primitive.INT32,
    "INSTANT": Primitive.DATE_TIME_OFFSET,
    "DATE": Primitive.DATE_TIME_OFFSET,
    "TIME": Primitive.DATE_TIME_OFFSET,
    "DURATION": Primitive.DURATION,
}


@dataclass(frozen=True, slots=True)
class Signature:
    """One overload. ``returns`` None means the type of the first argument.

    ``needs_utc`` marks functions that a service which stores UTC must refuse for literals
    with another offset (OData URL Conventions 5.1.1.8). ``operation`` is the name under
    which dialects know the overload.
    """

    name: str
    operands: tuple[Operand, ...]
    returns: Primitive | None
    needs_utc: bool = False
    operation: str = ""

    @property
    def dialect_name(self) -> str:
        """The name under which dialects know it."""
        return self.operation or self.name

    def result_type(self, first: PropertyType) -> PropertyType:
        """The type of a call whose first argument has type ``first``."""
        if self.returns is not None:
            return self.returns
        return Primitive.DECIMAL if first in INTEGER_TYPES else first


_S, _N, _I = Operand.STRING, Operand.NUMBER, Operand.INTEGER
_AT, _DATE, _TIME, _SPAN = Operand.INSTANT, Operand.DATE, Operand.TIME, Operand.DURATION

_TABLE: tuple[Signature, ...] = (
    Signature("contains", (_S, _S), Primitive.BOOLEAN),
    Signature("startswith", (_S, _S), Primitive.BOOLEAN),
    Signature("endswith", (_S, _S), Primitive.BOOLEAN),
    Signature("matchespattern", (_S, _S), Primitive.BOOLEAN),
    Signature("length", (_S,), Primitive.INT32),
    Signature("indexof", (_S, _S), Primitive.INT32),
    Signature("substring", (_S, _I), Primitive.STRING),
    Signature("substring", (_S, _I, _I), Primitive.STRING, operation="substring/3"),
    Signature("tolower", (_S,), Primitive.STRING),
    Signature("toupper", (_S,), Primitive.STRING),
    Signature("trim", (_S,), Primitive.STRING),
    Signature("concat", (_S, _S), Primitive.STRING),
    Signature("year", (_DATE,), Primitive.INT32, needs_utc=True),
    Signature("month", (_DATE,), Primitive.INT32, needs_utc=True),
    Signature("day", (_DATE,), Primitive.INT32, needs_utc=True),
    Signature("hour", (_TIME,), Primitive.INT32, needs_utc=True),
    Signature("minute", (_TIME,), Primitive.INT32, needs_utc=True),
    Signature("second", (_TIME,), Primitive.INT32, needs_utc=True),
    Signature("fractionalseconds", (_TIME,), Primitive.DECIMAL, needs_utc=True),
    Signature("date", (_AT,), Primitive.DATE, needs_utc=True),
    Signature("time", (_AT,), Primitive.TIME_OF_DAY, needs_utc=True),
    Signature("totaloffsetminutes", (_AT,), Primitive.INT32, needs_utc=True),
    Signature("totalseconds", (_SPAN,), Primitive.DECIMAL),
    Signature("now", (), Primitive.DATE_TIME_OFFSET),
    Signature("mindatetime", (), Primitive.DATE_TIME_OFFSET),
    Signature("maxdatetime", (), Primitive.DATE_TIME_OFFSET),
    Signature("round", (_N,), None),
    Signature("floor", (_N,), None),
    Signature("ceiling", (_N,), None),
)

SIGNATURES: Mapping[str, tuple[Signature, ...]] = {
    name: tuple(item for item in _TABLE if item.name == name)
    for name in dict.fromkeys(item.name for item in _TABLE)
}

# Functions of the grammar that no dialect serves.
UNSERVED = frozenset({"geo.distance", "geo.length", "geo.intersects"})
# Functions of collections, whose arguments are no values.
SUBSETS = frozenset({"hassubset", "hassubsequence"})
