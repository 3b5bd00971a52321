"""Casts for SQLite: what PostgreSQL says with patterns, by the same patterns.

A text that does not fit gives null and never fails.
"""

from __future__ import annotations

import datetime
import decimal
import re
import struct
from collections.abc import Callable, Mapping
from decimal import Decimal

from odata.edm.types import Primitive
from odata.errors import ODataError
from odata.sql import cast_forms, fields
from odata.sql.dialects.sqlite_numbers import QUOTIENT, Function, Value, plain_text, real_text
from odata.uri.literals import read_value

_MICROSECOND = datetime.timedelta(microseconds=1)
_LEAST_SINGLE, _MOST_SINGLE = 1.2e-38, 3.4028234e38
_LEAST_DOUBLE, _MOST_DOUBLE = (
    Decimal(cast_forms.SMALLEST_DOUBLE),
    Decimal(cast_forms.LARGEST_DOUBLE),
)


def _of_text(form: str, convert: Callable[[str], Value]) -> Function:
    pattern = re.compile(form)

    def apply(text: str | None) -> Value:
        if text is None or pattern.fullmatch(text) is None:
            return None
        return convert(text)

    return apply


def _instant(text: str) -> str | None:
    try:
        found = read_value(text.upper(), Primitive.DATE_TIME_OFFSET)
    except ODataError:
        return None
    return fields.write_instant(found, 6) if isinstance(found, datetime.datetime) else None


def _clock(text: str) -> str:
    whole = {5: ":00.000000", 8: ".000000"}.get(len(text), "")
    return f"{text}{whole}"[:15].ljust(15, "0")


def _span(text: str) -> int | None:
    found = read_value(text, Primitive.DURATION)
    return found // _MICROSECOND if isinstance(found, datetime.timedelta) else None


def _real(text: Value) -> float | None:
    if text is None:
        return None
    number = Decimal(text)
    if number and not _LEAST_DOUBLE <= abs(number) <= _MOST_DOUBLE:
        return None
    return float(number)


def _number_of_real(value: float | None) -> str | None:
    text = real_text(value)
    return None if text is None or text.endswith("INF") else plain_text(Decimal(text))


def _integer(value: Value, least: int, most: int) -> int | None:
    if value is None:
        return None
    if isinstance(value, float):
        value = _number_of_real(value)
        if value is None:
            return None
    number = Decimal(value)
    if number.adjusted() > 30:  # noqa: PLR2004  (far beyond 64 bits)
        return None
    whole = int(number.quantize(Decimal(1), rounding=decimal.ROUND_HALF_UP, context=QUOTIENT))
    return whole if least <= whole <= most else None


_INTEGER = re.compile(cast_forms.INTEGER)


def _integer_of_text(text: str | None, least: int, most: int) -> int | None:
    if text is None or _INTEGER.fullmatch(text) is None:
        return None
    return _integer(text, least, most)


def _single(value: float | None) -> float | None:
    if value is None or (value != 0 and not _LEAST_SINGLE <= abs(value) <= _MOST_SINGLE):
        return None
    return float(struct.unpack("f", struct.pack("f", value))[0])


FUNCTIONS: Mapping[str, tuple[Function, int]] = {
    "odata_number_of_text": (
        _of_text(cast_forms.DECIMAL, lambda text: plain_text(Decimal(text))),
        1,
    ),
    "odata_number_of_real": (_number_of_real, 1),
    "odata_integer": (_integer, 3),
    "odata_integer_of_text": (_integer_of_text, 3),
    "odata_real": (_real, 1),
    "odata_real_of_text": (_of_text(cast_forms.DOUBLE, _real), 1),
    "odata_single": (_single, 1),
    "odata_guid": (_of_text(cast_forms.GUID, str.lower), 1),
    "odata_day": (_of_text(cast_forms.DATE, str), 1),
    "odata_instant": (_of_text(cast_forms.INSTANT, _instant), 1),
    "odata_clock": (_of_text(cast_forms.TIME, _clock), 1),
    "odata_span": (_of_text(cast_forms.DURATION, _span), 1),
}
