"""Requests that mean no good: broken paths, bodies, headers; nothing is lost and nothing fails."""

from __future__ import annotations

import random

import pytest

from tests.integration.service import (
    ANY_TAG,
    CUSTOMERS,
    ROOT,
    Service,
    customer,
    error_of,
)

ADATUM = customer("10000")


@pytest.fixture
def unchanged(shared: Service):
    """The shared service; afterwards the customers must be as before."""
    before = shared.rows()
    yield shared
    assert shared.rows() == before


# --- paths ------------------------------------------------------------------------------------

KEYS = [
    "{d1e2f3a4-b5c6-7890-1234-567890abcdef}",
    "(d1e2f3a4-b5c6-7890-1234-567890abcdef)",
    "d1e2f3a4-b5c6-7890-1234-567890abcde",
    "d1e2f3a4b5c678901234567890abcdef",
    "''",
    "'",
    "' or '1'='1",
    "1 eq 1",
    "*",
    "$it",
    "@key",
    "null",
    "id=null",
    "id=1,id=2",
    "id=d1e2f3a4-b5c6-7890-1234-567890abcdef,number='10000'",
    "displayName='Adatum%20Corporation'",
    "guid'd1e2f3a4-b5c6-7890-1234-567890abcdef'",
    "(" * 500,
    "(" * 250 + ")" * 250,
    "9" * 400,
]
PLACES = [
    "/..",
    "/../customers",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/%c0%ae%c0%ae/",
    "/.env",
    "/.git/config",
    "/static/app.js",
    "/$batch",
    "/$entity",
    "/$all",
    "/$crossjoin(customers)",
    "//customers",
    "/customers//",
    "/customers/customers",
    "/customers/$value",
    "/customers/$count/$count",
    "/customers/$metadata",
    "/$metadata/customers",
    "/companies/customers",
    "/customers(1)(2)",
    "/customers)",
    "/customers(",
    "/Microsoft.NAV.customer",
    "/customers/Microsoft.NAV.nothing",
    "/;x=1",
    "/" + "x" * 3000,
    "/" + "x/" * 1000,
]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE", "PUT", "POST"])
@pytest.mark.parametrize("key", KEYS)
def test_k1_a_broken_key_is_refused(unchanged: Service, method, key):
    answer = unchanged.send(method, f"{CUSTOMERS}({key})".replace(" ", "%20"), ANY_TAG, json={})

    assert answer.status_code in (400, 404, 405)
    assert error_of(answer)[1].startswith("BadRequest")


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
@pytest.mark.parametrize("place", PLACES)
def test_k3_a_strange_place_is_refused(unchanged: Service, method, place):
    answer = unchanged.send(method, f"{ROOT}{place}", ANY_TAG, json={})

    assert 400 <= answer.status_code < 500 or answer.status_code == 501
    assert error_of(answer)[1]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW", "PROPFIND", "get"])
def test_a_strange_method_is_refused(unchanged: Service, method):
    assert unchanged.send(method, ADATUM).status_code in (405, 501)


def test_a_method_is_not_overridden(unchanged: Service):
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = unchanged.send("GET", ADATUM, {name: "DELETE", **ANY_TAG})
        assert answer.status_code == 200


# --- bodies -----------------------------------------------------------------------------------

BODIES = [
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"displayName":' + b"[" * 500 + b"]" * 500 + b"}",
    b"{" + b",".join(b'"p%d":1' % number for number in range(20_000)) + b"}",
    b'{"displayName":"' + b"x" * 500_000 + b'"}',
    b'{"displayName":"' + b"\\\\" * 200_000 + b'"}',
    b'{"creditLimit":' + b"9" * 100_000 + b"}",
    b'{"creditLimit":1e999999999}',
    b'{"creditLimit":NaN}',
    b'{"creditLimit":-Infinity}',
    b'{"creditLimit":0x10}',
    b'{"creditLimit":01}',
    b'{"displayName":"a","displayName":"b"}',
    b'{"displayName":"a"}{"displayName":"b"}',
    b'{"displayName":"a",}',
    b"{'displayName':'a'}",
    b'{"displayName":"a"/*c*/}',
    '{"displayName":"a"}'.encode("utf-16"),
    '{"displayName":"a"}'.encode("utf-32"),
    b'{"displayName":"\xff\xfe"}',
    b'{"displayName":"\xed\xa0\x80"}',
    b'{"displayName":"\\ud800"}',
    b'{"displayName":"\\u0000"}',
    b'{"displayName":"\x01"}',
    b"\x00\x01\x02",
    b'{"displayName":{"$ne":null}}',
    b'{"displayName":["a","b"]}',
    b'{"id":"../../etc/passwd"}',
    b'{"defaultDimensions":{}}',
    b'{"defaultDimensions":[null]}',
    b'{"defaultDimensions":[1]}',
    b'{"defaultDimensions":"x"}',
    b'{"defaultDimensions":[{"parentId":"00000000-0000-0000-0000-00000000abcd"}]}',
    b'{"defaultDimensions":[{"etag":"x"}]}',
    b'{"currency@odata.bind":"customers(1)"}',
    b'{"currency@odata.bind":"http://evil.example/currencies(1)"}',
    b'{"lastModifiedDateTime":"9999-99-99"}',
    b'{"constructor":{"prototype":1}}',
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(("method", "target"), [("POST", CUSTOMERS), ("PATCH", ADATUM)])
def test_b1_a_bad_body_is_refused_and_nothing_is_kept(unchanged: Service, method, target, body):
    headers = {**ANY_TAG, "Content-Type": "application/json"}

    answer = unchanged.send(method, target, headers, data=body)

    assert error_of(answer)[0] in (400, 413)


def test_random_octets_are_refused(unchanged: Service):
    draw = random.Random(5)  # noqa: S311 - repeatable, not secret
    headers = {**ANY_TAG, "Content-Type": "application/json"}

    for _ in range(200):
        body = draw.randbytes(draw.randrange(1, 60))
        assert unchanged.send("PATCH", ADATUM, headers, data=body).status_code == 400


# --- headers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Prefer", "Accept-Language", "OData-Isolation", "Accept-Charset"])
@pytest.mark.parametrize(
    "value", ["x" * 6000, ";;;,,,", "a=b=c", '"', "\u00e9", "return=everything"]
)
def test_an_odd_header_breaks_nothing(shared: Service, name, value):
    answer = shared.send("GET", ADATUM, {name: value})

    assert answer.status_code in (200, 400, 412)


@pytest.mark.parametrize("host", ["evil.example", "localhost@evil.example", "a b", "", "[::1"])
def test_an_odd_host_is_refused_or_never_repeated(shared: Service, host):
    answer = shared.send("GET", CUSTOMERS, {"Host": host})

    assert "evil" not in answer.text
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("tag", [",", "W/", '"' * 99, "W/" * 999, '"\u00e9"', "*, *", '*, "x"'])
def test_an_odd_condition_is_refused(unchanged: Service, tag):
    assert unchanged.patch(ADATUM, {"city": "x"}, tag).status_code in (400, 409)
