"""The host with the engine behind it, on both databases."""

from __future__ import annotations

import pytest

from models.demo.identifiers import ADATUM, CRONUS

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"


@pytest.mark.parametrize("root", ["/api/v2.0", "/BC/api/v2.0", "/v2.0/Prod/api/v2.0"])
def test_links_repeat_the_root_that_was_asked(client, root):
    answer = client.get(f"{root}/companies({CRONUS})/customers?$top=1")

    assert answer.json["@odata.context"] == (
        f"http://localhost{root}/$metadata#companies({CRONUS})/customers"
    )


def test_a_service_over_its_database_is_ready(client):
    assert client.get("/health/ready").json == {"status": "ready"}


def test_head_tells_what_get_would(client):
    target = f"{CUSTOMERS}({ADATUM})"

    whole, head = client.get(target), client.head(target)

    assert head.status_code == 200
    assert head.data == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_a_refusal_of_the_engine_names_the_request(client):
    answer = client.get("/api/v2.0/nothing")

    assert answer.status_code == 404
    assert answer.headers["request-id"] in answer.json["error"]["message"]


@pytest.mark.parametrize(("settings", "status"), [({}, 409), ({"etag_mismatch_status": 412}, 412)])
def test_the_status_of_a_stale_tag_is_a_setting(serve, settings, status):
    answer = serve(**settings).patch(
        f"{CUSTOMERS}({ADATUM})", json={"city": "Rome"}, headers={"If-Match": 'W/"c3RhbGU="'}
    )

    assert answer.status_code == status


def test_the_page_size_is_a_setting(serve):
    answer = serve(page_size=2).get(CUSTOMERS)

    assert len(answer.json["value"]) == 2
    assert answer.json["@odata.nextLink"].startswith(f"http://localhost{CUSTOMERS}?")
