"""What Business Central checks when a vendor is written (reference §6.4)."""

from __future__ import annotations

from models.address_check import check_country, check_tax_number
from models.attachment import remove_attachments
from models.base import EntityRules
from models.code_table import Use, code_use
from models.contact import remove_relations
from models.default_dimension import remove_dimensions
from models.numbers import VENDORS, Numbering
from models.party import (
    check_new_number,
    give_number,
    local_currency,
    require_display_name,
    set_currency,
)
from models.payment_method import CAPTION as PAYMENT_METHOD_CAPTION
from models.payment_method import PaymentMethod
from models.payment_term import CAPTION as PAYMENT_TERM_CAPTION
from models.payment_term import PaymentTerm
from models.picture import remove_picture
from models.reference_check import Reference, check_references
from models.surroundings import Surroundings
from models.vendor import CAPTION, Vendor, vendors
from odata.query.change import Change
from odata.sql.expose import Exposure

_NUMBERING = Numbering(VENDORS, Vendor.number)
_REFERENCES = (
    Reference("paymentTermsId", PaymentTerm, PAYMENT_TERM_CAPTION),
    Reference("paymentMethodId", PaymentMethod, PAYMENT_METHOD_CAPTION),
)


class VendorRules(EntityRules):
    """The rules of the entity set ``vendors``."""

    def before_create(self, change: Change) -> None:
        """Check the whole vendor and give it a number and a currency."""
        super().before_create(change)
        require_display_name(change)
        _check_values(change)
        if not change.is_given("currencyId") and not change.is_given("currencyCode"):
            change.values["currencyCode"] = local_currency(change.scope)
        give_number(change, _NUMBERING, CAPTION)

    def before_update(self, change: Change) -> None:
        """Check what changes; another number renames the vendor."""
        super().before_update(change)
        _check_values(change)
        check_new_number(change, _NUMBERING, CAPTION)

    def after_delete(self, change: Change) -> None:
        """Remove what hangs below and the relations of contacts with it."""
        remove_relations(change)
        remove_dimensions(change, "vendor")
        remove_attachments(change)
        remove_picture(change)


def _check_values(change: Change) -> None:
    check_country(change, CAPTION)
    check_tax_number(change, "taxRegistrationNumber")
    set_currency(change)
    check_references(change, _REFERENCES)


_USES = (
    Use("currency", Vendor.currency_id, {"code": Vendor.currency_code}),
    Use("paymentTerm", Vendor.payment_terms_id),
    Use("paymentMethod", Vendor.payment_method_id),
    code_use("countryRegion", Vendor.country),
)


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``vendors`` with its rules."""
    around.note_uses("vendor", _USES)
    return vendors(VendorRules())
