"""A server killed among batches: what it has acknowledged is there, and nothing by halves."""

from __future__ import annotations

import http.client
import itertools
import random
import threading
from urllib.parse import quote

import pytest

from tests.integration.server import Client, started
from tests.integration.service import ROOT, customer
from tests.soak.extent import Extent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]

CLIENTS = 4
WORKERS = 2
TARGET = customer("10000")
COMPANY = TARGET.partition("/customers(")[0]
MOMENTS = random.Random(20250215)  # noqa: S311 - no secret
LONGEST = 0.6


class Rounds:
    """Batches of many rounds: which were sent, and which were acknowledged."""

    def __init__(self):
        self.numbers = itertools.count()
        self.sent = []
        self.acknowledged = set()

    def send(self, port, is_over):
        """Sends batches until the server is gone; each is one change set of three changes."""
        client = Client(port)
        while not is_over.is_set():
            label = f"batch {next(self.numbers)}."
            self.sent.append(label)
            try:
                _, answer = client.ask("POST", f"{ROOT}/$batch", {"requests": _changes(label)})
            except (OSError, http.client.HTTPException, ValueError):
                break
            if all(item["status"] < 300 for item in answer["responses"]):
                self.acknowledged.add(label)
        client.close()

    def check(self, client):
        """All of an acknowledged change set is there, and all or nothing of every other."""
        found = _labels(client, "customers", "displayName")
        logged = _logged(client)
        for label in self.sent:
            number = found.get(label, 0)
            assert number in (0, 2), label
            assert number == 2 or label not in self.acknowledged, label
            assert logged.get(label, 0) == number, label


def _changes(label):
    create = {
        "method": "POST",
        "url": f"{COMPANY}/customers",
        "atomicityGroup": "g",
        "body": {"displayName": label},
    }
    update = {
        "method": "PATCH",
        "url": TARGET,
        "atomicityGroup": "g",
        "headers": {"If-Match": "*"},
        "body": {"website": label},
    }
    return [{"id": "1", **create}, {"id": "2", **update}, {"id": "3", **create}]


def _labels(client, name, column):
    condition = quote(f"startswith({column},'batch ')")
    rows = _rows(client, f"{ROOT}/{COMPANY}/{name}?$select={column}&$filter={condition}")
    found = {}
    for row in rows:
        found[row[column]] = found.get(row[column], 0) + 1
    return found


def _logged(client):
    """How many customers of each label the log says were created."""
    condition = quote("entitySet eq 'customers' and operation eq 'created'")
    found = {}
    for entry in _rows(client, f"{ROOT}/{COMPANY}/auditEntries?$filter={condition}"):
        names = {item["name"]: item["newValue"] for item in entry["changedProperties"]}
        found[names["displayName"]] = found.get(names["displayName"], 0) + 1
    return found


def _rows(client, target):
    rows = []
    while target:
        status, answer = client.ask("GET", target)
        assert status == 200, answer
        rows += answer["value"]
        target = answer.get("@odata.nextLink", "").partition("//")[2].partition("/")[2]
        target = f"/{target}" if target else ""
    return rows


def _round(url, rounds):
    """A server that works for a moment and is killed."""
    with started(url, WORKERS) as server:
        client = Client(server.port)
        rounds.check(client)
        client.close()
        is_over = threading.Event()
        senders = [
            threading.Thread(target=rounds.send, args=(server.port, is_over))
            for _ in range(CLIENTS)
        ]
        for sender in senders:
            sender.start()
        is_over.wait(MOMENTS.uniform(0.05, LONGEST))
        server.kill()
        is_over.set()
        for sender in senders:
            sender.join()


class InProcess:
    """Asks the service without a server."""

    def __init__(self, client):
        self._client = client

    def ask(self, method, target):
        """Status and JSON of an answer."""
        answer = self._client.open(target, method=method)
        return answer.status_code, answer.json


def test_after_a_kill_acknowledged_changes_are_there_and_none_by_halves(
    demo_url, start_service, capsys
):
    extent, rounds, kills = Extent(), Rounds(), 0
    while kills < extent.kills and not extent.is_over:
        _round(demo_url, rounds)
        kills += 1
    rounds.check(InProcess(start_service(demo_url)))

    with capsys.disabled():
        acknowledged = len(rounds.acknowledged)
        print(f"\n  {kills} kills, {len(rounds.sent)} batches, {acknowledged} acknowledged")  # noqa: T201
    assert rounds.acknowledged
    assert kills == extent.kills or extent.is_over
