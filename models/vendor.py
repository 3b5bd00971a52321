"""Vendors: whom the company buys from (reference §6.4)."""

from __future__ import annotations

from decimal import Decimal

import peewee

from models.base import (
    NO_ID,
    Entity,
    choice,
    key_of,
    last_modified,
    number,
    reference,
    required_text,
    text,
)
from models.enumerations import VENDOR_BLOCKED
from odata.edm.model import Capabilities
from odata.query.change import Rules
from odata.sql.expose import Exposure, NavigationDeclaration, to_many, to_one
from odata.sql.fields import EnumField, GuidField, ScaledDecimalField, TextField
from odata.sql.mapping import SqlExpression, TableAlias

CAPTION = "Vendor"
VENDOR_PARENT = 3


class Vendor(Entity):
    """A vendor of one company."""

    number = TextField(20)
    display_name = TextField(100)
    address_line1 = TextField(100, default="")
    address_line2 = TextField(50, default="")
    city = TextField(30, default="")
    state = TextField(30, default="")
    country = TextField(10, default="")
    postal_code = TextField(20, default="")
    phone_number = TextField(30, default="")
    email = TextField(80, default="")
    website = TextField(255, default="")
    tax_registration_number = TextField(50, default="")
    currency_id = GuidField(default=NO_ID)
    currency_code = TextField(10, default="")
    irs1099_code = TextField(10, default="")
    payment_terms_id = GuidField(default=NO_ID)
    payment_method_id = GuidField(default=NO_ID)
    tax_liable = peewee.BooleanField(default=False)
    blocked = EnumField(VENDOR_BLOCKED, default=0)
    balance = ScaledDecimalField(default=Decimal(0))

    class Meta:
        table_name = "vendor"


def _of_vendor(dimension: TableAlias) -> SqlExpression:
    return dimension.parent_type == VENDOR_PARENT


_NAVIGATION: tuple[NavigationDeclaration, ...] = (
    to_one("currency", "currency", on=(("currencyId", "id"),)),
    to_one("paymentTerm", "paymentTerm", on=(("paymentTermsId", "id"),)),
    to_one("paymentMethod", "paymentMethod", on=(("paymentMethodId", "id"),)),
    to_many(
        "defaultDimensions",
        "defaultDimension",
        on=(("id", "parentId"),),
        partner="vendor",
        where=_of_vendor,
    ),
    to_many(
        "contactsInformation",
        "contactInformation",
        on=(("id", "relatedId"),),
        partner="vendor",
    ),
)


def exposure(rules: Rules) -> Exposure:
    """The entity set ``vendors``."""
    return Exposure(
        Vendor,
        "vendor",
        "vendors",
        properties=(
            key_of(Vendor),
            text(Vendor.number, upper_case=True, searchable=True, caption="No."),
            required_text(Vendor.display_name, required=True, searchable=True),
            text(Vendor.address_line1),
            text(Vendor.address_line2),
            text(Vendor.city, searchable=True),
            text(Vendor.state),
            text(Vendor.country, upper_case=True),
            text(Vendor.postal_code, upper_case=True),
            text(Vendor.phone_number),
            text(Vendor.email),
            text(Vendor.website),
            text(Vendor.tax_registration_number),
            reference(Vendor.currency_id),
            text(Vendor.currency_code, upper_case=True),
            text(Vendor.irs1099_code, upper_case=True),
            reference(Vendor.payment_terms_id),
            reference(Vendor.payment_method_id),
            choice(Vendor.tax_liable, unset=False),
            choice(Vendor.blocked),
            number(Vendor.balance, computed=True),
            last_modified(Vendor),
        ),
        navigation=_NAVIGATION,
        scope=Vendor.company_id,
        scope_type="company",
        entity_tag=Vendor.etag,
        default_order=("number",),
        capabilities=Capabilities(searchable=True),
        rules=rules,
    )
