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
        _BLANK,
        EnumMember("Customer", 1),
        EnumMember("Vendor", 2),
        EnumMember("Bank_x0020_Account", 3, "Bank Account"),
        EnumMember("Employee", 4),
        EnumMember("None", 100),
        EnumMember("Other", 101),
        EnumMember("Multiple", 102),
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

EMPLOYEE_STATUS = EnumType(
    "employeeStatus",
    NAMESPACE,
    (EnumMember("Active", 0), EnumMember("Inactive", 1), EnumMember("Terminated", 2)),
)

ATTACHMENT_PARENT_TYPE = EnumType(
    "attachmentEntityBufferDocumentType",
    NAMESPACE,
    (
        _BLANK,
        EnumMember("Journal", 1),
        EnumMember("Sales_x0020_Order", 2, "Sales Order"),
        EnumMember("Sales_x0020_Quote", 3, "Sales Quote"),
        EnumMember("Sales_x0020_Credit_x0020_Memo", 4, "Sales Credit Memo"),
        EnumMember("Sales_x0020_Invoice", 5, "Sales Invoice"),
        EnumMember("Purchase_x0020_Invoice", 6, "Purchase Invoice"),
        EnumMember("Purchase_x0020_Order", 7, "Purchase Order"),
        EnumMember("Employee", 9),
        EnumMember("Job", 10),
        EnumMember("Item", 11),
        EnumMember("Customer", 12),
        EnumMember("Vendor", 13),
        EnumMember("Purchase_x0020_Credit_x0020_Memo", 14, "Purchase Credit Memo"),
        EnumMember("Customer_x0020_Statement", 15, "Customer Statement"),
    ),
)

DIMENSION_SET_PARENT_TYPE = EnumType(
    "dimensionSetEntryBufferParentType",
    NAMESPACE,
    (
        _BLANK,
        EnumMember("Journal_x0020_Line", 1, "Journal Line"),
        EnumMember("Sales_x0020_Order", 2, "Sales Order"),
        EnumMember("Sales_x0020_Order_x0020_Line", 3, "Sales Order Line"),
        EnumMember("Sales_x0020_Quote", 4, "Sales Quote"),
        EnumMember("Sales_x0020_Quote_x0020_Line", 5, "Sales Quote Line"),
        EnumMember("Sales_x0020_Credit_x0020_Memo", 6, "Sales Credit Memo"),
        EnumMember("Sales_x0020_Credit_x0020_Memo_x0020_Line", 7, "Sales Credit Memo Line"),
        EnumMember("Sales_x0020_Invoice", 8, "Sales Invoice"),
        EnumMember("Sales_x0020_Invoice_x0020_Line", 9, "Sales Invoice Line"),
        EnumMember("Purchase_x0020_Invoice", 10, "Purchase Invoice"),
        EnumMember("Purchase_x0020_Invoice_x0020_Line", 11, "Purchase Invoice Line"),
        EnumMember("General_x0020_Ledger_x0020_Entry", 12, "General Ledger Entry"),
        EnumMember("Time_x0020_Registration_x0020_Entry", 13, "Time Registration Entry"),
        EnumMember("Sales_x0020_Shipment", 14, "Sales Shipment"),
        EnumMember("Sales_x0020_Shipment_x0020_Line", 15, "Sales Shipment Line"),
        EnumMember("Purchase_x0020_Receipt", 16, "Purchase Receipt"),
        EnumMember("Purchase_x0020_Receipt_x0020_Line", 17, "Purchase Receipt Line"),
        EnumMember("Purchase_x0020_Order", 18, "Purchase Order"),
        EnumMember("Purchase_x0020_Order_x0020_Line", 19, "Purchase Order Line"),
        EnumMember("Purchase_x0020_Credit_x0020_Memo", 20, "Purchase Credit Memo"),
        EnumMember("Purchase_x0020_Credit_x0020_Memo_x0020_Line", 21, "Purchase Credit Memo Line"),
    ),
)

