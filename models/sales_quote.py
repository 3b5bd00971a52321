"""Sales quotes with their lines (reference §6.4)."""

from __future__ import annotations

from models.actions import bound_action
from models.grants import BUSINESS, portal_edits
from models.sales_conversion import make_invoice, make_order, send_quote
from models.sales_exposure import SalesNames, head_exposure, line_exposure
from models.sales_kind import QUOTE
from models.surroundings import Surroundings
from odata.sql.expose import Exposure

_NAMES = SalesNames("salesQuote", "salesQuotes", "salesQuoteLine", "salesQuoteLines")
_HEAD = """
id number*^ externalDocumentNumber documentDate postingDate dueDate customerId
customerNumber!^ customerName* billToName* billToCustomerId billToCustomerNumber!^ shipToName
shipToContact sellToAddressLine1 sellToAddressLine2 sellToCity sellToCountry^ sellToState
sellToPostCode^ billToAddressLine1* billToAddressLine2* billToCity* billToCountry*^ billToState*
billToPostCode*^ shipToAddressLine1 shipToAddressLine2 shipToCity shipToCountry^ shipToState
shipToPostCode^ shortcutDimension1Code^ shortcutDimension2Code^ currencyId currencyCode^
paymentTermsId shipmentMethodId salesperson^ discountAmount totalAmountExcludingTax*
totalTaxAmount* totalAmountIncludingTax* status* sentDate* validUntilDate acceptedDate*
lastModifiedDateTime phoneNumber email
"""
_LINES = """
id documentId sequence itemId accountId lineType lineObjectNumber description description2
unitOfMeasureId unitOfMeasureCode^ unitPrice quantity discountAmount discountPercent
discountAppliedBeforeTax* amountExcludingTax* taxCode^ taxPercent* totalTaxAmount*
amountIncludingTax* netAmount* netTaxAmount* netAmountIncludingTax* itemVariantId locationId
"""

_ACTIONS = (
    bound_action("makeInvoice", make_invoice),
    bound_action("makeOrder", make_order),
    bound_action("send", send_quote),
)


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``salesQuotes``."""
    grants = (*BUSINESS, *portal_edits("customerId in @customer"))
    return head_exposure(QUOTE, _NAMES, _HEAD, actions=_ACTIONS, grants=grants)


def lines_exposure(around: Surroundings) -> Exposure:
    """The entity set ``salesQuoteLines``."""
    grants = (*BUSINESS, *portal_edits("salesQuote/customerId in @customer"))
    return line_exposure(QUOTE, _NAMES, _LINES, around, grants=grants)
