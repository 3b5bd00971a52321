"""All entity sets of the service ``Microsoft.NAV``, put together."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence

import peewee

from models.database import bind
from models.enumerations import NAMESPACE
from models.extra_fields import ExtraField, with_extra_fields
from models.picture_limits import PictureLimits
from models.subscription_terms import SubscriptionTerms
from models.surroundings import Surroundings
from models.templates import Template, apply_templates
from odata.edm.grants import Roles, declared_roles
from odata.sql.expose import Exposure, publish
from odata.sql.mapping import DataSource

# Where each set is declared, in the order of the service document. A line is all that a set
# needs here: what it grants and whom it refers to stands in its own file.
SETS: tuple[str, ...] = (
    "models.company:exposure",
    "models.customer_rules:exposure",
    "models.customer_financial_detail:exposure",
    "models.default_dimension:exposure",
    "models.dimension:exposure",
    "models.dimension_value:exposure",
    "models.picture:exposure",
    "models.currency:exposure",
    "models.payment_term:exposure",
    "models.payment_method:exposure",
    "models.shipment_method:exposure",
    "models.tax_area:exposure",
    "models.country_region:exposure",
    "models.salesperson:exposure",
    "models.unit_of_measure:exposure",
    "models.location:exposure",
    "models.item_category:exposure",
    "models.tax_group:exposure",
    "models.general_product_posting_group:exposure",
    "models.inventory_posting_group:exposure",
    "models.item_rules:exposure",
    "models.item_variant:exposure",
    "models.vendor_rules:exposure",
    "models.employee:exposure",
    "models.account:exposure",
    "models.general_ledger_entry:exposure",
    "models.aged_accounts_receivable:exposure",
    "models.aged_accounts_payable:exposure",
    "models.customer_sales:exposure",
    "models.sales_invoice:exposure",
    "models.sales_invoice:lines_exposure",
    "models.sales_order:exposure",
    "models.sales_order:lines_exposure",
    "models.sales_quote:exposure",
    "models.sales_quote:lines_exposure",
    "models.sales_credit_memo:exposure",
    "models.sales_credit_memo:lines_exposure",
    "models.pdf_document:exposure",
    "models.dimension_set_line:exposure",
    "models.customer_payment:journals_exposure",
    "models.customer_payment:exposure",
    "models.journal_posting:exposure",
    "models.journal_line:exposure",
    "models.contact:exposure",
    "models.contact:information_exposure",
    "models.company_information:exposure",
    "models.attachment:document_exposure",
    "models.attachment:exposure",
    "models.item_ledger_entry:exposure",
    "models.currency_exchange_rate:exposure",
    "models.general_ledger_setup:exposure",
    "models.branch:exposure",
    "models.customer_contact:exposure",
    "models.customer_address:exposure",
    "models.external_id:exposure",
    "models.asset:exposure",
    "models.work_order:exposure",
    "models.service_contract:exposure",
    "models.portal_user:exposure",
    "models.trash:exposure",
    "models.api_category_route:exposure",
    "models.audit_entry:exposure",
    "models.subscription:exposure",
    "models.webhook_delivery:exposure",
    "models.webhook_resource:exposure",
    "models.entity_definition:exposure",
)
Declare = Callable[[Surroundings], Exposure]


def exposures(
    picture_limits: PictureLimits, terms: SubscriptionTerms | None = None
) -> tuple[Exposure, ...]:
    """The declarations in the order of the service document."""
    around = Surroundings(picture_limits, terms or SubscriptionTerms())
    declarations: list[Declare] = [pkgutil.resolve_name(name) for name in SETS]
    for declare in declarations:
        around.note(declare(around))
    return tuple(declare(around) for declare in declarations)


def declared_grants() -> Roles:
    """What each role of the service may do."""
    return declared_roles(
        (item.entity_set or item.name, item.grants) for item in exposures(PictureLimits())
    )


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
    apply_templates(source, templates)
    source.has_change_log = source.has_idempotency_keys = True
    return source
