"""Customers: whom the company sells to (reference §4)."""

from __future__ import annotations

from decimal import Decimal

import peewee

from models.address import Addressed, address
from models.base import (
    NO_ID,
    amount,
    choice,
    key_of,
    last_modified,
    reference,
    required_text,
    text,
)
from models.custom_fields import custom_fields
from models.customer_enumerations import ACTIVITY_STATUS
from models.enumerations import CONTACT_TYPE, CUSTOMER_BLOCKED
from models.forms import EMAIL, not_blank, phone_of
from models.grants import BUSINESS, portal_reads
from models.numbers import number_of
from models.parts import contacts_of, default_dimensions_of, document_attachments_of, picture_of
from odata.edm.model import Capabilities
from odata.query.change import Rules
from odata.sql.expose import Exposure, NavigationDeclaration, column, to_many, to_one
from odata.sql.fields import (
    EnumField,
    GuidField,
    InstantField,
    ScaledDecimalField,
    TextField,
)
from odata.sql.mapping import PropertyMapping

CAPTION = "Customer"
_PHONE = phone_of(CAPTION)


class Customer(Addressed):
    """A customer of one company.

    The amounts are kept by the ledgers, which leave the entity tag alone (reference §3.3).
    ``tax_area_display_name`` and ``currency_code`` repeat what the two ids refer to.
    """

    number = TextField(20)
    display_name = TextField(100)
    type = EnumField(CONTACT_TYPE, default=0)
    phone_number = TextField(30, default="")
    email = TextField(80, default="")
    website = TextField(255, default="")
    tax_liable = peewee.BooleanField(default=False)
    tax_area_id = GuidField(default=NO_ID)
    tax_area_display_name = TextField(default="")
    tax_registration_number = TextField(50, default="")
    currency_id = GuidField(default=NO_ID)
    currency_code = TextField(10, default="")
    payment_terms_id = GuidField(default=NO_ID)
    shipment_method_id = GuidField(default=NO_ID)
    payment_method_id = GuidField(default=NO_ID)
    blocked = EnumField(CUSTOMER_BLOCKED, default=0)
    balance = ScaledDecimalField(default=Decimal(0))
    overdue_amount = ScaledDecimalField(default=Decimal(0))
    # Of this, what has been overdue for up to 30 days, and for up to 60.
    overdue_period1 = ScaledDecimalField(default=Decimal(0))
    overdue_period2 = ScaledDecimalField(default=Decimal(0))
    total_sales_excluding_tax = ScaledDecimalField(default=Decimal(0))
    salesperson_code = TextField(20, default="")
    balance_due = ScaledDecimalField(default=Decimal(0))
    credit_limit = ScaledDecimalField(default=Decimal(0))
    privacy_blocked = peewee.BooleanField(default=False)
    integer_id = peewee.BigIntegerField(default=0)
    code = TextField(20, default="")
    legal_name = TextField(100, default="")
    status = EnumField(ACTIVITY_STATUS, default=0)
    customer_type = TextField(30, default="")
    other_phone_number = TextField(30, default="")
    fax_number = TextField(30, default="")
    notes = TextField(4000, default="")
    branch_id = GuidField(default=NO_ID)
    created_date_time = InstantField(null=True)
    custom_fields = TextField(default="{}")

    class Meta:
        table_name = "customer"


_NOT_FOR_CUSTOMERS = frozenset(
    {"salespersonCode", "blocked", "notes", "externalIds", "customFields"}
)
_PROPERTIES: tuple[PropertyMapping, ...] = (
    key_of(Customer),
    number_of(Customer.number),
    required_text(
        Customer.display_name,
        required=True,
        searchable=True,
        text_index=True,
        constraint=not_blank("displayName"),
    ),
    choice(Customer.type),
    *address(Customer, searchable="addressLine1 city"),
    text(Customer.phone_number, searchable=True, constraint=_PHONE),
    text(Customer.email, searchable=True, text_index=True, constraint=EMAIL),
    text(Customer.website),
    column(Customer.tax_liable, unset=False, caption="Tax Liable"),
    reference(Customer.tax_area_id),
    text(Customer.tax_area_display_name, computed=True),
    text(Customer.tax_registration_number),
    reference(Customer.currency_id, computed_default=True),
    text(Customer.currency_code, upper_case=True, computed_default=True),
    reference(Customer.payment_terms_id),
    reference(Customer.shipment_method_id),
    reference(Customer.payment_method_id),
    choice(Customer.blocked),
    amount(Customer.balance, currency="currencyCode", computed=True),
    amount(Customer.overdue_amount, currency="currencyCode", computed=True),
    amount(Customer.total_sales_excluding_tax, currency="currencyCode", computed=True),
    last_modified(Customer),
    text(Customer.salesperson_code, upper_case=True),
    amount(Customer.balance_due, currency="currencyCode", computed=True),
    amount(Customer.credit_limit, currency="currencyCode"),
    # What the plain REST dialects name and Business Central has not.
    column(Customer.integer_id, computed=True),
    text(Customer.code, upper_case=True, searchable=True),
    text(Customer.legal_name, searchable=True),
    choice(Customer.status),
    text(Customer.customer_type),
    text(Customer.other_phone_number, constraint=_PHONE),
    text(Customer.fax_number, constraint=_PHONE),
    text(Customer.notes),
    reference(Customer.branch_id),
    column(Customer.created_date_time, computed=True),
    custom_fields(Customer.custom_fields),
)


_NAVIGATION: tuple[NavigationDeclaration, ...] = (
    to_one("currency", "currency", on=(("currencyId", "id"),)),
    to_one("paymentTerm", "paymentTerm", on=(("paymentTermsId", "id"),)),
    to_one("shipmentMethod", "shipmentMethod", on=(("shipmentMethodId", "id"),)),
    to_one("paymentMethod", "paymentMethod", on=(("paymentMethodId", "id"),)),
    to_one(
        "customerFinancialDetail",
        "customerFinancialDetail",
        on=(("id", "id"),),
        partner="customer",
        aliases=("customerFinancialDetails",),
    ),
    picture_of("customer"),
    default_dimensions_of("customer"),
    to_one(
        "agedAccountsReceivable",
        "agedAccountsReceivable",
        on=(("id", "customerId"),),
        partner="customer",
    ),
    contacts_of("customer"),
    document_attachments_of("customer"),
    to_one("branch", "branch", on=(("branchId", "id"),)),
    *(
        to_many(name, target, on=(("id", "customerId"),), partner="customer")
        for name, target in (
            ("contacts", "customerContact"),
            ("addresses", "customerAddress"),
            ("externalIds", "externalId"),
            ("assets", "asset"),
            ("workOrders", "workOrder"),
            ("serviceContracts", "serviceContract"),
        )
    ),
)


def customers(rules: Rules) -> Exposure:
    """The entity set ``customers``."""
    return Exposure(
        Customer,
        "customer",
        "customers",
        properties=_PROPERTIES,
        navigation=_NAVIGATION,
        scope=Customer.company_id,
        scope_type="company",
        entity_tag=Customer.etag,
        default_order=("number",),
        alternate_keys=(("number",), ("integerId",)),
        capabilities=Capabilities(searchable=True),
        rules=rules,
        keeps_text=True,
        grants=(*BUSINESS, *portal_reads("id in @customer", _NOT_FOR_CUSTOMERS)),
    )
