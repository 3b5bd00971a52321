"""The threats H1, H2, H6, H7, G1 and G2, each against a server as it runs in production."""

from __future__ import annotations

import json
import re
import socket

import pytest

from app.config import Server, Settings
from app.factory import create_app
from models.demo.identifiers import ADATUM, CRONUS
from tests.integration.service import Service
from tests.threats.conftest import Production

pytestmark = pytest.mark.slow

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
ADATUM_PATH = f"{CUSTOMERS}({ADATUM})"


# --- H1: poisoned links -----------------------------------------------------------------------

POISON = [
    {"X_Forwarded_Host": "evil.example"},
    {"X_Forwarded_Proto": "javascript"},
    {"X_Forwarded_Port": "666", "X_Forwarded_Host": "evil.example"},
    {"X_Forwarded_Prefix": "/evil"},
    {"X_Forwarded_Server": "evil.example"},
    {"Forwarded": "for=1;host=evil.example;proto=evil"},
    {"X_Host": "evil.example"},
    {"X_Original_URL": "/evil"},
    {"X_Rewrite_URL": "/evil"},
    {"SCRIPT_NAME": "/evil"},
    {"Referer": "http://evil.example/"},
    {"Origin": "http://evil.example"},
]


@pytest.mark.parametrize("headers", POISON, ids=lambda headers: next(iter(headers)))
def test_h1_no_header_gets_into_a_link(production: Production, headers):
    prefer = {"Prefer": "odata.maxpagesize=1"}
    full = {"Accept": "application/json;odata.metadata=full"}

    page = production.ask("GET", CUSTOMERS, **headers, **prefer)
    entity = production.ask("GET", ADATUM_PATH, **headers, **full)
    made = production.ask(
        "POST", CUSTOMERS, '{"displayName":"x"}', Content_Type="application/json", **headers
    )

    assert (page.status, entity.status, made.status) == (200, 200, 201)
    assert "@odata.nextLink" in page.text
    for answer in (page, entity, made):
        everything = f"{answer.headers}{answer.text}".lower()
        assert "evil" not in everything
        assert "javascript" not in everything
        assert "http://erp.example/api/v2.0/" in everything


@pytest.mark.parametrize(
    "host",
    ["evil.example", "erp.example.evil.example", "erp.example@evil", "a b", "", "[::1", "x:y"],
)
def test_h1_a_foreign_host_is_refused(production: Production, host):
    for target in (CUSTOMERS, "/api/v2.0/", "/t/v2.0/.well-known/openid-configuration"):
        answer = production.ask("GET", target, Host=host)

        assert answer.status == 400
        assert "evil" not in answer.text


def test_h1_the_host_of_an_absolute_target_is_checked_too(production: Production):
    assert production.ask("GET", f"http://evil.example{CUSTOMERS}").status == 400


# --- H2: smuggled requests --------------------------------------------------------------------

START = f"POST {CUSTOMERS} HTTP/1.1\r\nHost: erp.example\r\nAuthorization: Bearer %s\r\n"
SMUGGLED = "GET /health/live HTTP/1.1\r\nHost: erp.example\r\n\r\n"
FRAMINGS = {
    "length and chunks": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "a list of lengths": "Content-Length: 2, 2\r\n\r\n{}",
    "a negative length": "Content-Length: -1\r\n\r\n",
    "a length with a sign": "Content-Length: +2\r\n\r\n{}",
    "a length in hexadecimal": "Content-Length: 0x2\r\n\r\n{}",
    "chunks twice": "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and another coding": "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "an unknown coding": "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a coding in quotes": 'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n',
    "a blank before the colon": "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded field": "X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a field without a name": ": chunked\r\nContent-Length: 0\r\n\r\n",
    "a NUL in a field": "X-A: b\0c\r\nContent-Length: 0\r\n\r\n",
    "a tabulator behind a coding": "Transfer-Encoding: chunked\x0b\r\n\r\n0\r\n\r\n",
    "a form feed before a length": "Content-Length: \f5\r\n\r\n0\r\n\r\n",
    "a bare carriage return": "X-A: b\rContent-Length: 10\r\n\r\n",
    "a chunk of no size": "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a chunk of negative size": "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    "a chunk size in Python": "Transfer-Encoding: chunked\r\n\r\n0_0\r\n\r\n",
    "a chunk longer than its size": "Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("name", FRAMINGS)
def test_h2_a_body_that_is_framed_in_two_ways_is_refused_and_closed(production: Production, name):
    text = START % production.token + "Content-Type: application/json\r\n" + FRAMINGS[name]

    answer = production.raw((text + SMUGGLED).encode("latin-1"))

    status = int(answer.split()[1])
    assert 400 <= status < 500 or status == 501
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close\r\n" in answer
    assert b"<html" not in answer


@pytest.mark.parametrize(
    "line",
    [
        "get /health/live HTTP/1.1",
        "GET /health/live HTTP/3.7",
        "GET /health/live",
        "GET  /health/live HTTP/1.1",
        "GET /health live HTTP/1.1",
        "G\0ET /health/live HTTP/1.1",
    ],
)
def test_h2_a_malformed_request_line_is_refused_and_closed(production: Production, line):
    answer = production.raw(f"{line}\r\nHost: erp.example\r\n\r\n{SMUGGLED}".encode("latin-1"))

    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 405 "))
    assert b"<html" not in answer


def test_h2_two_hosts_are_refused(production: Production):
    text = START.replace("POST", "GET") + "Host: evil.example\r\nConnection: close\r\n\r\n"

    answer = production.raw((text % production.token).encode())

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"evil" not in answer


# --- H6: pages of other origins -----------------------------------------------------------------


def test_h6_pages_of_other_origins_are_not_served_unless_named(production: Production):
    preflight = {"Origin": "https://evil.example", "Access_Control_Request_Method": "DELETE"}

    for method, headers in (("GET", {"Origin": "https://evil.example"}), ("OPTIONS", preflight)):
        answer = production.ask(method, CUSTOMERS, **headers)

        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["null", "https://shop.example.evil.example", "https://shop"])
