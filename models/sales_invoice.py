"""Sales invoices with their lines (reference §6.4)."""

from __future__ import annotations

from models.actions import bound_action
from models.grants import BUSINESS, portal_reads
from models.sales_exposure import SalesNames, head_exposure, line_exposure
from models.sales_kind import INVOICE
from models.sales_posting import (
    cancel_and_send_invoice,
    cancel_invoice,
    make_corrective_credit_memo,
    post_and_send_invoice,
    post_invoice,
    send_invoice,
)
from models.surroundings import Surroundings
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

_ACTIONS = (
    bound_action("cancel", cancel_invoice),
    bound_action("cancelAndSend", cancel_and_send_invoice),
    bound_action("makeCorrectiveCreditMemo", make_corrective_credit_memo),
    bound_action("post", post_invoice),
    bound_action("postAndSend", post_and_send_invoice),
    bound_action("send", send_invoice),
)


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``salesInvoices``."""
    grants = (*BUSINESS, *portal_reads("customerId in @customer"))
    return head_exposure(INVOICE, _NAMES, _HEAD, actions=_ACTIONS, grants=grants)


def lines_exposure(around: Surroundings) -> Exposure:
    """The entity set ``salesInvoiceLines``."""
    grants = (*BUSINESS, *portal_reads("salesInvoice/customerId in @customer"))
    return line_exposure(INVOICE, _NAMES, _LINES, around, grants=grants)
