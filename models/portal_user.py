"""Users of the client portal: who signs up with a contact's e-mail belongs to its customer."""

from __future__ import annotations

from collections.abc import Mapping

import peewee

from models.base import (
    NO_ID,
    Entity,
    EntityRules,
    key_of,
    last_modified,
    milliseconds,
    reference,
    required_text,
    text,
)
from models.code_table import already_exists
from models.forms import EMAIL
from models.grants import BUSINESS
from models.surroundings import Surroundings
from models.tags import new_tag
from odata.errors import DuplicateKeyError
from odata.query.change import Change
from odata.sql.expose import Exposure, column, to_one
from odata.sql.fields import GuidField, InstantField, TextField

CAPTION = "Portal User"


class PortalUser(Entity):
    """An account of the portal; ``email_key`` is its address in its comparable form."""

    email = TextField(80)
    email_key = TextField()
    display_name = TextField(100, default="")
    contact_id = GuidField(default=NO_ID)
    customer_id = GuidField(default=NO_ID)
    created_date_time = InstantField()

    class Meta:
        table_name = "portal_user"


class PortalUserRules(EntityRules):
    """One account an address; it belongs to the customer of the contact with that address."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def before_create(self, change: Change) -> None:
        """Check the address and find the contact."""
        super().before_create(change)
        change.values["createdDateTime"] = milliseconds(change.now)
        if not change.values.get("email"):
            change.fault('An "email" must be provided.', target="email")
        self._set_contact(change)

    def before_update(self, change: Change) -> None:
        """Find the contact anew where the address changes."""
        super().before_update(change)
        if change.is_given("email"):
            self._set_contact(change)

    def _set_contact(self, change: Change) -> None:
        key = email_key(change.values.get("email"))
        taken = PortalUser.select().where(
            PortalUser.company_id == change.scope,
            PortalUser.email_key == key,
            PortalUser.id != change.key.get("id", NO_ID),
        )
        if taken.exists():
            identification = f"Email='{change.values.get('email')}'"
            raise DuplicateKeyError(already_exists(CAPTION, identification), target="email")
        model = self._around.tables["customerContact"]
        found = (
            model.select()
            .where(model.company_id == change.scope, model.email_key == key, model.email_key != "")
            .order_by(model.integer_id)
            .first()
        )
        change.values[".email_key"] = key
        change.values["contactId"] = NO_ID if found is None else found.id
        change.values["customerId"] = NO_ID if found is None else found.customer_id


def email_key(email: object) -> str:
    """An e-mail address as it is compared: without its blanks, whatever its case."""
    return str(email or "").strip().casefold()


def link_users(change: Change) -> None:
    """Have the users without a contact who signed up with a contact's address belong to it."""
    key = email_key(change.value("email"))
    if not key:
        return
    columns = {"contact_id": change.key["id"], "customer_id": change.value("customerId")}
    _move_users(change, columns, PortalUser.email_key == key, PortalUser.contact_id == NO_ID)


def unlink_users(change: Change) -> None:
    """Have the users of a contact belong to nobody."""
    columns = {"contact_id": NO_ID, "customer_id": NO_ID}
    _move_users(change, columns, PortalUser.contact_id == change.key["id"])


def unlink_customer(change: Change) -> None:
    """Have the users of a customer that is removed belong to nobody."""
    columns = {"contact_id": NO_ID, "customer_id": NO_ID}
    _move_users(change, columns, PortalUser.customer_id == change.key["id"])


def _move_users(
    change: Change, columns: Mapping[str, object], *conditions: peewee.Expression
) -> None:
    users = PortalUser.select(PortalUser.id).where(
        PortalUser.company_id == change.scope, *conditions
    )
    for user in list(users):
        moved = {**columns, "etag": new_tag(), "last_modified": milliseconds(change.now)}
        change.rows.update(PortalUser, moved, PortalUser.id == user.id)


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``portalUsers``."""
    model = PortalUser
    return Exposure(
        model,
        "portalUser",
        "portalUsers",
        properties=(
            key_of(model),
            required_text(model.email, required=True, constraint=EMAIL),
            text(model.display_name),
            reference(model.contact_id, computed=True),
            reference(model.customer_id, computed=True),
            column(model.created_date_time, computed=True),
            last_modified(model),
        ),
        navigation=(
            to_one("contact", "customerContact", on=(("contactId", "id"),), contained=False),
            to_one("customer", "customer", on=(("customerId", "id"),), contained=False),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("email",),
        rules=PortalUserRules(around),
        grants=BUSINESS,
    )
