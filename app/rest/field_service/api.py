"""The routes of the field service dialect."""

from __future__ import annotations

import re

from app.rest.dialect import Dialect, Manners, Names, Resource, Route
from app.rest.field_service.schemas import (
    ASSET,
    BILLING_ADDRESS,
    BRANCH,
    CONTACT,
    CUSTOMER,
    AssetSchema,
    ContactSchema,
    CustomerRow,
    CustomerSchema,
    NewCustomer,
    TrashedCustomer,
    WorkOrderSchema,
)
from app.rest.field_service.writing import complete, keep_identities, write_billing_address
from app.rest.manners import many_as_data, one_as_data
from app.rest.names import read_id
from app.rest.operations import (
    CallAction,
    CreateEntity,
    DeleteEntity,
    ListEntities,
    ReadEntity,
    UpdateEntity,
)
from app.rest.paging import PageStyle
from odata.edm.types import Primitive
from odata.errors import BadRequestError, UriSemanticError
from odata.uri import ast, building
from odata.uri.ast import ComparisonOperator
from odata.uri.literals import read_value

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _named_like(text: str) -> ast.Expression:
    """The name or a code has the text in it, whatever the case."""
    names = ("displayName", "number", "code")
    found = building.any_of(building.contains(name, text) for name in names)
    if found is None:
        raise LookupError("there are names")
    return found


def _of_branch(text: str) -> ast.Expression:
    number = read_id(BRANCH, text)
    return building.equals("branch/integerId", -1 if number is None else number)


def _created_after(text: str) -> ast.Expression:
    """Later than a point in time; a day stands for its beginning."""
    moment = f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text
    try:
        read_value(moment, Primitive.DATE_TIME_OFFSET)
    except UriSemanticError as error:
        message = "created_after is a date such as 2024-01-31"
        raise BadRequestError(message, target="created_after") from error
    after = building.instant(moment)
    return building.compared("createdDateTime", ComparisonOperator.GT, after)


_CUSTOMER_ROW = CustomerRow()
CUSTOMERS = Resource(
    Names("customer", "customers"),
    CustomerSchema(),
    listed=_CUSTOMER_ROW,
    acknowledged=NewCustomer(),
    filters={
        "search": _named_like,
        "status": _CUSTOMER_ROW.field("status").condition,
        "branch_id": _of_branch,
        "created_after": _created_after,
    },
    complete=complete,
    fit=keep_identities,
    beside=(BILLING_ADDRESS,),
    follow=write_billing_address,
)
CONTACTS = Resource(Names("contact", "contacts"), ContactSchema())
ASSETS = Resource(Names("asset", "assets"), AssetSchema())
WORK_ORDERS = Resource(Names("work order", "work orders"), WorkOrderSchema())
TRASH = Resource(Names("customer", "customers"), TrashedCustomer())

_OF_CUSTOMER = {"customer_id": CUSTOMER}
_CUSTOMER = {"id": CUSTOMER}

FIELD_SERVICE = Dialect(
    "field-service",
    "Field service customers",
    "Customers with their contacts, assets and work orders.",
    ("/api/v1", "/v1"),
    (
        Route("GET", "/customers", "customers", ListEntities(CUSTOMERS), "List customers"),
        Route(
            "POST",
            "/customers",
            "customers",
            CreateEntity(CUSTOMERS, "/customers/{id}"),
            "Create a customer",
        ),
        Route(
            "GET",
            "/customers/{id}",
            "customers({id})",
            ReadEntity(CUSTOMERS),
            "Get a customer",
            _CUSTOMER,
        ),
        Route(
            "PUT",
            "/customers/{id}",
            "customers({id})",
            UpdateEntity(CUSTOMERS),
            "Update a customer",
            _CUSTOMER,
        ),
        Route(
            "DELETE",
            "/customers/{id}",
            "customers({id})",
            DeleteEntity(CUSTOMERS, "Microsoft.NAV.moveToTrash"),
            "Move a customer to the trash",
            _CUSTOMER,
        ),
        Route(
            "GET",
            "/customers/{customer_id}/contacts",
            "customers({customer_id})/contacts",
            ListEntities(CONTACTS),
            "List the contacts of a customer",
            _OF_CUSTOMER,
        ),
        Route(
            "POST",
            "/customers/{customer_id}/contacts",
            "customers({customer_id})/contacts",
            CreateEntity(CONTACTS, "/contacts/{id}"),
            "Create a contact of a customer",
            _OF_CUSTOMER,
        ),
        Route(
            "GET",
            "/contacts/{id}",
            "customerContacts({id})",
            ReadEntity(CONTACTS),
            "Get a contact",
            {"id": CONTACT},
        ),
        Route(
            "PUT",
            "/contacts/{id}",
            "customerContacts({id})",
            UpdateEntity(CONTACTS),
            "Update a contact",
            {"id": CONTACT},
        ),
        Route(
            "DELETE",
            "/contacts/{id}",
            "customerContacts({id})",
            DeleteEntity(CONTACTS),
            "Delete a contact",
            {"id": CONTACT},
        ),
        Route(
            "GET",
            "/customers/{customer_id}/assets",
            "customers({customer_id})/assets",
            ListEntities(ASSETS),
            "List the assets of a customer",
            _OF_CUSTOMER,
        ),
        Route(
            "GET", "/assets/{id}", "assets({id})", ReadEntity(ASSETS), "Get an asset", {"id": ASSET}
        ),
        Route(
            "GET",
            "/customers/{customer_id}/work-orders",
            "customers({customer_id})/workOrders",
            ListEntities(WORK_ORDERS),
            "List the work orders of a customer",
            _OF_CUSTOMER,
        ),
        Route(
            "GET",
            "/trash/customers",
            "deletedCustomers",
            ListEntities(TRASH),
            "List the customers in the trash",
        ),
        Route(
            "POST",
            "/trash/customers/{id}/restore",
            "deletedCustomers({id})",
            CallAction("Microsoft.NAV.restore", CUSTOMERS),
            "Bring a customer back from the trash",
            _CUSTOMER,
        ),
        Route(
            "DELETE",
            "/trash/customers/{id}",
            "deletedCustomers({id})",
            DeleteEntity(TRASH),
            "Remove a customer from the trash for good",
            _CUSTOMER,
        ),
    ),
    Manners(one_as_data, many_as_data, PageStyle()),
)
