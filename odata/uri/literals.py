"""From the text of a literal to a Python value and back, per EDM type.

What Python would read beyond OData (underscores in numbers, digits of other scripts, braces
around GUIDs, week dates) is refused; what OData allows beyond Python (years outside 1-9999,
twelve digits of a second) is refused or cut.

Cites: OData ABNF primitiveValue; OData URL Conventions 5.1.1.14.1.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from odata.edm.types import INTEGER_RANGES, Primitive
from odata.errors import UriSemanticError
from odata.uri import lexical
from odata.uri.ast import Literal, LiteralKind
from odata.uri.lexical import quote

_MOST_DIGITS = 100
_GREATEST_EXPONENT = 400
_GREATEST_SINGLE = 3.4028235e38
_LONGEST_INTEGER = 20

_NUMBER = rf"(?:{lexical.INTEGER}|{lexical.DECIMAL}|{lexical.DOUBLE}|-?INF|NaN)"
_MEMBER = rf"(?:{lexical.IDENTIFIER}|[+-]?[0-9]+)"
_FORMS: Mapping[LiteralKind, re.Pattern[str]] = {
    LiteralKind.BOOLEAN: re.compile(r"true|false"),
    LiteralKind.INTEGER: re.compile(lexical.INTEGER),
    LiteralKind.DECIMAL: re.compile(_NUMBER),
    LiteralKind.DOUBLE: re.compile(_NUMBER),
    LiteralKind.STRING: re.compile(r".*", re.DOTALL),
    LiteralKind.GUID: re.compile(lexical.GUID),
    LiteralKind.DATE: re.compile(lexical.DATE),
    LiteralKind.DATE_TIME_OFFSET: re.compile(lexical.DATE_TIME_OFFSET),
    LiteralKind.TIME_OF_DAY: re.compile(lexical.TIME_OF_DAY),
    LiteralKind.DURATION: re.compile(lexical.DURATION_VALUE),
    LiteralKind.BINARY: re.compile(lexical.BINARY_VALUE),
    LiteralKind.ENUM: re.compile(rf"{_MEMBER}(?:,{_MEMBER})*"),
    LiteralKind.GEO: re.compile(lexical.GEO_VALUE),
}

_KIND_OF: Mapping[Primitive, LiteralKind] = {
    Primitive.BINARY: LiteralKind.BINARY,
    Primitive.BOOLEAN: LiteralKind.BOOLEAN,
    Primitive.BYTE: LiteralKind.INTEGER,
    Primitive.SBYTE: LiteralKind.INTEGER,
    Primitive.INT16: LiteralKind.INTEGER,
    Primitive.INT32: LiteralKind.INTEGER,
    Primitive.INT64: LiteralKind.INTEGER,
    Primitive.DECIMAL: LiteralKind.DECIMAL,
    Primitive.DOUBLE: LiteralKind.DOUBLE,
    Primitive.SINGLE: LiteralKind.DOUBLE,
    Primitive.DATE: LiteralKind.DATE,
    Primitive.DATE_TIME_OFFSET: LiteralKind.DATE_TIME_OFFSET,
    Primitive.TIME_OF_DAY: LiteralKind.TIME_OF_DAY,
    Primitive.DURATION: LiteralKind.DURATION,
    Primitive.GUID: LiteralKind.GUID,
    Primitive.STRING: LiteralKind.STRING,
}
_NATURAL: Mapping[LiteralKind, Primitive] = {
    **{kind: primitive for primitive, kind in _KIND_OF.items()},
    LiteralKind.INTEGER: Primitive.INT64,
    LiteralKind.DOUBLE: Primitive.DOUBLE,
    LiteralKind.ENUM: Primitive.STRING,
}
_NUMBERS = frozenset({LiteralKind.INTEGER, LiteralKind.DECIMAL, LiteralKind.DOUBLE})
# Clients put these between quotes although the standard does not (Real clients 0 #10, 7).
_QUOTABLE = frozenset(
    {
        LiteralKind.GUID,
        LiteralKind.DATE,
        LiteralKind.DATE_TIME_OFFSET,
        LiteralKind.TIME_OF_DAY,
        LiteralKind.DURATION,
    }
)


def has_form(text: str, kind: LiteralKind) -> bool:
    """Whether the text, without quotes and prefix, has the form of a value of this kind."""
    form = _FORMS.get(kind)
    return form is not None and form.fullmatch(text) is not None


def read_literal(literal: Literal, primitive: Primitive) -> object:
    """The Python value of a literal for a property of this type; None for ``null``."""
    if literal.kind is LiteralKind.NULL:
        return None
    if primitive is Primitive.UNTYPED:
        primitive = _NATURAL.get(literal.kind, primitive)
    wanted = _KIND_OF.get(primitive)
    if wanted is None or not _fits(literal, wanted):
        raise UriSemanticError(
            f"'{_shorten(literal.text)}' is no literal of {primitive.qualified_name}"
        )
    return _read(literal.text, primitive)


def read_value(text: str, primitive: Primitive) -> object:
    """The Python value of a text without quotes and prefix, as ``$value`` carries it."""
    kind = _KIND_OF.get(primitive)
    if kind is None or not has_form(text, kind):
        raise UriSemanticError(f"'{_shorten(text)}' is no value of {primitive.qualified_name}")
    return _read(text, primitive)


def write_literal(value: object, primitive: Primitive) -> str:
    """The value as a literal, not yet percent-encoded."""
    if value is None:
        return "null"
    return _WRITERS[primitive](value)


def _fits(literal: Literal, wanted: LiteralKind) -> bool:
    kind = literal.kind
    if kind is wanted:
        return True
    if kind is LiteralKind.STRING:
        return wanted in _QUOTABLE and has_form(literal.text, wanted)
    if kind is LiteralKind.DATE:
        return wanted is LiteralKind.DATE_TIME_OFFSET
    if kind is LiteralKind.ENUM:
        return wanted is LiteralKind.STRING
    return kind in _NUMBERS and wanted in (LiteralKind.DECIMAL, LiteralKind.DOUBLE)


def _read(text: str, primitive: Primitive) -> object:
    try:
        return _READERS[primitive](text)
    except (ValueError, OverflowError) as fault:
        raise UriSemanticError(
            f"'{_shorten(text)}' lies outside the values of {primitive.qualified_name}"
        ) from fault


def _shorten(text: str) -> str:
    return text if len(text) <= 50 else f"{text[:50]}..."  # noqa: PLR2004  (for a message)


# --- readers: the form is checked, the range is not ------------------------------------------


def _read_text(text: str) -> str:
    if "\0" in text:
        raise ValueError(text)
    return text


def _read_integer(primitive: Primitive) -> Callable[[str], int]:
    least, most = INTEGER_RANGES[primitive]

    def read(text: str) -> int:
        if len(text) > _LONGEST_INTEGER and len(text.lstrip("+-0")) > _LONGEST_INTEGER:
            raise ValueError(text)
        number = int(text)
        if not least <= number <= most:
            raise ValueError(text)
        return number

    return read


def _read_decimal(text: str) -> Decimal:
    if len(text) > 2 * _MOST_DIGITS:
        raise ValueError(text)
    number = Decimal(text.replace("INF", "Infinity"))
    if not number.is_finite():
        raise ValueError(text)
    if len(number.as_tuple().digits) > _MOST_DIGITS or abs(number.adjusted()) > _GREATEST_EXPONENT:
        raise ValueError(text)
    return number


def _read_double(text: str) -> float:
    number = float(text)
    if math.isinf(number) and not text.endswith("INF"):
        raise ValueError(text)
    return number


def _read_single(text: str) -> float:
    number = _read_double(text)
    if math.isfinite(number) and abs(number) > _GREATEST_SINGLE:
        raise ValueError(text)
    return number


def _read_date(text: str) -> date:
    year, month, day = text[:-6], text[-5:-3], text[-2:]
    return date(int(year), int(month), int(day))


_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?")
_INSTANT = re.compile(r"(.+)[Tt]([0-9:.]+)([Zz]|[+\- ][0-9:]+)")


def _read_seconds(text: str) -> timedelta:
    """The time since midnight."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hours, minutes, seconds, fraction = match.groups()
    return timedelta(
        hours=int(hours),
        minutes=int(minutes),
        seconds=int(seconds or 0),
        microseconds=_microseconds(fraction),
    )


