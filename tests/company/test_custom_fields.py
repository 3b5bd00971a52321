"""Properties of a client's own, on customers that stay strict about all others."""

from __future__ import annotations

import pytest

from app.limits import Limits
from models.demo.identifiers import ADATUM, CRONUS

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
CUSTOMER = f"{CUSTOMERS}({ADATUM})"
ANY = {"If-Match": "*"}


@pytest.fixture
def keep(client):
    """Keeps something with the customer."""

    def send(**values):
        answer = client.patch(CUSTOMER, json={"customFields": values}, headers=ANY)
        assert answer.status_code == 200, answer.text
        return answer

    return send


def test_a_customer_without_custom_fields_says_so(client):
    assert client.get(CUSTOMER).json["customFields"] == {}


def test_custom_fields_are_kept_and_merged(client, keep):
    keep(poRequired=True, tier="gold", **{"since@odata.type": "#Date", "since": "2024-02-29"})
    keep(tier=None, limit=12.5)

    assert client.get(f"{CUSTOMER}?$select=customFields").json["customFields"] == {
        "poRequired": True,
        "since@odata.type": "#Date",
        "since": "2024-02-29",
        "limit": 12.5,
    }


def test_null_empties_them(client, keep):
    keep(poRequired=True)
    answer = client.patch(CUSTOMER, json={"customFields": None}, headers=ANY)

    assert answer.json["customFields"] == {}


def test_custom_fields_are_filtered_sorted_and_aggregated(client, keep):
    keep(poRequired=True, visits=3)

    def numbers(query):
        rows = client.get(f"{CUSTOMERS}?$select=number&{query}").json["value"]
        return [row["number"] for row in rows]

    assert numbers("$filter=customFields/poRequired eq true") == ["10000"]
    assert numbers("$filter=customFields/visits gt 3") == []
    assert numbers("$orderby=customFields/visits desc&$top=1") == ["10000"]
    total = client.get(f"{CUSTOMERS}?$apply=aggregate(customFields/visits with sum as total)")
    assert total.json["value"][0]["total"] == 3


def test_how_much_is_kept_is_a_setting(serve):
    client = serve(limits=Limits(dynamic_properties=2, dynamic_bytes=64))

    def status(**values):
        return client.patch(CUSTOMER, json={"customFields": values}, headers=ANY).status_code

    assert (status(a=1, b=2), status(c=3), status(b="x" * 64)) == (200, 400, 400)


def test_every_other_unknown_property_is_refused(client):
    answer = client.patch(CUSTOMER, json={"poRequired": True}, headers=ANY)

    assert answer.status_code == 400
    assert "'poRequired' does not exist" in answer.json["error"]["message"]


def test_a_change_of_custom_fields_has_a_tag_and_is_in_the_deltas(client, keep):
    tracked = client.get(CUSTOMERS, headers={"Prefer": "odata.track-changes"}).json
    before = client.get(CUSTOMER).headers["ETag"]

    after = keep(poRequired=True).headers["ETag"]

    stale = client.patch(CUSTOMER, json={"city": "Rome"}, headers={"If-Match": before})
    changes = client.get(tracked["@odata.deltaLink"]).json["value"]
    assert after != before
    assert stale.json["error"]["innererror"]["changedProperties"] == ["customFields"]
    assert [(row["id"], row["customFields"]) for row in changes] == [(ADATUM, {"poRequired": True})]


def test_a_custom_field_has_a_url(client, keep):
    keep(poRequired=True)

    assert client.get(f"{CUSTOMER}/customFields/poRequired").json["value"] is True
    assert client.get(f"{CUSTOMER}/customFields/poRequired/$value").text == "true"
    assert client.get(f"{CUSTOMER}/customFields/unset").status_code == 204


def test_the_descriptions_say_that_the_type_is_open(client):
    metadata = client.get("/api/v2.0/$metadata").text
    schemas = client.get("/openapi.json").json["components"]["schemas"]

    assert '<ComplexType Name="customFields" OpenType="true">' in metadata
    assert schemas["Microsoft.NAV.customFields"]["additionalProperties"] is True
