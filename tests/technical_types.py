"""The part of the technical service whose types are derived from one another.

Assets are abstract: cars and sports cars stand in the same table, what trucks add in one of
their own. Where an asset stands is a complex value of one of three types.
"""

from __future__ import annotations

from decimal import Decimal

import peewee

from odata.edm.types import ComplexType, Facets, Primitive, Property
from odata.sql import fields
from odata.sql.expose import Exposure, NavigationDeclaration, column, to_many, to_one
from odata.sql.inheritance import complex_hierarchy
from odata.sql.mapping import ColumnMapping, ComplexMapping

NAMESPACE = "Technical"
_UNBOUND = peewee.DatabaseProxy()


class Asset(peewee.Model):
    """Something that an employee may use."""

    id = peewee.IntegerField(primary_key=True)
    kind = fields.TextField(10)
    name = fields.TextField(50)
    owner_id = peewee.IntegerField(null=True)
    doors = peewee.IntegerField(null=True)
    driver_id = peewee.IntegerField(null=True)
    top_speed = peewee.IntegerField(null=True)
    tow_id = peewee.IntegerField(null=True)
    spot_kind = fields.TextField(10, default="spot")
    spot_city = fields.TextField(50, null=True)
    spot_box = peewee.IntegerField(null=True)
    spot_street = fields.TextField(50, null=True)
    etag = fields.TextField(40, default="")

    class Meta:
        table_name = "asset"
        database = _UNBOUND


class TruckPart(peewee.Model):
    """What a truck has beside what every asset has."""

    id = peewee.IntegerField(primary_key=True)
    payload = fields.ScaledDecimalField(18, 4, null=True)
    axles = peewee.IntegerField(default=2)

    class Meta:
        table_name = "truck_part"
        database = _UNBOUND


MODELS = (Asset, TruckPart)

SPOT = ComplexType("spot", NAMESPACE, (Property("city", Primitive.STRING),))
GARAGE = ComplexType("garage", NAMESPACE, (Property("box", Primitive.INT32),), SPOT)
KERB = ComplexType("kerb", NAMESPACE, (Property("street", Primitive.STRING),), SPOT)


def _spot() -> ComplexMapping:
    members = {
        "city": ColumnMapping(SPOT.properties[0], Asset.spot_city),
        "box": ColumnMapping(GARAGE.properties[0], Asset.spot_box),
        "street": ColumnMapping(KERB.properties[0], Asset.spot_street),
    }
    types = {SPOT: "spot", GARAGE: "garage", KERB: "kerb"}
    return ComplexMapping(
        Property("spot", SPOT, Facets(nullable=False)),
        SPOT,
        members,
        hierarchy=complex_hierarchy(Asset.spot_kind, types),
    )


def asset_exposures() -> tuple[Exposure, ...]:
    """The hierarchy; trucks have a set of their own beside that of all assets."""
    asset = Exposure(
        Asset,
        "asset",
        "assets",
        properties=(
            column(Asset.id, nullable=False),
            column(Asset.name, searchable=True),
            column(Asset.owner_id),
            _spot(),
        ),
        navigation=(to_one("owner", "employee", on=(("ownerId", "id"),), contained=False),),
        entity_tag=Asset.etag,
        discriminator=Asset.kind,
        is_abstract=True,
    )
    car = Exposure(
        Asset,
        "car",
        None,
        properties=(column(Asset.doors), column(Asset.driver_id)),
        navigation=(to_one("driver", "employee", on=(("driverId", "id"),), contained=False),),
        base="asset",
        type_value="car",
    )
    sports_car = Exposure(
        Asset,
        "sportsCar",
        None,
        properties=(column(Asset.top_speed),),
        base="car",
        type_value="sports",
    )
    truck = Exposure(
        TruckPart,
        "truck",
        "trucks",
        properties=(
            column(TruckPart.payload),
            column(TruckPart.axles, nullable=False),
            column(Asset.tow_id),
        ),
        navigation=(to_one("tow", "car", on=(("towId", "id"),), contained=False),),
        base="asset",
        type_value="truck",
    )
    return (asset, car, sports_car, truck)


def asset_navigation() -> tuple[NavigationDeclaration, ...]:
    """How an employee leads to assets: to all of his, and to the cars among them."""
    return (
        to_many("assets", "asset", on=(("id", "ownerId"),), contained=False),
        to_many("cars", "car", on=(("id", "ownerId"),), contained=False),
    )


def fill_assets() -> None:
    """The rows."""
    for row in _ASSETS:
        Asset.create(**row)
    for row in _TRUCKS:
        TruckPart.create(**row)


_ASSETS: tuple[dict[str, object], ...] = (
    {
        "id": 1,
        "kind": "car",
        "name": "Wagon",
        "owner_id": 1,
        "doors": 5,
        "driver_id": 2,
        "spot_kind": "garage",
        "spot_city": "Lund",
        "spot_box": 7,
        "etag": "YTE=",
    },
    {
        "id": 2,
        "kind": "sports",
        "name": "Dart",
        "owner_id": 1,
        "doors": 2,
        "top_speed": 300,
        "spot_kind": "kerb",
        "spot_city": "Malm\u00f6",
        "spot_street": "Kajen",
        "etag": "YTI=",
    },
    {
        "id": 3,
        "kind": "truck",
        "name": "Hauler",
        "owner_id": 2,
        "tow_id": 1,
        "spot_city": "Lund",
        "etag": "YTM=",
    },
    {"id": 4, "kind": "car", "name": "Mini", "etag": "YTQ="},
)
_TRUCKS: tuple[dict[str, object], ...] = ({"id": 3, "payload": Decimal("12.5"), "axles": 3},)
