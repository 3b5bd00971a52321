"""All entity sets of the service ``Microsoft.NAV``, put together."""

from __future__ import annotations

from collections.abc import Sequence

import peewee

from models import (
    account,
    aged_accounts_payable,
    aged_accounts_receivable,
    api_category_route,
    asset,
    attachment,
    audit_entry,
    branch,
    company,
    company_information,
    contact,
    country_region,
    currency,
    currency_exchange_rate,
    customer,
    customer_address,
    customer_contact,
    customer_financial_detail,
    customer_payment,
    customer_sales,
    default_dimension,
    dimension,
    dimension_set_line,
    dimension_value,
    employee,
    entity_definition,
    external_id,
    general_ledger_entry,
    general_ledger_setup,
    general_product_posting_group,
    inventory_posting_group,
    item,
    item_category,
    item_ledger_entry,
    item_variant,
    journal,
    journal_line,
    location,
    payment_method,
    payment_term,
    pdf_document,
    picture,
    portal_user,
    sales_credit_memo,
    sales_invoice,
    sales_order,
    sales_quote,
    salesperson,
    service_contract,
    shipment_method,
    subscription,
    tax_area,
    tax_group,
    trash,
    unit_of_measure,
    vendor,
    webhook_delivery,
    webhook_resource,
    work_order,
)
from models.actions import declare_actions
from models.base import Entity
from models.code_table import Use
from models.customer import Customer
from models.customer_contact import CustomerContact
from models.customer_payment import CustomerPayment
from models.customer_rules import DELETE_CHECKS, CustomerRules
from models.database import bind
from models.employee import Employee
from models.enumerations import NAMESPACE
from models.extra_fields import ExtraField, with_extra_fields
from models.general_ledger_entry import GeneralLedgerEntry
from models.grants import ROLES
from models.item import Item
from models.item_rules import ItemRules
from models.journal_table import JournalLine
from models.picture import PictureLimits
from models.sales_tables import (
    SalesCreditMemo,
    SalesCreditMemoLine,
    SalesInvoice,
    SalesInvoiceLine,
    SalesOrder,
    SalesOrderLine,
    SalesQuote,
    SalesQuoteLine,
)
from models.subscription import SubscriptionTerms
from models.templates import Template, apply_templates
from models.vendor import Vendor
from models.vendor_rules import VendorRules
from odata.sql.expose import Exposure, publish
from odata.sql.mapping import DataSource

_USES_OF_CURRENCIES = (
    Use(Customer.currency_id, {"code": Customer.currency_code}),
    Use(Vendor.currency_id, {"code": Vendor.currency_code}),
)
_LINES_OF_ITEMS = (
    Use(SalesOrderLine.item_id),
    Use(SalesQuoteLine.item_id),
    Use(SalesInvoiceLine.item_id),
    Use(SalesCreditMemoLine.item_id),
)


_TABLES: dict[str, type[Entity]] = {
    "customer": Customer,
    "employee": Employee,
    "item": Item,
    "vendor": Vendor,
    "salesCreditMemo": SalesCreditMemo,
    "salesInvoice": SalesInvoice,
    "salesOrder": SalesOrder,
    "salesQuote": SalesQuote,
    "salesCreditMemoLine": SalesCreditMemoLine,
    "salesInvoiceLine": SalesInvoiceLine,
    "salesOrderLine": SalesOrderLine,
    "salesQuoteLine": SalesQuoteLine,
    "customerPayment": CustomerPayment,
    "journalLine": JournalLine,
    "generalLedgerEntry": GeneralLedgerEntry,
}
_PICTURED: dict[str, type[Entity]] = {
    "customer": Customer,
    "item": Item,
    "vendor": Vendor,
    "employee": Employee,
    "contact": contact.Contact,
}
_LINES_OF_VARIANTS = (
    Use(SalesOrderLine.item_variant_id),
    Use(SalesQuoteLine.item_variant_id),
    Use(SalesInvoiceLine.item_variant_id),
    Use(SalesCreditMemoLine.item_variant_id),
)
_LINES_OF_LOCATIONS = (
    Use(SalesOrderLine.location_id),
    Use(SalesQuoteLine.location_id),
    Use(SalesInvoiceLine.location_id),
    Use(SalesCreditMemoLine.location_id),
)


