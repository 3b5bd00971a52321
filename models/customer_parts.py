"""What the parts of a customer share: to whom they belong, that they move its tag, the primary.

A contact, an address and the like are parts of their customer: whoever reads the customer with
them under one entity tag must see that tag move when a part changes. One part of a kind may be
primary; a new primary takes the place of the old one.
"""

from __future__ import annotations

from dataclasses import dataclass

import peewee

from models.base import NO_ID, Entity, EntityRules, milliseconds
from models.customer import CAPTION, Customer
from models.grants import portal_reads
from models.integer_id import give_integer_id
from models.reference_check import Reference, check_references
from models.tags import new_tag
from odata.query.change import Change, Owner
from odata.sql.expose import to_one
from odata.sql.fields import GuidField, InstantField

# What customers see of their parts through a portal.
OWN_PARTS = portal_reads("customerId in @customer")
CUSTOMER_LINK = to_one("customer", "customer", on=(("customerId", "id"),), contained=False)
_CUSTOMER = (Reference("customerId", Customer, CAPTION, is_changed=True),)


class CustomerPart(Entity):
    """A row that belongs to one customer."""

    customer_id = GuidField()
    integer_id = peewee.BigIntegerField()
    created_date_time = InstantField()


class PrimaryPart(CustomerPart):
    """A part that may be the primary one of its kind."""

    is_primary = peewee.BooleanField(default=False)


class CustomerPartRules(EntityRules):
    """The customer exists, the part has an integer id, the customer's tag moves."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def owner(self) -> Owner:
        """The customer."""
        return Owner(Customer, "customerId")

    def before_create(self, change: Change) -> None:
        """Give the ids and the instants."""
        super().before_create(change)
        change.values["createdDateTime"] = milliseconds(change.now)
        if change.values.get("customerId") in (None, NO_ID):
            change.fault('A "customerId" must be provided.', target="customerId")
        else:
            change.given |= {"customerId"}
            check_references(change, _CUSTOMER)
        self.check_values(change)
        if not change.faults:
            give_integer_id(change, self.kind)

    def before_update(self, change: Change) -> None:
        """Check what changes."""
        super().before_update(change)
        self.check_values(change)

    def after_create(self, change: Change) -> None:
        """Move the customer's tag."""
        touch_customer(change)

    def after_update(self, change: Change) -> None:
        """Move the customer's tag."""
        touch_customer(change)

    def after_delete(self, change: Change) -> None:
        """Move the customer's tag."""
        touch_customer(change)

    def check_values(self, change: Change) -> None:
        """Note faults of the other properties."""


class PrimaryPartRules(CustomerPartRules):
    """At most one part of a kind is primary: the first one, until another one is made so."""

    def __init__(self, model: type[PrimaryPart], kind: str) -> None:
        super().__init__(kind)
        self._model = model

    def before_create(self, change: Change) -> None:
        """Let the first part be the primary one."""
        super().before_create(change)
        if not change.is_given("isPrimary") and not change.faults:
            change.values["isPrimary"] = not self._primaries(change).exists()

    def after_create(self, change: Change) -> None:
        """Have the old primary part give way."""
        self._give_way(change)
        super().after_create(change)

    def after_update(self, change: Change) -> None:
        """Have the old primary part give way."""
        self._give_way(change)
        super().after_update(change)

    def after_delete(self, change: Change) -> None:
        """Let the oldest of the others take the place of a primary part."""
        super().after_delete(change)
        if not (change.current or {}).get("isPrimary"):
            return
        model = self._model
        others = model.select().where(model.customer_id == customer_of(change))
        heir = others.order_by(model.integer_id).first()
        if heir is not None:
            set_primary(model, heir.id, change, is_primary=True)
        self.inherit(change, heir)

    def inherit(self, change: Change, heir: PrimaryPart | None) -> None:
        """Follow up on the part that has become primary; None where there is no other one."""

    def _primaries(self, change: Change) -> peewee.ModelSelect[PrimaryPart]:
        model = self._model
        return model.select().where(
            model.customer_id == customer_of(change),
            model.is_primary == True,  # noqa: E712
        )

    def _give_way(self, change: Change) -> None:
        if not change.values.get("isPrimary"):
            return
        for row in self._primaries(change).where(self._model.id != change.key["id"]):
            set_primary(self._model, row.id, change, is_primary=False)


@dataclass(frozen=True, slots=True)
class OwnedTable:
    """A table of rows that go with their customer; ``type_name`` is that of its entities."""

    model: type[CustomerPart]
    type_name: str


def set_primary(model: type[PrimaryPart], key: str, change: Change, *, is_primary: bool) -> None:
    """Mark a row as primary or not, on behalf of a change to another one."""
    columns = {
        "is_primary": is_primary,
        "etag": new_tag(),
        "last_modified": milliseconds(change.now),
    }
    change.rows.update(model, columns, model.id == key)


def customer_of(change: Change) -> str:
    """The id of the customer to whom a part belongs."""
    return str(change.value("customerId"))


def touch_customer(change: Change, **columns: object) -> None:
    """Move the tag and the instant of the customer, and write columns with them."""
    key = customer_of(change)
    columns |= {"etag": new_tag(), "last_modified": milliseconds(change.now)}
    change.rows.update(Customer, columns, Customer.id == key)
