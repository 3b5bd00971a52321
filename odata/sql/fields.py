"""Peewee fields that hold the same content in the same order on SQLite and PostgreSQL.

Text compares by code point, decimals are integers of their smallest unit, instants and dates
are text of fixed width in UTC, durations are microseconds. What one database stores, the
other stores byte for byte, so rows, orders and comparisons agree without translation.
"""

from __future__ import annotations

import datetime
import json
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

import peewee

from odata.edm.types import EnumType
from odata.sql.dynamic_text import json_text

SqlNode = Any  # peewee's nodes overload every operator and cannot be typed further

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_MICROSECOND = datetime.timedelta(microseconds=1)
# Most instants have as many digits, and their text so many characters without the offset.
_MILLISECONDS = 3
_LENGTH = len("2025-02-15T09:30:00.000")


class _CodePointOrder(peewee.Field):
    """A column whose text compares by code point, whatever the database's locale."""

    def ddl(self, ctx: Any) -> SqlNode:
        """The column definition; PostgreSQL needs its collation named."""
        definition = super().ddl(ctx)
        if ctx.state.param == "%s":
            return peewee.NodeList((definition, peewee.SQL('COLLATE "C"')))
        return definition


class TextField(_CodePointOrder, peewee.CharField):
    """Text of at most ``max_length`` characters (None: any length)."""

    field_type = "TEXT"

    def __init__(self, max_length: int | None = None, **options: Any) -> None:
        super().__init__(max_length, **options)

    def get_modifiers(self) -> list[int] | None:
        """None: the length is checked when a payload is read, alike on both databases."""
        return None


class GuidField(_CodePointOrder, peewee.Field):
    """A GUID as 36 lower-case characters."""

    field_type = "TEXT"

    def adapt(self, value: object) -> str:
        """The canonical text of ``value``."""
        if type(value) is str and _GUID.match(value):
            return value
        text = str(value).lower()
        if not _GUID.match(text):
            raise ValueError(f"not a GUID: {text[:40]}")
        return text


class ScaledDecimalField(peewee.Field):
    """An exact decimal with ``scale`` digits after the point, stored in its smallest unit."""

    field_type = "BIGINT"

    def __init__(self, precision: int = 18, scale: int = 2, **options: Any) -> None:
        self.precision = precision
        self.scale = scale
        super().__init__(**options)

    def db_value(self, value: Any) -> int | None:
        """The number of smallest units; refuses digits beyond the scale."""
        if value is None:
            return None
        units = Decimal(value).scaleb(self.scale)
        if units != units.to_integral_value():
            raise ValueError(f"{value} has more than {self.scale} digits after the point")
        return int(units)

    def python_value(self, value: Any) -> Decimal | None:
        """The decimal with exactly ``scale`` digits after the point."""
        return None if value is None else _scaled(int(value), self.scale)


class InstantField(_CodePointOrder, peewee.Field):
    """A point in time in UTC: ``2025-02-15T09:30:00.000`` with ``precision`` digits."""

    field_type = "TEXT"

    def __init__(self, precision: int = 3, **options: Any) -> None:
        self.precision = precision
        super().__init__(**options)

    def db_value(self, value: Any) -> str | None:
        """The text of an aware instant."""
        return None if value is None else write_instant(value, self.precision)

    def python_value(self, value: Any) -> datetime.datetime | None:
        """The aware instant."""
        return None if value is None else read_instant(value)


class DayField(_CodePointOrder, peewee.Field):
    """A calendar day as ``2025-02-15``."""

    field_type = "TEXT"

    def db_value(self, value: Any) -> str | None:
        """The ISO text of a date."""
        return None if value is None else value.isoformat()

    def python_value(self, value: Any) -> datetime.date | None:
        """The date."""
        return None if value is None else datetime.date.fromisoformat(value)


class ClockField(_CodePointOrder, peewee.Field):
    """A time of day as ``13:20:00.000000``."""

    field_type = "TEXT"

    def db_value(self, value: Any) -> str | None:
        """The ISO text with microseconds."""
        return None if value is None else value.isoformat(timespec="microseconds")

    def python_value(self, value: Any) -> datetime.time | None:
        """The time of day."""
        return None if value is None else datetime.time.fromisoformat(value)


class DurationField(peewee.Field):
    """A duration in microseconds."""

    field_type = "BIGINT"

    def db_value(self, value: Any) -> int | None:
        """The number of microseconds."""
        return None if value is None else value // _MICROSECOND

    def python_value(self, value: Any) -> datetime.timedelta | None:
        """The duration."""
        return None if value is None else datetime.timedelta(microseconds=value)


class EnumField(peewee.SmallIntegerField):
    """A member of an enumeration, stored as its number."""

    def __init__(self, enum_type: EnumType, **options: Any) -> None:
        self.enum_type = enum_type
        super().__init__(**options)


class JsonField(_CodePointOrder, peewee.Field):
    """A collection or complex value as compact JSON text."""

    field_type = "TEXT"

    def db_value(self, value: Any) -> str | None:
        """The JSON text."""
        if value is None:
            return None
        return json_text(value)

    def python_value(self, value: Any) -> Any:
        """The decoded value."""
        return None if value is None else json.loads(value)


@lru_cache(maxsize=1024)
def _scaled(units: int, scale: int) -> Decimal:
    """Most amounts of a new row are zero, and many are seen again."""
    return Decimal(units).scaleb(-scale)


@lru_cache(maxsize=256)
def read_instant(text: str) -> datetime.datetime:
    """The aware instant of a stored text; that of a change is read in all rows that it writes."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def write_instant(value: datetime.datetime, precision: int) -> str:
    """The stored text of an aware instant; more digits only where the value has them."""
    if value.tzinfo is datetime.UTC:
        return _instant_text(value, precision)
    return _instant_text(value.astimezone(datetime.UTC), precision)


@lru_cache(maxsize=256)
def _instant_text(value: datetime.datetime, precision: int) -> str:
    """One instant is written many times: in the rows of a change and in what is told of them."""
    if precision == _MILLISECONDS and value.microsecond % 1000 == 0:
        return value.isoformat(timespec="milliseconds")[:_LENGTH]
    text = value.isoformat(timespec="microseconds")  # whose parts have their places
    kept = text[20:26].rstrip("0").ljust(precision, "0")
    return f"{text[:19]}.{kept}" if kept else text[:19]
