"""A server killed among batches: what it has acknowledged is there, and nothing by halves."""

from __future__ import annotations

import http.client
import itertools
import random
import threading
from collections import Counter
from urllib.parse import quote

import pytest

from tests.integration.server import Client
from tests.integration.service import ROOT, customer
from tests.soak.extent import Extent
from tests.soak.warm_server import started

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]

CLIENTS = 4
ALL = "round "
TARGET = customer("10000")
COMPANY = TARGET.partition("/customers(")[0]
MOMENTS = random.Random(20250215)  # noqa: S311 - no secret
LONGEST = 0.6


class Rounds:
    """Batches of many rounds: which were sent, and which were acknowledged."""

    def __init__(self):
        self.prefix = ALL
        self.numbers = itertools.count()
        self.sent = []
        self.acknowledged = set()
        self.last_sequence = 0

    def send(self, port, is_over):
        """Sends batches until the server is gone; each is one change set of three changes."""
        client = Client(port)
        while not is_over.is_set():
            label = f"{self.prefix}{next(self.numbers)}."
            self.sent.append(label)
            try:
                _, answer = client.ask("POST", f"{ROOT}/$batch", {"requests": _changes(label)})
            except (OSError, http.client.HTTPException, ValueError):
                break
            if all(item["status"] < 300 for item in answer["responses"]):
                self.acknowledged.add(label)
        client.close()

    def check(self, client):
        """What the last round has left; its entries are those that are new in the log."""
        self.last_sequence = self._check(client, self.prefix, self.last_sequence)

    def check_all(self, client):
        """What all rounds have left: no kill has taken what an earlier round acknowledged."""
        self._check(client, ALL, 0)

    def _check(self, client, prefix, after):
        """All of an acknowledged change set is there, and all or nothing of every other."""
        shown = _shown(client, prefix)
        entries = _logged(client, after)
        created, updated = _changed(entries, "displayName"), _changed(entries, "website")
        for label in self.sent:
            if label.startswith(prefix):
                count = shown.pop(label, 0)
                assert count in (0, 2), label
                assert count == 2 or label not in self.acknowledged, label
                assert (created[label], updated[label]) == (count, count // 2), label
        assert not shown
        return entries[-1]["sequence"] if entries else after


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


def _shown(client, prefix):
    """How many customers of each label there are."""
    condition = quote(f"startswith(displayName,'{prefix}')")
    rows = _rows(client, f"customers?$select=displayName&$filter={condition}")
    return Counter(row["displayName"] for row in rows)


def _logged(client, after):
    """The entries of customers in the log behind a number."""
    condition = quote(f"sequence gt {after} and entitySet eq 'customers'")
    return _rows(client, f"auditEntries?$filter={condition}")


def _changed(entries, name):
    """How many entries tell each new value of a property."""
    properties = itertools.chain.from_iterable(item["changedProperties"] for item in entries)
    return Counter(item["newValue"] for item in properties if item["name"] == name)


def _rows(client, path):
    rows, target = [], f"{ROOT}/{COMPANY}/{path}"
    while target:
        status, answer = client.ask("GET", target)
        assert status == 200, answer
        rows += answer["value"]
        target = answer.get("@odata.nextLink", "").partition("//")[2].partition("/")[2]
        target = f"/{target}" if target else ""
    return rows


def _round(url, rounds, number):
    """A server that finds what the last one has left, works for a moment and is killed."""
    with started(url) as server:
        client = Client(server.port)
        rounds.check(client)
        client.close()
        rounds.prefix = f"{ALL}{number}."
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


def test_f1_x4_d4_d7_after_a_kill_acknowledged_changes_are_there_and_none_by_halves(
    demo_url, start_service, capsys
):
    extent, rounds, kills = Extent(), Rounds(), 0
    while kills < extent.kills and not extent.is_over:
        _round(demo_url, rounds, kills)
        kills += 1
    rounds.check_all(InProcess(start_service(demo_url)))

    with capsys.disabled():
        acknowledged = len(rounds.acknowledged)
        print(f"\n  {kills} kills, {len(rounds.sent)} batches, {acknowledged} acknowledged")  # noqa: T201
    assert rounds.acknowledged
    assert kills == extent.kills or extent.is_over
