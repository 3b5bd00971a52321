"""``$metadata`` of sales documents and payments against the tables of the reference."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import peewee
import pytest

from models.container import build_source
from odata.csdl import write_xml
from tests.company.test_metadata import EDM, noted

PROPERTIES = {
    "salesInvoice": """
        id:Guid! number:String(20) externalDocumentNumber:String(35) invoiceDate:Date
        postingDate:Date dueDate:Date promisedPayDate:Date
        customerPurchaseOrderReference:String(35) customerId:Guid
        customerNumber:String(20)! customerName:String(100) billToName:String(100)
        billToCustomerId:Guid billToCustomerNumber:String(20)! shipToName:String(100)
        shipToContact:String(100) sellToAddressLine1:String(100)
        sellToAddressLine2:String(50) sellToCity:String(30) sellToCountry:String(10)
        sellToState:String(30) sellToPostCode:String(20) billToAddressLine1:String(100)
        billToAddressLine2:String(50) billToCity:String(30) billToCountry:String(10)
        billToState:String(30) billToPostCode:String(20) shipToAddressLine1:String(100)
        shipToAddressLine2:String(50) shipToCity:String(30) shipToCountry:String(10)
        shipToState:String(30) shipToPostCode:String(20) currencyId:Guid
        shortcutDimension1Code:String(20) shortcutDimension2Code:String(20)
        currencyCode:String(10) orderId:Guid orderNumber:String(20) paymentTermsId:Guid
        shipmentMethodId:Guid salesperson:String(20) disputeStatusId:Guid
        disputeStatus:String(10) pricesIncludeTax:Boolean remainingAmount:Decimal
        discountAmount:Decimal discountAppliedBeforeTax:Boolean
        totalAmountExcludingTax:Decimal totalTaxAmount:Decimal
        totalAmountIncludingTax:Decimal status:invoiceEntityAggregateStatus
        lastModifiedDateTime:DateTimeOffset phoneNumber:String(30) email:String(80)
    """,
    "salesInvoiceLine": """
        id:Guid! documentId:Guid sequence:Int32 itemId:Guid accountId:Guid
        lineType:invoiceLineAggLineType lineObjectNumber:String(20)
        description:String(100) description2:String(50) unitOfMeasureId:Guid
        unitOfMeasureCode:String(10) quantity:Decimal unitPrice:Decimal
        discountAmount:Decimal discountPercent:Decimal discountAppliedBeforeTax:Boolean
        amountExcludingTax:Decimal taxCode:String(50) taxPercent:Decimal
        totalTaxAmount:Decimal amountIncludingTax:Decimal
        invoiceDiscountAllocation:Decimal netAmount:Decimal netTaxAmount:Decimal
        netAmountIncludingTax:Decimal shipmentDate:Date itemVariantId:Guid
        locationId:Guid
    """,
    "salesOrder": """
        id:Guid! number:String(20) externalDocumentNumber:String(35) orderDate:Date
        postingDate:Date customerId:Guid customerNumber:String(20)!
        customerName:String(100) billToName:String(100) billToCustomerId:Guid
        billToCustomerNumber:String(20)! shipToName:String(100)
        shipToContact:String(100) sellToAddressLine1:String(100)
        sellToAddressLine2:String(50) sellToCity:String(30) sellToCountry:String(10)
        sellToState:String(30) sellToPostCode:String(20) billToAddressLine1:String(100)
        billToAddressLine2:String(50) billToCity:String(30) billToCountry:String(10)
        billToState:String(30) billToPostCode:String(20) shipToAddressLine1:String(100)
        shipToAddressLine2:String(50) shipToCity:String(30) shipToCountry:String(10)
        shipToState:String(30) shipToPostCode:String(20)
        shortcutDimension1Code:String(20) shortcutDimension2Code:String(20)
        currencyId:Guid currencyCode:String(10) pricesIncludeTax:Boolean
        paymentTermsId:Guid shipmentMethodId:Guid salesperson:String(20)
        partialShipping:Boolean requestedDeliveryDate:Date discountAmount:Decimal
        discountAppliedBeforeTax:Boolean totalAmountExcludingTax:Decimal
        totalTaxAmount:Decimal totalAmountIncludingTax:Decimal fullyShipped:Boolean
        status:salesOrderEntityBufferStatus lastModifiedDateTime:DateTimeOffset
        phoneNumber:String(30) email:String(80)
    """,
    "salesOrderLine": """
        id:Guid! documentId:Guid sequence:Int32 itemId:Guid accountId:Guid
        lineType:invoiceLineAggLineType lineObjectNumber:String(20)
        description:String(100) description2:String(50) unitOfMeasureId:Guid
        unitOfMeasureCode:String(10) quantity:Decimal unitPrice:Decimal
        discountAmount:Decimal discountPercent:Decimal discountAppliedBeforeTax:Boolean
        amountExcludingTax:Decimal taxCode:String(50) taxPercent:Decimal
        totalTaxAmount:Decimal amountIncludingTax:Decimal
        invoiceDiscountAllocation:Decimal netAmount:Decimal netTaxAmount:Decimal
        netAmountIncludingTax:Decimal shipmentDate:Date shippedQuantity:Decimal
        invoicedQuantity:Decimal invoiceQuantity:Decimal shipQuantity:Decimal
        itemVariantId:Guid locationId:Guid
    """,
    "salesQuote": """
        id:Guid! number:String(20) externalDocumentNumber:String(35) documentDate:Date
        postingDate:Date dueDate:Date customerId:Guid customerNumber:String(20)!
        customerName:String(100) billToName:String(100) billToCustomerId:Guid
        billToCustomerNumber:String(20)! shipToName:String(100)
        shipToContact:String(100) sellToAddressLine1:String(100)
        sellToAddressLine2:String(50) sellToCity:String(30) sellToCountry:String(10)
        sellToState:String(30) sellToPostCode:String(20) billToAddressLine1:String(100)
        billToAddressLine2:String(50) billToCity:String(30) billToCountry:String(10)
        billToState:String(30) billToPostCode:String(20) shipToAddressLine1:String(100)
        shipToAddressLine2:String(50) shipToCity:String(30) shipToCountry:String(10)
        shipToState:String(30) shipToPostCode:String(20)
        shortcutDimension1Code:String(20) shortcutDimension2Code:String(20)
        currencyId:Guid currencyCode:String(10) paymentTermsId:Guid
        shipmentMethodId:Guid salesperson:String(20) discountAmount:Decimal
        totalAmountExcludingTax:Decimal totalTaxAmount:Decimal
        totalAmountIncludingTax:Decimal status:salesQuoteEntityBufferStatus
        sentDate:DateTimeOffset validUntilDate:Date acceptedDate:Date
        lastModifiedDateTime:DateTimeOffset phoneNumber:String(30) email:String(80)
    """,
    "salesQuoteLine": """
        id:Guid! documentId:Guid sequence:Int32 itemId:Guid accountId:Guid
        lineType:invoiceLineAggLineType lineObjectNumber:String(20)
        description:String(100) description2:String(50) unitOfMeasureId:Guid
        unitOfMeasureCode:String(10) unitPrice:Decimal quantity:Decimal
        discountAmount:Decimal discountPercent:Decimal discountAppliedBeforeTax:Boolean
        amountExcludingTax:Decimal taxCode:String(50) taxPercent:Decimal
        totalTaxAmount:Decimal amountIncludingTax:Decimal netAmount:Decimal
        netTaxAmount:Decimal netAmountIncludingTax:Decimal itemVariantId:Guid
        locationId:Guid
    """,
    "customerPaymentJournal": """
        id:Guid! code:String(10)! displayName:String(100) balancingAccountId:Guid
        balancingAccountNumber:String(20) lastModifiedDateTime:DateTimeOffset
    """,
    "customerPayment": """
        id:Guid! journalId:Guid journalDisplayName:String(10) lineNumber:Int32
        customerId:Guid customerNumber:String(20) postingDate:Date
        documentNumber:String(20) externalDocumentNumber:String(35) amount:Decimal
        appliesToInvoiceId:Guid appliesToInvoiceNumber:String(20)
        description:String(100) comment:String(250) lastModifiedDateTime:DateTimeOffset
    """,
}
ACTIONS = {
    "salesInvoice": "cancel cancelAndSend makeCorrectiveCreditMemo post postAndSend send",
    "salesOrder": "shipAndInvoice",
    "salesQuote": "makeInvoice makeOrder send",
    "customerPaymentJournal": "post",
}


@pytest.fixture(scope="module")
def schema() -> ET.Element:
    source = build_source(peewee.SqliteDatabase(":memory:"))
    found = ET.fromstring(write_xml(source.model, version="4.0")).find(f".//{EDM}Schema")  # noqa: S314
    assert found is not None
    return found


@pytest.mark.parametrize(("type_name", "expected"), PROPERTIES.items())
def test_properties_have_the_names_types_and_lengths_of_the_reference(schema, type_name, expected):
    entity_type = schema.find(f"{EDM}EntityType[@Name='{type_name}']")
    found = [noted(item) for item in entity_type.findall(f"{EDM}Property")]
    assert found == expected.split()


@pytest.mark.parametrize(("type_name", "expected"), ACTIONS.items())
def test_types_have_the_actions_of_the_reference(schema, type_name, expected):
    names = [
        action.get("Name")
        for action in schema.findall(f"{EDM}Action[@IsBound='true']")
        if action.find(f"{EDM}Parameter").get("Type") == f"Microsoft.NAV.{type_name}"
    ]
    assert " ".join(names) == expected
