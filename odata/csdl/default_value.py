"""The default value of a property, as XML text and as JSON spell it.

Cites: OData CSDL 7.2.7 (default value); OData ABNF, rule primitiveValue.
"""

from __future__ import annotations

import base64
import datetime
from dataclasses import dataclass
from decimal import Decimal

from odata.edm.types import ComplexType, EnumType, Property

_SECOND = datetime.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class DefaultValue:
    """A default in both spellings."""

    text: str
    json: str | int | float | bool


def default_value(definition: Property) -> DefaultValue | None:
    """The default of a property that may declare one: a primitive or enumeration value."""
    value = definition.default
    if value is None or definition.is_collection or isinstance(definition.edm_type, ComplexType):
        return None
    if isinstance(definition.edm_type, EnumType) and isinstance(value, int):
        names = write_members(definition.edm_type, value)
        return DefaultValue(names, names)
    return _primitive_default(value)


def write_members(enum_type: EnumType, number: int) -> str:
    """The names of the members that make up a number."""
    for member in enum_type.members:
        if member.number == number:
            return member.name
    flags = (item.name for item in enum_type.members if item.number and item.number & ~number == 0)
    return ",".join(flags)


def json_number(value: Decimal) -> int | float | str:
    """A decimal as a JSON number, or as text where a double could not hold it."""
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else format(value, "f")


def _primitive_default(value: object) -> DefaultValue:
    match value:
        case bool():
            return DefaultValue("true" if value else "false", value)
        case int() | float():
            return DefaultValue(repr(value), value)
        case Decimal():
            return DefaultValue(format(value, "f"), json_number(value))
        case _:
            text = _write_text(value)
            return DefaultValue(text, text)


def _write_text(value: object) -> str:
    match value:
        case datetime.datetime():
            return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return _write_duration(value)
        case bytes():
            return base64.urlsafe_b64encode(value).decode("ascii")
        case _:
            return str(value)


def _write_duration(value: datetime.timedelta) -> str:
    sign = "-" if value < datetime.timedelta() else ""
    size = abs(value)
    seconds = f"{size.seconds}.{size.microseconds:06}".rstrip("0").rstrip(".")
    if not size.microseconds:
        seconds = str(size.seconds)
    return f"{sign}P{size.days}DT{seconds}S"
