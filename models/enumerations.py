"""The enumerations of Business Central that the entity sets use (reference §15)."""

from __future__ import annotations

from odata.edm.types import EnumMember, EnumType

NAMESPACE = "Microsoft.NAV"
_BLANK = EnumMember("_x0020_", 0, " ")

CONTACT_TYPE = EnumType(
    "contactType", NAMESPACE, (EnumMember("Company", 0), EnumMember("Person", 1))
)

CUSTOMER_BLOCKED = EnumType(
    "customerBlocked",
    NAMESPACE,
    (_BLANK, EnumMember("Ship", 1), EnumMember("Invoice", 2), EnumMember("All", 3)),
)

DEFAULT_DIMENSION_PARENT_TYPE = EnumType(
    "defaultDimensionParentType",
    NAMESPACE,
    (
        _BLANK,
        EnumMember("Customer", 1),
        EnumMember("Item", 2),
        EnumMember("Vendor", 3),
        EnumMember("Employee", 4),
    ),
)

DEFAULT_DIMENSION_POSTING_TYPE = EnumType(
    "defaultDimensionValuePostingType",
    NAMESPACE,
    (
        _BLANK,
        EnumMember("Code_x0020_Mandatory", 1, "Code Mandatory"),
        EnumMember("Same_x0020_Code", 2, "Same Code"),
        EnumMember("No_x0020_Code", 3, "No Code"),
    ),
)

PICTURE_PARENT_TYPE = EnumType(
    "pictureEntityParentType",
    NAMESPACE,
    (
        EnumMember("Customer", 1),
        EnumMember("Item", 2),
        EnumMember("Vendor", 3),
        EnumMember("Employee", 4),
        EnumMember("Contact", 5),
    ),
)

TAX_TYPE = EnumType(
    "taxBufferType",
    NAMESPACE,
    (EnumMember("Sales_x0020_Tax", 0, "Sales Tax"), EnumMember("VAT", 1)),
)
