"""The names of the field service dialect."""

from __future__ import annotations

from typing import Any

from app.rest.lookup import PAYMENT_TERM_WORDS
from app.rest.names import (
    Choice,
    Day,
    Email,
    Flag,
    FreeMembers,
    Identifier,
    IdOf,
    Instant,
    ItemId,
    NamedField,
    Reference,
    Text,
)
from app.rest.schema import DialectSchema, Items, Members, Related
from models.customer_enumerations import ACTIVITY_STATUS, WORK_ORDER_STATUS
from odata.uri import ast, building

CUSTOMER, CONTACT, BRANCH = "cust", "contact", "branch"
ASSET, WORK_ORDER = "asset", "work-order"
BILLING_ADDRESS = "*billingAddress"


class AddressSchema(DialectSchema):
    """An address."""

    street = Text("addressLine1")
    city = Text("city")
    state = Text("state")
    postal_code = Text("postalCode")
    country = Text("country")


class BillingAddress(NamedField):
    """The address for billing, one of the addresses of the customer."""

    _CHECK_ATTRIBUTE = False

    def __init__(self) -> None:
        super().__init__(attribute=BILLING_ADDRESS, allow_none=True)
        self.schema = AddressSchema()

    def properties(self) -> tuple[str, ...]:
        """None of the customer."""
        return ()

    def expansions(self) -> tuple[ast.ExpandItem, ...]:
        """The first address for billing."""
        nested = self.schema.options(
            filter=building.equals("addressType", "billing"),
            orderby=(building.ordered("integerId"),),
            top=1,
        )
        return (building.expanded("addresses", nested),)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        found = obj.get("addresses") or []
        return self.schema.dump(found[0]) if found else None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        return self.schema.load(value)


class ContactSchema(DialectSchema):
    """A contact of a customer."""

    id = Identifier(CONTACT)
    name = Text("displayName", required=True)
    title = Text("jobTitle")
    email = Email("email")
    phone = Text("phoneNumber")
    is_primary = Flag("isPrimary")


class ContactItem(ContactSchema):
    """A contact inside its customer."""

    id = ItemId(CONTACT)


class BranchSchema(DialectSchema):
    """A branch."""

    id = Identifier(BRANCH)
    name = Text("displayName")


class CustomerRow(DialectSchema):
    """A customer in a list."""

    id = Identifier(CUSTOMER)
    name = Text("displayName", required=True)
    customer_number = Text("number")
    status = Choice("status", ACTIVITY_STATUS)
    email = Email("email")
    phone = Text("phoneNumber")
    address = Members(AddressSchema(), "*address")
    created_at = Instant("createdDateTime")


class CustomerSchema(DialectSchema):
    """A customer in full."""

    id = Identifier(CUSTOMER)
    name = Text("displayName", required=True)
    customer_number = Text("number")
    status = Choice("status", ACTIVITY_STATUS)
    customer_type = Text("customerType")
    email = Email("email")
    phone = Text("phoneNumber")
    fax = Text("faxNumber")
    website = Text("website")
    address = Members(AddressSchema(), "*address")
    billing_address = BillingAddress()
    contacts = Items(ContactItem(), "contacts")
    branch = Related(BranchSchema(), "branch")
    branch_id = Reference("branch", "branches", BRANCH)
    tax_id = Text("taxRegistrationNumber")
    payment_terms = Text("paymentTermsId", lookup=PAYMENT_TERM_WORDS)
    notes = Text("notes")
    custom_fields = FreeMembers("customFields")
    created_at = Instant("createdDateTime")
    updated_at = Instant("lastModifiedDateTime")


class NewCustomer(DialectSchema):
    """What a new customer is answered with."""

    id = Identifier(CUSTOMER)
    customer_number = Text("number")
    name = Text("displayName")
    status = Choice("status", ACTIVITY_STATUS)
    created_at = Instant("createdDateTime")


class TrashedCustomer(DialectSchema):
    """A customer in the trash."""

    id = Identifier(CUSTOMER)
    customer_number = Text("number")
    name = Text("displayName")
    deleted_at = Instant("deletedDateTime")


class AssetSchema(DialectSchema):
    """What stands at a customer's."""

    id = Identifier(ASSET)
    customer_id = IdOf("customer", CUSTOMER)
    asset_number = Text("number")
    name = Text("description")
    serial_number = Text("serialNumber")
    status = Choice("status", ACTIVITY_STATUS)
    created_at = Instant("createdDateTime")
    updated_at = Instant("lastModifiedDateTime")


class WorkOrderSchema(DialectSchema):
    """What is to be done for a customer."""

    id = Identifier(WORK_ORDER)
    customer_id = IdOf("customer", CUSTOMER)
    work_order_number = Text("number")
    description = Text("description")
    status = Choice("status", WORK_ORDER_STATUS)
    asset_id = IdOf("asset", ASSET)
    scheduled_date = Day("scheduledDate")
    created_at = Instant("createdDateTime")
    updated_at = Instant("lastModifiedDateTime")
