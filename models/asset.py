"""Assets: what stands at a customer's and is serviced."""

from __future__ import annotations

from models.base import text
from models.customer_enumerations import ACTIVITY_STATUS
from models.customer_record import (
    CustomerRecord,
    CustomerRecordRules,
    record_exposure,
    status_of,
)
from models.numbers import ASSETS, Numbering, SeriesBeginning
from models.surroundings import Surroundings
from odata.sql.expose import Exposure
from odata.sql.fields import EnumField, TextField

CAPTION = "Asset"


class Asset(CustomerRecord):
    """A machine, a building, a vehicle."""

    serial_number = TextField(50, default="")
    status = EnumField(ACTIVITY_STATUS, default=0)

    class Meta:
        table_name = "asset"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``assets``."""
    numbering = Numbering(ASSETS, Asset.number, SeriesBeginning("A-", 5, 10_000))
    return record_exposure(
        Asset,
        ("asset", "assets"),
        CustomerRecordRules("asset", numbering, CAPTION),
        (text(Asset.serial_number), status_of(Asset.status)),
    )
