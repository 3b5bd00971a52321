"""A server killed among changes: what it has acknowledged is there, and nothing by halves.

Batches are change sets; changes of single entities that arrive together share a commit.
"""

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

CLIENTS = 2
# Who change single entities: so many that changes arrive together.
SINGLE_CLIENTS = 6
ALL = "round "
TARGET = customer("10000")
COMPANY = TARGET.partition("/customers(")[0]
MOMENTS = random.Random(20250215)  # noqa: S311 - no secret
LONGEST = 0.6


class Rounds:
    """Changes of many rounds: which were sent, and which were acknowledged. ``sent`` has how many
    customers each creates and how many updates it makes, by its label."""

    def __init__(self):
        self.prefix = ALL
        self.numbers = itertools.count()
        self.sent = {}
        self.acknowledged = set()
        self.last_sequence = 0

    def send(self, port, is_over):
        """Sends batches until the server is gone; each is one change set of three changes."""
        self._until_gone(port, is_over, itertools.repeat(self._send_batch))

    def send_single(self, port, is_over):
        """Creates and updates until the server is gone, one customer a request."""
        self._until_gone(port, is_over, itertools.cycle((self._create, self._update)))

    def _until_gone(self, port, is_over, kinds):
        client = Client(port)
        for change in kinds:
            if is_over.is_set():
                break
            label = f"{self.prefix}{next(self.numbers)}."
            try:
                is_done = change(client, label)
            except (OSError, http.client.HTTPException, ValueError):
                break
            if is_done:
                self.acknowledged.add(label)
        client.close()

    def _send_batch(self, client, label):
        self.sent[label] = (2, 1)
        _, answer = client.ask("POST", f"{ROOT}/$batch", {"requests": _changes(label)})
        return all(item["status"] < 300 for item in answer["responses"])

    def _create(self, client, label):
        self.sent[label] = (1, 0)
        status, _ = client.ask("POST", f"{ROOT}/{COMPANY}/customers", {"displayName": label})
        return status == 201

    def _update(self, client, label):
        self.sent[label] = (0, 1)
        status, _ = client.ask("PATCH", f"{ROOT}/{TARGET}", {"website": label}, If_Match="*")
        return status == 200

    def check(self, client):
        """What the last round has left; its entries are those that are new in the log."""
        self.last_sequence = self._check(client, self.prefix, self.last_sequence)

    def check_all(self, client):
        """What all rounds have left: no kill has taken what an earlier round acknowledged."""
        self._check(client, ALL, 0)

    def _check(self, client, prefix, after):
        """All of an acknowledged change is there, and all or nothing of every other."""
        shown = _shown(client, prefix)
        entries = _logged(client, after)
        created, updated = _changed(entries, "displayName"), _changed(entries, "website")
        for label, whole in self.sent.items():
            if label.startswith(prefix):
                found = (created[label], updated[label])
                assert found in (whole, (0, 0)), label
                assert found == whole or label not in self.acknowledged, label
                assert shown.pop(label, 0) == found[0], label
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
        kinds = [rounds.send] * CLIENTS + [rounds.send_single] * SINGLE_CLIENTS
        senders = [threading.Thread(target=send, args=(server.port, is_over)) for send in kinds]
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
        print(f"\n  {kills} kills, {len(rounds.sent)} changes, {acknowledged} acknowledged")  # noqa: T201
    assert rounds.acknowledged
    assert kills == extent.kills or extent.is_over
