"""Items of collections as JSON, the same text on every database.

Numbers have all their digits and no exponent, whatever JSON has no form for is text as it
travels, members of enumerations are numbers.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from odata.edm.types import EnumType, PropertyType
from odata.sql.value_text import binary_text, clock_text, duration_text, instant_text

TYPE = "@odata.type"  # of a stored item, where it is not the declared type
ItemValue = Any  # a Python value of an EDM type
_MICROSECOND = datetime.timedelta(microseconds=1)


def array_text(values: Sequence[ItemValue], types: Sequence[PropertyType | None]) -> str:
    """A JSON array of values."""
    return "[" + ",".join(map(item_text, values, types)) + "]"


def item_text(value: ItemValue, edm_type: PropertyType | None) -> str:
    """One value as JSON."""
    if value is None:
        return "null"
    if isinstance(edm_type, EnumType):
        return str(value)
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    raise LookupError(f"no JSON for {type(value).__name__}")


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _instant(value: datetime.datetime) -> str:
    return _quoted(instant_text(value.astimezone(datetime.UTC).replace(tzinfo=None)))


def _real(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return "null" if math.isnan(value) else _quoted("INF" if value > 0 else "-INF")


# A Boolean is an integer to Python, an instant a day.
_WRITERS: Mapping[type, Callable[[ItemValue], str]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    str: _quoted,
    Decimal: lambda value: format(value, "f"),
    float: _real,
    datetime.datetime: _instant,
    datetime.date: lambda value: _quoted(value.isoformat()),
    datetime.time: lambda value: _quoted(clock_text(value)),
    datetime.timedelta: lambda value: _quoted(duration_text(value // _MICROSECOND)),
    bytes: lambda value: _quoted(binary_text(value)),
}
