"""Sales credit memos with their lines (reference §7, §17)."""

from __future__ import annotations

from models.actions import bound_action
from models.credit_memo_actions import (
    cancel_and_send_credit_memo,
    cancel_credit_memo,
    post_and_send_credit_memo,
    post_credit_memo,
    send_credit_memo,
)
from models.grants import BUSINESS
from models.sales_exposure import SalesNames, head_exposure, line_exposure
from models.sales_kind import CREDIT_MEMO
from models.surroundings import Surroundings
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

_ACTIONS = (
    bound_action("cancel", cancel_credit_memo),
    bound_action("cancelAndSend", cancel_and_send_credit_memo),
    bound_action("post", post_credit_memo),
    bound_action("postAndSend", post_and_send_credit_memo),
    bound_action("send", send_credit_memo),
)


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``salesCreditMemos``."""
    grants = BUSINESS
    return head_exposure(CREDIT_MEMO, _NAMES, _HEAD, actions=_ACTIONS, grants=grants)


def lines_exposure(around: Surroundings) -> Exposure:
    """The entity set ``salesCreditMemoLines``."""
    grants = BUSINESS
    return line_exposure(CREDIT_MEMO, _NAMES, _LINES, around, grants=grants)
