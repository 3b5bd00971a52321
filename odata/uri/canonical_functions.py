"""The canonical functions by name, with how many arguments each takes.

Types and meanings are the business of ``odata.query.functions``; the syntax needs to know
only which names make a call rather than a key predicate.

Cites: OData URL Conventions 5.1.1.5-5.1.1.13, Data Aggregation 4.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arity:
    """The least and the greatest number of arguments."""

    least: int
    most: int

    def __str__(self) -> str:
        """The number in words for a message."""
        if self.least == self.most:
            return "1 argument" if self.most == 1 else f"{self.most or 'no'} arguments"
        return f"{self.least} or {self.most} arguments"


_NONE, _ONE, _TWO = Arity(0, 0), Arity(1, 1), Arity(2, 2)

CANONICAL_FUNCTIONS: Mapping[str, Arity] = {
    "concat": _TWO,
    "contains": _TWO,
    "endswith": _TWO,
    "indexof": _TWO,
    "length": _ONE,
    "startswith": _TWO,
    "substring": Arity(2, 3),
    "hassubset": _TWO,
    "hassubsequence": _TWO,
    "matchespattern": Arity(2, 3),
    "tolower": _ONE,
    "toupper": _ONE,
    "trim": _ONE,
    "date": _ONE,
    "day": _ONE,
    "fractionalseconds": _ONE,
    "hour": _ONE,
    "maxdatetime": _NONE,
    "mindatetime": _NONE,
    "minute": _ONE,
    "month": _ONE,
    "now": _NONE,
    "second": _ONE,
    "time": _ONE,
    "totaloffsetminutes": _ONE,
    "totalseconds": _ONE,
    "year": _ONE,
    "ceiling": _ONE,
    "floor": _ONE,
    "round": _ONE,
    "geo.distance": _TWO,
    "geo.intersects": _TWO,
    "geo.length": _ONE,
    "isdefined": _ONE,
}