def test_h6_an_origin_is_allowed_when_it_is_named_whole(make_client, origin):
    client = make_client(cors_origins=("https://shop.example",))

    answer = client.get("/health/live", headers={"Origin": origin})

    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_h6_a_form_of_another_page_changes_nothing(production: Production, content_type):
    answer = production.ask("POST", CUSTOMERS, '{"displayName":"x"}', Content_Type=content_type)

    assert answer.status == 415


# --- H7: TLS --------------------------------------------------------------------------------------

HSTS = "Strict-Transport-Security"


def test_h7_answers_over_https_ask_for_https(make_client):
    client = make_client(public_url="https://erp.example")

    for target in ("/health/live", "/api/v2.0/customers"):
        assert client.get(target).headers[HSTS] == "max-age=31536000"


def test_h7_a_trusted_proxy_tells_the_scheme(make_client):
    answer = make_client().get("/health/live", base_url="https://localhost")

    assert answer.headers[HSTS] == "max-age=31536000"
    assert HSTS not in make_client().get("/health/live").headers


def test_h7_how_long_is_a_setting(make_client):
    client = make_client(public_url="https://erp.example", hsts_seconds=0)

    assert HSTS not in client.get("/health/live").headers


def test_h7_a_plain_call_is_not_redirected(production: Production):
    for target in (CUSTOMERS, "/api/v2.0", "/api/v2.0/", "/nowhere/", "//api/v2.0"):
        answer = production.ask("GET", target)

        assert answer.status not in range(300, 400)
        assert "Location" not in answer.headers


# --- G1: the log ----------------------------------------------------------------------------------


def test_g1_one_request_is_one_line_whatever_it_holds(production: Production):
    forged = "%0d%0a%7B%22level%22%3A%22error%22%7D%1b%5B31m"
    targets = [
        f"{CUSTOMERS}?$filter=email%20eq%20'anna@secret.example'",
        f"{CUSTOMERS}?$orderby=contains(email,'anna@secret.example')",
        f"{CUSTOMERS}?$search=secret-word",
        f"{CUSTOMERS}?access_token=secret-word",
        f"{CUSTOMERS}(number='secret-word')",
        f"/nowhere/{forged}?{forged}={forged}",
        f"{CUSTOMERS}?$top=1&{forged}",
    ]

    answers = [
        production.ask("GET", target, User_Agent='a"\x9b31m', X_API_Key="secret-word")
        for target in targets
    ]
    answers += [
        production.ask("GET", CUSTOMERS, Authorization="Basic c2VjcmV0LXdvcmQ6c2VjcmV0LXdvcmQ="),
        production.ask(
            "POST", CUSTOMERS, '{"displayName":"secret-word"', Content_Type="application/json"
        ),
    ]

    unread = production.ask("GET", CUSTOMERS, User_Agent="a\x1b[31m", X_API_Key="secret-word")

    ids = [answer.headers["request-id"] for answer in answers]
    lines = production.lines(*ids, unread.headers["request-id"])
    told = [json.loads(line) for line in lines]
    accessed = [line["request_id"] for line in told if line["logger"] == "kontor.access"]
    assert [accessed.count(request_id) for request_id in ids] == [1] * len(ids)
    assert len([line for line in lines if unread.headers["request-id"] in line]) == 1
    assert not {"\x1b", "\x9b"} & {*"".join(lines)}
    for secret in ("secret", "c2VjcmV0", production.token.split("_", 2)[2]):
        assert [line for line in lines if secret in line] == []


