"""How a column keeps the values of an EDM type, and how a value becomes a parameter for it."""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from functools import lru_cache, partial
from typing import Any

import peewee

from odata.edm.types import INTEGER_TYPES, EnumType, Primitive, PropertyType
from odata.sql import fields

PythonValue = Any  # of an EDM type, or as a driver takes it; its Storage tells which

_MICROSECOND = datetime.timedelta(microseconds=1)
_LARGEST = 2**63 - 1
_LARGEST_EXPONENT = 19
_UNMATCHED = -(2**63)  # no column of ours holds it: stands for a value that none can equal


class Form(Enum):
    """The form in which a database keeps a value."""

    TEXT = auto()
    GUID = auto()
    SCALED = auto()
    INSTANT = auto()
    DAY = auto()
    CLOCK = auto()
    SPAN = auto()
    BOOLEAN = auto()
    INTEGER = auto()
    REAL = auto()
    BINARY = auto()
    JSON = auto()
    NUMBER = auto()  # an exact number as the dialect computes with it
    NATIVE_GUID = auto()
    NATIVE_DECIMAL = auto()
    NATIVE_INSTANT = auto()
    NATIVE_DAY = auto()
    NATIVE_CLOCK = auto()


@dataclass(frozen=True, slots=True)
class Storage:
    """A form with its digits: ``digits`` counts those after the point of decimals and
    seconds."""

    form: Form
    digits: int = 0


class Rounding(Enum):
    """Which neighbour stands for a value: for a decimal between two stored ones, or for the
    texts that begin with a prefix."""

    EXACT = auto()
    FLOOR = auto()
    CEILING = auto()
    BEYOND_PREFIX = auto()


_FORMS: tuple[tuple[type[peewee.Field], Form], ...] = (
    (fields.GuidField, Form.GUID),
    (fields.ScaledDecimalField, Form.SCALED),
    (fields.InstantField, Form.INSTANT),
    (fields.DayField, Form.DAY),
    (fields.ClockField, Form.CLOCK),
    (fields.DurationField, Form.SPAN),
    (fields.JsonField, Form.JSON),
    (peewee.UUIDField, Form.NATIVE_GUID),
    (peewee.BooleanField, Form.BOOLEAN),
    (peewee.DecimalField, Form.NATIVE_DECIMAL),
    (peewee.DateTimeField, Form.NATIVE_INSTANT),
    (peewee.DateField, Form.NATIVE_DAY),
    (peewee.TimeField, Form.NATIVE_CLOCK),
    (peewee.IntegerField, Form.INTEGER),
    (peewee.FloatField, Form.REAL),
    (peewee.BlobField, Form.BINARY),
    (peewee.CharField, Form.TEXT),
    (peewee.TextField, Form.TEXT),
)


def storage_of(column: peewee.Field) -> Storage:
    """The storage of a column."""
    if isinstance(column, peewee.ForeignKeyField):
        return storage_of(column.rel_field)
    for field_class, form in _FORMS:
        if isinstance(column, field_class):
            return Storage(form, _digits(column))
    raise LookupError(f"no storage for {type(column).__name__} {column.name}")


def _digits(column: peewee.Field) -> int:
    if isinstance(column, fields.ScaledDecimalField):
        return column.scale
    if isinstance(column, fields.InstantField):
        return column.precision
    if isinstance(column, peewee.DecimalField):
        return int(column.decimal_places)
    return 6


_CANONICAL: Mapping[Primitive, Form] = {
    Primitive.STRING: Form.TEXT,
    Primitive.GUID: Form.GUID,
    Primitive.BOOLEAN: Form.BOOLEAN,
    Primitive.DECIMAL: Form.NUMBER,
    Primitive.DOUBLE: Form.REAL,
    Primitive.SINGLE: Form.REAL,
    Primitive.DATE: Form.DAY,
    Primitive.DATE_TIME_OFFSET: Form.INSTANT,
    Primitive.TIME_OF_DAY: Form.CLOCK,
    Primitive.DURATION: Form.SPAN,
    Primitive.BINARY: Form.BINARY,
}


def canonical_storage(edm_type: PropertyType | None) -> Storage:
    """The storage in which values of this type are computed."""
    if isinstance(edm_type, EnumType) or edm_type in INTEGER_TYPES:
        return Storage(Form.INTEGER)
    if isinstance(edm_type, Primitive) and edm_type in _CANONICAL:
        return Storage(_CANONICAL[edm_type], 6)
    return Storage(Form.TEXT)


def to_parameter(
    value: PythonValue, storage: Storage, rounding: Rounding = Rounding.EXACT
) -> PythonValue:
    """``value``, a Python value of its EDM type, as the driver takes it for this storage."""
    if value is None:
        return None
    return _WRITERS[storage.form](value, storage, rounding)


def parameter_writer(
    storage: Storage, rounding: Rounding = Rounding.EXACT
) -> Callable[[PythonValue], PythonValue] | None:
    """What gives a value that is no null as the driver takes it; None where it is taken as it
    is."""
    write = _WRITERS[storage.form]
    return None if write is _plain else lambda value: write(value, storage, rounding)


def _scaled(value: PythonValue, storage: Storage, rounding: Rounding) -> int:
    if isinstance(value, float) and not math.isfinite(value):
        return _beyond(value)
    units = Decimal(value).scaleb(storage.digits)
    whole = _to_whole(units, rounding)
    return _UNMATCHED if whole is None else max(-_LARGEST, min(_LARGEST, whole))


