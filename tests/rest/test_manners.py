"""What all dialects share: callers, companies, tags, repeated requests, limits, refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.database import connected, database
from models.demo.identifiers import CRONUS
from models.numbers import CUSTOMERS, NumberSeries
from tests.rest.client import Rest

LISTS = ["/api/v1/customers", "/v1/customers", "/customers", "/order-management/customers"]
ONES = ["/v1/customers/cust-001", "/customers/1", "/order-management/customers/1"]
CHANGES = [
    ("PUT", "/v1/customers/cust-001"),
    ("PATCH", "/customers/1"),
    ("PATCH", "/order-management/customers/1"),
]


def error(answer: Any) -> tuple[int, str | None]:
    """Status and target of a refusal."""
    return answer.status_code, answer.json["error"].get("target")


# --- callers and companies ----------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
def test_strangers_are_refused(reading: Rest, path: str):
    answer = reading.ask("GET", path, token="")

    assert (answer.status_code, answer.json["error"]["code"]) == (
        401,
        "Authentication_InvalidCredentials",
    )


@pytest.mark.parametrize("path", LISTS)
def test_a_key_may_stand_in_a_header_of_its_own(reading: Rest, path: str):
    assert reading.ask("GET", path, token="", X_API_Key="kontor-dev").status_code == 200


@pytest.mark.parametrize("company", [CRONUS, "CRONUS USA, Inc."])
@pytest.mark.parametrize("path", LISTS)
def test_a_header_or_an_option_chooses_the_company(reading: Rest, path: str, company: str):
    named = reading.ask("GET", path, company=company)
    asked = Rest(reading.flask, None).ask("GET", f"{path}?company={company}")

    assert named.status_code == asked.status_code == 200
    assert named.json == asked.json


@pytest.mark.parametrize("path", LISTS)
def test_one_of_several_companies_must_be_chosen(reading: Rest, path: str):
    assert error(Rest(reading.flask, None).ask("GET", path)) == (400, "company")
    assert reading.ask("GET", path, company="Nobody").status_code == 404


@pytest.mark.parametrize("path", ONES)
def test_customers_of_another_company_are_not_there(reading: Rest, path: str):
    assert reading.ask("GET", path, company="My Company").status_code == 404


# --- tags ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ONES)
def test_what_the_client_has_already_is_not_sent_again(reading: Rest, path: str):
    tag = reading.ask("GET", path).headers["ETag"]
    known = reading.ask("GET", path, If_None_Match=tag)
    other = reading.ask("GET", path, If_None_Match='W/"other"')

    assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", tag)
    assert other.status_code == 200


@pytest.mark.parametrize("path", ["/v1/customers/cust-001", "/order-management/customers/1"])
def test_what_is_inside_a_customer_moves_its_tag(rest: Rest, path: str):
    contact = rest.post("/v1/customers/cust-001/contacts", {"name": "Tia"})["data"]["id"]
    tag = rest.ask("GET", path).headers["ETag"]
    rest.ask("PUT", f"/v1/contacts/{contact}", {"email": "tia@adatum.example"})

    assert "tia@adatum.example" in rest.ask("GET", path, If_None_Match=tag).text


def test_a_tag_does_not_tell_how_terms_are_called(rest: Rest):
    path = "/order-management/customers/1"
    tag = rest.ask("GET", path).headers["ETag"]
    change = {"displayName": "Renamed"}
    rest.ask("PATCH", "/api/v2.0/customers(integerId=1)/paymentTerm", change, If_Match="*")

    assert rest.ask("GET", path, If_None_Match=tag).status_code == 304
    assert rest.get(path)["paymentTerms"] == "Renamed"


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_a_condition_may_be_left_out_and_is_honoured(rest: Rest, method: str, path: str):
    tag = rest.ask("GET", path).headers["ETag"]
    right = rest.ask(method, path, {"notes": "1"}, If_Match=tag)
    stale = rest.ask(method, path, {"notes": "2"}, If_Match=tag)
    without = rest.ask(method, path, {"notes": "3"})
    unwanted = rest.ask(method, path, {"notes": "4"}, If_None_Match="*")
    malformed = rest.ask(method, path, {"notes": "5"}, If_Match="no tag")

    assert (right.status_code, stale.status_code, without.status_code) == (200, 409, 200)
    assert right.headers["ETag"] not in (tag, without.headers["ETag"])
    assert stale.json["error"]["code"] == "Request_EntityChanged"
    assert stale.json["error"]["innererror"]["conflictingProperties"] == ["notes"]
    assert error(unwanted) == (412, "If-None-Match")
    assert error(malformed) == (400, "If-Match")
    assert rest.odata("customers(integerId=1)")["notes"] == "3"


@pytest.mark.parametrize("path", ONES)
def test_a_stale_tag_keeps_from_deleting(rest: Rest, path: str):
    assert rest.ask("DELETE", path, If_Match='W/"other"').status_code == 409
    assert rest.ask("DELETE", path).status_code == 204


# --- the same again -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
def test_a_repeated_request_creates_once(rest: Rest, path: str):
    body = {"name": "Once"}
    first = rest.ask("POST", path, body, Idempotency_Key="k1")
    again = rest.ask("POST", path, body, Idempotency_Key="k1")
    other = rest.ask("POST", path, {"name": "Other"}, Idempotency_Key="k1")

    assert first.status_code == again.status_code == 201
    assert (again.json, again.headers["ETag"]) == (first.json, first.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert len(rest.rows("customers?$filter=displayName eq 'Once'")) == 1


def test_a_key_of_one_dialect_is_none_of_another(rest: Rest):
    body = {"name": "Once"}
    rest.ask("POST", "/v1/customers", body, Idempotency_Key="k1")

    assert rest.ask("POST", "/customers", body, Idempotency_Key="k1").status_code == 422


def test_a_refused_request_may_be_sent_again(rest: Rest):
    refused = rest.ask("POST", "/customers", {"email": "a"}, Idempotency_Key="k1")
    sent = rest.ask("POST", "/customers", {"name": "A"}, Idempotency_Key="k1")

    assert (refused.status_code, sent.status_code) == (422, 201)


# --- bodies -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b'{"name":"A","name":"B"}', {}, 400),
        (b"<a/>", {"Content_Type": "application/xml"}, 415),
        (b'{"name":"A"}', {"Content_Encoding": "gzip"}, 415),
        (b'{"name":"' + b"a" * 1_100_000 + b'"}', {}, 413),
    ],
)
def test_bodies_that_are_not_read(
    reading: Rest, path: str, body: bytes, headers: dict[str, str], status: int
):
    assert reading.ask("POST", path, body, **headers).status_code == status


ALL_AT_ONCE = [
    (
        "/v1/customers",
        {
            "email": "bad",
            "phone": "abc",
            "address": {"street": 5, "country": "XX"},
            "payment_terms": "never",
            "branch_id": "branch-999",
            "colour": "red",
            "status": "asleep",
            "billing_address": {"city": 5, "country": "YY"},
            "contacts": [{"email": "worse"}, {"id": "contact-999", "name": "B", "phone": "b"}],
        },
        {
            "name",
            "email",
            "phone",
            "address.street",
            "address.country",
            "payment_terms",
            "branch_id",
            "colour",
            "status",
            "billing_address.city",
            "billing_address.country",
            "contacts.0.name",
            "contacts.0.email",
            "contacts.1.phone",
        },
    ),
    (
        "/customers",
        {"name": 1, "email": "bad", "country": "Atlantis", "balances": 1},
        {"name", "email", "country", "balances"},
    ),
    (
        "/order-management/customers",
        {
            "email": "bad",
            "phone": "abc",
            "contacts": 5,
            "addresses": [{"addressType": "home", "country": "XX"}, {"country": "YY"}],
        },
        {
            "name",
            "email",
            "phone",
            "contacts",
            "addresses.0.addressType",
            "addresses.0.country",
            "addresses.1.country",
        },
    ),
]


@pytest.mark.parametrize(("path", "body", "targets"), ALL_AT_ONCE)
def test_all_faults_are_told_at_once(rest: Rest, path: str, body: Any, targets: set[str]):
    before = len(rest.rows("customers?$select=id"))
    answer = rest.ask("POST", path, body)

    assert answer.status_code == 422
    assert {item["target"] for item in answer.json["error"]["details"]} == targets
    assert len(rest.rows("customers?$select=id")) == before


@pytest.mark.parametrize(
    ("method", "path", "body", "named"),
    [
        ("PUT", "/v1/customers/cust-001", {"phone": "2"}, ["phone", "address.street"]),
        ("PATCH", "/customers/1", {"phone": "2"}, ["phone", "address1"]),
        ("DELETE", "/customers/1", None, ["phone", "address1"]),
        ("DELETE", "/v1/customers/cust-001", None, ["phone", "address.street"]),
    ],
)
def test_a_conflict_names_what_has_changed_as_the_dialect_does(
    rest: Rest, method: str, path: str, body: Any, named: list[str]
):
    tag = rest.ask("GET", path).headers["ETag"]
    rest.ask("PATCH", "/customers/1", {"phone": "1", "address1": "2 Quay"})
    refused = rest.ask(method, path, body, If_Match=tag)

    assert refused.status_code == 409
    assert sorted(refused.json["error"]["innererror"]["changedProperties"]) == sorted(named)


def test_a_duplicate_is_named_as_the_dialect_does(reading: Rest):
    body = {"name": "A", "customer_number": "10000"}

    assert error(reading.ask("POST", "/v1/customers", body)) == (409, "customer_number")


@pytest.mark.parametrize("path", LISTS)
def test_sentences_speak_the_names_of_the_dialect(reading: Rest, path: str):
    sentence = reading.ask("POST", path, {"name": ""}).json["error"]["message"]

    assert sentence.startswith('The blank "name" is not allowed.')


@pytest.mark.parametrize(
    ("path", "flag"),
    [("/v1/customers", "is_primary"), ("/order-management/customers", "isPrimary")],
)
def test_of_several_contacts_one_is_primary(reading: Rest, path: str, flag: str):
    contacts = [{"name": name, flag: True} for name in "AB"]

    assert error(reading.ask("POST", path, {"name": "A", "contacts": contacts})) == (
        422,
        "contacts",
    )


def test_too_many_custom_fields_are_one_fault(reading: Rest):
    body = {"name": "A", "custom_fields": {f"f{number}": number for number in range(120)}}
    answer = reading.ask("POST", "/v1/customers", body)

    assert error(answer) == (422, "custom_fields")
    assert "details" not in answer.json["error"]


def test_what_is_written_beside_a_new_customer_is_no_later_change(rest: Rest):
    body = {"name": "A", "billing_address": {"city": "Lyon"}, "contacts": [{"name": "B"}]}
    number = int(rest.post("/v1/customers", body)["data"]["id"].removeprefix("cust-"))

    created = rest.get(f"/v1/customers/cust-{number:03d}")["data"]
    assert created["updated_at"] == created["created_at"]
    assert rest.get(f"/customers/{number}")["customer"]["updated_at"] is None


def test_a_fault_of_the_address_for_billing_is_named(rest: Rest):
    body = {"name": "A", "billing_address": {"country": "YY"}}
    answer = rest.ask("POST", "/v1/customers", body)

    assert error(answer) == (422, "billing_address.country")
    assert rest.rows("customers?$filter=displayName eq 'A'") == []


def test_an_unknown_branch_is_named(reading: Rest):
    body = {"name": "A", "branch_id": "branch-999"}

    assert error(reading.ask("POST", "/v1/customers", body)) == (422, "branch_id")
    body["branch_id"] = "999"
    assert error(reading.ask("POST", "/v1/customers", body)) == (422, "branch_id")


def test_what_the_service_keeps_is_not_written(rest: Rest):
    body = rest.get("/customers/1")["customer"]
    answer = rest.ask("PATCH", "/customers/1", {**body, "id": 9, "balance": 5, "created_at": 0})

    assert answer.json == {"success": True}
    after = rest.get("/customers/1")["customer"]
    assert {**after, "updated_at": None} == {**body, "updated_at": None}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/customers", {"name": "A", "customer_number": "10000"}),
        ("/customers", {"name": "A", "number": "10000"}),
    ],
)
def test_a_duplicate_is_a_conflict(reading: Rest, path: str, body: Any):
    answer = reading.ask("POST", path, body)

    assert (answer.status_code, answer.json["error"]["code"]) == (
        409,
        "Internal_EntityWithSameKeyExists",
    )


# --- queries ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "at_fault"),
    [
        ("/v1/customers?page=0", "page"),
        ("/v1/customers?page=a", "page"),
        ("/v1/customers?per_page=101", "per_page"),
        ("/v1/customers?colour=red", "colour"),
        ("/v1/customers?status=asleep", "status"),
        ("/v1/customers?status=", "status"),
        ("/v1/customers?page=1&page=2", "page"),
        ("/customers?filter[name]=A&filter[name]=B", "filter[name]"),
        ("/v1/customers?created_after=yesterday", "created_after"),
        ("/v1/customers?created_after=2024-02-31", "created_after"),
        ("/v1/customers?created_after=2024-02-01T25:00:00Z", "created_after"),
        ("/customers?sort=colour", "colour"),
        ("/customers?sort=country", "country"),
        ("/customers?sort=name up", "sort"),
        ("/customers?filter[colour]=red", "colour"),
        ("/customers?filter[created_at]=today", "created_at"),
        ("/customers?filter[stripe_customer]=1", "stripe_customer"),
        ("/customers?filter[balance]=much", "balance"),
        ("/order-management/customers?perPage=0", "perPage"),
        ("/order-management/customers?per_page=5", "per_page"),
    ],
)
def test_queries_that_mean_nothing_are_refused(reading: Rest, target: str, at_fault: str):
    assert error(reading.ask("GET", target)) == (400, at_fault)


def test_a_page_behind_the_last_one_is_empty(reading: Rest):
    assert reading.get("/customers?page=99") == {"customers": []}
    assert reading.get("/v1/customers?page=99")["meta"] == {
        "current_page": 99,
        "total_pages": 3,
        "total_count": 55,
    }


@pytest.mark.parametrize(
    "path",
    ["/v1/customers/cust-999", "/v1/customers/1", "/customers/x", "/v1/contacts/contact-001"],
)
def test_what_is_not_there_is_not_found(reading: Rest, path: str):
    assert reading.ask("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/v1/customers/cust-999", "there is no 'cust-999' here"),
        ("/v1/contacts/contact-999", "there is no 'contact-999' here"),
        ("/v1/trash/customers/cust-999/restore", "there is no 'cust-999' here"),
        ("/v1/customers/cust-1", "there is no 'cust-1' here"),
        ("/customers/01", "there is no '01' here"),
    ],
)
def test_what_is_not_there_is_told_by_its_id(reading: Rest, path: str, told: str):
    method = "POST" if path.endswith("restore") else "GET"

    answer = reading.ask(method, path)

    assert answer.status_code == 404
    assert answer.json["error"]["message"].startswith(told)


def test_a_list_below_nobody_is_not_found(reading: Rest):
    assert reading.ask("GET", "/customers/999/contacts").status_code == 404
    assert reading.ask("GET", "/v1/customers/cust-999/assets").status_code == 404


@pytest.mark.parametrize("path", LISTS)
def test_other_methods_are_not_allowed(reading: Rest, path: str):
    answer = reading.ask("DELETE", path)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST, HEAD")


@pytest.mark.parametrize("path", [*LISTS, *ONES])
def test_head_is_get_without_a_body(reading: Rest, path: str):
    head, get = reading.ask("HEAD", path), reading.ask("GET", path)

    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Link", "X-Total-Count", "Content-Length"):
        assert head.headers.get(name) == get.headers.get(name)


def test_a_repeated_list_is_not_prepared_again(rest: Rest, lasting: Any):
    services = next(iter(lasting.services.values()))[0]
    counters = services.entities._engine.plans.counters
    rest.get("/customers?filter[state]=GA&page=1")
    before = counters.misses
    rest.get("/customers?filter[state]=WA&page=2")

    assert counters.misses == before


def test_custom_fields_of_any_name_are_found_through_odata(rest: Rest):
    fields = {"industry": "Manufacturing", "employees": 500}
    rest.ask("PUT", "/v1/customers/cust-002", {"custom_fields": fields})
    query = "$filter=customFields/industry eq 'Manufacturing'"

    assert rest.get("/v1/customers/cust-002")["data"]["custom_fields"] == fields
    assert [row["integerId"] for row in rest.rows(f"customers?{query}")] == [2]
    rest.ask("PUT", "/v1/customers/cust-002", {"custom_fields": None})
    assert rest.get("/v1/customers/cust-002")["data"]["custom_fields"] == {}


@pytest.mark.parametrize("path", LISTS)
def test_a_company_that_forbids_other_numbers_numbers_itself(rest: Rest, path: str):
    with connected(database.obj):
        NumberSeries.update(manual_numbers=False).where(NumberSeries.code == CUSTOMERS).execute()
    rest.post(path, {"name": "Numbered"})

    rows = rest.rows("customers?$filter=displayName eq 'Numbered'")
    assert [row["number"] for row in rows] == ["30000"]


# --- the trash ----------------------------------------------------------------------------------


def test_the_trash_gives_back_what_it_was_given(rest: Rest):
    path = "/v1/customers/cust-001"
    before = rest.get(path)["data"]
    assert rest.ask("DELETE", path).status_code == 204
    listed = rest.get("/v1/trash/customers")
    total = rest.get("/v1/customers")["meta"]["total_count"]
    restored = rest.ask("POST", "/v1/trash/customers/cust-001/restore")

    assert [row["id"] for row in listed["data"]] == ["cust-001"]
    assert total == 54
    assert rest.ask("GET", "/v1/trash/customers/cust-001/restore").status_code == 405
    assert restored.status_code == 200
    after = restored.json["data"]
    assert {**after, "updated_at": None} == {**before, "updated_at": None}
    assert rest.get("/v1/trash/customers")["data"] == []


def test_the_trash_is_emptied_for_good(rest: Rest):
    rest.ask("DELETE", "/v1/customers/cust-001")

    assert rest.ask("DELETE", "/v1/trash/customers/cust-001").status_code == 204
    assert rest.ask("POST", "/v1/trash/customers/cust-001/restore").status_code == 404


@pytest.mark.parametrize("path", ONES)
def test_what_stands_against_a_delete_is_a_conflict(rest: Rest, path: str):
    contract = {"description": "Service"}
    rest.ask("POST", "/api/v2.0/customers(integerId=1)/serviceContracts", contract)
    answer = rest.ask("DELETE", path)

    assert answer.status_code == 409
    assert "it has active service contracts" in answer.json["error"]["message"]


def test_answers_are_json_without_traces_of_odata(reading: Rest):
    for path in (*LISTS, *ONES):
        answer = reading.ask("GET", path)
        assert answer.headers["Content-Type"] == "application/json"
        assert "OData-Version" not in answer.headers
        assert "@odata" not in json.dumps(answer.json)
