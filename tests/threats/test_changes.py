"""The threats K2, K3, B2 to B5, G5, X1 to X3 and E1 to E6: changes that nobody may make."""

from __future__ import annotations

import base64
import datetime
import io
import json
import re
import threading

import pytest
from PIL import Image

from app.limits import Limits
from models.availability import discard_connection
from models.demo.identifiers import MY_COMPANY
from tests.integration.service import (
    ANY_TAG,
    COMPANY,
    CUSTOMERS,
    NO_ID,
    OTHER_COMPANY,
    STALE_TAG,
    UNKNOWN_ID,
    Service,
    customer,
    error_of,
)

ADATUM = customer("10000")
PICTURE = f"{ADATUM}/picture/pictureContent"


# --- K: places ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "PUT"])
@pytest.mark.parametrize(
    "target",
    [
        CUSTOMERS,
        f"{CUSTOMERS}()",
        f"{CUSTOMERS}({NO_ID})",
        f"{CUSTOMERS}({UNKNOWN_ID})",
        f"{CUSTOMERS}(*)",
        f"{CUSTOMERS}(number='*')",
        f"{CUSTOMERS}(number='%25')",
        f"{CUSTOMERS}?$filter=true",
        f"{CUSTOMERS}/$count",
        COMPANY,
        "companies",
    ],
)
def test_k2_what_names_no_single_entity_changes_nothing(unchanged: Service, method, target):
    answer = unchanged.send(method, target, ANY_TAG, json={"city": "x"})

    assert answer.status_code in (400, 404, 405)
    assert answer.status_code != 405 or answer.headers["Allow"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.png", "..\\x.png", "\0.png", "CON"])
def test_k3_the_name_of_a_file_is_no_path(service: Service, name):
    headers = {
        **ANY_TAG,
        "Content-Type": "image/png",
        "Content-Disposition": f'attachment; filename="{name}"'.replace("\0", "%00"),
        "Slug": name.replace("\0", "%00"),
    }

    assert service.send("PATCH", PICTURE, headers, data=_picture()).status_code == 204
    assert "passwd" not in str(service.ask(PICTURE).headers)


@pytest.mark.parametrize("method", ["get", "Get", "TRACE", "BREW", "DELETE\t"])
@pytest.mark.parametrize("target", [ADATUM, f"{ADATUM}/displayName", CUSTOMERS, "$metadata"])
def test_k4_a_method_that_is_none_is_refused(unchanged: Service, method, target):
    assert unchanged.send(method, target).status_code in (400, 405, 501)


# --- B: bodies ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("x" * 100, 200),
        ("x" * 101, 400),
        ("\U0001f98a" * 100, 200),
        ("\U0001f98a" * 101, 400),
        ("\u202eabc", 200),
        ("=1+1", 200),
        ("<script>alert(1)</script>", 200),
        ("a\0b", 400),
        (5, 400),
        (True, 400),
        ([], 400),
        ({}, 400),
    ],
)
def test_b2_a_text_is_kept_as_it_is_or_refused(service: Service, value, status):
    answer = service.patch(ADATUM, {"displayName": value})

    assert answer.status_code == status
    expected = value if status == 200 else "Adatum Corporation"
    assert service.get(ADATUM)["displayName"] == expected


MASS = {
    "balance": 1_000_000,
    "overdueAmount": 1,
    "totalSalesExcludingTax": 1,
    "lastModifiedDateTime": "2001-01-01T00:00:00Z",
    "companyId": MY_COMPANY,
    "version": 9,
    "row_version": 9,
    "__proto__": {"x": 1},
    "__class__": "x",
    "customer.balance": 5,
}


