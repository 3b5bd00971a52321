"""Work orders: what is to be done for a customer."""

from __future__ import annotations

from models.asset import CAPTION as ASSET_CAPTION
from models.asset import Asset
from models.base import NO_ID, reference
from models.customer_enumerations import ACTIVE_WORK_ORDERS, WORK_ORDER_STATUS
from models.customer_record import (
    CustomerRecord,
    CustomerRecordRules,
    record_exposure,
    status_of,
)
from models.numbers import WORK_ORDERS, Numbering, SeriesBeginning
from models.reference_check import Reference, check_references
from models.surroundings import Surroundings
from odata.query.change import Change
from odata.sql.expose import Exposure, column, to_one
from odata.sql.fields import DayField, EnumField, GuidField

CAPTION = "Work Order"
_REFERENCES = (Reference("assetId", Asset, ASSET_CAPTION),)


class WorkOrder(CustomerRecord):
    """A work order, active until it is completed or cancelled."""

    asset_id = GuidField(default=NO_ID)
    status = EnumField(WORK_ORDER_STATUS, default=0)
    scheduled_date = DayField(null=True)

    class Meta:
        table_name = "work_order"


class WorkOrderRules(CustomerRecordRules):
    """The asset exists."""

    def check_values(self, change: Change) -> None:
        """Look for the asset."""
        check_references(change, _REFERENCES)


def has_active_work_orders(change: Change) -> str | None:
    """Active work orders stand against removing their customer."""
    active = WorkOrder.select().where(
        WorkOrder.customer_id == change.key["id"], WorkOrder.status.in_(ACTIVE_WORK_ORDERS)
    )
    return "it has active work orders" if active.exists() else None


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``workOrders``."""
    numbering = Numbering(WORK_ORDERS, WorkOrder.number, SeriesBeginning("WO-", 5, 10_000))
    return record_exposure(
        WorkOrder,
        ("workOrder", "workOrders"),
        WorkOrderRules("work-order", numbering, CAPTION),
        (
            reference(WorkOrder.asset_id),
            status_of(WorkOrder.status),
            column(WorkOrder.scheduled_date),
        ),
        (to_one("asset", "asset", on=(("assetId", "id"),), contained=False),),
    )
