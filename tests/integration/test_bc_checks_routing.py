"""Business Central reference §18, checks 1-14, 60, 64 and 65: paths, shapes, who may ask."""

from __future__ import annotations

import datetime
import re
import uuid

import pytest

from models.access import DatabaseTokens, TokenRequest
from models.company import Company
from models.demo.identifiers import CRONUS, MY_COMPANY
from tests.integration.service import (
    COMPANY,
    CUSTOMERS,
    UNKNOWN_ID,
    Service,
    customer,
    error_of,
    escaped,
    without,
)

ADATUM = customer("10000")
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
CHOOSE_A_COMPANY = "You must choose a company with the query option company=[name]."

pytestmark = pytest.mark.conformance


# --- documents --------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["/api/v2.0", "/api/v2.0/"])
@pytest.mark.bc(1)
def test_the_service_document_names_the_entity_sets(shared: Service, target):
    entries = {item["name"]: item for item in shared.get(target)["value"]}

    for name in ("companies", "customers", "defaultDimensions", "currencies", "taxAreas"):
        assert entries[name] == {"name": name, "kind": "EntitySet", "url": name}


@pytest.mark.bc(2)
def test_the_metadata_declares_the_customer(shared: Service):
    answer = shared.ask("$metadata")

    assert answer.headers["Content-Type"] == "application/xml"
    assert 'Namespace="Microsoft.NAV"' in answer.text
    entity = answer.text.partition('<EntityType Name="customer"')[2].partition("</EntityType>")[0]
    assert '<Key><PropertyRef Name="id"' in re.sub(r">\s+<", "><", entity)
    assert '<Property Name="displayName" Type="Edm.String" Nullable="false" MaxLength="100"' in (
        entity
    )


@pytest.mark.bc(3)
def test_companies_are_listed_without_tags(shared: Service):
    body = shared.get("companies")

    assert body["@odata.context"] == "http://localhost/api/v2.0/$metadata#companies"
    assert [(row["id"], row["name"]) for row in body["value"]] == [
        (CRONUS, "CRONUS USA, Inc."),
        (MY_COMPANY, "My Company"),
    ]
    assert not [row for row in body["value"] if "@odata.etag" in row]


@pytest.mark.bc(4)
def test_a_list_begins_each_row_with_its_tag(shared: Service):
    body = shared.get(CUSTOMERS)

    assert body["@odata.context"] == f"http://localhost/api/v2.0/$metadata#{CUSTOMERS}"
    assert {next(iter(row)) for row in body["value"]} == {"@odata.etag"}


@pytest.mark.bc(5)
def test_a_single_customer_comes_with_the_usual_headers(shared: Service):
    answer = shared.ask(ADATUM)

    assert answer.json["@odata.context"] == (
        f"http://localhost/api/v2.0/$metadata#{CUSTOMERS}/$entity"
    )
    assert answer.headers["Content-Type"] == (
        "application/json; odata.metadata=minimal; odata.streaming=true"
    )
    assert answer.headers["OData-Version"] == "4.0"
    assert answer.headers["ETag"] == answer.json["@odata.etag"]
    assert answer.headers["Cache-Control"] == "no-cache, no-store"


# --- roots and companies ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "root",
    [
        "/api/v2.0",
        "/BC/api/v2.0",
        "/v2.0/Production/api/v2.0",
        "/v2.0/e3a1b2c3-d4e5-6789-abcd-ef0123456789/Production/api/v2.0",
    ],
)
@pytest.mark.bc(6)
def test_every_root_answers_alike_and_is_repeated(shared: Service, root):
    body = shared.under(root).get(CUSTOMERS)

    assert body["@odata.context"] == f"http://localhost{root}/$metadata#{CUSTOMERS}"
    assert body["value"] == shared.rows()


@pytest.mark.parametrize(
    "query",
    [
        f"company={CRONUS}",
        f"company={CRONUS.upper()}",
        "company=CRONUS USA, Inc.",
        "company='CRONUS USA, Inc.'",
        f"Company={CRONUS}",
        f"company={CRONUS}&tenant=default",
    ],
)
@pytest.mark.bc(7)
def test_a_company_may_be_chosen_by_an_option(shared: Service, query):
    assert shared.get("customers", query) == shared.get(CUSTOMERS)


@pytest.mark.parametrize("value", [CRONUS, "CRONUS USA, Inc."])
def test_a_company_may_be_chosen_by_a_header(shared: Service, value):
    assert shared.get("customers", Company=value) == shared.get(CUSTOMERS)


def test_the_path_wins_over_option_and_header(shared: Service):
    body = shared.get(CUSTOMERS, f"company={MY_COMPANY}", Company=MY_COMPANY)

    assert body["value"] == shared.rows()


@pytest.mark.parametrize(
    "path",
    [
        "companies(name='CRONUS%20USA%2C%20Inc.')",
        "companies(name='CRONUS USA, Inc.')".replace(" ", "%20"),
        f"companies(id={CRONUS})",
        f"companies({CRONUS.upper()})",
    ],
)
def test_a_company_has_several_keys(shared: Service, path):
    assert shared.get(path)["id"] == CRONUS
    assert shared.rows(target=f"{path}/customers") == shared.rows()


