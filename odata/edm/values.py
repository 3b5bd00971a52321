"""Whether a Python value belongs to an EDM type and its facets.

The Python values: text and GUIDs are ``str``, decimals ``Decimal``, instants aware
``datetime``, members of an enumeration their number, collections ``list``, complex values
``dict`` by the name of the property. A whole number may stand for a decimal or a double.

Cites: OData CSDL 3.3 (primitive types), 7.2 (facets), 10 (enumerations).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal

from odata.edm.types import (
    INTEGER_RANGES,
    INTEGER_TYPES,
    ComplexType,
    EnumType,
    Facets,
    Primitive,
    Property,
    PropertyType,
)

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")

_PYTHON_TYPES: Mapping[Primitive, type] = {
    Primitive.BINARY: bytes,
    Primitive.BOOLEAN: bool,
    Primitive.BYTE: int,
    Primitive.DATE: datetime.date,
    Primitive.DATE_TIME_OFFSET: datetime.datetime,
    Primitive.DECIMAL: Decimal,
    Primitive.DOUBLE: float,
    Primitive.DURATION: datetime.timedelta,
    Primitive.GUID: str,
    Primitive.INT16: int,
    Primitive.INT32: int,
    Primitive.INT64: int,
    Primitive.SBYTE: int,
    Primitive.SINGLE: float,
    Primitive.STREAM: bytes,
    Primitive.STRING: str,
    Primitive.TIME_OF_DAY: datetime.time,
    Primitive.UNTYPED: object,
}


def find_value_fault(value: object, definition: Property) -> str | None:
    """What keeps ``value`` from being a value of this property, or None."""
    if value is None:
        return None if definition.nullable else "null is not allowed"
    if not definition.is_collection:
        return _find_fault(value, definition.edm_type, definition.facets)
    if not isinstance(value, list | tuple):
        return "a list is expected"
    faults = (_find_fault(item, definition.edm_type, definition.facets) for item in value)
    return next((fault for fault in faults if fault), None)


def _find_fault(value: object, edm_type: PropertyType, facets: Facets) -> str | None:
    match edm_type:
        case Primitive():
            return _find_primitive_fault(value, edm_type, facets)
        case EnumType():
            return _find_member_fault(value, edm_type)
        case ComplexType():
            return None if isinstance(value, Mapping) else "a mapping is expected"


def _find_primitive_fault(value: object, primitive: Primitive, facets: Facets) -> str | None:
    expected = _PYTHON_TYPES[primitive]
    if expected in (Decimal, float) and type(value) is int:
        value = expected(value)
    if not _is_of(value, expected):
        return f"{expected.__name__} is expected, not {type(value).__name__}"
    if isinstance(value, str | bytes):
        return _find_text_fault(value, primitive, facets)
    if isinstance(value, Decimal):
        return _find_decimal_fault(value, facets)
    if isinstance(value, int) and primitive in INTEGER_TYPES:
        lowest, highest = INTEGER_RANGES[primitive]
        return None if lowest <= value <= highest else f"{value} is out of range"
    if isinstance(value, datetime.datetime) and value.tzinfo is None:
        return "an instant needs an offset"
    return None


def _is_of(value: object, expected: type) -> bool:
    """As isinstance, but a Boolean is no number and an instant no date."""
    if isinstance(value, bool | datetime.datetime):
        return expected in (type(value), object)
    return isinstance(value, expected)


def _find_text_fault(value: str | bytes, primitive: Primitive, facets: Facets) -> str | None:
    if primitive is Primitive.GUID and isinstance(value, str) and not _GUID.match(value):
        return "a GUID is 32 lower-case hexadecimal digits with hyphens"
    if facets.max_length is not None and len(value) > facets.max_length:
        return f"a length of {len(value)} exceeds {facets.max_length}"
    return None


def _find_decimal_fault(value: Decimal, facets: Facets) -> str | None:
    if not value.is_finite():
        return f"{value} is no decimal number"
    _, digits, exponent = value.normalize().as_tuple()
    fraction = max(0, -int(exponent))
    whole = max(0, len(digits) + int(exponent)) if value else 0
    if isinstance(facets.scale, int) and fraction > facets.scale:
        return f"{value} has more than {facets.scale} digits after the point"
    reserved = facets.scale if isinstance(facets.scale, int) else fraction
    if facets.precision is not None and whole + reserved > facets.precision:
        return f"{value} has more than {facets.precision} digits"
    return None


def _find_member_fault(value: object, enum_type: EnumType) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "the number of a member is expected"
    numbers = {member.number for member in enum_type.members}
    if value in numbers:
        return None
    if enum_type.is_flags and value & ~_all_flags(enum_type) == 0:
        return None
    return f"{enum_type.name} has no member with the number {value}"


def _all_flags(enum_type: EnumType) -> int:
    flags = 0
    for member in enum_type.members:
        flags |= member.number
    return flags