def _microseconds(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


def _read_time(text: str) -> time:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hours, minutes, seconds, fraction = match.groups()
    return time(int(hours), int(minutes), int(seconds or 0), _microseconds(fraction))


def _read_instant(text: str) -> datetime:
    match = _INSTANT.fullmatch(text)
    day, clock, offset = match.groups() if match else (text, "00:00", "Z")
    found = _read_date(day)
    moment = datetime(found.year, found.month, found.day, tzinfo=UTC) + _read_seconds(clock)
    if offset in "Zz":
        return moment
    shift = _read_seconds(offset[1:])
    return moment + shift if offset[0] == "-" else moment - shift


_DURATION = re.compile(
    r"(-?)[Pp](?:([0-9]+)[Dd])?"
    r"(?:[Tt](?:([0-9]+)[Hh])?(?:([0-9]+)[Mm])?(?:([0-9]+)(?:\.([0-9]+))?[Ss])?)?"
)


def _read_duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None or len(text) > _MOST_DIGITS:
        raise ValueError(text)
    sign, days, hours, minutes, seconds, fraction = match.groups()
    length = timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=_microseconds(fraction),
    )
    return -length if sign else length


def _read_binary(text: str) -> bytes:
    bare = text.rstrip("=")
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


_READERS: Mapping[Primitive, Callable[[str], object]] = {
    Primitive.BINARY: _read_binary,
    Primitive.BOOLEAN: lambda text: text == "true",
    **{primitive: _read_integer(primitive) for primitive in INTEGER_RANGES},
    Primitive.DECIMAL: _read_decimal,
    Primitive.DOUBLE: _read_double,
    Primitive.SINGLE: _read_single,
    Primitive.DATE: _read_date,
    Primitive.DATE_TIME_OFFSET: _read_instant,
    Primitive.TIME_OF_DAY: _read_time,
    Primitive.DURATION: _read_duration,
    Primitive.GUID: str.lower,
    Primitive.STRING: _read_text,
}


