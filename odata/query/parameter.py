"""What stands for a literal of the request in a plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from odata.edm.types import Property, PropertyType
from odata.query.limits import DEFAULT_QUERY_LIMITS, QueryLimits
from odata.uri.ast import LiteralKind


class ParameterRule(Enum):
    """What a literal must be beyond its type."""

    NONE = auto()
    UTC = auto()  # no instant with another offset
    PATTERN = auto()  # a regular expression that all databases read alike
    WILDCARDS = auto()  # a text with ``*`` for any characters, as such an expression
    NOT_NEGATIVE = auto()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A literal of the request: ``slot`` counts the lifted literals; ``kind`` is the lexical
    form to read, ``like`` the property whose rules (upper case, enumeration) it follows,
    ``limits`` how far a pattern may go, ``target`` the part of the request it stands in."""

    slot: int
    kind: LiteralKind
    edm_type: PropertyType
    like: Property | None = None
    type_name: str | None = None
    rule: ParameterRule = ParameterRule.NONE
    nullable: bool = False
    limits: QueryLimits = DEFAULT_QUERY_LIMITS
    target: str | None = None