def _beyond(value: float) -> int:
    if math.isnan(value):
        return _UNMATCHED
    return _LARGEST if value > 0 else -_LARGEST


def _to_whole(units: Decimal, rounding: Rounding) -> int | None:
    if units.adjusted() > _LARGEST_EXPONENT:
        if rounding is Rounding.EXACT:
            return None
        return _LARGEST if units > 0 else -_LARGEST
    if rounding is Rounding.FLOOR:
        return math.floor(units)
    if rounding is Rounding.CEILING:
        return math.ceil(units)
    return int(units) if units == units.to_integral_value() else None


def _integer(value: PythonValue, _storage: Storage, rounding: Rounding) -> int:
    return value if isinstance(value, int) else _scaled(value, Storage(Form.SCALED, 0), rounding)


def _instant(value: PythonValue, storage: Storage, _rounding: Rounding) -> str:
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time(), datetime.UTC)
    return fields.write_instant(value, storage.digits)


def _day(value: PythonValue, _storage: Storage, _rounding: Rounding) -> str:
    if isinstance(value, datetime.datetime):
        return fields.write_instant(value, 6)
    return str(value.isoformat())


def _native_instant(value: PythonValue, storage: Storage, rounding: Rounding) -> datetime.datetime:
    text = _instant(value, storage, rounding)
    return datetime.datetime.fromisoformat(text)


def _number_text(value: PythonValue, _storage: Storage, _rounding: Rounding) -> str:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return format(number, "f")


_GREATEST_CHARACTER = "\U0010ffff"
_BEFORE_SURROGATES, _AFTER_SURROGATES = "\ud7ff", "\ue000"


def _text(value: PythonValue, _storage: Storage, rounding: Rounding) -> str:
    text = str(value)
    return beyond_prefix(text) if rounding is Rounding.BEYOND_PREFIX else text


def beyond_prefix(prefix: str) -> str:
    """The least text, by code point, after all those that begin with ``prefix``."""
    rest = prefix.rstrip(_GREATEST_CHARACTER)
    if not rest:
        return _GREATEST_CHARACTER * (len(prefix) + 1)
    last = rest[-1]
    following = _AFTER_SURROGATES if last == _BEFORE_SURROGATES else chr(ord(last) + 1)
    return rest[:-1] + following


def _plain(value: PythonValue, _storage: Storage, _rounding: Rounding) -> PythonValue:
    return value


_WRITERS: Mapping[Form, Callable[[PythonValue, Storage, Rounding], PythonValue]] = {
    Form.TEXT: _text,
    Form.GUID: _plain,
    Form.SCALED: _scaled,
    Form.INSTANT: _instant,
    Form.DAY: _day,
    Form.CLOCK: lambda value, _s, _r: value.isoformat(timespec="microseconds"),
    Form.SPAN: lambda value, _s, _r: value // _MICROSECOND,
    Form.BOOLEAN: _plain,
    Form.INTEGER: _integer,
    Form.REAL: lambda value, _s, _r: None if math.isnan(value) else float(value),
    Form.BINARY: _plain,
    Form.JSON: _plain,
    Form.NUMBER: _number_text,
    Form.NATIVE_GUID: lambda value, _s, _r: uuid.UUID(value),
    Form.NATIVE_DECIMAL: _number_text,
    Form.NATIVE_INSTANT: _native_instant,
    Form.NATIVE_DAY: _plain,
    Form.NATIVE_CLOCK: _plain,
}


def from_database(value: PythonValue, storage: Storage) -> PythonValue:
    """A fetched value as the Python value of its EDM type."""
    reader = reader_of(storage)
    return value if value is None or reader is None else reader(value)


def reader_of(storage: Storage) -> Callable[[PythonValue], PythonValue] | None:
    """What reads a value that is no null; None where it is read as it is."""
    if storage.form is Form.SCALED:
        return partial(_unscaled, storage.digits)
    return _READERS.get(storage.form)


@lru_cache(maxsize=1024, typed=True)
def _unscaled(digits: int, value: PythonValue) -> Decimal:
    """Most amounts are zero, and many are seen again."""
    return Decimal(value).scaleb(-digits)


def _read_instant(value: PythonValue) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=datetime.UTC)
    return fields.read_instant(value)


def _read_day(value: PythonValue) -> datetime.date:
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)


def _read_clock(value: PythonValue) -> datetime.time:
    return value if isinstance(value, datetime.time) else datetime.time.fromisoformat(value)


_READERS: Mapping[Form, Callable[[PythonValue], PythonValue]] = {
    Form.NUMBER: lambda value: Decimal(str(value)),
    Form.NATIVE_DECIMAL: lambda value: Decimal(str(value)),
    Form.INSTANT: _read_instant,
    Form.NATIVE_INSTANT: _read_instant,
    Form.DAY: datetime.date.fromisoformat,
    Form.NATIVE_DAY: _read_day,
    Form.CLOCK: datetime.time.fromisoformat,
    Form.NATIVE_CLOCK: _read_clock,
    Form.SPAN: lambda value: datetime.timedelta(microseconds=value),
    Form.BOOLEAN: bool,
    Form.BINARY: bytes,
    Form.NATIVE_GUID: lambda value: str(
        value if isinstance(value, uuid.UUID) else uuid.UUID(value)
    ),
}
