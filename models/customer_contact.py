"""The people of a customer, one of them the primary contact."""

from __future__ import annotations

from models.base import (
    choice,
    key_of,
    last_modified,
    reference,
    required_text,
    text,
)
from models.customer_parts import CUSTOMER_LINK, OWN_PARTS, PrimaryPart, PrimaryPartRules
from models.forms import EMAIL, not_blank, phone_of
from models.grants import BUSINESS
from models.party import require_display_name
from models.portal_user import email_key, link_users, unlink_users
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.query.change import Change
from odata.sql.expose import Exposure, column
from odata.sql.fields import TextField

CAPTION = "Customer Contact"


class CustomerContact(PrimaryPart):
    """A person at a customer. ``email_key`` is the e-mail address in its comparable form."""

    display_name = TextField(100)
    job_title = TextField(100, default="")
    email = TextField(80, default="")
    email_key = TextField(default="")
    phone_number = TextField(30, default="")

    class Meta:
        table_name = "customer_contact"


class CustomerContactRules(PrimaryPartRules):
    """A name, an e-mail address that can be true; portal users follow the address."""

    def __init__(self) -> None:
        super().__init__(CustomerContact, "contact")

    def before_create(self, change: Change) -> None:
        """Demand a name."""
        require_display_name(change)
        super().before_create(change)

    def after_create(self, change: Change) -> None:
        """Link the portal users who have signed up with the address."""
        super().after_create(change)
        link_users(change)

    def after_update(self, change: Change) -> None:
        """Link portal users anew where the address has changed."""
        super().after_update(change)
        if change.is_given("email"):
            unlink_users(change)
        link_users(change)

    def after_delete(self, change: Change) -> None:
        """Let go of the portal users."""
        super().after_delete(change)
        unlink_users(change)

    def check_values(self, change: Change) -> None:
        """Keep the address in its comparable form."""
        if "email" in change.values:
            change.values[".email_key"] = email_key(change.values["email"])


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``customerContacts``."""
    model = CustomerContact
    return Exposure(
        model,
        "customerContact",
        "customerContacts",
        properties=(
            key_of(model),
            column(model.integer_id, computed=True),
            reference(model.customer_id, immutable=True),
            required_text(
                model.display_name,
                required=True,
                searchable=True,
                constraint=not_blank("displayName"),
            ),
            text(model.job_title),
            text(model.email, searchable=True, constraint=EMAIL),
            text(model.phone_number, constraint=phone_of(CAPTION)),
            choice(model.is_primary, unset=False, computed_default=True),
            column(model.created_date_time, computed=True),
            last_modified(model),
        ),
        navigation=(CUSTOMER_LINK,),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("integerId",),
        alternate_keys=(("integerId",),),
        capabilities=Capabilities(searchable=True),
        rules=CustomerContactRules(),
        grants=(*BUSINESS, *OWN_PARTS),
    )
