"""Sales orders with their lines (reference §6.4)."""

from __future__ import annotations

from models.sales_exposure import SalesNames, head_exposure, line_exposure
from models.sales_kind import ORDER
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


def exposure() -> Exposure:
    """The entity set ``salesOrders``."""
    return head_exposure(ORDER, _NAMES, _HEAD)


def lines_exposure() -> Exposure:
    """The entity set ``salesOrderLines``."""
    return line_exposure(ORDER, _NAMES, _LINES)
