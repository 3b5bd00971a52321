"""Reads of one batch that are like each other: settled once, answered each as alone."""

import pytest

from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY, TREY_RESEARCH
from odata.protocol.permit import Permits

CUSTOMERS = f"companies({CRONUS})/customers"
ABSENT = "00000000-0000-4000-8000-000000000000"


def read(url, **headers):
    return {"method": "GET", "url": url, "headers": headers}


@pytest.mark.parametrize(
    ("headers", "urls"),
    [
        ({}, [f"{CUSTOMERS}({key})" for key in (ADATUM, TREY_RESEARCH, ABSENT, ADATUM)]),
        ({}, [f"companies({key})/customers?$top=2" for key in (CRONUS, MY_COMPANY, ABSENT)]),
        ({}, [f"{CUSTOMERS}?$top={top}&$select=number" for top in (1, 3, -1)]),
        ({}, [f"{CUSTOMERS}({key})?$format=x" for key in (ADATUM, TREY_RESEARCH)]),
        (
            {"accept": "application/json;odata.metadata=full"},
            [f"{CUSTOMERS}({key})/displayName" for key in (ADATUM, TREY_RESEARCH)],
        ),
        ({"prefer": "maxpagesize=1"}, [f"{CUSTOMERS}?$top={top}" for top in (1, 2, 3)]),
        ({"isolation": "snapshot"}, [f"{CUSTOMERS}({key})" for key in (ADATUM, TREY_RESEARCH)]),
    ],
)
def test_like_reads_are_answered_each_as_alone(client, headers, urls):
    requests = [read(url, **headers) for url in urls]
    continued = {"Prefer": "continue-on-error"}
    answers = client.post("/api/v2.0/$batch", json={"requests": requests}, headers=continued).json[
        "responses"
    ]

    for answer, url in zip(answers, urls, strict=True):
        alone = client.get(f"/api/v2.0/{url}", headers=headers)
        assert answer["status"] == alone.status_code
        assert answer["headers"].get("etag") == alone.headers.get("ETag")
        assert answer["headers"].get("content-type") == alone.headers["Content-Type"]
        assert answer["headers"].get("preference-applied") == alone.headers.get(
            "Preference-Applied"
        )
        if alone.status_code == 200:
            assert answer["body"] == alone.json


def test_a_read_behind_a_change_sees_it(batch, adatum):
    url = f"{adatum}?$select=city"
    change = {"method": "PATCH", "url": adatum, "body": {"city": "Athens"}}
    change["headers"] = {"if-match": "*"}

    before, _, after = batch({"method": "GET", "url": url}, change, {"method": "GET", "url": url})

    assert before["body"]["city"] != after["body"]["city"] == "Athens"
    assert before["headers"]["etag"] != after["headers"]["etag"]


def test_what_like_reads_share_is_settled_once(batch, adatum, monkeypatch):
    asked = []
    original = Permits.of

    def of(self, request):
        asked.append(request.path)
        return original(self, request)

    monkeypatch.setattr(Permits, "of", of)
    urls = [f"{CUSTOMERS}({key})" for key in (ADATUM, TREY_RESEARCH, ADATUM)]

    batch(*({"method": "GET", "url": url} for url in urls))

    assert asked == urls[:1]
