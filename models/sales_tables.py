"""The tables of sales documents: what quotes, orders and invoices have in common, and each."""

from __future__ import annotations

import datetime
from decimal import Decimal

import peewee

from models.base import NO_ID, Entity
from models.enumerations import (
    CREDIT_MEMO_STATUS,
    INVOICE_STATUS,
    LINE_TYPE,
    ORDER_STATUS,
    QUOTE_STATUS,
)
from odata.sql.fields import (
    DayField,
    EnumField,
    GuidField,
    InstantField,
    ScaledDecimalField,
    TextField,
)

NO_DAY = datetime.date(1, 1, 1)
NO_INSTANT = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)


class SalesHeader(Entity):
    """The head of a sales document; ``tax_liable``, ``posted``, ``sent`` and
    ``document_date`` of a draft are not all published."""

    number = TextField(20)
    external_document_number = TextField(35, default="")
    posting_date = DayField(default=NO_DAY)
    due_date = DayField(default=NO_DAY)
    customer_id = GuidField()
    customer_number = TextField(20)
    customer_name = TextField(100, default="")
    bill_to_name = TextField(100, default="")
    bill_to_customer_id = GuidField()
    bill_to_customer_number = TextField(20)
    ship_to_name = TextField(100, default="")
    ship_to_contact = TextField(100, default="")
    sell_to_address_line1 = TextField(100, default="")
    sell_to_address_line2 = TextField(50, default="")
    sell_to_city = TextField(30, default="")
    sell_to_country = TextField(10, default="")
    sell_to_state = TextField(30, default="")
    sell_to_post_code = TextField(20, default="")
    bill_to_address_line1 = TextField(100, default="")
    bill_to_address_line2 = TextField(50, default="")
    bill_to_city = TextField(30, default="")
    bill_to_country = TextField(10, default="")
    bill_to_state = TextField(30, default="")
    bill_to_post_code = TextField(20, default="")
    ship_to_address_line1 = TextField(100, default="")
    ship_to_address_line2 = TextField(50, default="")
    ship_to_city = TextField(30, default="")
    ship_to_country = TextField(10, default="")
    ship_to_state = TextField(30, default="")
    ship_to_post_code = TextField(20, default="")
    currency_id = GuidField(default=NO_ID)
    currency_code = TextField(10, default="")
    shortcut_dimension1_code = TextField(20, default="")
    shortcut_dimension2_code = TextField(20, default="")
    payment_terms_id = GuidField(default=NO_ID)
    shipment_method_id = GuidField(default=NO_ID)
    salesperson = TextField(20, default="")
    prices_include_tax = peewee.BooleanField(default=False)
    discount_amount = ScaledDecimalField(default=Decimal(0))
    discount_applied_before_tax = peewee.BooleanField(default=True)
    total_amount_excluding_tax = ScaledDecimalField(default=Decimal(0))
    total_tax_amount = ScaledDecimalField(default=Decimal(0))
    total_amount_including_tax = ScaledDecimalField(default=Decimal(0))
    phone_number = TextField(30, default="")
    email = TextField(80, default="")
    tax_liable = peewee.BooleanField(default=False)
    sent_at = InstantField(default=NO_INSTANT)