def exposures(
    picture_limits: PictureLimits, terms: SubscriptionTerms | None = None
) -> tuple[Exposure, ...]:
    """The declarations in the order of the service document."""
    return (
        company.exposure(),
        customer.exposure(CustomerRules(DELETE_CHECKS)),
        customer_financial_detail.exposure(),
        default_dimension.exposure(_TABLES),
        dimension.exposure(),
        dimension_value.exposure(),
        picture.exposure(picture_limits, _PICTURED),
        *_tables(),
        item.exposure(ItemRules(_LINES_OF_ITEMS)),
        item_variant.exposure(_LINES_OF_VARIANTS),
        vendor.exposure(VendorRules()),
        employee.exposure(),
        account.exposure(),
        general_ledger_entry.exposure(),
        aged_accounts_receivable.exposure(),
        aged_accounts_payable.exposure(),
        customer_sales.exposure(),
        *_sales(),
        contact.exposure(),
        contact.information_exposure(),
        company_information.exposure(picture_limits),
        attachment.document_exposure(_TABLES),
        attachment.exposure(_TABLES),
        item_ledger_entry.exposure(),
        currency_exchange_rate.exposure(),
        general_ledger_setup.exposure(),
        *_customer_parts(),
        api_category_route.exposure(),
        audit_entry.exposure(),
        subscription.exposure(terms or SubscriptionTerms()),
        webhook_delivery.exposure(),
        webhook_resource.exposure(),
        entity_definition.exposure(),
    )


def _tables() -> tuple[Exposure, ...]:
    """The tables that are known by a code, with those that refer to them."""
    return (
        currency.exposure(_USES_OF_CURRENCIES),
        payment_term.exposure((Use(Customer.payment_terms_id), Use(Vendor.payment_terms_id))),
        payment_method.exposure((Use(Customer.payment_method_id), Use(Vendor.payment_method_id))),
        shipment_method.exposure((Use(Customer.shipment_method_id),)),
        tax_area.exposure(
            (Use(Customer.tax_area_id, {"displayName": Customer.tax_area_display_name}),)
        ),
        country_region.exposure((_code_use(Customer.country), _code_use(Vendor.country))),
        salesperson.exposure((_code_use(Customer.salesperson_code),)),
        unit_of_measure.exposure(
            (Use(Item.base_unit_of_measure_id, {"code": Item.base_unit_of_measure_code}),)
        ),
        location.exposure(_LINES_OF_LOCATIONS),
        item_category.exposure((Use(Item.item_category_id, {"code": Item.item_category_code}),)),
        tax_group.exposure((Use(Item.tax_group_id, {"code": Item.tax_group_code}),)),
        general_product_posting_group.exposure(),
        inventory_posting_group.exposure(),
    )


def _customer_parts() -> tuple[Exposure, ...]:
    """What customers have beyond Business Central."""
    return (
        branch.exposure((Use(Customer.branch_id),)),
        customer_contact.exposure(),
        customer_address.exposure(),
        external_id.exposure(),
        asset.exposure(),
        work_order.exposure(),
        service_contract.exposure(),
        portal_user.exposure(CustomerContact),
        trash.exposure(),
    )


def _sales() -> tuple[Exposure, ...]:
    """The documents and what customers pay for them."""
    return (
        sales_invoice.exposure(),
        sales_invoice.lines_exposure(),
        sales_order.exposure(),
        sales_order.lines_exposure(),
        sales_quote.exposure(),
        sales_quote.lines_exposure(),
        sales_credit_memo.exposure(),
        sales_credit_memo.lines_exposure(),
        pdf_document.exposure(),
        dimension_set_line.exposure(_TABLES),
        customer_payment.journals_exposure(),
        customer_payment.exposure(),
        journal.exposure(),
        journal_line.exposure(),
    )


def _code_use(reference: peewee.Field) -> Use:
    """A column that holds the code itself, which follows when the code is renamed."""
    return Use(reference, {"code": reference}, by_code=True)


def build_source(
    database: peewee.Database,
    *,
    picture_limits: PictureLimits | None = None,
    terms: SubscriptionTerms | None = None,
    extra_fields: Sequence[ExtraField] = (),
    templates: Sequence[Template] = (),
) -> DataSource:
    """The model and its mapping over ``database``, to which all models are bound."""
    bind(database)
    source = publish(
        NAMESPACE,
        with_extra_fields(exposures(picture_limits or PictureLimits(), terms), extra_fields),
        database=database,
        container="NAV",
    )
    declare_actions(source)
    trash.declare_trash_actions(source)
    apply_templates(source, templates)
    source.roles = ROLES
    source.has_change_log = source.has_idempotency_keys = True
    return source
