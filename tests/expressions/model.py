"""A service made for expressions: every primitive type, null and not, and little data.

Row 1 has every value, row 2 other ones, row 3 has negative and extreme ones, row 4 has null
wherever it may.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

import peewee

from odata.edm.types import ComplexType, EnumMember, EnumType, Facets, Primitive, Property
from odata.protocol.engine import Engine
from odata.protocol.settings import EngineSettings
from odata.query.limits import QueryLimits
from odata.sql import fields
from odata.sql.expose import Exposure, column, publish, to_many, to_one
from odata.sql.mapping import ColumnMapping, ComplexMapping, DataSource

NAMESPACE = "Sample"
COLOR = EnumType(
    "color", NAMESPACE, (EnumMember("Red", 0), EnumMember("Green", 1), EnumMember("Blue", 5))
)
RIGHTS = EnumType(
    "rights",
    NAMESPACE,
    (EnumMember("None", 0), EnumMember("Read", 1), EnumMember("Write", 2), EnumMember("Own", 4)),
    is_flags=True,
)

_UNBOUND = peewee.DatabaseProxy()


class Thing(peewee.Model):
    id = peewee.IntegerField(primary_key=True)
    parent_id = peewee.IntegerField(null=True)
    text = fields.TextField(null=True)
    title = fields.TextField()
    flag = peewee.BooleanField(null=True)
    small = peewee.SmallIntegerField(null=True)
    whole = peewee.IntegerField(null=True)
    big = peewee.BigIntegerField(null=True)
    count = peewee.IntegerField()
    amount = fields.ScaledDecimalField(18, 2, null=True)
    exact = fields.ScaledDecimalField(18, 4)
    ratio = peewee.DoubleField(null=True)
    day = fields.DayField(null=True)
    moment = fields.InstantField(0, null=True)
    instant = fields.InstantField(6, null=True)
    clock = fields.ClockField(null=True)
    span = fields.DurationField(null=True)
    unique = fields.GuidField(null=True)
    content = peewee.BlobField(null=True)
    color = fields.EnumField(COLOR, null=True)
    rights = fields.EnumField(RIGHTS, default=0)
    words = fields.JsonField(null=True)
    numbers = fields.JsonField(default=list)
    amounts = fields.JsonField(default=list)
    days = fields.JsonField(default=list)
    place_city = fields.TextField(null=True)
    place_floor = peewee.IntegerField(null=True)

    class Meta:
        table_name = "thing"
        database = _UNBOUND


class Part(peewee.Model):
    thing_id = peewee.IntegerField()
    line = fields.TextField()
    weight = fields.ScaledDecimalField(18, 3, null=True)
    owner_id = peewee.IntegerField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("thing_id", "line")
        table_name = "part"
        database = _UNBOUND


class Note(peewee.Model):
    code = fields.TextField(primary_key=True)
    thing_id = peewee.IntegerField()
    line = fields.TextField()
    text = fields.TextField(null=True)

    class Meta:
        table_name = "note"
        database = _UNBOUND


_PLACE = ComplexType(
    "place", NAMESPACE, (Property("city", Primitive.STRING), Property("floor", Primitive.INT32))
)


def _place() -> ComplexMapping:
    members = {
        "city": ColumnMapping(_PLACE.properties[0], Thing.place_city),
        "floor": ColumnMapping(_PLACE.properties[1], Thing.place_floor),
    }
    return ComplexMapping(Property("place", _PLACE), _PLACE, members)


def _collection(name: str, item: Primitive, field: peewee.Field) -> ColumnMapping:
    definition = Property(name, item, Facets(nullable=True), is_collection=True)
    return ColumnMapping(definition, field)


_SINGLE = (
    "id parent_id text title flag small whole big count amount exact ratio day moment instant "
    "clock span unique content color rights"
)

THING = Exposure(
    Thing,
    "thing",
    "things",
    properties=(
        *(column(getattr(Thing, name)) for name in _SINGLE.split()),
        _collection("words", Primitive.STRING, Thing.words),
        _collection("numbers", Primitive.INT64, Thing.numbers),
        _collection("amounts", Primitive.DECIMAL, Thing.amounts),
        _collection("days", Primitive.DATE, Thing.days),
        _place(),
    ),
    navigation=(
        to_one("parent", "thing", on=(("parentId", "id"),), contained=False),
        to_many("children", "thing", on=(("id", "parentId"),), contained=False),
        to_many("parts", "part", on=(("id", "thingId"),), contained=False),
    ),
)
PART = Exposure(
    Part,
    "part",
    "parts",
    properties=(
        column(Part.thing_id),
        column(Part.line),
        column(Part.weight),
        column(Part.owner_id),
    ),
    navigation=(
        to_one("thing", "thing", on=(("thingId", "id"),), contained=False),
        to_one("owner", "thing", on=(("ownerId", "id"),), contained=False),
        to_many("notes", "note", on=(("thingId", "thingId"), ("line", "line")), contained=False),
    ),
    key=("thingId", "line"),
)
NOTE = Exposure(
    Note,
    "note",
    "notes",
    properties=(
        column(Note.code),
        column(Note.thing_id),
        column(Note.line),
        column(Note.text),
    ),
    key=("code",),
)
MODELS = (Thing, Part, Note)


def build_source(database: peewee.Database) -> DataSource:
    """The service over a database."""
    for model in MODELS:
        model.bind(database)
    return publish(NAMESPACE, (THING, PART, NOTE), database=database)


def build_engine(database: peewee.Database, limits: QueryLimits | None = None) -> Engine:
    """An engine over the service, whose clock stands still."""
    settings = EngineSettings(secret=b"expressions", limits=limits or QueryLimits())
    now = datetime.datetime(2025, 6, 1, 12, tzinfo=datetime.UTC)
    return Engine(build_source(database), settings, clock=lambda: now)


def create_tables(database: peewee.Database) -> None:
    """The tables, empty."""
    for model in MODELS:
        model.bind(database)
    database.create_tables(MODELS)


def fill(database: peewee.Database) -> None:
    """The tables with their rows."""
    create_tables(database)
    for row in _THINGS:
        Thing.create(**row)
    for row in _PARTS:
        Part.create(**row)
    for row in _NOTES:
        Note.create(**row)


def instant(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)


_THINGS: tuple[dict[str, object], ...] = (
    {
        "id": 1,
        "text": "Alpha",
        "title": " Öl & ß ",
        "flag": True,
        "small": 7,
        "whole": 10,
        "big": 9007199254740993,
        "count": 3,
        "amount": Decimal("12.50"),
        "exact": Decimal("0.1000"),
        "ratio": 1.5,
        "day": datetime.date(2024, 2, 29),
        "moment": instant(2025, 2, 15, 9, 30, 5),
        "instant": instant(2025, 2, 15, 9, 30, 5, 120000),
        "clock": datetime.time(8, 30, 15, 250000),
        "span": datetime.timedelta(days=1, hours=2),
        "unique": "01234567-89ab-cdef-0123-456789abcdef",
        "content": b"\xfb\xff",
        "color": 1,
        "rights": 5,
        "words": ["red", "Öl", 'q"'],
        "numbers": [1, 2, 2, 3],
        "amounts": [1.5, 2.25],
        "days": ["2024-01-31", "2024-02-29"],
        "place_city": "Lund",
        "place_floor": 2,
    },
    {
        "id": 2,
        "parent_id": 1,
        "text": "beta%_\\",
        "title": "ΑΣ straße",
        "flag": False,
        "small": -7,
        "whole": 3,
        "big": 4,
        "count": 0,
        "amount": Decimal("-2.50"),
        "exact": Decimal("2.5000"),
        "ratio": -2.5,
        "day": datetime.date(2023, 12, 31),
        "moment": instant(2023, 12, 31, 23, 59, 59),
        "instant": instant(2023, 12, 31, 23, 59, 59, 999999),
        "clock": datetime.time(0, 0),
        "span": datetime.timedelta(seconds=-1.5),
        "unique": "ffffffff-89ab-cdef-0123-456789abcdef",
        "color": 0,
        "rights": 2,
        "words": [],
        "numbers": [],
        "place_city": "Lund",
    },
    {
        "id": 3,
        "parent_id": 2,
        "text": "",
        "title": "12",
        "flag": True,
        "small": 0,
        "whole": -2147483648,
        "big": 9223372036854775807,
        "count": -5,
        "amount": Decimal("0.00"),
        "exact": Decimal("-99999999999999.9999"),
        "ratio": 0.0,
        "day": datetime.date(1, 1, 1),
        "moment": instant(1, 1, 1),
        "instant": instant(9999, 12, 31, 23, 59, 59, 999999),
        "clock": datetime.time(23, 59, 59, 999999),
        "span": datetime.timedelta(0),
        "color": 5,
        "rights": 0,
        "words": ["red"],
        "numbers": [3, 1],
        "amounts": [-1],
        "place_floor": 0,
    },
    {"id": 4, "title": "x", "count": 1, "exact": Decimal(0)},
)
_PARTS: tuple[dict[str, object], ...] = (
    {"thing_id": 1, "line": "a", "weight": Decimal("1.500"), "owner_id": 2},
    {"thing_id": 1, "line": "b", "weight": None, "owner_id": 1},
    {"thing_id": 2, "line": "a", "weight": Decimal("10.000"), "owner_id": None},
)
_NOTES: tuple[dict[str, object], ...] = (
    {"code": "n1", "thing_id": 1, "line": "a", "text": "Alpha"},
    {"code": "n2", "thing_id": 1, "line": "a", "text": None},
    {"code": "n3", "thing_id": 2, "line": "a", "text": "z"},
)
