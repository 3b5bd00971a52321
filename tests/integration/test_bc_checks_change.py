"""Business Central reference §18, checks 29-43: changing and deleting under entity tags."""

from __future__ import annotations

import base64

import pytest

from models.customer import Customer
from models.default_dimension import DefaultDimension
from models.demo.identifiers import CRONUS, id_of
from models.picture import PictureContent
from tests.integration.pictures import PNG
from tests.integration.service import (
    ANY_TAG,
    CUSTOMERS,
    STALE_TAG,
    UNKNOWN_ID,
    Service,
    customer,
    error_of,
    lookup_id,
    without,
)

pytestmark = pytest.mark.conformance

ADATUM = customer("10000")
ADATUM_TEXT = "JzE5OzEyMzQ1Njc4OTA7REFWSUQ7Jw=="
ADATUM_TAG = f'W/"{ADATUM_TEXT}"'
ROME = {"city": "Rome"}
NO_TOKEN = "Could not validate the client concurrency token required by the service."
CHANGED = "Another user has already changed the record."


@pytest.fixture
def unchanged(shared: Service):
    """The shared service; afterwards the customer must be as before."""
    before = shared.get(ADATUM)
    yield shared
    assert shared.get(ADATUM) == before


# --- 29-33: conditions ------------------------------------------------------------------------


@pytest.mark.bc(29)
def test_a_change_needs_a_tag(unchanged: Service):
    status, code, message = error_of(unchanged.patch(ADATUM, ROME, None))

    assert (status, code) == (400, "BadRequest_InvalidToken")
    assert message.startswith(f"{NO_TOKEN} Please provide a valid token in the client request.")
    assert "If-Match" in message


def test_a_tag_in_the_body_is_no_condition(unchanged: Service):
    answer = unchanged.patch(ADATUM, {**ROME, "@odata.etag": ADATUM_TAG}, None)

    assert error_of(answer)[:2] == (400, "BadRequest_InvalidToken")


STALE = [
    STALE_TAG["If-Match"],
    'W/"*"',
    f'W/"{ADATUM_TEXT[:-4]}"',
    f'W/"{base64.b64encode(ADATUM_TEXT.encode()).decode()}"',
    f'W/"{ADATUM_TEXT.lower()}"',
    'W/"JzE5OzU2Nzg5MDEyMzQ7QkVOOw=="',
    'W/"' + "A" * 5000 + '"',
    ", ".join(f'"{number}"' for number in range(500)),
]


@pytest.mark.parametrize("tag", STALE)
@pytest.mark.bc(30)
def test_another_tag_is_a_conflict(unchanged: Service, tag):
    answer = unchanged.patch(ADATUM, ROME, tag)

    assert error_of(answer) == (409, "Request_EntityChanged", CHANGED)


@pytest.mark.parametrize(
    "tag",
    [ADATUM_TEXT, "W/", '"', f'W/"{ADATUM_TEXT}', f'W/\\"{ADATUM_TEXT}\\"', "garbage", " ", '""'],
)
@pytest.mark.bc(32)
def test_what_is_no_tag_is_refused(unchanged: Service, tag):
    assert error_of(unchanged.patch(ADATUM, ROME, tag))[:2] == (400, "BadRequest_InvalidToken")


@pytest.mark.parametrize(
    "tag",
    [
        ADATUM_TAG,
        f'"{ADATUM_TEXT}"',
        "*",
        " * ",
        f'W/"x", {ADATUM_TAG}',
        f'"x","{ADATUM_TEXT}" , "y"',
    ],
)
@pytest.mark.bc(31, 32)
def test_the_current_tag_lets_a_change_pass(service: Service, tag):
    before = service.get(ADATUM)

    answer = service.patch(ADATUM, ROME, tag)

    changed = answer.json
    assert answer.status_code == 200
    assert answer.headers["ETag"] == changed["@odata.etag"] != ADATUM_TAG
    assert changed["lastModifiedDateTime"] > before["lastModifiedDateTime"]
    moving = ("@odata.etag", "lastModifiedDateTime", "city")
    assert without(changed, *moving) == without(before, *moving)
    assert changed["city"] == "Rome"
    assert service.get(ADATUM) == changed


@pytest.mark.bc(33)
def test_a_change_of_nothing_is_a_change(service: Service):
    answer = service.patch(ADATUM, {}, ADATUM_TAG)

    assert answer.status_code == 200
    assert without(answer.json, "@odata.etag", "lastModifiedDateTime") == without(
        service.get(ADATUM), "@odata.etag", "lastModifiedDateTime"
    )


