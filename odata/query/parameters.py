"""Slots for the literals of a request, and the reading of their values.

The text of a request with its literals lifted out is its shape. Literals that the binder
claims become parameters of the plan; the others stay part of the shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from odata.edm.types import EnumType, Primitive, PropertyType
from odata.errors import BadRequestError, UriSemanticError
from odata.query.patterns import portable_pattern, wildcard_pattern
from odata.query.plan import Parameter, ParameterRule
from odata.uri.ast import Literal, LiteralKind
from odata.uri.literals import read_literal


@dataclass(slots=True)
class SlotTable:
    """Which lifted literal stands where: (piece of the request, position) to slot."""

    positions: Mapping[tuple[str, int], int]
    claimed: set[int] = field(default_factory=set)

    def claim(self, piece: str, position: int) -> int | None:
        """The slot of the literal at this position, if it was lifted."""
        slot = self.positions.get((piece, position))
        if slot is not None:
            self.claimed.add(slot)
        return slot


def read_parameter(parameter: Parameter, literal: Literal) -> object:
    """The Python value of a literal as the parameter wants it; refuses what does not fit, and
    tells where it stands."""
    if parameter.edm_type is Primitive.GUID and literal.kind is LiteralKind.GUID:
        return literal.text.lower()  # every key of every path comes this way
    try:
        return _read(parameter, literal)
    except BadRequestError as error:
        if error.target is None and parameter.target is not None:
            error.target = parameter.target
            error.position = literal.position if literal.position >= 0 else None
        raise


def _read(parameter: Parameter, literal: Literal) -> object:
    edm_type = parameter.edm_type
    if isinstance(edm_type, EnumType):
        return read_enum(edm_type, literal.text, literal.type_name)
    if not isinstance(edm_type, Primitive):
        raise UriSemanticError("a literal of a complex type is not expected here")
    if parameter.rule is ParameterRule.UTC:
        _check_utc(literal)
    value = read_literal(literal, edm_type)
    if parameter.rule is ParameterRule.PATTERN:
        return portable_pattern(str(value), parameter.limits)
    if parameter.rule is ParameterRule.WILDCARDS:
        return wildcard_pattern(str(value))
    if parameter.rule is ParameterRule.NOT_NEGATIVE and literal.text.startswith("-"):
        raise UriSemanticError("the length of a substring is not negative")
    like = parameter.like
    if like is not None and like.upper_case and isinstance(value, str):
        return value.strip().upper()
    return value


def read_enum(enum_type: EnumType, text: str, type_name: str | None = None) -> int:
    """The number of the members that ``text`` names, by name, label or number."""
    if type_name is not None and type_name != enum_type.qualified_name:
        raise UriSemanticError(f"a member of {enum_type.qualified_name} was expected")
    total = 0
    for part in _enum_parts(enum_type, text):
        total |= _member_number(enum_type, part)
    return total


_MOST_DIGITS = 9  # of the number of an enumeration member


def _enum_parts(enum_type: EnumType, text: str) -> Sequence[str]:
    return text.split(",") if enum_type.is_flags else (text,)


def _member_number(enum_type: EnumType, text: str) -> int:
    wanted = text.strip()
    for member in enum_type.members:
        if wanted in (member.name, member.label.strip()) or text == member.text:
            return member.number
    digits = wanted.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
        return int(wanted)
    options = ",".join(member.text for member in enum_type.members)
    raise UriSemanticError(f"'{text}' is not an option. The existing options are: {options}")


def _check_utc(literal: Literal) -> None:
    text = literal.text.upper()
    if literal.kind is LiteralKind.DATE_TIME_OFFSET and not text.endswith(("Z", "+00:00")):
        raise UriSemanticError(
            f"'{literal.text}' is not in UTC; its parts cannot be taken, convert it first"
        )


_EXACT: Mapping[LiteralKind, frozenset[Primitive]] = {
    LiteralKind.STRING: frozenset(
        {
            Primitive.STRING,
            Primitive.GUID,
            Primitive.DATE,
            Primitive.DATE_TIME_OFFSET,
            Primitive.TIME_OF_DAY,
            Primitive.DURATION,
        }
    ),
    LiteralKind.GUID: frozenset({Primitive.GUID}),
    LiteralKind.DATE: frozenset({Primitive.DATE, Primitive.DATE_TIME_OFFSET}),
    LiteralKind.DATE_TIME_OFFSET: frozenset({Primitive.DATE_TIME_OFFSET}),
    LiteralKind.TIME_OF_DAY: frozenset({Primitive.TIME_OF_DAY}),
    LiteralKind.DURATION: frozenset({Primitive.DURATION}),
    LiteralKind.BINARY: frozenset({Primitive.BINARY}),
    LiteralKind.INTEGER: frozenset(
        {
            Primitive.BYTE,
            Primitive.SBYTE,
            Primitive.INT16,
            Primitive.INT32,
            Primitive.INT64,
            Primitive.DECIMAL,
            Primitive.DOUBLE,
            Primitive.SINGLE,
        }
    ),
    LiteralKind.DECIMAL: frozenset({Primitive.DECIMAL, Primitive.DOUBLE, Primitive.SINGLE}),
    LiteralKind.DOUBLE: frozenset({Primitive.DECIMAL, Primitive.DOUBLE, Primitive.SINGLE}),
}

NATURAL_TYPES: Mapping[LiteralKind, Primitive] = {
    LiteralKind.STRING: Primitive.STRING,
    LiteralKind.GUID: Primitive.GUID,
    LiteralKind.DATE: Primitive.DATE,
    LiteralKind.DATE_TIME_OFFSET: Primitive.DATE_TIME_OFFSET,
    LiteralKind.TIME_OF_DAY: Primitive.TIME_OF_DAY,
    LiteralKind.DURATION: Primitive.DURATION,
    LiteralKind.BINARY: Primitive.BINARY,
    LiteralKind.INTEGER: Primitive.INT64,
    LiteralKind.DECIMAL: Primitive.DECIMAL,
    LiteralKind.DOUBLE: Primitive.DOUBLE,
}

_WHOLE_NUMBERS = frozenset(
    {Primitive.BYTE, Primitive.SBYTE, Primitive.INT16, Primitive.INT32, Primitive.INT64}
)


def fitting_type(kind: LiteralKind, wanted: PropertyType) -> PropertyType | None:
    """The type as which a literal of this form meets a value of type ``wanted``.

    A fraction meets an integer as a decimal; an integer of any size meets one as Int64.
    None where the two cannot be compared.
    """
    if isinstance(wanted, EnumType):
        return wanted if kind in _ENUM_KINDS else None
    if not isinstance(wanted, Primitive):
        return None
    if wanted in _WHOLE_NUMBERS:
        return _NUMBER_MEETS_INTEGER.get(kind)
    if wanted is Primitive.DATE and kind is LiteralKind.DATE_TIME_OFFSET:
        return Primitive.DATE_TIME_OFFSET
    return wanted if wanted in _EXACT.get(kind, frozenset()) else None


_ENUM_KINDS = frozenset({LiteralKind.STRING, LiteralKind.ENUM, LiteralKind.INTEGER})
_NUMBER_MEETS_INTEGER: Mapping[LiteralKind, Primitive] = {
    LiteralKind.INTEGER: Primitive.INT64,
    LiteralKind.DECIMAL: Primitive.DECIMAL,
    LiteralKind.DOUBLE: Primitive.DOUBLE,
}
