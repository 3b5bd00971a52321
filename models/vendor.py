"""Vendors: whom the company buys from (reference §6.4)."""

from __future__ import annotations

from decimal import Decimal

import peewee

from models.address import Addressed, address
from models.base import NO_ID, amount, choice, key_of, last_modified, reference, text
from models.enumerations import VENDOR_BLOCKED
from models.forms import EMAIL, not_blank, phone_of
from models.grants import BUSINESS
from models.numbers import number_of
from models.parts import contacts_of, default_dimensions_of, document_attachments_of, picture_of
from odata.edm.model import Capabilities
from odata.query.change import Rules
from odata.sql.expose import Exposure, NavigationDeclaration, to_one
from odata.sql.fields import EnumField, GuidField, ScaledDecimalField, TextField

CAPTION = "Vendor"


class Vendor(Addressed):
    """A vendor of one company."""

    number = TextField(20)
    display_name = TextField(100)
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


_NAVIGATION: tuple[NavigationDeclaration, ...] = (
    to_one("currency", "currency", on=(("currencyId", "id"),)),
    to_one("paymentTerm", "paymentTerm", on=(("paymentTermsId", "id"),)),
    to_one("paymentMethod", "paymentMethod", on=(("paymentMethodId", "id"),)),
    picture_of("vendor"),
    default_dimensions_of("vendor"),
    to_one(
        "agedAccountsPayable", "agedAccountsPayable", on=(("id", "vendorId"),), partner="vendor"
    ),
    contacts_of("vendor"),
    document_attachments_of("vendor"),
)


def vendors(rules: Rules) -> Exposure:
    """The entity set ``vendors``."""
    return Exposure(
        Vendor,
        "vendor",
        "vendors",
        properties=(
            key_of(Vendor),
            number_of(Vendor.number),
            text(
                Vendor.display_name,
                required=True,
                searchable=True,
                constraint=not_blank("displayName"),
            ),
            *address(Vendor, searchable="city"),
            text(Vendor.phone_number, constraint=phone_of(CAPTION)),
            text(Vendor.email, constraint=EMAIL),
            text(Vendor.website),
            text(Vendor.tax_registration_number),
            reference(Vendor.currency_id, computed_default=True),
            text(Vendor.currency_code, upper_case=True, computed_default=True),
            text(Vendor.irs1099_code, upper_case=True),
            reference(Vendor.payment_terms_id),
            reference(Vendor.payment_method_id),
            choice(Vendor.tax_liable, unset=False),
            choice(Vendor.blocked),
            amount(Vendor.balance, currency="currencyCode", computed=True),
            last_modified(Vendor),
        ),
        navigation=_NAVIGATION,
        scope=Vendor.company_id,
        scope_type="company",
        entity_tag=Vendor.etag,
        default_order=("number",),
        capabilities=Capabilities(searchable=True),
        rules=rules,
        grants=BUSINESS,
    )
