"""The tables of what goes with its customer."""

from __future__ import annotations

from models.asset import Asset
from models.customer_address import CustomerAddress
from models.customer_contact import CustomerContact
from models.customer_parts import OwnedTable
from models.external_id import ExternalId
from models.portal_user import unlink_customer
from models.service_contract import ServiceContract
from models.work_order import WorkOrder
from odata.query.change import Change

OWNED = (
    OwnedTable(CustomerContact, "customerContact"),
    OwnedTable(CustomerAddress, "customerAddress"),
    OwnedTable(ExternalId, "externalId"),
    OwnedTable(Asset, "asset"),
    OwnedTable(WorkOrder, "workOrder"),
    OwnedTable(ServiceContract, "serviceContract"),
)


def remove_owned(change: Change) -> None:
    """Remove what belonged to a customer that is removed."""
    key = change.key["id"]
    unlink_customer(change)
    for item in OWNED:
        change.rows.delete(item.model, item.model.customer_id == key)
