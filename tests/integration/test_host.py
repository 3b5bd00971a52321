"""The host with the engine behind it, on both databases."""

from __future__ import annotations

import sqlite3

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
def test_the_status_of_a_stale_tag_is_a_setting_and_a_level_of_conformance(serve, settings, status):
    client = serve(**settings)
    answer = client.patch(
        f"{CUSTOMERS}({ADATUM})", json={"city": "Rome"}, headers={"If-Match": 'W/"c3RhbGU="'}
    )
    metadata = client.get("/api/v2.0/$metadata").text

    assert answer.status_code == status
    level = "Org.OData.Capabilities.V1.ConformanceLevel"
    claimed = f'Term="{level}" EnumMember="{level}Type/Advanced"' in metadata
    assert claimed is (status == 412)
    assert (level in metadata) is claimed


def test_the_page_size_is_a_setting(serve):
    answer = serve(page_size=2).get(CUSTOMERS)

    assert len(answer.json["value"]) == 2
    assert answer.json["@odata.nextLink"].startswith(f"http://localhost{CUSTOMERS}?")


@pytest.mark.postgresql
def test_a_lost_connection_costs_one_answer_and_heals(
    postgresql_databases, start_service, fill_demo
):
    client = start_service(postgresql_databases.copy_of("demo", fill_demo))
    assert client.get(CUSTOMERS).status_code == 200
    postgresql_databases.host.disconnect_all()

    lost, healed = client.get(CUSTOMERS), client.get(CUSTOMERS)

    assert (lost.status_code, healed.status_code) == (503, 200)
    assert lost.headers["Retry-After"] == "1"


def test_a_locked_database_is_503_and_nothing_is_changed(tmp_path, start_service, fill_demo):
    url = f"sqlite:///{tmp_path / 'kontor.db'}"
    fill_demo(url)
    client = start_service(url)
    before = client.get(f"{CUSTOMERS}({ADATUM})").json
    blocker = sqlite3.connect(tmp_path / "kontor.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")

    refused = client.patch(
        f"{CUSTOMERS}({ADATUM})", json={"city": "Rome"}, headers={"If-Match": "*"}
    )
    blocker.close()

    assert refused.status_code == 503
    assert client.get(f"{CUSTOMERS}({ADATUM})").json == before


def test_a_database_without_tables_is_not_ready(database_url, start_service):
    assert start_service(database_url).get("/health/ready").status_code == 503