def test_g1_what_is_no_http_is_told_without_its_contents(production: Production):
    production.raw(b"GET /x?$filter=email eq 'anna@secret.example' HTTP/1.1\r\nHost: x\r\n\r\n")
    production.raw(b"GET /x HTTP/1.1\r\nHost: x\r\nAuthorization : Bearer secret-word\r\n\r\n")
    with socket.create_connection(("127.0.0.1", production.port), timeout=60) as client:
        client.sendall(b"GET /x?$filter=email%20eq%20'anna@secret.example")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
    production.ask("GET", "/after-no-http")

    lines = production.lines("/after-no-http")

    assert [line for line in lines if "secret" in line] == []
    told = [json.loads(line).get("message") for line in lines]
    assert "Invalid request from ip=127.0.0.1" in told


def test_g1_every_line_has_the_id_of_its_answer(production: Production):
    answer = production.ask("GET", "/id-of-the-answer")

    line = next(
        line for line in production.lines("/id-of-the-answer") if "/id-of-the-answer" in line
    )

    assert json.loads(line)["request_id"] == answer.headers["request-id"]
    assert json.loads(line)["principal"] == "tester"


# --- G2: what errors tell -------------------------------------------------------------------------

LEAKS = re.compile(
    r"traceback|\.py\b|site-packages|sqlite|psycopg|postgres|peewee|werkzeug|flask|gunicorn"
    r"|python|\bselect\b .*\bfrom\b|object at 0x|line \d+, in|/home/|/usr/|/tmp/|<html",
    re.IGNORECASE,
)
FAULTS = [
    ("GET", f"{CUSTOMERS}?$filter=(((", None),
    ("GET", f"{CUSTOMERS}?$filter=nothing%20eq%201", None),
    ("GET", f"{CUSTOMERS}?$filter=number%20eq%20'%27'%20or%20SELECT", None),
    ("GET", f"{CUSTOMERS}?$top=-1", None),
    ("GET", f"{CUSTOMERS}?$skiptoken=xxxx", None),
    ("GET", f"{CUSTOMERS}?$filter=1%20div%200%20eq%201", None),
    ("GET", f"{CUSTOMERS}(00000000-0000-0000-0000-000000000000)", None),
    ("GET", "/api/v2.0/companies(x)/customers", None),
    ("GET", "/%zz", None),
    ("GET", "/console", None),
    ("BREW", CUSTOMERS, None),
    ("POST", CUSTOMERS, "{"),
    ("POST", CUSTOMERS, '{"number":"10000","displayName":"x"}'),
    ("POST", CUSTOMERS, '{"displayName":1,"colour":2}'),
    ("PATCH", ADATUM_PATH, '{"city":"x"}'),
    ("DELETE", CUSTOMERS, None),
    ("POST", "/api/v2.0/$batch", '{"requests":[{"id":"1","method":"GET","url":"x("}]}'),
    ("POST", "/t/oauth2/v2.0/token", "grant_type=x"),
    ("GET", "/audit/access", None),
]


@pytest.mark.parametrize(("method", "target", "body"), FAULTS)
def test_g2_an_error_tells_nothing_of_what_is_inside(production: Production, method, target, body):
    answer = production.ask(method, target, body, Content_Type="application/json")

    assert answer.status < 500
    assert LEAKS.search(answer.text) is None
    assert json.loads(answer.text)


def test_g2_a_failure_of_ours_is_told_by_its_id_alone(engine, make_client):
    def fail(_request):
        raise RuntimeError("SELECT secret FROM /home/secret.py")

    engine.reply = fail

    answer = make_client().get("/api/v2.0/x", headers={"Authorization": "Bearer kontor-dev"})

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["request-id"] in answer.text


def test_g2_no_answer_names_a_version(production: Production):
    octets = production.raw(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert b"\r\nServer: Kontor\r\n" in octets
    assert (
        re.search(rb"gunicorn|python|flask|werkzeug|\d+\.\d+\.\d+", octets, re.IGNORECASE) is None
    )


def test_g2_no_environment_switches_a_debugger_on(monkeypatch, engine, tokens):
    monkeypatch.setenv("FLASK_DEBUG", "1")

    host = create_app(Settings(server=Server()))

    assert host.debug is False


def test_g2_answers_say_how_they_may_be_used(production: Production):
    for target in (CUSTOMERS, "/nowhere", "/health/live"):
        headers = production.ask("GET", target).headers

        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Cache-Control"] == "no-cache, no-store"


def test_g2_the_page_of_the_documentation_runs_nothing(shared: Service):
    answer = shared.send("GET", "/docs")

    policy = answer.headers.getlist("Content-Security-Policy")
    assert len(policy) == 1
    assert policy[0].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "frame-ancestors 'none'" in policy[0]
    assert b"<script" not in answer.data