# --- writers ---------------------------------------------------------------------------------


def _write_double(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return repr(float(value))


def _write_clock(value: time | datetime) -> str:
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}"


def _write_instant(value: datetime) -> str:
    moment = value.astimezone(UTC)
    return f"{moment.date().isoformat()}T{_write_clock(moment)}Z"


def write_duration(value: timedelta) -> str:
    """The duration as payloads carry it."""
    sign = "-" if value < timedelta(0) else ""
    length = abs(value)
    seconds = f"{length.seconds}.{length.microseconds:06d}".rstrip("0").rstrip(".")
    days = f"{length.days}D" if length.days else ""
    clock = f"T{seconds}S" if seconds != "0" or not days else ""
    return f"{sign}P{days}{clock}"


def _write_binary(value: bytes) -> str:
    return f"binary'{base64.urlsafe_b64encode(value).decode('ascii')}'"


_WRITERS: Mapping[Primitive, Callable[..., str]] = {
    Primitive.BINARY: _write_binary,
    Primitive.BOOLEAN: lambda value: "true" if value else "false",
    **dict.fromkeys(INTEGER_RANGES, str),
    Primitive.DECIMAL: lambda value: format(value, "f"),
    Primitive.DOUBLE: _write_double,
    Primitive.SINGLE: _write_double,
    Primitive.DATE: date.isoformat,
    Primitive.DATE_TIME_OFFSET: _write_instant,
    Primitive.TIME_OF_DAY: _write_clock,
    Primitive.DURATION: lambda value: f"duration'{write_duration(value)}'",
    Primitive.GUID: str,
    Primitive.STRING: quote,
}