def test_put_changes_what_it_names_like_patch(service: Service):
    before = service.get(ADATUM)

    answer = service.send("PUT", ADATUM, ANY_TAG, json=ROME)

    assert (answer.status_code, answer.json["city"]) == (200, "Rome")
    assert answer.json["displayName"] == before["displayName"]
    assert service.send("PUT", ADATUM, json=ROME).status_code == 400
    assert service.send("PUT", ADATUM, STALE_TAG, json=ROME).status_code == 409


@pytest.mark.parametrize(
    "query",
    [
        "$filter=number eq '10000'",
        "$filter=number eq '10000'&$select=city",
        "$filter=number eq '10000'&$expand=currency,defaultDimensions",
    ],
)
@pytest.mark.bc(35)
def test_the_tag_is_the_same_in_every_view(shared: Service, query):
    assert [row["@odata.etag"] for row in shared.rows(query)] == [ADATUM_TAG]


@pytest.mark.parametrize("query", ["", "?$select=city", "?$expand=paymentTerm,picture"])
def test_the_tag_of_a_single_customer_is_the_same_in_every_view(shared: Service, query):
    answer = shared.ask(ADATUM + query)

    assert answer.json["@odata.etag"] == answer.headers["ETag"] == ADATUM_TAG


@pytest.mark.bc(35)
def test_the_tag_of_an_expanded_entity_is_its_own(service: Service):
    term = service.get(f"{ADATUM}/paymentTerm")
    shown = service.get(ADATUM, "$expand=paymentTerm")["paymentTerm"]

    assert shown["@odata.etag"] == term["@odata.etag"]
    path = f"companies({CRONUS})/paymentTerms({term['id']})"
    assert service.patch(path, {"displayName": "x"}, shown["@odata.etag"]).status_code == 200


@pytest.mark.bc(36)
def test_posting_to_the_ledgers_leaves_the_tag_alone(service: Service):
    Customer.update(balance=1).where(Customer.number == "10000").execute()

    assert service.get(ADATUM)["balance"] == 1
    assert service.patch(ADATUM, ROME, ADATUM_TAG).status_code == 200


def test_tags_are_never_used_twice(service: Service):
    tags = [service.patch(ADATUM, ROME).json["@odata.etag"] for _ in range(20)]
    service.delete(ADATUM)
    made = service.post(CUSTOMERS, {"displayName": "x", "number": "10000"}).json

    assert len({*tags, made["@odata.etag"], ADATUM_TAG}) == 22


# --- 37-39: what may be changed ---------------------------------------------------------------


@pytest.mark.bc(37, 43)
def test_an_unknown_id_is_never_made(service: Service):
    unknown = f"{CUSTOMERS}({UNKNOWN_ID})"

    for tag in (None, "*", ADATUM_TAG, "garbage"):
        assert error_of(service.patch(unknown, {"displayName": "x"}, tag)) == (
            404,
            "BadRequest_ResourceNotFound",
            "Resource not found for the segment 'customers'.",
        )
        assert service.delete(unknown, tag).status_code == 404
    assert service.ask(f"{CUSTOMERS}/$count").text == "55"


@pytest.mark.bc(43)
def test_a_bad_body_for_an_unknown_id_is_not_found(shared: Service):
    assert shared.patch(f"{CUSTOMERS}({UNKNOWN_ID})", b"{").status_code == 404


def test_a_bad_body_with_a_stale_tag_is_a_conflict(shared: Service):
    assert shared.patch(ADATUM, b"{", STALE_TAG["If-Match"]).status_code == 409


@pytest.mark.bc(38)
def test_another_number_renames_the_customer(service: Service):
    answer = service.patch(ADATUM, {"number": "new1"})

    assert (answer.status_code, answer.json["number"]) == (200, "NEW1")
    assert answer.json["id"] == "d1e2f3a4-b5c6-7890-1234-567890abcdef"
    assert len(service.rows(target=f"{ADATUM}/defaultDimensions")) == 2
    assert service.post(CUSTOMERS, {"displayName": "x", "number": "10000"}).status_code == 201


def test_a_taken_number_cannot_be_given(unchanged: Service):
    answer = unchanged.patch(ADATUM, {"number": "20000"})

    assert error_of(answer)[:2] == (409, "Internal_EntityWithSameKeyExists")


REFUSED = [
    ({"displayName": ""}, "Application_DialogException"),
    ({"displayName": None}, "BadRequest_RequiredParamNotProvided"),
    ({"id": UNKNOWN_ID}, "BadRequest_InvalidOperation"),
    ({"balance": 1}, "BadRequest_InvalidOperation"),
    ({"city": "x" * 31}, "Application_StringExceededLength"),
    ({"currencyId": UNKNOWN_ID}, "Application_DialogException"),
    ({"type": "Alien"}, "Unknown"),
    ({"nothing": 1}, "BadRequest"),
    ([], "BadRequest"),
]


