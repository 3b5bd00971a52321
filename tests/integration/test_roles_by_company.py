"""A caller whose roles differ by company: a reader of one, a writer in another."""

from __future__ import annotations

import pytest

from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY
from tests.integration.callers import with_roles
from tests.integration.service import (
    COMPANY,
    CUSTOMERS,
    OTHER_COMPANY,
    UNKNOWN_ID,
    Service,
    error_of,
)

OWN = f"{CUSTOMERS}({ADATUM})"
THEIRS = f"{OTHER_COMPANY}/customers"


@pytest.fixture
def caller(service: Service) -> Service:
    return with_roles(service, f"reader@{CRONUS}", f"writer@{MY_COMPANY}")


def test_each_company_is_seen_with_its_roles(caller: Service):
    made = caller.post(THEIRS, {"displayName": "x"})

    assert error_of(caller.patch(OWN, {"city": "x"}))[:2] == (403, "Authorization_RequestDenied")
    assert caller.get(OWN)["number"] == "10000"
    assert made.status_code == 201
    assert caller.delete(f"{THEIRS}({made.json['id']})").status_code == 204


@pytest.mark.parametrize(
    ("way", "status"),
    [
        (f"customers({ADATUM})", 403),
        (f"customers({ADATUM})?company={CRONUS}", 403),
        (f"companies(name='CRONUS%20USA%2C%20Inc.')/customers({ADATUM})", 403),
        (f"companies(@c)/customers({ADATUM})?@c={CRONUS}", 403),
        (f"customers({ADATUM})?company={MY_COMPANY}", 404),
        (f"{OTHER_COMPANY}/customers({ADATUM})", 404),
    ],
)
def test_no_way_of_naming_a_company_changes_the_roles(caller: Service, way, status):
    answer = caller.send("PATCH", way, {"If-Match": "*"}, json={"city": "x"})

    assert answer.status_code == status


def test_a_company_without_a_role_is_as_good_as_unknown(service: Service):
    caller = with_roles(service, f"writer@{MY_COMPANY}")

    for below in ("", "/customers", f"/customers({ADATUM})", "/vendors", "/nothings"):
        hidden = caller.ask(f"companies({CRONUS}){below}")
        unknown = caller.ask(f"companies({UNKNOWN_ID}){below}")
        assert error_of(hidden) == error_of(unknown)
        assert hidden.status_code == 404


def test_across_companies_a_caller_sees_what_it_sees_in_each(service: Service):
    caller = with_roles(service, f"reader@{CRONUS}", f"automation@{MY_COMPANY}")

    assert {row["id"] for row in caller.rows("", "companies")} == {CRONUS, MY_COMPANY}
    assert caller.ask("companies", "$expand=customers").status_code == 400
    assert caller.ask("companies", "$expand=currencies").status_code == 200
    assert caller.ask(f"companies({CRONUS})", "$expand=customers($top=1)").status_code == 200
    assert caller.ask(f"companies({MY_COMPANY})", "$expand=customers").status_code == 400


def test_a_batch_changes_roles_with_the_company(caller: Service):
    headers = {"Content-Type": "application/json", "If-Match": "*"}
    body = {"displayName": "x"}
    requests = [
        {"id": "1", "method": "POST", "url": CUSTOMERS, "headers": headers, "body": body},
        {"id": "2", "method": "POST", "url": THEIRS, "headers": headers, "body": body},
        {"id": "3", "method": "PATCH", "url": OWN, "headers": headers, "body": body},
    ]

    answer = caller.post("$batch", {"requests": requests}, Prefer="continue-on-error")

    assert [item["status"] for item in answer.json["responses"]] == [403, 201, 403]


def test_a_link_is_no_way_from_a_company_to_another(caller: Service, service: Service):
    made = caller.post(THEIRS, {"displayName": "x"}).json["id"]
    currency = service.rows("$top=1", f"{COMPANY}/currencies")[0]["id"]
    bound = {"currency@odata.bind": f"{COMPANY}/currencies({currency})"}

    by_bind = caller.patch(f"{THEIRS}({made})", bound)
    by_reference = caller.send(
        "PUT",
        f"{THEIRS}({made})/currency/$ref",
        {"If-Match": "*"},
        json={"@odata.id": f"{COMPANY}/currencies({currency})"},
    )

    assert error_of(by_bind)[:2] == (400, "Internal_InvalidTableRelation")
    assert by_reference.status_code == 400