@pytest.mark.bc(8)
def test_without_a_company_two_are_too_many(shared: Service):
    assert error_of(shared.ask("customers")) == (
        400,
        "Internal_CompanyNotFound",
        CHOOSE_A_COMPANY,
    )


@pytest.mark.bc(8)
def test_without_a_company_the_only_one_is_taken(service: Service):
    Company.delete().where(Company.id == MY_COMPANY).execute()

    assert service.rows(target="customers") == service.rows()


# --- what is not there ------------------------------------------------------------------------

UNKNOWN = [
    (f"{CUSTOMERS}({UNKNOWN_ID})", "BadRequest_ResourceNotFound", "customers"),
    (f"{CUSTOMERS}({UNKNOWN_ID})/defaultDimensions", "BadRequest_ResourceNotFound", "customers"),
    (f"{CUSTOMERS}({UNKNOWN_ID})/picture", "BadRequest_ResourceNotFound", "customers"),
    (f"{CUSTOMERS}({UNKNOWN_ID})/displayName", "BadRequest_ResourceNotFound", "customers"),
    (
        f"{CUSTOMERS}({UNKNOWN_ID})/defaultDimensions/$count",
        "BadRequest_ResourceNotFound",
        "customers",
    ),
    (f"{ADATUM}/shoeSize", "BadRequest_ResourceNotFound", "shoeSize"),
    (f"{ADATUM}/currency/shoeSize", "BadRequest_ResourceNotFound", "shoeSize"),
]


@pytest.mark.parametrize("target", [f"{COMPANY}/customerz", "customerz"])
def test_a_segment_that_is_nearly_right_is_told_what_it_may_mean(shared: Service, target):
    assert error_of(shared.ask(target)) == (
        404,
        "BadRequest_ResourceNotFound",
        "Resource not found for the segment 'customerz'. Did you mean 'customers'?",
    )


@pytest.mark.parametrize(("target", "code", "segment"), UNKNOWN)
@pytest.mark.bc(9, 10)
def test_an_unknown_segment_is_named(shared: Service, target, code, segment):
    assert error_of(shared.ask(target)) == (
        404,
        code,
        f"Resource not found for the segment '{segment}'.",
    )


@pytest.mark.parametrize(
    "key",
    [
        "not-a-guid",
        "'10000'",
        "10000",
        "",
        f"{UNKNOWN_ID},{UNKNOWN_ID}",
        f"number={UNKNOWN_ID}",
        "%7Bd1e2f3a4-b5c6-7890-1234-567890abcdef%7D",
        "null",
        "(" * 500,
    ],
)
@pytest.mark.bc(11)
def test_a_malformed_key_is_not_found(shared: Service, key):
    status, code, _ = error_of(shared.ask(f"{CUSTOMERS}({key})"))

    assert (status, code) in ((404, "BadRequest_NotFound"), (400, "BadRequest"))


@pytest.mark.parametrize("path", ["", "/customers", "/customers/$count", "/currencies"])
@pytest.mark.bc(12)
def test_an_unknown_company_is_not_found(shared: Service, path):
    status, code, _ = error_of(shared.ask(f"companies({UNKNOWN_ID}){path}"))

    assert (status, code) in (
        (404, "Internal_CompanyNotFound"),
        (404, "BadRequest_ResourceNotFound"),
    )


REFUSALS = [
    ("GET", "customerz", 404),
    ("GET", f"{CUSTOMERS}({UNKNOWN_ID})", 404),
    ("GET", f"{CUSTOMERS}?$filter=x", 400),
    ("PATCH", CUSTOMERS, 405),
    ("POST", ADATUM, 405),
    ("PATCH", ADATUM, 400),
    ("DELETE", ADATUM, 400),
    ("TRACE", ADATUM, 405),
    ("BREW", ADATUM, 405),
    ("GET", "/nowhere", 404),
    ("GET", f"{ADATUM}%zz", 400),
    ("GET", f"{CUSTOMERS}/..%2f..%2f.env", 404),
    ("GET", f"{ADATUM}?$format=xml", 406),
]


@pytest.mark.parametrize(("method", "target", "status"), REFUSALS)
@pytest.mark.bc(13)
def test_every_refusal_has_the_envelope_and_names_its_request(
    shared: Service, method, target, status
):
    answer = shared.send(method, target)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers.getlist("OData-Version") == ["4.0"]
    request_id = str(uuid.UUID(answer.headers["request-id"]))
    error = answer.json["error"]
    assert next(iter(error)) == "code"
    assert error["message"].endswith(f"  CorrelationId:  {request_id}.")