@pytest.mark.parametrize(("body", "code"), REFUSED)
def test_a_refused_change_changes_nothing(unchanged: Service, body, code):
    assert error_of(unchanged.patch(ADATUM, body))[:2] == (400, code)


KEPT_IN_STEP = [
    ({"currencyCode": "EUR"}, {"currencyId": lookup_id("currency", "EUR")}),
    ({"currencyId": lookup_id("currency", "GBP")}, {"currencyCode": "GBP"}),
    ({"taxAreaId": lookup_id("tax_area", "MIAMI, FL")}, {"taxAreaDisplayName": "Miami, FL"}),
    ({"taxAreaId": "00000000-0000-0000-0000-000000000000"}, {"taxAreaDisplayName": ""}),
]


@pytest.mark.parametrize(("given", "follows"), KEPT_IN_STEP)
def test_ids_and_what_follows_from_them_stay_in_step(service: Service, given, follows):
    row = service.patch(ADATUM, given).json

    assert {name: row[name] for name in given | follows} == given | follows


@pytest.mark.bc(39)
def test_a_minimal_answer_is_empty(service: Service):
    answer = service.patch(ADATUM, ROME, Prefer="return=minimal")

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Preference-Applied"] == "return=minimal"
    assert answer.headers["ETag"] == service.tag(ADATUM)
    assert "Content-Type" not in answer.headers


def test_a_full_answer_may_be_preferred(service: Service):
    answer = service.patch(ADATUM, ROME, Prefer="return=representation")

    assert answer.status_code == 200
    assert answer.headers["Preference-Applied"] == "return=representation"


def test_select_and_expand_shape_the_answer_to_a_change(service: Service):
    row = service.patch(f"{ADATUM}?$select=city&$expand=paymentTerm($select=code)", ROME).json

    assert without(row, "@odata.etag", "@odata.id", "@odata.context", "paymentTerm") == ROME
    assert row["paymentTerm"]["code"] == "1M(8D)"


# --- 40-43: delete ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "status"),
    [(None, 400), (STALE_TAG["If-Match"], 409), ("garbage", 400)],
)
@pytest.mark.bc(40)
def test_a_delete_needs_the_current_tag(unchanged: Service, tag, status):
    assert unchanged.delete(ADATUM, tag).status_code == status


@pytest.mark.parametrize("tag", [ADATUM_TAG, "*"])
@pytest.mark.bc(40)
def test_a_deleted_customer_is_gone(service: Service, tag):
    answer = service.delete(ADATUM, tag)

    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert answer.headers.getlist("OData-Version") == ["4.0"]
    assert service.delete(ADATUM, tag).status_code == 404
    assert "10000" not in service.numbers()


@pytest.mark.bc(40)
def test_a_setting_allows_to_delete_without_a_tag(service_with):
    service = service_with(require_if_match_on_delete=False)

    assert service.delete(ADATUM, STALE_TAG["If-Match"]).status_code == 409
    assert service.patch(ADATUM, ROME, None).status_code == 400
    assert service.delete(ADATUM, None).status_code == 204


def test_another_setting_answers_as_http_has_it(service_with):
    service = service_with(etag_mismatch_status=412)

    assert service.patch(ADATUM, ROME, None).status_code == 428
    assert service.patch(ADATUM, ROME, STALE_TAG["If-Match"]).status_code == 412


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("40000", "there are one or more open ledger entries."),
        (
            "60000",
            "it has ledger entries in a fiscal year that has not been closed yet.",
        ),
    ],
)
@pytest.mark.bc(41)
def test_a_customer_with_entries_stays(shared: Service, number, reason):
    answer = shared.delete(customer(number))

    assert error_of(answer) == (
        400,
        "Application_DialogException",
        f"You cannot delete Customer {number} because {reason}",
    )
    assert shared.get(customer(number))["number"] == number


def test_a_customer_with_old_entries_can_go(service: Service):
    assert service.delete(customer("50000")).status_code == 204


@pytest.mark.bc(42)
def test_dimensions_and_picture_go_with_the_customer(service: Service):
    headers = {"If-Match": "*", "Content-Type": "image/png"}
    service.send("PATCH", f"{ADATUM}/picture/pictureContent", headers, data=PNG)
    key = id_of(CRONUS, "customer", "10000")

    assert service.delete(ADATUM).status_code == 204

    assert not DefaultDimension.select().where(DefaultDimension.parent_id == key).exists()
    assert not PictureContent.select().where(PictureContent.id == key).exists()
    assert service.ask(f"{ADATUM}/picture").status_code == 404
    assert len(service.rows(target=f"{customer('20000')}/defaultDimensions")) == 2