class SalesLine(Entity):
    """A line of a sales document. Its kinds declare ``line_type`` themselves: Peewee copies
    inherited columns with their enumerations, and a model has each enumeration once."""

    document_id = GuidField()
    sequence = peewee.IntegerField()
    item_id = GuidField(default=NO_ID)
    account_id = GuidField(default=NO_ID)
    line_object_number = TextField(20, default="")
    description = TextField(100, default="")
    description2 = TextField(50, default="")
    unit_of_measure_id = GuidField(default=NO_ID)
    unit_of_measure_code = TextField(10, default="")
    quantity = ScaledDecimalField(18, 5, default=Decimal(0))
    unit_price = ScaledDecimalField(18, 5, default=Decimal(0))
    discount_amount = ScaledDecimalField(default=Decimal(0))
    discount_percent = ScaledDecimalField(18, 5, default=Decimal(0))
    discount_applied_before_tax = peewee.BooleanField(default=True)
    amount_excluding_tax = ScaledDecimalField(default=Decimal(0))
    tax_code = TextField(50, default="")
    tax_percent = ScaledDecimalField(18, 5, default=Decimal(0))
    total_tax_amount = ScaledDecimalField(default=Decimal(0))
    amount_including_tax = ScaledDecimalField(default=Decimal(0))
    invoice_discount_allocation = ScaledDecimalField(default=Decimal(0))
    net_amount = ScaledDecimalField(default=Decimal(0))
    net_tax_amount = ScaledDecimalField(default=Decimal(0))
    net_amount_including_tax = ScaledDecimalField(default=Decimal(0))
    item_variant_id = GuidField(default=NO_ID)
    location_id = GuidField(default=NO_ID)
    shipment_date = DayField(default=NO_DAY)


class SalesInvoice(SalesHeader):
    """An invoice; a draft until it is posted, and under the same id afterwards."""

    invoice_date = DayField(default=NO_DAY)
    promised_pay_date = DayField(default=NO_DAY)
    customer_purchase_order_reference = TextField(35, default="")
    order_id = GuidField(default=NO_ID)
    order_number = TextField(20, default="")
    dispute_status_id = GuidField(default=NO_ID)
    dispute_status = TextField(10, default="")
    remaining_amount = ScaledDecimalField(default=Decimal(0))
    status = EnumField(INVOICE_STATUS, default=1)

    class Meta:
        table_name = "sales_invoice"


class SalesInvoiceLine(SalesLine):
    """A line of an invoice."""

    line_type = EnumField(LINE_TYPE, default=0)

    class Meta:
        table_name = "sales_invoice_line"


class SalesOrder(SalesHeader):
    """An order."""

    order_date = DayField(default=NO_DAY)
    partial_shipping = peewee.BooleanField(default=False)
    requested_delivery_date = DayField(default=NO_DAY)
    fully_shipped = peewee.BooleanField(default=False)
    status = EnumField(ORDER_STATUS, default=0)

    class Meta:
        table_name = "sales_order"


class SalesOrderLine(SalesLine):
    """A line of an order."""

    line_type = EnumField(LINE_TYPE, default=0)
    shipped_quantity = ScaledDecimalField(18, 5, default=Decimal(0))
    invoiced_quantity = ScaledDecimalField(18, 5, default=Decimal(0))
    invoice_quantity = ScaledDecimalField(18, 5, default=Decimal(0))
    ship_quantity = ScaledDecimalField(18, 5, default=Decimal(0))

    class Meta:
        table_name = "sales_order_line"


class SalesQuote(SalesHeader):
    """A quote."""

    document_date = DayField(default=NO_DAY)
    valid_until_date = DayField(default=NO_DAY)
    accepted_date = DayField(default=NO_DAY)
    status = EnumField(QUOTE_STATUS, default=0)

    class Meta:
        table_name = "sales_quote"


class SalesQuoteLine(SalesLine):
    """A line of a quote."""

    line_type = EnumField(LINE_TYPE, default=0)

    class Meta:
        table_name = "sales_quote_line"


class SalesCreditMemo(SalesHeader):
    """A credit memo; a draft until it is posted. ``invoice_id`` is what it corrects."""

    credit_memo_date = DayField(default=NO_DAY)
    invoice_id = GuidField(default=NO_ID)
    invoice_number = TextField(20, default="")
    customer_return_reason_id = GuidField(default=NO_ID)
    status = EnumField(CREDIT_MEMO_STATUS, default=0)

    class Meta:
        table_name = "sales_credit_memo"


class SalesCreditMemoLine(SalesLine):
    """A line of a credit memo."""

    line_type = EnumField(LINE_TYPE, default=0)

    class Meta:
        table_name = "sales_credit_memo_line"
