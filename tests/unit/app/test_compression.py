from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import brotli
import pytest
import zstandard
from flask.testing import FlaskClient

from app.compression import chosen_coding
from models.demo.identifiers import CRONUS

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
@pytest.mark.parametrize("query", ["?$top=20", "", "/$count", "?$format=csv"])
def test_an_answer_is_the_same_in_every_coding(serve, coding, query):
    client: FlaskClient = serve(compression="on")
    plain = client.get(CUSTOMERS + query)

    answer = client.get(CUSTOMERS + query, headers={"Accept-Encoding": coding})

    if query == "/$count":
        assert "Content-Encoding" not in answer.headers
        assert answer.data == plain.data
        return
    assert answer.headers["Content-Encoding"] == coding
    assert DECODERS[coding](answer.data) == plain.data
    assert len(answer.data) < len(plain.data) / 2
    assert "Accept-Encoding" in answer.headers.get_all("Vary")
    assert "Accept-Encoding" in plain.headers.get_all("Vary")


def test_metadata_is_compressed_too(serve):
    client: FlaskClient = serve(compression="on")
    answer = client.get("/api/v2.0/$metadata", headers={"Accept-Encoding": "br"})
    assert brotli.decompress(answer.data).startswith(b"<?xml")


def test_clients_on_this_machine_get_answers_as_they_are(serve):
    client: FlaskClient = serve()
    answer = client.get(CUSTOMERS, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in answer.headers
    assert json.loads(answer.data)["value"]


def test_a_conditional_read_is_answered_without_a_body(serve):
    client: FlaskClient = serve(compression="on")
    first = client.get(f"{CUSTOMERS}?$top=1").json["value"][0]
    path = f"{CUSTOMERS}({first['id']})"
    headers = {"Accept-Encoding": "gzip", "If-None-Match": first["@odata.etag"]}
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.data) == (304, b"")
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("gzip;q=0", None),
        ("*", "zstd"),
        ("deflate", None),
        ("nonsense;;q=x", None),
    ],
)
def test_the_coding_is_the_one_that_the_client_likes_best(accepted, coding):
    assert chosen_coding(accepted) == coding
