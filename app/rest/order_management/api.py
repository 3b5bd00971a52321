"""The routes of the order management dialect."""

from __future__ import annotations

from app.rest.dialect import Dialect, Manners, Names, Resource, Route
from app.rest.manners import many_bare, one_bare
from app.rest.operations import (
    CreateEntity,
    DeleteEntity,
    ListEntities,
    ReadEntity,
    UpdateEntity,
)
from app.rest.order_management.schemas import CustomerSchema
from app.rest.order_management.writing import keep_identities, leave_primary_open
from app.rest.paging import PageStyle

CUSTOMERS = Resource(
    Names("customer", "customers"),
    CustomerSchema(),
    filters_fields=True,
    complete=leave_primary_open,
    fit=keep_identities,
)

_AT, _ONE, _MANY = "customers({id})", "/customers/{id}", "/customers"

ORDER_MANAGEMENT = Dialect(
    "order-management",
    "Order management customers",
    "Customers with their contacts and addresses.",
    ("/order-management",),
    (
        Route("GET", _MANY, "customers", ListEntities(CUSTOMERS), "List customers"),
        Route("POST", _MANY, "customers", CreateEntity(CUSTOMERS, _ONE), "Create a customer"),
        Route("GET", _ONE, _AT, ReadEntity(CUSTOMERS), "Get a customer"),
        Route("PATCH", _ONE, _AT, UpdateEntity(CUSTOMERS), "Change a customer"),
        Route("PUT", _ONE, _AT, UpdateEntity(CUSTOMERS), "Change a customer"),
        Route("DELETE", _ONE, _AT, DeleteEntity(CUSTOMERS), "Delete a customer"),
    ),
    Manners(one_bare, many_bare, PageStyle(size_option="perPage", has_links=True)),
)
