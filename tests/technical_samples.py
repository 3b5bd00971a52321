"""Samples of the technical service: a value of every primitive type, once nullable, once not."""

from __future__ import annotations

import datetime
from decimal import Decimal

import peewee

from odata.edm.types import Facets, Primitive, Property
from odata.sql import fields
from odata.sql.expose import Exposure, column
from odata.sql.mapping import ColumnMapping

_UNBOUND = peewee.DatabaseProxy()
_DAY = datetime.date(2024, 2, 29)
_MOMENT = datetime.datetime(2024, 2, 29, 23, 59, 59, 500000, tzinfo=datetime.UTC)
_CLOCK = datetime.time(23, 59, 59, 250000)
_SPAN = datetime.timedelta(days=-1, hours=1)
_GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


class Sample(peewee.Model):
    """A row of values; those behind ``sure_`` are never null."""

    id = peewee.IntegerField(primary_key=True)
    binary = peewee.BlobField(null=True)
    boolean = peewee.BooleanField(null=True)
    byte = peewee.SmallIntegerField(null=True)
    date = fields.DayField(null=True)
    instant = fields.InstantField(6, null=True)
    decimal = fields.ScaledDecimalField(18, 4, null=True)
    double = peewee.DoubleField(null=True)
    duration = fields.DurationField(null=True)
    guid = fields.GuidField(null=True)
    int16 = peewee.SmallIntegerField(null=True)
    int32 = peewee.IntegerField(null=True)
    int64 = peewee.BigIntegerField(null=True)
    sbyte = peewee.SmallIntegerField(null=True)
    single = peewee.DoubleField(null=True)
    string = fields.TextField(50, null=True)
    time = fields.ClockField(null=True)
    sure_binary = peewee.BlobField(default=b"\x00")
    sure_boolean = peewee.BooleanField(default=False)
    sure_byte = peewee.SmallIntegerField(default=0)
    sure_date = fields.DayField(default=datetime.date(2000, 1, 1))
    sure_instant = fields.InstantField(
        6, default=datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    )
    sure_decimal = fields.ScaledDecimalField(18, 4, default=Decimal(0))
    sure_double = peewee.DoubleField(default=0.0)
    sure_duration = fields.DurationField(default=datetime.timedelta())
    sure_guid = fields.GuidField(default=_GUID)
    sure_int16 = peewee.SmallIntegerField(default=0)
    sure_int32 = peewee.IntegerField(default=0)
    sure_int64 = peewee.BigIntegerField(default=0)
    sure_sbyte = peewee.SmallIntegerField(default=0)
    sure_single = peewee.DoubleField(default=0.0)
    sure_string = fields.TextField(50, default="")
    sure_time = fields.ClockField(default=datetime.time())

    class Meta:
        table_name = "sample"
        database = _UNBOUND


# Types that no column tells.
_SMALL = {"byte": Primitive.BYTE, "sbyte": Primitive.SBYTE, "single": Primitive.SINGLE}


def samples() -> Exposure:
    """The entity set."""
    columns = Sample._meta.sorted_fields
    return Exposure(
        Sample,
        "sample",
        "samples",
        properties=(
            column(Sample.id, nullable=False),
            *(_property(item) for item in columns if item.name != "id"),
        ),
    )


def _property(item: peewee.Field) -> ColumnMapping:
    mapping = column(item)
    small = _SMALL.get(item.name.removeprefix("sure_"))
    if small is None:
        return mapping
    definition = Property(mapping.definition.name, small, Facets(nullable=item.null))
    return ColumnMapping(definition, item)


_VALUES: dict[str, object] = {
    "binary": b"\xfb\xff",
    "boolean": True,
    "byte": 255,
    "date": _DAY,
    "instant": _MOMENT,
    "decimal": Decimal("-99999999999999.9999"),
    "double": 1e-300,
    "duration": _SPAN,
    "guid": _GUID,
    "int16": -32768,
    "int32": 2147483647,
    "int64": -9223372036854775808,
    "sbyte": -128,
    "single": 0.5,
    "string": "öl 'x'",
    "time": _CLOCK,
}
ROWS: tuple[dict[str, object], ...] = (
    {"id": 1, **_VALUES, **{f"sure_{name}": value for name, value in _VALUES.items()}},
    {"id": 2},
)