@pytest.mark.parametrize("name", MASS)
def test_b3_what_is_computed_is_never_taken(service: Service, name):
    body = {"city": "Macon", name: MASS[name]}
    before = service.get(ADATUM)

    changed = service.patch(ADATUM, body)
    made = service.post(CUSTOMERS, {"displayName": "Mass", **body})
    nested = {"displayName": "Mass", "defaultDimensions": [{name: MASS[name]}]}
    below = service.post(CUSTOMERS, nested)

    assert error_of(changed)[0] == 400
    assert error_of(made)[0] == 400
    assert error_of(below)[0] == 400
    assert service.get(ADATUM) == before
    assert service.rows("$filter=displayName eq 'Mass'") == []


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "text/plain"}, b'{"city":"x"}', 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"city=x", 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--", 415),
        ({"Content-Type": "application/xml"}, b"<city>x</city>", 415),
        ({"Content-Type": "application/json; charset=utf-16"}, b'{"city":"x"}', 415),
        ({"Content-Type": "application/json; charset=latin-1"}, b'{"city":"x"}', 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"\x1f\x8b", 415),
        ({"Content-Type": "application/json"}, '{"city":"x"}'.encode("utf-16"), 400),
    ],
)
def test_b4_a_body_of_another_kind_is_refused(unchanged: Service, headers, body, status):
    for method, target in (("PATCH", ADATUM), ("POST", CUSTOMERS)):
        answer = unchanged.send(method, target, {**ANY_TAG, **headers}, data=body)
        assert error_of(answer)[0] == status


def test_l6_a_body_that_would_unfold_is_not_unfolded(unchanged: Service):
    headers = {**ANY_TAG, "Content-Type": "application/json", "Content-Encoding": "br"}

    assert unchanged.send("PATCH", ADATUM, headers, data=b"x" * 1000).status_code == 415


@pytest.mark.parametrize("name", ["Accept", "OData-Version", "OData-MaxVersion", "Prefer"])
@pytest.mark.parametrize("value", ["9.9", "a/b", ";;;", "x" * 3000, "respond-async, wait=9e9"])
def test_b5_rubbish_in_a_header_is_refused_or_ignored(shared: Service, name, value):
    assert shared.send("GET", ADATUM, {name: value}).status_code in (200, 400, 406)


# --- G3, G5: files --------------------------------------------------------------------------------


def _picture(form: str = "PNG") -> bytes:
    octets = io.BytesIO()
    Image.new("RGB", (2, 2)).save(octets, form)
    return octets.getvalue()


def _flood() -> bytes:
    """A picture of 50,000 x 50,000 pixels, as its head says."""
    octets = bytearray(_picture())
    octets[16:24] = (50_000).to_bytes(4, "big") * 2
    return bytes(octets)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a<script>",
        b"%PDF-1.7",
        b"",
        _flood(),
    ],
    ids=["svg", "html", "half a gif", "pdf", "nothing", "flood"],
)
def test_b6_g5_what_is_no_picture_is_refused(unchanged: Service, content):
    headers = {**ANY_TAG, "Content-Type": "image/png"}

    assert unchanged.send("PATCH", PICTURE, headers, data=content).status_code in (400, 413, 415)


def test_b6_g5_a_picture_is_of_the_type_of_its_bytes_and_runs_nothing(service: Service):
    polyglot = _picture("GIF") + b"<script>alert(1)</script>"
    headers = {**ANY_TAG, "Content-Type": "text/html"}

    stored = service.send("PATCH", PICTURE, headers, data=polyglot)
    found = service.ask(PICTURE)

    assert stored.status_code in (204, 415)
    if stored.status_code == 204:
        assert found.headers["Content-Type"] == "image/gif"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Content-Security-Policy"].startswith("default-src 'none'")


# --- X: batches -----------------------------------------------------------------------------------


def _item(number: int, **rest: object) -> dict[str, object]:
    return {"id": str(number), "method": "GET", "url": "companies", **rest}


@pytest.mark.parametrize(
    "requests",
    [
        [_item(index) for index in range(101)],
        [_item(index) for index in range(5_000)],
        [_item(1), _item(1)],
        [_item(1, dependsOn=["9"])],
        [_item(1, dependsOn=["2"]), _item(2, dependsOn=["1"])],
        [_item(1, dependsOn=["1"])],
    ],
    ids=["101", "5000", "twice", "unknown", "cycle", "itself"],
)
def test_x1_a_batch_that_makes_no_sense_is_refused_whole(unchanged: Service, requests):
    assert unchanged.post("$batch", {"requests": requests}).status_code == 400


