"""Sales credit memos with their lines (reference §7, §17)."""

from __future__ import annotations

from models.sales_exposure import SalesNames, head_exposure, line_exposure
from models.sales_kind import CREDIT_MEMO
from odata.sql.expose import Exposure

_NAMES = SalesNames(
    "salesCreditMemo", "salesCreditMemos", "salesCreditMemoLine", "salesCreditMemoLines"
)
_HEAD = """
id number*^ externalDocumentNumber creditMemoDate postingDate dueDate customerId customerNumber!^
customerName* billToName* billToCustomerId billToCustomerNumber!^
sellToAddressLine1 sellToAddressLine2 sellToCity sellToCountry^ sellToState sellToPostCode^
billToAddressLine1* billToAddressLine2* billToCity* billToCountry*^ billToState* billToPostCode*^
shortcutDimension1Code^ shortcutDimension2Code^ currencyId currencyCode^ paymentTermsId
shipmentMethodId salesperson^ pricesIncludeTax* discountAmount discountAppliedBeforeTax*
totalAmountExcludingTax* totalTaxAmount* totalAmountIncludingTax* status* lastModifiedDateTime
invoiceId invoiceNumber^ phoneNumber email customerReturnReasonId
"""
_LINES = """
id documentId sequence itemId accountId lineType lineObjectNumber description description2
unitOfMeasureId unitOfMeasureCode^ unitPrice quantity discountAmount discountPercent
discountAppliedBeforeTax* amountExcludingTax* taxCode^ taxPercent* totalTaxAmount*
amountIncludingTax* invoiceDiscountAllocation* netAmount* netTaxAmount* netAmountIncludingTax*
shipmentDate itemVariantId locationId
"""


def exposure() -> Exposure:
    """The entity set ``salesCreditMemos``."""
    return head_exposure(CREDIT_MEMO, _NAMES, _HEAD)


def lines_exposure() -> Exposure:
    """The entity set ``salesCreditMemoLines``."""
    return line_exposure(CREDIT_MEMO, _NAMES, _LINES)
