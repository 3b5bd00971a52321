"""What each customer has bought: a view of its sales; read only (reference §6.3)."""

from __future__ import annotations

from models.base import Entity, number, required_text
from models.customer import Customer
from odata.edm.model import Capabilities
from odata.sql.expose import Exposure, column
from odata.sql.fields import GuidField, ScaledDecimalField, TextField
from odata.sql.mapping import Derivation


class CustomerSale(Entity):
    """A row of the view."""

    customer_id = GuidField()
    customer_number = TextField(20)
    name = TextField(100)
    total_sales_amount = ScaledDecimalField()

    class Meta:
        table_name = "customer_sale"


_SHOWN = {
    "customerId": Customer.id,
    "customerNumber": Customer.number,
    "name": Customer.display_name,
    "totalSalesAmount": Customer.total_sales_excluding_tax,
}


def exposure() -> Exposure:
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
            number(model.total_sales_amount, computed=True),
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
    )
