"""Open types of the technical service: parcels with properties that no type declares."""

from __future__ import annotations

import peewee

from odata.edm.types import ComplexType, Facets, Primitive, Property
from odata.sql import fields
from odata.sql.expose import Exposure, column, to_one
from odata.sql.mapping import ColumnMapping, ComplexMapping

NAMESPACE = "Technical"
_UNBOUND = peewee.DatabaseProxy()


class Parcel(peewee.Model):
    """A parcel; ``dynamic`` is its own document, ``customs_dynamic`` that of its customs."""

    id = peewee.IntegerField(primary_key=True)
    name = fields.TextField(50)
    owner_id = peewee.IntegerField(null=True)
    customs_code = fields.TextField(10, null=True)
    customs_dynamic = fields.TextField(default="{}")
    dynamic = fields.TextField(default="{}")
    etag = fields.TextField(40, default="")

    class Meta:
        table_name = "parcel"
        database = _UNBOUND


_CUSTOMS = ComplexType("customs", NAMESPACE, (Property("code", Primitive.STRING),), is_open=True)


def parcels() -> Exposure:
    """The entity set."""
    customs = ComplexMapping(
        Property("customs", _CUSTOMS, Facets(nullable=False)),
        _CUSTOMS,
        {"code": ColumnMapping(_CUSTOMS.properties[0], Parcel.customs_code)},
        dynamic=Parcel.customs_dynamic,
    )
    return Exposure(
        Parcel,
        "parcel",
        "parcels",
        properties=(
            column(Parcel.id, nullable=False),
            column(Parcel.name),
            column(Parcel.owner_id),
            customs,
        ),
        navigation=(to_one("owner", "employee", on=(("ownerId", "id"),), contained=False),),
        entity_tag=Parcel.etag,
        dynamic=Parcel.dynamic,
    )


ROWS: tuple[dict[str, object], ...] = (
    {
        "id": 1,
        "name": "Books",
        "owner_id": 1,
        "customs_code": "4901",
        "customs_dynamic": '{"duty":12.50,"checked":true}',
        "dynamic": (
            '{"weight":1.50,"fragile":false,"note":"heavy \\"ö\\"","due@type":"Date",'
            '"due":"2025-03-01","tags":["red","blue"],"size":{"width":3,"depth":4}}'
        ),
        "etag": "cDE=",
    },
    {
        "id": 2,
        "name": "Glass",
        "owner_id": 2,
        "customs_dynamic": '{"duty":7,"checked":false}',
        "dynamic": (
            '{"weight":20,"fragile":true,"note":"7","seen@type":"DateTimeOffset",'
            '"seen":"2025-02-15T09:30:00.12Z","serial@type":"Int64","serial":9007199254740993,'
            '"counts@type":"Collection(Int32)","counts":[1,2,3]}'
        ),
        "etag": "cDI=",
    },
    {
        "id": 3,
        "name": "Odd",
        "dynamic": '{"weight":"heavy","note":7,"fragile":"true","due":"2025-03-01"}',
        "etag": "cDM=",
    },
    {"id": 4, "name": "Plain", "etag": "cDQ="},
)