@pytest.mark.parametrize(
    "item",
    [
        {"url": "http://evil.example/api/v2.0/companies"},
        {"url": "//evil.example/api/v2.0/companies"},
        {"url": "file:///etc/passwd"},
        {"url": "../../etc/passwd"},
        {"url": "/health/live"},
        {"url": "$batch", "method": "POST", "body": {"requests": []}},
        {"url": "companies HTTP/1.1\r\nX: y"},
        {"url": "companies?$filter=" + "(" * 5_000},
        {"url": "$9"},
        {"method": "TRACE"},
        {"method": "CONNECT"},
    ],
    ids=lambda item: str(item)[:40],
)
def test_x1_a_part_leads_nowhere_else(unchanged: Service, item):
    answer = unchanged.post("$batch", {"requests": [_item(1, **item)]})

    statuses = [part["status"] for part in answer.json.get("responses", [])]
    assert answer.status_code == 400 or (answer.status_code == 200 and 400 <= statuses[0] < 502)
    assert "root:" not in answer.text


@pytest.mark.parametrize("name", ["authorization", "host", "cookie", "x-api-key"])
def test_x1_credentials_and_hosts_of_a_part_are_ignored(unchanged: Service, name):
    answer = unchanged.post("$batch", {"requests": [_item(1, headers={name: "evil.example"})]})

    assert [part["status"] for part in answer.json["responses"]] == [200]
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/mixed", b"--b\r\n\r\n--b--"),
        ("multipart/mixed; boundary=", b"--\r\n\r\n----"),
        (f"multipart/mixed; boundary={'b' * 3000}", b"--" + b"b" * 3000 + b"--"),
        ("multipart/mixed; boundary=b", b"--b\r\n\r\nGET companies HTTP/1.1\r\n\r\n"),
        ("multipart/mixed; boundary=b", b"--c\r\n--c--"),
        ("multipart/mixed; boundary=b", b""),
        (
            "multipart/mixed; boundary=b",
            b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n--b--",
        ),
        (
            "multipart/mixed; boundary=b",
            b"--b\r\nContent-Type: application/http\r\n\r\nGET companies HTTP/1.1\r\n\r\n\r\n"
            * 3000
            + b"--b--",
        ),
    ],
)
def test_x2_a_broken_multipart_batch_is_refused(unchanged: Service, content_type, body):
    answer = unchanged.send("POST", "$batch", {"Content-Type": content_type}, data=body)

    assert error_of(answer)[0] in (400, 415)


def test_x1_the_answers_of_a_batch_are_bounded_together(serve):
    limited = Service(serve(limits=Limits(batch_answer=5_000)))
    made = {"method": "POST", "url": CUSTOMERS, "body": {"displayName": "Behind"}}
    requests = [
        *(_item(index, url=f"{CUSTOMERS}?$top=2") for index in range(3)),
        {**made, "id": "3", "headers": {"content-type": "application/json"}},
        _item(4),
    ]

    for accepted in ("application/json", "multipart/mixed"):
        headers = {"Prefer": "continue-on-error", "Accept": accepted}
        answer = limited.post("$batch", {"requests": requests}, OData_MaxVersion="4.01", **headers)

        statuses = re.findall(r'"status":(\d+)|^HTTP/1.1 (\d+)', answer.text, re.MULTILINE)
        assert ["".join(found) for found in statuses] == ["200", "413", "413", "201", "413"]
        assert "at most 5000 bytes together" in answer.text


def test_x3_of_a_change_set_that_fails_nothing_is_kept(unchanged: Service):
    json_type = {"content-type": "application/json"}
    good = {"method": "POST", "url": CUSTOMERS, "headers": json_type, "atomicityGroup": "g"}
    requests = [
        {**good, "id": "1", "body": {"displayName": "First"}},
        {**good, "id": "2", "body": {"displayName": "x" * 500}},
        {**good, "id": "3", "body": {"displayName": "Third"}},
    ]

    answer = unchanged.post("$batch", {"requests": requests})

    assert [part["status"] for part in answer.json["responses"]] == [424, 400, 424]


