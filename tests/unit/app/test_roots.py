"""The service answers under every root that Business Central's clients build."""

from __future__ import annotations

import pytest

from app.config import Server


@pytest.mark.parametrize(
    ("target", "root", "path"),
    [
        ("/api/v2.0", "/api/v2.0/", ""),
        ("/api/v2.0/", "/api/v2.0/", ""),
        ("/api/v2.0/customers", "/api/v2.0/", "customers"),
        ("/api/v2.0/customers/", "/api/v2.0/", "customers/"),
        ("/api/v2.0/$metadata", "/api/v2.0/", "$metadata"),
        ("/BC/api/v2.0/companies(1)/customers", "/BC/api/v2.0/", "companies(1)/customers"),
        ("/v2.0/Production/api/v2.0/customers", "/v2.0/Production/api/v2.0/", "customers"),
        (
            "/v2.0/t.onmicrosoft.com/Sandbox/api/v2.0",
            "/v2.0/t.onmicrosoft.com/Sandbox/api/v2.0/",
            "",
        ),
        ("/v2.0/api/api/v2.0/customers", "/v2.0/api/api/v2.0/", "customers"),
        ("/v2.0/My%20Box/api/v2.0/customers", "/v2.0/My%20Box/api/v2.0/", "customers"),
        ("/api/v2.0/customers('a%2Fb')/x", "/api/v2.0/", "customers('a%2Fb')/x"),
        ("/api/v2.0/a/api/v2.0/b", "/api/v2.0/", "a/api/v2.0/b"),
    ],
)
def test_a_root_is_repeated_and_the_path_stays_encoded(client, engine, target, root, path):
    answer = client.get(target)

    assert answer.status_code == 200
    asked = engine.requests[0]
    assert (asked.service_root, asked.path) == (f"http://localhost{root}", path)


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/api",
        "/api/v1.0/customers",
        "/customers",
        "/api%2Fv2.0/x",
        "/api/v2.0//x",
        "//api/v2.0/x",
        "/.git/config",
        "/api/v2.0/../x/../../y",
    ],
)
def test_an_unknown_path_is_404_in_the_envelope(client, engine, target):
    answer = client.get(target)

    if target.endswith("y"):
        # Dots are no instruction to us: the engine refuses the segment.
        assert engine.requests[0].path == "../x/../../y"
        return
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "BadRequest_ResourceNotFound"
    assert engine.requests == []


def test_the_query_is_handed_over_raw(client, engine):
    client.get("/api/v2.0/customers?%24filter=a+eq+%27%2B%27&$top=1?")

    assert engine.requests[0].query == "%24filter=a+eq+%27%2B%27&$top=1?"


def test_the_public_url_replaces_the_host(make_client, engine):
    client = make_client(public_url="https://erp.example/nav")

    client.get(
        "/api/v2.0/customers",
        headers={"Authorization": "Bearer kontor-dev", "Host": "evil.example"},
    )

    assert engine.requests[0].service_root == "https://erp.example/nav/api/v2.0/"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", 'ev il"<>', "a@localhost"])
def test_a_foreign_host_is_refused(client, engine, host):
    answer = client.get("/api/v2.0/customers", headers={"Host": host})

    assert answer.status_code == 400
    assert engine.requests == []


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:81", "127.0.0.1:9000", "[::1]:8080"])
def test_this_machine_is_no_foreign_host(client, engine, host):
    client.get("/api/v2.0/customers", headers={"Host": host})

    assert engine.requests[0].service_root == f"http://{host}/api/v2.0/"


def test_a_trusted_host_is_known_in_any_case(make_client, engine):
    client = make_client(trusted_hosts=("api.example",))

    answer = client.get(
        "/api/v2.0/customers",
        headers={"Authorization": "Bearer kontor-dev", "Host": "API.Example:444"},
    )

    assert answer.status_code == 200


def test_an_address_open_to_others_takes_any_well_formed_host(make_client, engine):
    client = make_client(server=Server(bind="0.0.0.0"))

    client.get(
        "/api/v2.0/x", headers={"Authorization": "Bearer kontor_0011_secret", "Host": "kontor:80"}
    )

    assert engine.requests[0].service_root == "http://kontor:80/api/v2.0/"


def test_the_absolute_form_of_a_target_names_its_own_host(client, engine):
    environ = {"RAW_URI": "http://127.0.0.1:99/api/v2.0/customers?$top=1"}

    client.get("/api/v2.0/customers", environ_overrides=environ)

    asked = engine.requests[0]
    assert asked.service_root == "http://127.0.0.1:99/api/v2.0/"
    assert (asked.path, asked.query) == ("customers", "$top=1")


@pytest.mark.parametrize(
    "target",
    [
        "/api/v2.0/a%zz",
        "/api/v2.0/a%2",
        "/api/v2.0/a?$filter=%",
        "/api/v2.0/a%ff",
        "/api/v2.0/a?x=%c0%ae",
        "/api/v2.0/a('%00')",
        "/api/v2.0/a?$filter=b eq '\u00e9'",
        "/api/v2.0/a#b",
    ],
)
def test_a_target_that_cannot_be_decoded_strictly_is_400(client, engine, target):
    answer = client.get("/api/v2.0/a", environ_overrides={"RAW_URI": target})

    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "BadRequest"
    assert engine.requests == []


def test_a_target_beyond_the_limit_is_414(client):
    answer = client.get("/api/v2.0/customers?$filter=" + "a" * 8200)

    assert answer.status_code == 414
    assert answer.json["error"]["code"] == "BadRequest_InvalidRequestUrl"
