"""The financial details of each customer: a view of its amounts (reference §6.3)."""

from __future__ import annotations

from models.base import Entity, amount, key_of, last_modified, text
from models.company import READ_ONLY
from models.customer import Customer
from models.grants import BUSINESS, portal_reads
from models.parts import parent_of
from models.surroundings import Surroundings
from odata.sql.expose import Exposure
from odata.sql.fields import ScaledDecimalField, TextField
from odata.sql.mapping import Derivation


class CustomerFinancialDetail(Entity):
    """A row of the view; its entity tag is the customer's, which no ledger entry moves."""

    number = TextField(20)
    balance = ScaledDecimalField()
    total_sales_excluding_tax = ScaledDecimalField()
    overdue_amount = ScaledDecimalField()

    class Meta:
        table_name = "customer_financial_detail"


_SHOWN = {
    "id": Customer.id,
    "number": Customer.number,
    "balance": Customer.balance,
    "totalSalesExcludingTax": Customer.total_sales_excluding_tax,
    "overdueAmount": Customer.overdue_amount,
    "lastModifiedDateTime": Customer.last_modified,
}

_CURRENCY = "customer/currencyCode"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``customerFinancialDetails``."""
    model = CustomerFinancialDetail
    return Exposure(
        model,
        "customerFinancialDetail",
        "customerFinancialDetails",
        properties=(
            key_of(model),
            text(model.number, computed=True, upper_case=True, caption="No."),
            amount(model.balance, currency=_CURRENCY, computed=True),
            amount(model.total_sales_excluding_tax, currency=_CURRENCY, computed=True),
            amount(model.overdue_amount, currency=_CURRENCY, computed=True),
            last_modified(model),
        ),
        navigation=(parent_of("customer", "id", "customerFinancialDetail"),),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("number",),
        capabilities=READ_ONLY,
        derivations=(Derivation(Customer, _SHOWN),),
        grants=(*BUSINESS, *portal_reads("id in @customer")),
    )
