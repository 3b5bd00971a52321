"""Service contracts: what is agreed with a customer."""

from __future__ import annotations

from models.customer_enumerations import ACTIVE_CONTRACTS, CONTRACT_STATUS
from models.customer_record import (
    CustomerRecord,
    CustomerRecordRules,
    record_exposure,
    status_of,
)
from models.numbers import SERVICE_CONTRACTS, Numbering, SeriesBeginning
from models.surroundings import Surroundings
from odata.query.change import Change
from odata.sql.expose import Exposure, column
from odata.sql.fields import DayField, EnumField

CAPTION = "Service Contract"


class ServiceContract(CustomerRecord):
    """A contract, active until it is completed or cancelled."""

    status = EnumField(CONTRACT_STATUS, default=0)
    start_date = DayField(null=True)
    end_date = DayField(null=True)

    class Meta:
        table_name = "service_contract"


def has_active_contracts(change: Change) -> str | None:
    """Active contracts stand against removing their customer."""
    active = ServiceContract.select().where(
        ServiceContract.customer_id == change.key["id"],
        ServiceContract.status.in_(ACTIVE_CONTRACTS),
    )
    return "it has active service contracts" if active.exists() else None


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``serviceContracts``."""
    numbering = Numbering(
        SERVICE_CONTRACTS, ServiceContract.number, SeriesBeginning("SC-", 5, 10_000)
    )
    return record_exposure(
        ServiceContract,
        ("serviceContract", "serviceContracts"),
        CustomerRecordRules("contract", numbering, CAPTION),
        (
            status_of(ServiceContract.status),
            column(ServiceContract.start_date),
            column(ServiceContract.end_date),
        ),
    )
