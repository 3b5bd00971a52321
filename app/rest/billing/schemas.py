"""The names of the billing dialect."""

from __future__ import annotations

from typing import Any, ClassVar

from app.rest.lookup import COUNTRY_NAMES
from app.rest.names import (
    Amount,
    Described,
    Email,
    EpochSeconds,
    Flag,
    IdOf,
    NamedField,
    NumberedId,
    Text,
)
from app.rest.schema import DialectSchema
from models.external_id import STRIPE
from odata.uri import ast, building


class StripeCustomer(NamedField):
    """The id of the customer in the payment service, one of its ids in other systems."""

    json_schema: ClassVar[Described] = {"type": ["string", "null"]}
    _CHECK_ATTRIBUTE = False

    def __init__(self) -> None:
        super().__init__(attribute="externalIds", dump_only=True)

    def properties(self) -> tuple[str, ...]:
        """None of the customer."""
        return ()

    def expansions(self) -> tuple[ast.ExpandItem, ...]:
        """The id in that system."""
        nested = building.options(
            filter=building.equals("system", STRIPE), select=building.selected(("value",))
        )
        return (building.expanded("externalIds", nested),)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        found = obj.get("externalIds") or []
        return found[0]["value"] if found else None


class ParentId(IdOf):
    """The id of the customer, which a body may repeat."""

    def __init__(self) -> None:
        super().__init__("customer")
        self.dump_only = False

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        return value


class CustomerSchema(DialectSchema):
    """A customer."""

    created_at = EpochSeconds("createdDateTime")
    updated_at = EpochSeconds("lastModifiedDateTime", unless="createdDateTime")
    id = NumberedId()
    number = Text("number")
    name = Text("displayName", required=True)
    email = Email("email")
    address1 = Text("addressLine1")
    address2 = Text("addressLine2")
    city = Text("city")
    state = Text("state")
    postal_code = Text("postalCode")
    country = Text("country", lookup=COUNTRY_NAMES)
    tax_id = Text("taxRegistrationNumber")
    phone = Text("phoneNumber")
    other_phone = Text("otherPhoneNumber")
    website = Text("website")
    notes = Text("notes")
    balance = Amount("balance")
    stripe_customer = StripeCustomer()


class ContactSchema(DialectSchema):
    """A contact of a customer."""

    created_at = EpochSeconds("createdDateTime")
    updated_at = EpochSeconds("lastModifiedDateTime", unless="createdDateTime")
    id = NumberedId()
    customer = ParentId()
    name = Text("displayName", required=True)
    email = Email("email")
    primary = Flag("isPrimary")
