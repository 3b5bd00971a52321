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

ADDRESS_FORMAT = EnumType(
    "countryRegionAddressFormat",
    NAMESPACE,
    (
        EnumMember("Post_x0020_Code_x002B_City", 0, "Post Code+City"),
        EnumMember("City_x002B_Post_x0020_Code", 1, "City+Post Code"),
        EnumMember("City_x002B_County_x002B_Post_x0020_Code", 2, "City+County+Post Code"),
        EnumMember(
            "Blank_x0020_Line_x002B_Post_x0020_Code_x002B_City", 3, "Blank Line+Post Code+City"
        ),
        EnumMember("Custom", 13),
    ),
)

ITEM_TYPE = EnumType(
    "itemType",
    NAMESPACE,
    (
        EnumMember("Inventory", 0),
        EnumMember("Service", 1),
        EnumMember("Non_x002D_Inventory", 2, "Non-Inventory"),
    ),
)

VENDOR_BLOCKED = EnumType(
    "vendorBlocked", NAMESPACE, (_BLANK, EnumMember("Payment", 1), EnumMember("All", 2))
)
