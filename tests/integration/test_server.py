"""The server as it is shipped: ``kontor serve`` with its gunicorn settings, on a socket."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from models.demo.identifiers import CRONUS

pytestmark = pytest.mark.slow

HEAD = "Host: localhost\r\nAuthorization: Bearer kontor-dev\r\n"
CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
COMMAND = "from app.cli import main; main()"


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int
    welcome: str
    file: str

    def get(self, target: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """The answer to a GET with the development token."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", target, headers={"Authorization": "Bearer kontor-dev"} | headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    def raw(self, text: str) -> bytes:
        """All that comes back for the given octets until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as client:
            client.sendall(text.encode("latin-1"))
            parts = []
            while part := client.recv(65536):
                parts.append(part)
        return b"".join(parts)


def _start(url: str) -> Server:
    environment = {name: value for name, value in os.environ.items() if "KONTOR" not in name}
    environment |= {
        "KONTOR_DATABASE_URL": url,
        "KONTOR_PORT": "0",
        "KONTOR_WORKERS": "1",
        "KONTOR_READ_TIMEOUT": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("  curl -X PATCH"):
            break
    welcome = "".join(lines)
    found = re.search(r"http://127\.0\.0\.1:(\d+)/api/v2\.0\n", welcome)
    assert found, welcome
    return Server(process, int(found[1]), welcome, url.partition(":///")[2])


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """One server for the tests that leave it as it was."""
    running = _start(f"sqlite:///{tmp_path_factory.mktemp('server') / 'var' / 'kontor.db'}")
    yield running
    running.process.terminate()
    running.process.communicate(timeout=30)


def test_an_answer_that_waits_holds_up_no_other_one(server):
    """SQLite has one writer; while another process is that, a change waits."""
    posted: list[int] = []

    def post() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        headers = {"Authorization": "Bearer kontor-dev", "Content-Type": "application/json"}
        connection.request("POST", CUSTOMERS, '{"displayName": "Waits"}', headers)
        posted.append(connection.getresponse().status)
        connection.close()

    writer = sqlite3.connect(server.file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    threads = [threading.Thread(target=post) for _ in range(3)]
    for thread in threads:
        thread.start()
    statuses = [server.get(f"{CUSTOMERS}?$top=1")[0] for _ in range(20)]
    waiting = list(posted)
    writer.execute("ROLLBACK")
    writer.close()
    for thread in threads:
        thread.join()

    assert (statuses, waiting) == ([200] * 20, [])
    assert posted == [201] * 3


def test_a_new_database_is_made_and_filled(server):
    status, _, body = server.get("/api/v2.0/companies")

    assert status == 200
    assert CRONUS in {company["id"] for company in json.loads(body)["value"]}


def test_the_welcome_names_the_token_and_three_requests(server):
    assert "kontor-dev" in server.welcome
    assert server.welcome.count("  curl ") == 3


def test_a_long_but_legal_url_passes(server):
    names = " or ".join(f"number eq '{number}'" for number in range(10000, 10270))
    target = f"{CUSTOMERS}?$filter={names}".replace(" ", "%20")

    assert 7800 < len(target) < 8150
    assert server.get(target)[0] == 200


def test_a_url_that_is_too_long_is_refused_with_414(server):
    status, headers, body = server.get(f"{CUSTOMERS}?$filter={'a' * 10_000}")

    error = json.loads(body)["error"]
    assert (status, error["code"]) == (414, "BadRequest_InvalidRequestUrl")
    assert error["message"].endswith(f"CorrelationId:  {headers['request-id']}.")


def test_what_is_no_http_is_refused_with_an_id(server):
    head, _, body = server.raw("GET /x y HTTP/1.1\r\n\r\n").partition(b"\r\n\r\n")

    told = re.search(rb"\r\nrequest-id: (\S+)", head)
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert told is not None
    assert told[1].decode() in json.loads(body)["error"]["message"]


def test_links_carry_no_foreign_host_and_no_forged_scheme(server):
    assert server.get("/api/v2.0/companies", Host="evil.example")[0] == 400

    _, _, body = server.get("/api/v2.0/companies", **{"X-Forwarded-Proto": "https"})

    assert json.loads(body)["@odata.context"].startswith(f"http://127.0.0.1:{server.port}/")


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (f"POST {CUSTOMERS} HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (f"POST {CUSTOMERS} HTTP/1.1\r\n{HEAD}Content-Length: 100\r\n\r\n{{", b"408"),
        (f"POST {CUSTOMERS} HTTP/1.1\r\n{HEAD}Content-Length: 99999999999\r\n\r\n{{", b"413"),
        (f"POST {CUSTOMERS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999\r\n\r\n", b"401"),
        (f"GET {CUSTOMERS} HTTP/1.1\r\nSCRIPT_NAME: /x\r\n{HEAD}Connection: close\r\n\r\n", b"200"),
    ],
)
def test_a_hostile_request_is_answered_and_its_connection_closed(server, request_text, status):
    answer = server.raw(request_text)

    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"\r\nConnection: close\r\n" in answer
    assert b"<html" not in answer


def test_l5_answered_clients_that_do_not_close_hold_up_nobody(server):
    lingering = []
    for _ in range(8):
        client = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        client.sendall(f"GET /health/live HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200")
        lingering.append(client)

    status, _, _ = server.get("/health/live")

    assert status == 200
    for client in lingering:
        client.close()


def test_f5_the_server_ends_when_it_is_told_to(database_url):
    running = _start(database_url)
    # A worker that is only being started hears no signal yet.
    running.get("/health/live")
    kept = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    kept.request("GET", "/health/live")
    kept.getresponse().read()

    running.process.send_signal(signal.SIGTERM)
    rest, _ = running.process.communicate(timeout=30)
    kept.close()

    assert running.process.returncode == 0
    assert "Traceback" not in rest
