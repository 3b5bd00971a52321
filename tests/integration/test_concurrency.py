"""Many clients and one entity tag: exactly one of them may change the customer."""

from __future__ import annotations

import datetime
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.integration.server import Client, running
from tests.integration.service import ROOT, customer

pytestmark = pytest.mark.slow

CLIENTS = 16
ROUNDS = 200
TARGET = f"{ROOT}/{customer('10000')}"
LIST = TARGET.partition("(d1e2")[0]
PROPERTIES = (
    "displayName",
    "addressLine1",
    "addressLine2",
    "city",
    "state",
    "postalCode",
    "website",
    "taxRegistrationNumber",
)


@pytest.fixture
def port(demo_url):
    with running(demo_url, workers=2) as port:
        yield port


@pytest.fixture
def clients(port):
    with ExitStack() as stack:
        made = [Client(port) for _ in range(CLIENTS)]
        for client in made:
            stack.callback(client.close)
        yield made


def race(clients, work):
    """What each client gets when all of them start at the same moment."""
    start = threading.Barrier(CLIENTS)

    def run(number):
        start.wait()
        return work(number, clients[number])

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(run, range(CLIENTS)))


def moment(row):
    return datetime.datetime.fromisoformat(row["lastModifiedDateTime"])


@pytest.mark.bc(34)
def test_of_many_changes_with_one_tag_exactly_one_is_taken(clients):
    _, row = clients[0].ask("GET", TARGET)
    row.pop("@odata.context")

    for turn in range(ROUNDS):
        tag = row["@odata.etag"]

        def change(number, client, tag=tag, turn=turn):
            body = {PROPERTIES[number % len(PROPERTIES)]: f"{turn}-{number}"}
            return body, *client.ask("PATCH", TARGET, body, If_Match=tag)

        answers = race(clients, change)
        assert Counter(status for _, status, _ in answers) == {200: 1, 409: CLIENTS - 1}
        taken, _, shown = next(answer for answer in answers if answer[1] == 200)
        refused = [answer[2]["error"]["code"] for answer in answers if answer[1] == 409]
        assert set(refused) == {"Request_EntityChanged"}
        _, after = clients[turn % CLIENTS].ask("GET", TARGET)
        assert after == shown
        after.pop("@odata.context")
        moved = ("@odata.etag", "lastModifiedDateTime")
        assert moment(after) > moment(row)
        assert after == row | taken | {name: after[name] for name in moved}
        assert after["@odata.etag"] != tag
        row = after


def test_of_many_deletes_with_one_tag_exactly_one_is_taken(clients):
    _, row = clients[0].ask("GET", TARGET)

    answers = race(
        clients,
        lambda _, client: client.ask("DELETE", TARGET, If_Match=row["@odata.etag"])[0],
    )

    assert Counter(answers) == {204: 1, 404: CLIENTS - 1}


def test_numbers_drawn_at_the_same_time_differ(clients):
    answers = race(
        clients,
        lambda number, client: client.ask("POST", LIST, {"displayName": f"client {number}"}),
    )

    assert {status for status, _ in answers} == {201}
    assert len({row["number"] for _, row in answers}) == CLIENTS


def test_of_many_customers_with_one_number_exactly_one_is_made(clients):
    answers = race(
        clients,
        lambda number, client: client.ask(
            "POST", LIST, {"displayName": f"client {number}", "number": "SAME"}
        )[0],
    )

    assert Counter(answers) == {201: 1, 409: CLIENTS - 1}


def test_every_change_that_is_retried_arrives(clients):
    """Read, add one, write, and once more after a conflict: no addition is lost, and every
    answer shows what its own request has made."""

    def add(_, client):
        for _turn in range(200):
            _, row = client.ask("GET", TARGET)
            body = {"creditLimit": row["creditLimit"] + 1}
            status, shown = client.ask("PATCH", TARGET, body, If_Match=row["@odata.etag"])
            if status == 200:
                return shown["creditLimit"] == body["creditLimit"]
        return False

    _, before = clients[0].ask("GET", TARGET)
    assert all(race(clients, add))

    _, after = clients[0].ask("GET", TARGET)
    assert after["creditLimit"] == before["creditLimit"] + CLIENTS
