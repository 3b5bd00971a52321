"""Pages of other origins."""

from __future__ import annotations

import pytest

HEADERS = "authorization, content-type, if-match, odata-maxversion, prefer"
PREFLIGHT = {
    "Origin": "https://page.example",
    "Access-Control-Request-Method": "PATCH",
    "Access-Control-Request-Headers": HEADERS,
}


def test_a_preflight_needs_no_credentials(make_client):
    answer = make_client().options("/api/v2.0/customers", headers=PREFLIGHT)

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == HEADERS


def test_pages_of_openui5_may_send_what_it_adds(make_client):
    added = "mime-version, sap-cancel-on-close, x-csrf-token, x-sap-security-session"
    asked = {**PREFLIGHT, "Access-Control-Request-Headers": added}

    answer = make_client().options("/api/v2.0/$batch", headers=asked)

    assert answer.headers["Access-Control-Allow-Headers"] == added


@pytest.mark.parametrize(
    "header",
    ["ETag", "Idempotency-Replayed", "Location", "OData-Version", "Retry-After", "request-id"],
)
def test_a_page_may_read_the_headers_it_needs(client, header):
    answer = client.get("/api/v2.0/customers", headers={"Origin": "https://page.example"})

    assert header in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_page_may_read_a_refusal(make_client):
    answer = make_client().get("/api/v2.0/x", headers={"Origin": "https://page.example"})

    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("https://shop.example", "https://shop.example"), ("https://x.example", None)],
)
def test_named_origins_alone_are_allowed(make_client, origin, allowed):
    client = make_client(cors_origins=("https://shop.example",))

    answer = client.get("/health/live", headers={"Origin": origin})

    assert answer.headers.get("Access-Control-Allow-Origin") == allowed


def test_without_origins_nothing_is_said(make_client):
    answer = make_client(cors_origins=()).get(
        "/health/live", headers={"Origin": "https://x.example"}
    )

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_page_may_send_what_makes_a_creation_repeatable(make_client):
    headers = PREFLIGHT | {"Access-Control-Request-Headers": "idempotency-key"}

    answer = make_client().options("/api/v2.0/customers", headers=headers)

    assert answer.headers["Access-Control-Allow-Headers"] == "idempotency-key"


def test_a_page_may_send_a_key(make_client):
    headers = PREFLIGHT | {"Access-Control-Request-Headers": "x-api-key"}

    answer = make_client().options("/api/v2.0/customers", headers=headers)

    assert answer.headers["Access-Control-Allow-Headers"] == "x-api-key"


def test_a_preflight_allows_no_unknown_header(make_client):
    headers = PREFLIGHT | {"Access-Control-Request-Headers": "cookie, if-match, x-evil"}

    answer = make_client().options("/api/v2.0/customers", headers=headers)

    assert answer.headers["Access-Control-Allow-Headers"] == "if-match"


def test_named_origins_keep_answers_apart_in_caches(make_client):
    client = make_client(cors_origins=("https://shop.example",))

    assert client.get("/health/live").headers["Vary"] == "Origin"
