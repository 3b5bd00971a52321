"""The names of the order management dialect."""

from __future__ import annotations

from app.rest.lookup import PAYMENT_TERMS
from app.rest.names import Choice, Email, Flag, Identifier, Text
from app.rest.schema import DialectSchema, Items
from models.customer_enumerations import ADDRESS_TYPE


class ContactSchema(DialectSchema):
    """A contact of a customer."""

    name = Text("displayName", required=True)
    email = Email("email")
    phone = Text("phoneNumber")
    isPrimary = Flag("isPrimary")  # noqa: N815 - the name of the dialect


class AddressSchema(DialectSchema):
    """An address of a customer."""

    addressType = Choice("addressType", ADDRESS_TYPE)  # noqa: N815 - likewise
    street = Text("addressLine1")
    city = Text("city")
    state = Text("state")
    zipCode = Text("postalCode")  # noqa: N815 - likewise
    country = Text("country")
    isPrimary = Flag("isPrimary")  # noqa: N815 - likewise


class CustomerSchema(DialectSchema):
    """A customer with its contacts and addresses."""

    id = Identifier()
    name = Text("displayName", required=True)
    code = Text("code")
    companyName = Text("legalName")  # noqa: N815 - likewise
    email = Email("email")
    phone = Text("phoneNumber")
    paymentTerms = Text("paymentTermsId", lookup=PAYMENT_TERMS)  # noqa: N815 - likewise
    notes = Text("notes")
    contacts = Items(ContactSchema(), "contacts")
    addresses = Items(AddressSchema(), "addresses")
