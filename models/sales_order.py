"""Sales orders with their lines (reference §6.4)."""

from __future__ import annotations

from models.actions import bound_action
from models.grants import BUSINESS, portal_reads
from models.sales_conversion import ship_and_invoice
from models.sales_exposure import SalesNames, head_exposure, line_exposure
from models.sales_kind import ORDER
from models.surroundings import Surroundings
from odata.sql.expose import Exposure

_NAMES = SalesNames("salesOrder", "salesOrders", "salesOrderLine", "salesOrderLines")
_HEAD = """
id number*^ externalDocumentNumber orderDate postingDate customerId customerNumber!^
customerName* billToName* billToCustomerId billToCustomerNumber!^ shipToName shipToContact
sellToAddressLine1 sellToAddressLine2 sellToCity sellToCountry^ sellToState sellToPostCode^
billToAddressLine1* billToAddressLine2* billToCity* billToCountry*^ billToState* billToPostCode*^
shipToAddressLine1 shipToAddressLine2 shipToCity shipToCountry^ shipToState shipToPostCode^
shortcutDimension1Code^ shortcutDimension2Code^ currencyId currencyCode^ pricesIncludeTax
paymentTermsId shipmentMethodId salesperson^ partialShipping requestedDeliveryDate discountAmount
discountAppliedBeforeTax* totalAmountExcludingTax* totalTaxAmount* totalAmountIncludingTax*
fullyShipped* status* lastModifiedDateTime phoneNumber email
"""
_LINES = """
id documentId sequence itemId accountId lineType lineObjectNumber description description2
unitOfMeasureId unitOfMeasureCode^ quantity unitPrice discountAmount discountPercent
discountAppliedBeforeTax* amountExcludingTax* taxCode^ taxPercent* totalTaxAmount*
amountIncludingTax* invoiceDiscountAllocation* netAmount* netTaxAmount* netAmountIncludingTax*
shipmentDate shippedQuantity* invoicedQuantity* invoiceQuantity shipQuantity itemVariantId
locationId
"""

_ACTIONS = (bound_action("shipAndInvoice", ship_and_invoice),)


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``salesOrders``."""
    grants = (*BUSINESS, *portal_reads("customerId in @customer"))
    return head_exposure(ORDER, _NAMES, _HEAD, actions=_ACTIONS, grants=grants)


def lines_exposure(around: Surroundings) -> Exposure:
    """The entity set ``salesOrderLines``."""
    grants = (*BUSINESS, *portal_reads("salesOrder/customerId in @customer"))
    return line_exposure(ORDER, _NAMES, _LINES, around, grants=grants)
