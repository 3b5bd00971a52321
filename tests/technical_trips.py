"""Trips of the technical service: a collection of complex values, and operations that are
bound to collections of entities."""

from __future__ import annotations

import datetime
from decimal import Decimal

import peewee

from odata.edm.model import Parameter, ReturnType
from odata.edm.types import (
    ComplexType,
    EnumMember,
    EnumType,
    Facets,
    Primitive,
    Property,
    PropertyType,
)
from odata.query.operation_call import EntitiesResult, OperationCall
from odata.sql import fields
from odata.sql.expose import Exposure, column
from odata.sql.mapping import ColumnMapping, DataSource
from odata.sql.operations import declare_action, declare_function
from tests.technical_types import SPOT

NAMESPACE = "Technical"
NOT_NULL = Facets(nullable=False)
_UNBOUND = peewee.DatabaseProxy()
_VIA = EnumType("via", NAMESPACE, (EnumMember("Road", 0), EnumMember("Rail", 1)))
_PLACE = ComplexType(
    "place",
    NAMESPACE,
    (Property("city", Primitive.STRING), Property("country", Primitive.STRING)),
)
_STOP = ComplexType(
    "stop",
    NAMESPACE,
    (
        Property("name", Primitive.STRING, Facets(nullable=False, max_length=20)),
        Property("arrives", Primitive.DATE_TIME_OFFSET),
        Property("fare", Primitive.DECIMAL, Facets(precision=18, scale=4)),
        Property("via", _VIA, NOT_NULL, default=0),
        Property("place", _PLACE, NOT_NULL),
        Property("notes", Primitive.STRING, NOT_NULL, is_collection=True),
    ),
)


class Trip(peewee.Model):
    """A trip with its stops in order."""

    id = peewee.IntegerField(primary_key=True)
    name = fields.TextField(50)
    seats = peewee.IntegerField(default=0)
    stops = fields.JsonField(default=list)
    parked = fields.JsonField(default=list)
    fares = fields.JsonField(default=list)
    vias = fields.JsonField(default=list)
    etag = fields.TextField(40, default="")

    class Meta:
        table_name = "trip"
        database = _UNBOUND


def _collection(name: str, item: PropertyType) -> Property:
    return Property(name, item, NOT_NULL, is_collection=True)


def trips() -> Exposure:
    """The entity set."""
    stops = Property("stops", _STOP, NOT_NULL, is_collection=True)
    return Exposure(
        Trip,
        "trip",
        "trips",
        properties=(
            column(Trip.id, nullable=False),
            column(Trip.name),
            column(Trip.seats),
            ColumnMapping(stops, Trip.stops),
            ColumnMapping(_collection("parked", SPOT), Trip.parked),
            ColumnMapping(_collection("fares", Primitive.DECIMAL), Trip.fares),
            ColumnMapping(_collection("vias", _VIA), Trip.vias),
        ),
        entity_tag=Trip.etag,
    )


def declare_trip_operations(source: DataSource) -> None:
    """What may be called on trips together."""
    trip = source.model.entity_types["trip"]
    declare_action(
        source,
        "addSeats",
        _add_seats,
        bound_to="Collection(trip)",
        parameters=(Parameter("seats", Primitive.INT32, facets=NOT_NULL),),
        returns=ReturnType(Primitive.INT32, nullable=False),
    )
    declare_function(
        source,
        "seats",
        lambda call: sum(_seats(item.values) for item in call.entities()),
        bound_to="Collection(trip)",
        returns=ReturnType(Primitive.INT32, nullable=False),
    )
    declare_function(
        source,
        "withSeats",
        _with_seats,
        bound_to="Collection(trip)",
        parameters=(Parameter("least", Primitive.INT32, facets=NOT_NULL),),
        returns=ReturnType(trip, is_collection=True),
    )


def _seats(values: object) -> int:
    return int(values["seats"])  # type: ignore[index]  # the values of a trip


def _add_seats(call: OperationCall) -> int:
    entities = call.entities()
    for item in entities:
        seats = _seats(item.values) + int(str(call.parameters["seats"]))
        call.changes.update("trip", item.key, {"seats": seats})
    return len(entities)


def _with_seats(call: OperationCall) -> EntitiesResult:
    least = int(str(call.parameters["least"]))
    found = (item for item in call.entities() if _seats(item.values) >= least)
    return EntitiesResult(tuple(item.key for item in found))


_ARRIVES = datetime.datetime(2025, 5, 1, 8, 30, tzinfo=datetime.UTC)
_LUND = {
    "name": "Lund",
    "arrives": f"{_ARRIVES:%Y-%m-%dT%H:%M:%SZ}",
    "fare": Decimal("12.5000"),
    "via": "Rail",
    "place": {"city": "Lund", "country": "SE"},
    "notes": ["lunch"],
}
_YSTAD = {
    "name": "Ystad",
    "arrives": None,
    "fare": None,
    "via": "Road",
    "place": {"city": None, "country": None},
    "notes": [],
}
_PARKED = [
    {"city": "Lund"},
    {"@odata.type": "#Technical.garage", "city": "Lund", "box": 7},
    {"@odata.type": "#Technical.kerb", "city": "Ystad", "street": "Kajen"},
]
ROWS: tuple[dict[str, object], ...] = (
    {
        "id": 1,
        "name": "South",
        "seats": 4,
        "stops": [_LUND, _YSTAD],
        "parked": _PARKED,
        "fares": [Decimal("12.50"), Decimal("0.1")],
        "vias": [1, 0],
        "etag": "VDE=",
    },
    {"id": 2, "name": "North", "seats": 9, "stops": [], "etag": "VDI="},
    {"id": 3, "name": "Nowhere", "seats": 0, "stops": [], "etag": "VDM="},
)
