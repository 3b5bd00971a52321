"""What each customer has bought: a view of its sales; read only (reference §6.3)."""

from __future__ import annotations

import peewee

from models.base import Entity, required_text
from models.customer import Customer
from models.grants import BUSINESS
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.sql.expose import Exposure, column, expression
from odata.sql.fields import DayField, GuidField, ScaledDecimalField, TextField
from odata.sql.mapping import Derivation, Inputs, SqlExpression, TableAlias
from odata.sql.nodes import sql


class CustomerSale(Entity):
    """A row of the view."""

    customer_id = GuidField()
    customer_number = TextField(20)
    name = TextField(100)
    total_sales_amount = ScaledDecimalField()

    class Meta:
        table_name = "customer_sale"


_DATES = "dateFilter_FilterOnly"
_SALES = (
    "COALESCE((SELECT CAST(SUM(e.sales_excluding_tax) AS BIGINT) "
    "FROM customer_ledger_entry AS e "
    "WHERE e.company_id = {0} AND e.customer_id = {1} AND {2}), 0)"
)
_SHOWN = {
    "customerId": Customer.id,
    "customerNumber": Customer.number,
    "name": Customer.display_name,
    "totalSalesAmount": Customer.total_sales_excluding_tax,
}


def _sales_within(row: TableAlias, inputs: Inputs) -> SqlExpression:
    """The sales of the days that the filter asks for."""
    within = inputs.condition(_DATES, peewee.SQL("e.posting_date"))
    if within is None:
        return row.total_sales_amount
    return sql(_SALES, row.company_id, row.customer_id, within)


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``customerSales``, which cannot be sorted."""
    model = CustomerSale
    return Exposure(
        model,
        "customerSale",
        "customerSales",
        properties=(
            column(model.customer_id, computed=True),
            required_text(model.customer_number, computed=True, upper_case=True),
            required_text(model.name, computed=True),
            expression(
                "totalSalesAmount",
                model.total_sales_amount,
                lambda row: row.total_sales_amount,
                build_with=_sales_within,
                unset=0,
            ),
            expression(
                _DATES,
                DayField(),
                lambda row: row.last_modified,
                nullable=True,
                takes_input=True,
                filter_only=True,
            ),
        ),
        key=("customerId", "customerNumber", "name"),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("customerNumber",),
        capabilities=Capabilities(
            insertable=False, updatable=False, deletable=False, sortable=False
        ),
        derivations=(Derivation(Customer, _SHOWN),),
        grants=BUSINESS,
    )