ITEM_ENTRY_TYPE = EnumType(
    "itemLedgerEntryType",
    NAMESPACE,
    (
        EnumMember("Purchase", 0),
        EnumMember("Sale", 1),
        EnumMember("Positive_x0020_Adjmt_x002E_", 2, "Positive Adjmt."),
        EnumMember("Negative_x0020_Adjmt_x002E_", 3, "Negative Adjmt."),
        EnumMember("Transfer", 4),
        EnumMember("Consumption", 5),
        EnumMember("Output", 6),
        EnumMember("_x0020_", 7, " "),
        EnumMember("Assembly_x0020_Consumption", 8, "Assembly Consumption"),
        EnumMember("Assembly_x0020_Output", 9, "Assembly Output"),
    ),
)

ANALYSIS_SOURCE_TYPE = EnumType(
    "analysisSourceType",
    NAMESPACE,
    (_BLANK, EnumMember("Customer", 1), EnumMember("Vendor", 2), EnumMember("Item", 3)),
)

ITEM_DOCUMENT_TYPE = EnumType(
    "itemLedgerDocumentType",
    NAMESPACE,
    (
        _BLANK,
        EnumMember("Sales_x0020_Shipment", 1, "Sales Shipment"),
        EnumMember("Sales_x0020_Invoice", 2, "Sales Invoice"),
        EnumMember("Sales_x0020_Return_x0020_Receipt", 3, "Sales Return Receipt"),
        EnumMember("Sales_x0020_Credit_x0020_Memo", 4, "Sales Credit Memo"),
        EnumMember("Purchase_x0020_Receipt", 5, "Purchase Receipt"),
        EnumMember("Purchase_x0020_Invoice", 6, "Purchase Invoice"),
        EnumMember("Purchase_x0020_Return_x0020_Shipment", 7, "Purchase Return Shipment"),
        EnumMember("Purchase_x0020_Credit_x0020_Memo", 8, "Purchase Credit Memo"),
        EnumMember("Transfer_x0020_Shipment", 9, "Transfer Shipment"),
        EnumMember("Transfer_x0020_Receipt", 10, "Transfer Receipt"),
        EnumMember("Service_x0020_Shipment", 11, "Service Shipment"),
        EnumMember("Service_x0020_Invoice", 12, "Service Invoice"),
        EnumMember("Service_x0020_Credit_x0020_Memo", 13, "Service Credit Memo"),
        EnumMember("Posted_x0020_Assembly", 14, "Posted Assembly"),
        EnumMember("Inventory_x0020_Receipt", 19, "Inventory Receipt"),
        EnumMember("Inventory_x0020_Shipment", 20, "Inventory Shipment"),
        EnumMember("Direct_x0020_Transfer", 21, "Direct Transfer"),
    ),
)

CREDIT_MEMO_STATUS = EnumType(
    "salesCrMemoEntityBufferStatus",
    NAMESPACE,
    (
        EnumMember("Draft", 0),
        EnumMember("In_x0020_Review", 1, "In Review"),
        EnumMember("Open", 2),
        EnumMember("Canceled", 3),
        EnumMember("Corrective", 4),
        EnumMember("Paid", 5),
    ),
)

JOURNAL_ACCOUNT_TYPE = EnumType(
    "genJournalAccountType",
    NAMESPACE,
    (
        EnumMember("G_x002F_L_x0020_Account", 0, "G/L Account"),
        EnumMember("Customer", 1),
        EnumMember("Vendor", 2),
        EnumMember("Bank_x0020_Account", 3, "Bank Account"),
        EnumMember("Fixed_x0020_Asset", 4, "Fixed Asset"),
        EnumMember("IC_x0020_Partner", 5, "IC Partner"),
        EnumMember("Employee", 6),
        EnumMember("Allocation_x0020_Account", 10, "Allocation Account"),
    ),
)
