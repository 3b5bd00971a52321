"""Sixteen clients at one customer: no change is lost, no tag names two contents."""

from __future__ import annotations

import hashlib
import http.client
import itertools
import json
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.server import Client, running
from tests.integration.service import ROOT, customer
from tests.soak.extent import Extent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]

CLIENTS = 16
WORKERS = 2
UNKNOWN = 0  # the connection ended before the answer came
TARGET = f"{ROOT}/{customer('10000')}"


class Contention:
    """What all clients have seen."""

    def __init__(self, extent):
        self.extent = extent
        self.turns = itertools.count()
        self.statuses = Counter()
        self.contents = defaultdict(set)

    def work(self, port):
        """Reads the customer, adds one to a number of it, and writes under the tag."""
        client = Client(port)
        while next(self.turns) < self.extent.patches and not self.extent.is_over:
            try:
                status = self._add_one(client)
            except (OSError, http.client.HTTPException):
                # A worker that gives way to a fresh one closes its connections.
                status = UNKNOWN
                client.close()
                client = Client(port)
            self.statuses[status] += 1
        client.close()

    def _add_one(self, client):
        _, row = client.ask("GET", TARGET)
        self.note(row)
        body = {"creditLimit": row["creditLimit"] + 1}
        status, shown = client.ask("PATCH", TARGET, body, If_Match=row["@odata.etag"])
        if status == 200:
            self.note(shown)
        return status

    def note(self, row):
        """Which content goes with a tag."""
        text = json.dumps({name: row[name] for name in sorted(row) if name[0] != "@"})
        self.contents[row["@odata.etag"]].add(hashlib.sha256(text.encode()).digest())


def _read(port):
    """The customer over a fresh connection: one that is idle for long is closed by the server."""
    client = Client(port)
    _, row = client.ask("GET", TARGET)
    client.close()
    return row


def test_accepted_changes_add_up_and_no_tag_names_two_contents(demo_url, capsys):
    extent = Extent()
    contention = Contention(extent)
    with running(demo_url, WORKERS) as port:
        before = _read(port)
        with ThreadPoolExecutor(CLIENTS) as pool:
            for done in [pool.submit(contention.work, port) for _ in range(CLIENTS)]:
                done.result()
        after = _read(port)

    statuses = contention.statuses
    with capsys.disabled():
        print(f"\n  {sum(statuses.values())} changes: {dict(statuses)}")  # noqa: T201
    assert set(statuses) <= {200, 409, UNKNOWN}
    added = after["creditLimit"] - before["creditLimit"]
    assert statuses[200] <= added <= statuses[200] + statuses[UNKNOWN]
    assert sum(statuses.values()) == extent.patches or extent.is_over
    assert {len(contents) for contents in contention.contents.values()} == {1}