# --- methods ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "target", "name", "kind", "allowed"),
    [
        ("POST", "companies", "companies", "Collection", "GET, HEAD"),
        ("PATCH", f"companies({CRONUS})", "companies", "Entity", "GET, HEAD"),
        ("DELETE", f"companies({CRONUS})", "companies", "Entity", "GET, HEAD"),
        ("PATCH", CUSTOMERS, "customers", "Collection", "GET, HEAD, POST"),
        ("PUT", CUSTOMERS, "customers", "Collection", "GET, HEAD, POST"),
        ("DELETE", CUSTOMERS, "customers", "Collection", "GET, HEAD, POST"),
        ("POST", ADATUM, "customers", "Entity", "GET, HEAD, PATCH, PUT, DELETE"),
        ("POST", f"{CUSTOMERS}/$count", "customers", "Collection", "GET, HEAD"),
        ("POST", f"{COMPANY}/dimensions", "dimensions", "Collection", "GET, HEAD"),
        ("POST", f"{COMPANY}/pictures", "pictures", "Collection", "GET, HEAD"),
        (
            "POST",
            f"{ADATUM}/picture/pictureContent",
            "pictureContent",
            "Primitive",
            "GET, HEAD, PATCH, PUT, DELETE",
        ),
    ],
)
@pytest.mark.bc(14)
def test_a_method_that_is_not_allowed_tells_which_are(
    shared: Service, method, target, name, kind, allowed
):
    answer = shared.send(method, target, {"If-Match": "*"}, json={})

    assert error_of(answer) == (
        405,
        "BadRequest_MethodNotAllowed",
        (
            f"'{method}' requests for '{name}' of EdmType '{kind}' are not allowed within "
            "Dynamics 365 Business Central OData web services."
        ),
    )
    assert answer.headers["Allow"] == allowed


def test_options_tells_the_methods(shared: Service):
    answer = shared.send("OPTIONS", ADATUM)

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE"
    assert "Content-Type" not in answer.headers


# --- long targets -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "$filter=" + escaped(" or ".join(["number eq '10000'"] * 600)),
        "$filter=" + "(" * 9000,
        "x=" + "y" * 10_000,
    ],
)
@pytest.mark.bc(60)
def test_a_very_long_query_is_refused_in_order(shared: Service, query):
    status, _, _ = error_of(shared.ask(f"{CUSTOMERS}?{query}"))

    assert status == 414


@pytest.mark.parametrize(("repeats", "least"), [(100, 200), (270, 200)])
@pytest.mark.bc(60)
def test_a_long_but_legal_query_works(shared: Service, repeats, least):
    condition = " or ".join(["number eq '10000'"] * repeats)

    assert shared.numbers(f"$filter={condition}") == ["10000"]


# --- who is asking ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authorization", "challenge"),
    [
        (None, 'Bearer realm="Kontor"'),
        ("Basic a29udG9yOmRldg==", 'Bearer realm="Kontor"'),
        ("Bearer nonsense", 'Bearer realm="Kontor", error="invalid_token"'),
        ("Bearer kontor_0011223344556677_x", 'Bearer realm="Kontor", error="invalid_token"'),
    ],
)
@pytest.mark.parametrize("target", [ADATUM, "$metadata", "", "nowhere", "/elsewhere"])
@pytest.mark.bc(64)
def test_without_a_good_token_nothing_is_told(shared: Service, authorization, challenge, target):
    answer = shared.send("GET", target, {"Authorization": authorization or ""})

    assert error_of(answer) == (
        401,
        "Authentication_InvalidCredentials",
        "The server has rejected the client credentials.",
    )
    assert answer.headers["WWW-Authenticate"] == challenge


def token(service: Service, request: TokenRequest) -> dict[str, str]:
    return {"Authorization": f"Bearer {DatabaseTokens().create(request, NOW)}"}


@pytest.mark.bc(64)
def test_an_expired_token_is_refused(service: Service):
    request = TokenRequest("old", frozenset({"writer"}), expires_at=NOW)

    assert service.send("GET", ADATUM, token(service, request)).status_code == 401


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "PUT"])
@pytest.mark.bc(64)
def test_a_reader_may_not_write(service: Service, method):
    reader = token(service, TokenRequest("reader", frozenset({"reader"})))

    answer = service.send(method, ADATUM, {**reader, "If-Match": "*"}, json={"city": "Rome"})

    assert answer.status_code == 403
    assert service.send("GET", ADATUM, reader).json["city"] == "Atlanta"


def test_a_writer_may_write(service: Service):
    writer = token(service, TokenRequest("writer", frozenset({"writer"})))

    answer = service.send("PATCH", ADATUM, {**writer, "If-Match": "*"}, json={"city": "Rome"})

    assert (answer.status_code, answer.json["city"]) == (200, "Rome")


# --- intent -----------------------------------------------------------------------------------


@pytest.mark.bc(65)
def test_a_read_only_intent_forbids_writing(shared: Service):
    before = shared.get(ADATUM)

    answer = shared.patch(ADATUM, {"city": "Rome"}, Data_Access_Intent="ReadOnly")

    assert error_of(answer)[:2] == (400, "BadRequest")
    assert shared.get(ADATUM) == before


@pytest.mark.bc(65)
def test_a_read_only_intent_lets_reading_pass(shared: Service):
    assert without(shared.get(ADATUM, Data_Access_Intent="ReadOnly")) == shared.get(ADATUM)
