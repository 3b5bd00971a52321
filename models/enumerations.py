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

ACCOUNT_CATEGORY = EnumType(
    "glAccountCategory",
    NAMESPACE,
    (
        _BLANK,
        EnumMember("Assets", 1),
        EnumMember("Liabilities", 2),
        EnumMember("Equity", 3),
        EnumMember("Income", 4),
        EnumMember("Cost_x0020_of_x0020_Goods_x0020_Sold", 5, "Cost of Goods Sold"),
        EnumMember("Expense", 6),
    ),
)

ACCOUNT_TYPE = EnumType(
    "glAccountType",
    NAMESPACE,
    (
        EnumMember("Posting", 0),
        EnumMember("Heading", 1),
        EnumMember("Total", 2),
        EnumMember("Begin_x002D_Total", 3, "Begin-Total"),
        EnumMember("End_x002D_Total", 4, "End-Total"),
    ),
)

CONSOLIDATION_METHOD = EnumType(
    "glAccountConsolidationTranslationMethod",
    NAMESPACE,
    (
        EnumMember("Average_x0020_Rate_x0020__x0028_Manual_x0029_", 0, "Average Rate (Manual)"),
        EnumMember("Closing_x0020_Rate", 1, "Closing Rate"),
        EnumMember("Historical_x0020_Rate", 2, "Historical Rate"),
        EnumMember("Composite_x0020_Rate", 3, "Composite Rate"),
        EnumMember("Equity_x0020_Rate", 4, "Equity Rate"),
    ),
)

DOCUMENT_TYPE = EnumType(
    "genJournalDocumentType",
    NAMESPACE,
    (
        _BLANK,
        EnumMember("Payment", 1),
        EnumMember("Invoice", 2),
        EnumMember("Credit_x0020_Memo", 3, "Credit Memo"),
        EnumMember("Finance_x0020_Charge_x0020_Memo", 4, "Finance Charge Memo"),
        EnumMember("Reminder", 5),
        EnumMember("Refund", 6),
    ),
)

INVOICE_STATUS = EnumType(
    "invoiceEntityAggregateStatus",
    NAMESPACE,
    (
        _BLANK,
        EnumMember("Draft", 1),
        EnumMember("In_x0020_Review", 2, "In Review"),
        EnumMember("Open", 3),
        EnumMember("Paid", 4),
        EnumMember("Canceled", 5),
        EnumMember("Corrective", 6),
    ),
)

ORDER_STATUS = EnumType(
    "salesOrderEntityBufferStatus",
    NAMESPACE,
    (EnumMember("Draft", 0), EnumMember("In_x0020_Review", 1, "In Review"), EnumMember("Open", 2)),
)

QUOTE_STATUS = EnumType(
    "salesQuoteEntityBufferStatus",
    NAMESPACE,
    (
        EnumMember("Draft", 0),
        EnumMember("Sent", 1),
        EnumMember("Accepted", 2),
        EnumMember("Expired_x0020_", 3, "Expired "),
    ),
)

LINE_TYPE = EnumType(
    "invoiceLineAggLineType",
    NAMESPACE,
    (
        EnumMember("Comment", 0),
        EnumMember("Account", 1),
        EnumMember("Item", 2),
        EnumMember("Resource", 3),
        EnumMember("Fixed_x0020_Asset", 4, "Fixed Asset"),
        EnumMember("Charge", 5),
        EnumMember("Allocation_x0020_Account", 10, "Allocation Account"),
    ),
)

CONTACT_BUSINESS_RELATION = EnumType(
    "contactBusinessRelation",
    NAMESPACE,
    (
        EnumMember("None", 0),
        EnumMember("Customer", 1),
        EnumMember("Vendor", 2),
        EnumMember("Bank_x0020_Account", 3, "Bank Account"),
        EnumMember("Employee", 4),
        EnumMember("Multiple", 5),
    ),
)

CONTACT_RELATED_TYPE = EnumType(
    "contactBusinessRelationLinkToTable",
    NAMESPACE,
    (
        _BLANK,
        EnumMember("Customer", 1),
        EnumMember("Vendor", 2),
        EnumMember("Bank_x0020_Account", 3, "Bank Account"),
        EnumMember("Employee", 4),
    ),
)
