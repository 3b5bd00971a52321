"""A second service with what Business Central has not: recursion, complex values, composite
keys, collections, flags, singletons, nullable values of every primitive type.

Its rows are few and written out here, so that a case can be followed by eye.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

import peewee

from odata.edm.model import Singleton
from odata.edm.types import ComplexType, EnumMember, EnumType, Facets, Primitive, Property
from odata.protocol.engine import Engine
from odata.protocol.settings import EngineSettings
from odata.query.limits import QueryLimits
from odata.sql import fields
from odata.sql.dialects import dialect_of
from odata.sql.expose import Exposure, column, publish, stream, to_many, to_one
from odata.sql.mapping import ColumnMapping, ComplexMapping, DataSource, StoredStream, StreamChange
from odata.sql.search import install_all
from tests.technical_functions import declare_functions
from tests.technical_open import ROWS as PARCELS
from tests.technical_open import Parcel, parcels
from tests.technical_samples import ROWS as SAMPLES
from tests.technical_samples import Sample, samples
from tests.technical_trips import ROWS as TRIPS
from tests.technical_trips import Trip, declare_trip_operations, trips
from tests.technical_types import MODELS, asset_exposures, asset_navigation, fill_assets

NAMESPACE = "Technical"
LEVEL = EnumType(
    "level", NAMESPACE, (EnumMember("Junior", 0), EnumMember("Senior", 1), EnumMember("Lead", 2))
)
RIGHTS = EnumType(
    "rights",
    NAMESPACE,
    (EnumMember("Read", 1), EnumMember("Write", 2), EnumMember("Admin", 4)),
    is_flags=True,
)

_UNBOUND = peewee.DatabaseProxy()


class Department(peewee.Model):
    """A department: its key are two texts."""

    country = fields.TextField(2)
    code = fields.TextField(10)
    name = fields.TextField(50)

    class Meta:
        primary_key = peewee.CompositeKey("country", "code")
        table_name = "department"
        database = _UNBOUND


class Employee(peewee.Model):
    """An employee with a value of every kind."""

    id = peewee.IntegerField(primary_key=True)
    name = fields.TextField(50)
    nickname = fields.TextField(50, null=True)
    manager_id = peewee.IntegerField(null=True, index=True)
    country = fields.TextField(2, null=True)
    department_code = fields.TextField(10, null=True)
    salary = fields.ScaledDecimalField(18, 4, null=True)
    rating = peewee.DoubleField(null=True)
    points = peewee.BigIntegerField(null=True)
    hired = fields.DayField(null=True)
    seen = fields.InstantField(6, null=True)
    starts = fields.ClockField(null=True)
    holiday = fields.DurationField(null=True)
    badge = peewee.BlobField(null=True)
    is_active = peewee.BooleanField(null=True)
    level = fields.EnumField(LEVEL, null=True)
    rights = fields.EnumField(RIGHTS, default=0)
    tags = fields.JsonField(default=list)
    home_street = fields.TextField(50, null=True)
    home_city = fields.TextField(50, null=True)
    home_position_x = peewee.IntegerField(null=True)
    home_position_y = peewee.IntegerField(null=True)
    etag = fields.TextField(40, default="")

    class Meta:
        table_name = "employee"
        database = _UNBOUND


class Office(peewee.Model):
    """The one office: a singleton."""

    id = peewee.IntegerField(primary_key=True)
    city = fields.TextField(50)

    class Meta:
        table_name = "office"
        database = _UNBOUND


_POSITION = ComplexType(
    "position",
    NAMESPACE,
    (Property("x", Primitive.INT32), Property("y", Primitive.INT32)),
)
_ADDRESS = ComplexType(
    "address",
    NAMESPACE,
    (
        Property("street", Primitive.STRING),
        Property("city", Primitive.STRING),
        Property("position", _POSITION),
    ),
)


class Portraits:
    """Keeps one portrait: that of employee 1."""

    def read(self, key: Mapping[str, object], scope: str | None) -> StoredStream | None:
        """The bytes, where there are any."""
        del scope
        if key.get("id") != 1:
            return None
        return StoredStream(b"\x89PNG~", "image/png", "cG9ydHJhaXQ=")

    def read_all(
        self, keys: Sequence[Mapping[str, object]], scope: str | None
    ) -> list[StoredStream | None]:
        """The bytes of several employees."""
        return [self.read(key, scope) for key in keys]

    def write(self, change: StreamChange) -> bool:
        """Nothing is kept."""
        return change.replaced is not None


def _home() -> ComplexMapping:
    position, x_axis, y_axis = (
        _ADDRESS.properties[2],
        *_POSITION.properties,
    )
    inner = ComplexMapping(
        position,
        _POSITION,
        {
            "x": ColumnMapping(x_axis, Employee.home_position_x),
            "y": ColumnMapping(y_axis, Employee.home_position_y),
        },
    )
    members = {
        "street": ColumnMapping(_ADDRESS.properties[0], Employee.home_street),
        "city": ColumnMapping(_ADDRESS.properties[1], Employee.home_city),
        "position": inner,
    }
    return ComplexMapping(Property("home", _ADDRESS, Facets(nullable=False)), _ADDRESS, members)


def _employees() -> Exposure:
    tags = Property(
        "tags",
        Primitive.STRING,
        Facets(nullable=False),
        is_collection=True,
        is_searchable=True,
    )
    return Exposure(
        Employee,
        "employee",
        "employees",
        properties=(
            column(Employee.id, nullable=False),
            column(Employee.name, searchable=True),
            column(Employee.nickname, searchable=True),
            column(Employee.manager_id),
            column(Employee.country),
            column(Employee.department_code),
            column(Employee.salary),
            column(Employee.rating),
            column(Employee.points),
            column(Employee.hired),
            column(Employee.seen),
            column(Employee.starts),
            column(Employee.holiday),
            column(Employee.badge),
            column(Employee.is_active),
            column(Employee.level),
            column(Employee.rights),
            ColumnMapping(tags, Employee.tags),
            _home(),
            stream("portrait", Portraits(), presence=lambda employee: employee.id == 1),
        ),
        navigation=(
            to_one("manager", "employee", on=(("managerId", "id"),), contained=False),
            to_many("reports", "employee", on=(("id", "managerId"),), contained=False),
            *asset_navigation(),
            to_one(
                "department",
                "department",
                on=(("country", "country"), ("departmentCode", "code")),
                contained=False,
            ),
        ),
        entity_tag=Employee.etag,
    )


def _departments() -> Exposure:
    return Exposure(
        Department,
        "department",
        "departments",
        properties=(
            column(Department.country),
            column(Department.code),
            column(Department.name, searchable=True),
        ),
        navigation=(
            to_many(
                "employees",
                "employee",
                on=(("country", "country"), ("code", "departmentCode")),
                contained=False,
            ),
        ),
        key=("country", "code"),
        alternate_keys=(("name",),),
    )


_MODELS = (Department, Employee, Office, Parcel, Trip, Sample, *MODELS)


def bind_technical(database: peewee.Database) -> None:
    """Have the models read and write this database from now on."""
    for model in _MODELS:
        model.bind(database)


def build_technical(database: peewee.Database) -> DataSource:
    """The service over a database."""
    bind_technical(database)
    office = Exposure(Office, "office", None, properties=(column(Office.id), column(Office.city)))
    sets = (_employees(), _departments(), parcels(), trips(), samples())
    exposures = (*sets, office, *asset_exposures())
    source = publish(NAMESPACE, exposures, database=database)
    source.model.singletons["office"] = Singleton("office", source.model.entity_types["office"])
    declare_trip_operations(source)
    declare_functions(source, _POSITION)
    return source


def technical_engine(
    database: peewee.Database, *, page_size: int = 100, limits: QueryLimits | None = None
) -> Engine:
    """An engine over the service."""
    settings = EngineSettings(
        secret=b"technical", page_size=page_size, limits=limits or QueryLimits()
    )
    return Engine(build_technical(database), settings)


def fill_technical(database: peewee.Database) -> None:
    """The tables with their rows."""
    bind_technical(database)
    database.create_tables(_MODELS)
    Office.create(id=1, city="Lund")
    Department.insert_many(_DEPARTMENTS).execute()
    for row in _EMPLOYEES:
        Employee.create(**row)
    for row in PARCELS:
        Parcel.create(**row)
    for row in TRIPS:
        Trip.create(**row)
    for row in SAMPLES:
        Sample.create(**row)
    fill_assets()
    install_all(build_technical(database), dialect_of(database))


_DEPARTMENTS = (
    {"country": "SE", "code": "R&D", "name": "Research"},
    {"country": "SE", "code": "HR", "name": "People"},
    {"country": "DE", "code": "HR", "name": "Personal"},
)
_EMPLOYEES: tuple[dict[str, object], ...] = (
    {
        "id": 1,
        "name": "Ada",
        "nickname": "Countess",
        "country": "SE",
        "department_code": "R&D",
        "salary": Decimal("1234567890123.4500"),
        "rating": 1.5,
        "points": 9007199254740993,
        "hired": datetime.date(2020, 2, 29),
        "seen": datetime.datetime(2025, 2, 15, 9, 30, 0, 120000, tzinfo=datetime.UTC),
        "starts": datetime.time(8, 30),
        "holiday": datetime.timedelta(days=1, hours=2),
        "badge": b"\xfb\xff",
        "is_active": True,
        "level": 2,
        "rights": 5,
        "tags": ["vip", "öl", 'v"2'],
        "home_street": "Storgatan 1",
        "home_city": "Lund",
        "home_position_x": 1,
        "home_position_y": -2,
        "etag": "QQ==",
    },
    {
        "id": 2,
        "name": "Bob",
        "manager_id": 1,
        "country": "SE",
        "department_code": "R&D",
        "salary": Decimal("10.5"),
        "is_active": False,
        "level": 1,
        "rights": 1,
        "tags": ["vip"],
        "home_city": "Malmö",
        "etag": "Qg==",
    },
    {
        "id": 3,
        "name": "Cy",
        "manager_id": 1,
        "country": "SE",
        "department_code": "HR",
        "nickname": "",
        "salary": Decimal(0),
        "level": 0,
        "tags": [],
        "etag": "Qw==",
    },
    {
        "id": 4,
        "name": "Di",
        "manager_id": 2,
        "country": "DE",
        "department_code": "HR",
        "etag": "RA==",
        "tags": ["x"],
    },
    {"id": 5, "name": "Ed", "manager_id": 4, "etag": "RQ==", "tags": []},
)
