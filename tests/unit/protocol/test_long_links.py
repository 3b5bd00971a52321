"""Links to next pages that no URL could carry as they are."""

from __future__ import annotations

import base64
import zlib

import pytest

from odata.errors import BadRequestError
from odata.protocol.long_links import shortened, unpacked

_LONG = "$filter=number%20in%20(" + ",".join(f"'{number:05}'" for number in range(2000)) + ")"


def _packed(text: bytes) -> str:
    return "9" + base64.b32encode(zlib.compress(text)).decode().rstrip("=").lower()


def test_a_short_link_is_as_it_was():
    assert shortened("http://host/things?$skiptoken=abc") == "http://host/things?$skiptoken=abc"


def test_a_long_query_is_packed_and_comes_back():
    link = shortened(f"http://host/things?{_LONG}&$skiptoken=abc")

    assert len(link) < 8_000
    assert unpacked(link.partition("?")[2], 100_000) == f"{_LONG}&$skiptoken=abc"


def test_what_a_client_adds_stays():
    packed = _packed(b"$top=1&$skiptoken=abc")
    assert unpacked(f"tenant=x&$skiptoken={packed}", 100) == "tenant=x&$top=1&$skiptoken=abc"


@pytest.mark.parametrize("query", ["$skiptoken=abc", "$filter=a eq 'skiptoken=9'", ""])
def test_other_queries_are_as_they_were(query):
    assert unpacked(query, 100) == query


@pytest.mark.parametrize(
    "token", ["9aaaa", _packed(b"a" * 101), _packed(b"\xff"), _packed(b"abc")[:-3]]
)
def test_a_token_that_unpacks_to_no_query_is_refused(token):
    with pytest.raises(BadRequestError) as caught:
        unpacked(f"$skiptoken={token}", 100)

    assert caught.value.target == "$skiptoken"
