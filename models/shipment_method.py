"""Shipment methods: terms of delivery (reference §6.1)."""

from __future__ import annotations

from models.base import key_of, last_modified, text
from models.code_table import CodeEntity, CodeRules, code_property
from models.grants import TABLE, portal_reads
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.sql.expose import Exposure
from odata.sql.fields import TextField

CAPTION = "Shipment Method"


class ShipmentMethod(CodeEntity):
    """A shipment method of one company."""

    code = TextField(10)

    class Meta:
        table_name = "shipment_method"


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``shipmentMethods``."""
    return Exposure(
        ShipmentMethod,
        "shipmentMethod",
        "shipmentMethods",
        properties=(
            key_of(ShipmentMethod),
            code_property(ShipmentMethod.code, CAPTION, searchable=True),
            text(ShipmentMethod.display_name, searchable=True),
            last_modified(ShipmentMethod),
        ),
        scope=ShipmentMethod.company_id,
        scope_type="company",
        entity_tag=ShipmentMethod.etag,
        default_order=("code",),
        capabilities=Capabilities(searchable=True),
        rules=CodeRules(ShipmentMethod, CAPTION, around.uses_of("shipmentMethod")),
        grants=(*TABLE, *portal_reads()),
    )
