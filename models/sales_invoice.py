"""Sales invoices with their lines (reference §6.4)."""

from __future__ import annotations

from models.sales_exposure import SalesNames, head_exposure, line_exposure
from models.sales_kind import INVOICE
from odata.sql.expose import Exposure

_NAMES = SalesNames("salesInvoice", "salesInvoices", "salesInvoiceLine", "salesInvoiceLines")
_HEAD = """
id number*^ externalDocumentNumber invoiceDate postingDate dueDate promisedPayDate
customerPurchaseOrderReference customerId customerNumber!^ customerName* billToName*
billToCustomerId billToCustomerNumber!^ shipToName shipToContact
sellToAddressLine1 sellToAddressLine2 sellToCity sellToCountry^ sellToState sellToPostCode^
billToAddressLine1* billToAddressLine2* billToCity* billToCountry*^ billToState* billToPostCode*^
shipToAddressLine1 shipToAddressLine2 shipToCity shipToCountry^ shipToState shipToPostCode^
currencyId shortcutDimension1Code^ shortcutDimension2Code^ currencyCode^ orderId* orderNumber*^
paymentTermsId shipmentMethodId salesperson^ disputeStatusId disputeStatus^ pricesIncludeTax*
remainingAmount* discountAmount discountAppliedBeforeTax* totalAmountExcludingTax*
totalTaxAmount* totalAmountIncludingTax* status* lastModifiedDateTime phoneNumber email
"""
_LINES = """
id documentId sequence itemId accountId lineType lineObjectNumber description description2
unitOfMeasureId unitOfMeasureCode^ quantity unitPrice discountAmount discountPercent
discountAppliedBeforeTax* amountExcludingTax* taxCode^ taxPercent* totalTaxAmount*
amountIncludingTax* invoiceDiscountAllocation* netAmount* netTaxAmount* netAmountIncludingTax*
shipmentDate itemVariantId locationId
"""


def exposure() -> Exposure:
    """The entity set ``salesInvoices``."""
    return head_exposure(INVOICE, _NAMES, _HEAD)


def lines_exposure() -> Exposure:
    """The entity set ``salesInvoiceLines``."""
    return line_exposure(INVOICE, _NAMES, _LINES)
