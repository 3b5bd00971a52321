"""The routes of the billing dialect."""

from __future__ import annotations

from app.rest.billing.schemas import ContactSchema, CustomerSchema
from app.rest.billing.writing import check_parent, check_parent_again, give_number
from app.rest.dialect import Dialect, Manners, Names, Resource, Route
from app.rest.manners import many_by_name, one_by_name
from app.rest.operations import (
    CreateEntity,
    DeleteEntity,
    ListEntities,
    ReadEntity,
    UpdateEntity,
)
from app.rest.paging import PageStyle

CUSTOMERS = Resource(
    Names("customer", "customers"), CustomerSchema(), filters_fields=True, complete=give_number
)
CONTACTS = Resource(
    Names("contact", "contacts"),
    ContactSchema(),
    filters_fields=True,
    complete=check_parent,
    fit=check_parent_again,
)

_CUSTOMER, _CUSTOMERS = "customers({id})", "/customers/{id}"
_CONTACT, _CONTACTS = (
    "customers({customer_id})/contacts({id})",
    "/customers/{customer_id}/contacts",
)

BILLING = Dialect(
    "billing",
    "Billing customers",
    "Customers with their balance, and their contacts.",
    ("",),
    (
        Route("GET", "/customers", "customers", ListEntities(CUSTOMERS), "List customers"),
        Route(
            "POST",
            "/customers",
            "customers",
            CreateEntity(CUSTOMERS, _CUSTOMERS),
            "Create a customer",
        ),
        Route("GET", _CUSTOMERS, _CUSTOMER, ReadEntity(CUSTOMERS), "Fetch a customer"),
        Route("PATCH", _CUSTOMERS, _CUSTOMER, UpdateEntity(CUSTOMERS), "Edit a customer"),
        Route("DELETE", _CUSTOMERS, _CUSTOMER, DeleteEntity(CUSTOMERS), "Delete a customer"),
        Route(
            "GET",
            _CONTACTS,
            "customers({customer_id})/contacts",
            ListEntities(CONTACTS),
            "Fetch the contacts of a customer",
        ),
        Route(
            "POST",
            _CONTACTS,
            "customers({customer_id})/contacts",
            CreateEntity(CONTACTS, f"{_CONTACTS}/{{id}}"),
            "Create a contact of a customer",
        ),
        Route("GET", f"{_CONTACTS}/{{id}}", _CONTACT, ReadEntity(CONTACTS), "Fetch a contact"),
        Route("PATCH", f"{_CONTACTS}/{{id}}", _CONTACT, UpdateEntity(CONTACTS), "Edit a contact"),
        Route(
            "DELETE", f"{_CONTACTS}/{{id}}", _CONTACT, DeleteEntity(CONTACTS), "Delete a contact"
        ),
    ),
    Manners(
        one_by_name,
        many_by_name,
        PageStyle(usual_size=10, has_links=True),
        acknowledgement={"success": True},
    ),
)
