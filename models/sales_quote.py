"""Sales quotes with their lines (reference §6.4)."""

from __future__ import annotations

from models.sales_exposure import SalesNames, head_exposure, line_exposure
from models.sales_kind import QUOTE
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


def exposure() -> Exposure:
    """The entity set ``salesQuotes``."""
    return head_exposure(QUOTE, _NAMES, _HEAD)


def lines_exposure() -> Exposure:
    """The entity set ``salesQuoteLines``."""
    return line_exposure(QUOTE, _NAMES, _LINES)
