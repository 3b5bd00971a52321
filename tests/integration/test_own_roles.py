"""Roles of an installation's own: what they say holds at once, for every route."""

from __future__ import annotations

import pytest

from models.access_role import DatabaseRoles
from models.demo.identifiers import ADATUM, TREY_RESEARCH
from odata.edm.grants import READ, Grant, Right
from tests.integration.callers import with_roles
from tests.integration.service import COMPANY, CUSTOMERS, Service, error_of

OWN = f"{CUSTOMERS}({ADATUM})"
OTHER = f"{CUSTOMERS}({TREY_RESEARCH})"


@pytest.fixture
def clerk(service: Service) -> Service:
    """Sees customers without their balance, and may change those of one city."""
    roles = DatabaseRoles()
    roles.put("looker", Grant("companies"))
    roles.put("looker", Grant("customers", READ, frozenset({"balance"})))
    city = service.get(OWN)["city"]
    rows = f"city eq '{city}'"
    roles.put("clerk", Grant("customers", Right.UPDATE | READ, frozenset({"balance"}), rows))
    return with_roles(service, "looker", "clerk")


def test_rights_of_some_rows_are_no_rights_of_others(clerk: Service):
    assert clerk.patch(OWN, {"website": "x"}).status_code == 200
    assert error_of(clerk.patch(OTHER, {"website": "x"}))[:2] == (
        403,
        "Authorization_RequestDenied",
    )
    assert clerk.get(OTHER)["number"] != ""


def test_a_code_that_a_hidden_row_has_is_taken(service: Service):
    roles = DatabaseRoles()
    roles.put("local", Grant("companies"))
    roles.put("local", Grant("customers", Right.INSERT | READ, rows="city eq 'Atlanta'"))
    local = with_roles(service, "local")
    number = service.get(OTHER)["number"]
    body = {"number": number, "displayName": "Other", "city": "Atlanta"}

    refused = local.post(CUSTOMERS, body)

    assert local.ask(OTHER).status_code == 404
    assert error_of(refused)[:2] == (409, "Internal_EntityWithSameKeyExists")


def test_a_row_cannot_leave_what_may_be_changed(service: Service, clerk: Service):
    refused = clerk.patch(OWN, {"city": "Elsewhere"})

    assert refused.status_code == 403
    assert service.get(OWN)["city"] != "Elsewhere"


def test_what_is_hidden_cannot_be_asked_for(clerk: Service):
    assert clerk.ask(CUSTOMERS, "$filter=balance gt 0").status_code == 400
    assert "balance" not in clerk.get(OWN)


def test_a_set_is_invisible_until_it_is_granted_and_after(clerk: Service):
    target = f"{COMPANY}/currencies"
    before = clerk.ask(target).status_code
    DatabaseRoles().put("looker", Grant("currencies"))
    granted = clerk.ask(target).status_code
    DatabaseRoles().remove("looker", "currencies")

    assert (before, granted, clerk.ask(target).status_code) == (404, 200, 404)


def test_one_operation_may_be_granted_alone(service: Service):
    roles, call = DatabaseRoles(), Right.CALL | READ
    roles.put("seller", Grant("companies"))
    roles.put("seller", Grant("salesQuotes", call, operations=frozenset({"send"})))
    quote = service.post(f"{COMPANY}/salesQuotes", {"customerId": ADATUM}).json["id"]
    seller, path = with_roles(service, "seller"), f"{COMPANY}/salesQuotes({quote})/Microsoft.NAV"

    assert seller.post(f"{path}.makeOrder", {}).status_code == 403
    assert seller.post(f"{path}.send", {}).status_code == 204


def test_a_role_that_hides_something_hides_nothing_of_another(service: Service):
    DatabaseRoles().put("shy", Grant("customers", READ, frozenset({"balance"})))

    both = with_roles(service, "shy", "reader")

    assert "balance" in both.get(OWN)
