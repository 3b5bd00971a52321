"""All entity sets of the service ``Microsoft.NAV``, put together."""

from __future__ import annotations

import peewee

from models import (
    company,
    currency,
    customer,
    customer_financial_detail,
    default_dimension,
    dimension,
    dimension_value,
    payment_method,
    payment_term,
    picture,
    shipment_method,
    tax_area,
)
from models.code_table import Use
from models.customer import Customer
from models.customer_rules import DELETE_CHECKS, CustomerRules
from models.database import bind
from models.enumerations import NAMESPACE
from models.picture import PictureLimits
from odata.sql.expose import Exposure, publish
from odata.sql.mapping import DataSource


def exposures(picture_limits: PictureLimits) -> tuple[Exposure, ...]:
    """The declarations in the order of the service document."""
    return (
        company.exposure(),
        customer.exposure(CustomerRules(DELETE_CHECKS)),
        customer_financial_detail.exposure(),
        default_dimension.exposure(),
        dimension.exposure(),
        dimension_value.exposure(),
        picture.exposure(picture_limits),
        currency.exposure((Use(Customer.currency_id, {"code": Customer.currency_code}),)),
        payment_term.exposure((Use(Customer.payment_terms_id),)),
        payment_method.exposure((Use(Customer.payment_method_id),)),
        shipment_method.exposure((Use(Customer.shipment_method_id),)),
        tax_area.exposure(
            (Use(Customer.tax_area_id, {"displayName": Customer.tax_area_display_name}),)
        ),
    )


def build_source(
    database: peewee.Database, *, picture_limits: PictureLimits | None = None
) -> DataSource:
    """The model and its mapping over ``database``, to which all models are bound."""
    bind(database)
    source = publish(
        NAMESPACE,
        exposures(picture_limits or PictureLimits()),
        database=database,
        container="NAV",
    )
    source.has_change_log = True
    return source
