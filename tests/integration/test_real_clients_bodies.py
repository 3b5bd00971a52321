"""What real clients send and what they need: HEAD, conditions, echoed bodies, browsers."""

from __future__ import annotations

import pytest

from tests.integration.service import (
    ANY_TAG,
    CUSTOMERS,
    NO_ID,
    STALE_TAG,
    UNKNOWN_ID,
    Service,
    customer,
    without,
)

ADATUM = customer("10000")
ADATUM_TAG = 'W/"JzE5OzEyMzQ1Njc4OTA7REFWSUQ7Jw=="'
ROME = {"city": "Rome"}

# --- HEAD -------------------------------------------------------------------------------------

HEADS = [
    "",
    "/api/v2.0",
    "$metadata",
    "companies",
    CUSTOMERS,
    f"{CUSTOMERS}/",
    f"{CUSTOMERS}?$top=2&$count=true",
    f"{CUSTOMERS}/$count",
    ADATUM,
    f"{ADATUM}/displayName",
    f"{ADATUM}/currency",
    f"{ADATUM}/picture/pictureContent",
    f"{CUSTOMERS}({UNKNOWN_ID})",
    f"{CUSTOMERS}?$filter=x",
    "nowhere",
    "/nowhere",
]


@pytest.mark.parametrize("target", HEADS)
def test_head_has_the_headers_of_get_and_no_body(shared: Service, target):
    probe = {"X-CSRF-Token": "Fetch"}
    got, head = shared.send("GET", target, probe), shared.send("HEAD", target, probe)

    assert head.data == b""
    assert head.status_code == got.status_code
    varying = {"Date", "request-id", "Content-Length"}
    assert {name: value for name, value in head.headers if name not in varying} == {
        name: value for name, value in got.headers if name not in varying
    }
    if got.status_code < 400 and "Content-Length" in head.headers:
        assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_head_of_the_batch_is_survived(shared: Service):
    assert shared.send("HEAD", "$batch").status_code == 405


# --- conditions that do not matter ------------------------------------------------------------


@pytest.mark.parametrize("tag", ["*", 'W/"x"', STALE_TAG["If-Match"], "garbage"])
@pytest.mark.parametrize("target", [CUSTOMERS, ADATUM, f"{CUSTOMERS}/$count", "companies"])
def test_a_read_minds_no_if_match(shared: Service, tag, target):
    assert shared.send("GET", target, {"If-Match": tag}).status_code == 200


@pytest.mark.parametrize("tag", ["*", 'W/"x"'])
def test_a_create_minds_no_if_match(service: Service, tag):
    assert service.post(CUSTOMERS, {"displayName": "x"}, If_Match=tag).status_code == 201


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (ADATUM_TAG, 304),
        (ADATUM_TAG.removeprefix("W/"), 304),
        (f'"x", {ADATUM_TAG}', 304),
        ("*", 304),
        ('W/"x"', 200),
    ],
)
def test_an_unchanged_entity_need_not_be_sent_again(shared: Service, condition, status):
    answer = shared.send("GET", ADATUM, {"If-None-Match": condition})

    assert answer.status_code == status
    assert answer.headers["ETag"] == ADATUM_TAG
    assert (answer.data == b"") is (status == 304)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_content_type_without_content_is_no_fault(shared: Service, method):
    for content_type in ("application/json", "text/plain", "x", "multipart/form-data"):
        answer = shared.send(method, ADATUM, {"Content-Type": content_type})
        assert answer.status_code == 200


def test_a_delete_may_name_a_content_type(service: Service):
    headers = {**ANY_TAG, "Content-Type": "application/json", "Accept": "application/json"}

    assert service.send("DELETE", ADATUM, headers).status_code == 204


# --- bodies that echo -------------------------------------------------------------------------


def test_a_whole_customer_may_be_sent_back_with_a_change(service: Service):
    row = service.get(ADATUM)

    answer = service.patch(ADATUM, row | ROME, row["@odata.etag"])

    assert answer.status_code == 200
    moving = ("@odata.etag", "lastModifiedDateTime", "city")
    assert without(answer.json, *moving) == without(row, *moving)


@pytest.mark.parametrize("value", [None, 15750, 15750.0])
def test_a_read_only_value_that_changes_nothing_is_no_fault(service: Service, value):
    assert service.patch(ADATUM, {"balance": value, **ROME}).status_code == 200


def test_a_create_with_nulls_takes_the_defaults(service: Service):
    body = {name: None for name in service.get(ADATUM) if "@" not in name}

    answer = service.post(
        CUSTOMERS, body | {"displayName": "x", "@odata.type": "Microsoft.NAV.customer"}
    )

    assert answer.status_code == 201
    assert (answer.json["number"], answer.json["city"]) == ("30000", "")
    assert answer.json["paymentTermsId"] == NO_ID


@pytest.mark.parametrize(
    ("name", "value"),
    [("city", ""), ("paymentTermsId", NO_ID), ("creditLimit", 0), ("taxLiable", False)],
)
def test_null_in_a_change_means_unset(service: Service, name, value):
    answer = service.patch(ADATUM, {name: None})

    assert (answer.status_code, answer.json[name]) == (200, value)


NAMES = [
    "O'Neil & Söhne",
    "100% + more",
    "a/b?c#d",
    'say "hi"',
    "back\\slash",
    "🙂 emoji",
    "丸の内",
    "tab\tand\nline",
    "<b>bold</b>",
    "\u202eright to left",
    "=SUM(A1)",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_comes_back_and_is_found_as_it_was_sent(service: Service, name):
    made = service.post(CUSTOMERS, {"displayName": name}).json

    assert made["displayName"] == name
    literal = "".join(f"%{octet:02X}" for octet in name.replace("'", "''").encode())
    found = service.get(f"{CUSTOMERS}?$filter=displayName%20eq%20'{literal}'")["value"]
    assert [row["id"] for row in found] == [made["id"]]


# --- browsers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [ADATUM, CUSTOMERS, "nowhere", "/nowhere"])
def test_a_page_of_another_origin_may_read_answers(shared: Service, target):
    answer = shared.send("GET", target, {"Origin": "https://shop.example"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert {"ETag", "Location", "OData-Version", "request-id"} <= set(exposed.split(", "))
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_preflight_is_answered_without_a_token(shared: Service):
    answer = shared.send(
        "OPTIONS",
        ADATUM,
        {
            "Authorization": "",
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization, content-type, if-match, prefer",
        },
    )

    assert (answer.status_code, answer.data) == (204, b"")
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == (
        "authorization, content-type, if-match, prefer"
    )