def test_x3_an_idempotency_key_replayed_at_once_has_one_effect(service: Service):
    told = []

    def create() -> None:
        body = {"displayName": "Only once"}
        answer = service.post(CUSTOMERS, body, Idempotency_Key="once")
        told.append((answer.status_code, answer.json.get("id")))
        discard_connection()

    threads = [threading.Thread(target=create) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    made = {found for found in told if found[0] == 201}
    assert len(made) == 1
    assert {status for status, _ in told} <= {201, 409, 503}
    assert len(service.rows("$filter=displayName eq 'Only once'")) == 1


# --- E: entity tags -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "PUT"])
def test_e1_a_change_without_a_condition_is_refused(unchanged: Service, method):
    assert error_of(unchanged.send(method, ADATUM, json={"city": "x"}))[:2] == (
        400,
        "BadRequest_InvalidToken",
    )


def _forged(tag: str) -> list[str]:
    """Tags that are almost the right one."""
    text = base64.b64decode(tag[3:-1]).decode()
    return [
        tag[:-5] + '"',
        tag.replace('W/"', 'W/"A'),
        tag.swapcase(),
        f'W/"{base64.b64encode(text.replace(";", ";1", 1).encode()).decode()}"',
        f'W/"{base64.b64encode(text[:-3].encode()).decode()}"',
        'W/"*"',
        'W/""',
        f'W/"{"x" * 5000}"',
        ",".join(['W/"eA=="'] * 500),
        STALE_TAG["If-Match"],
    ]


def test_e2_a_stale_or_forged_tag_is_refused(unchanged: Service):
    foreign = unchanged.rows("$filter=number ne '10000'")[0]["@odata.etag"]
    for tag in (*_forged(unchanged.tag(ADATUM)), foreign):
        for answer in (
            unchanged.patch(ADATUM, {"city": "x"}, tag),
            unchanged.delete(ADATUM, tag),
        ):
            assert error_of(answer)[:2] in (
                (409, "Request_EntityChanged"),
                (400, "BadRequest_InvalidToken"),
            ), tag


def test_e3_the_star_matches_what_is_there_and_makes_nothing(unchanged: Service):
    for target in (f"{CUSTOMERS}({UNKNOWN_ID})", f"{OTHER_COMPANY}/customers({UNKNOWN_ID})"):
        assert unchanged.patch(target, {"displayName": "x"}).status_code == 404
        assert unchanged.delete(target).status_code == 404


def test_e4_no_tag_comes_twice(service: Service):
    made = service.post(CUSTOMERS, {"displayName": "Again", "number": "E4"}).json
    target, seen = f"{CUSTOMERS}(number='E4')", [made["@odata.etag"]]
    for city in ("A", "B", "A"):
        seen.append(service.patch(target, {"city": city}, seen[-1]).json["@odata.etag"])
    assert service.delete(target, seen[-1]).status_code == 204
    made = service.post(CUSTOMERS, {"displayName": "Again", "number": "E4"}).json

    assert made["@odata.etag"] not in seen
    assert len(set(seen)) == 4
    for tag in seen:
        assert service.patch(target, {"city": "lost"}, tag).status_code == 409


def test_e5_changes_within_one_tick_have_their_own_tags_and_times_never_run_back(service: Service):
    seen = [service.get(ADATUM)]
    seen += [service.patch(ADATUM, {"city": f"city {index}"}).json for index in range(20)]

    assert len({row["@odata.etag"] for row in seen}) == 21
    times = [datetime.datetime.fromisoformat(row["lastModifiedDateTime"]) for row in seen]
    assert times == sorted(times)


@pytest.mark.parametrize(
    "body",
    [
        {"displayName": "x" * 500},
        {"colour": "x"},
        {"paymentTermsId": UNKNOWN_ID},
        {"balance": 5},
        {"email": "nowhere"},
    ],
)
def test_e6_a_refused_change_leaves_the_tag(unchanged: Service, body):
    tag = unchanged.tag(ADATUM)

    answer = unchanged.patch(ADATUM, body, tag)

    assert answer.status_code == 400, answer.text
    assert unchanged.tag(ADATUM) == tag
    assert json.loads(unchanged.ask(ADATUM).data)["@odata.etag"] == tag
