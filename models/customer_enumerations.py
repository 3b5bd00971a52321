"""The enumerations of what customers have beyond Business Central, in the words of the APIs."""

from __future__ import annotations

from models.enumerations import NAMESPACE
from odata.edm.types import EnumMember, EnumType

ACTIVITY_STATUS = EnumType(
    "activityStatus", NAMESPACE, (EnumMember("active", 0), EnumMember("inactive", 1))
)

ADDRESS_TYPE = EnumType(
    "customerAddressType",
    NAMESPACE,
    (EnumMember("billing", 0), EnumMember("shipping", 1), EnumMember("both", 2)),
)
BILLING, SHIPPING, BOTH = 0, 1, 2

WORK_ORDER_STATUS = EnumType(
    "workOrderStatus",
    NAMESPACE,
    (
        EnumMember("open", 0),
        EnumMember("in_progress", 1),
        EnumMember("completed", 2),
        EnumMember("cancelled", 3),
    ),
)
ACTIVE_WORK_ORDERS = (0, 1)

CONTRACT_STATUS = EnumType(
    "serviceContractStatus",
    NAMESPACE,
    (EnumMember("active", 0), EnumMember("completed", 1), EnumMember("cancelled", 2)),
)
ACTIVE_CONTRACTS = (0,)
