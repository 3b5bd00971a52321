"""A million hostile requests to a server of their own: ``python -m tests.fuzz --help``."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from models.connection import open_database
from models.demo import fill
from models.demo.identifiers import CRONUS
from models.schema import bring_up
from tests.fuzz.caller import other_company, writer_token
from tests.fuzz.campaign import Tally, resident, service_faults
from tests.fuzz.corpus import CUSTOMERS, encoded, valid_requests
from tests.fuzz.grammar import draw_queries
from tests.fuzz.mutation import Mutation
from tests.fuzz.request import Request
from tests.fuzz.senders import Connection
from tests.integration.server import children, started

# Of each round: so many requests are drawn from the grammar, so many are mere octets.
_ROUND, _DRAWN, _OCTETS = 10_000, 60, 1_000
_WORKERS = 2
# Caches are full behind so many requests; afterwards memory may grow by a tenth.
_WARM = 300_000
_GROWTH = 1.1
_SLACK = 8 * 1024 * 1024
# One worker for all the run, so that its memory tells; and short pages, as lists grow.
_SERVER = {"LOG_LEVEL": "error", "READ_TIMEOUT": "1", "PAGE_SIZE": "100"}
_GUNICORN = "--max-requests 0"


@dataclass
class Campaign:
    """What is sent, by how many clients, and what came of it."""

    port: int
    token: str
    seed: int
    until: float
    tally: Tally = field(default_factory=Tally)

    def round(self, number: int, count: int, clients: int) -> None:
        """Send so many requests by several clients at once."""
        acts: list[Callable[[], None]] = [
            self._client(self.seed + number * clients + client, count // clients)
            for client in range(clients)
        ]
        threads = [threading.Thread(target=act) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _client(self, seed: int, count: int) -> Callable[[], None]:
        drawn, octets = (count * part // _ROUND for part in (_DRAWN, _OCTETS))

        def act() -> None:
            tally, connection = Tally(), Connection(self.port)
            queries: list[Request] = []
            draw_queries(drawn, seed, self.token, queries.append)
            mutation = Mutation((*valid_requests(self.token), *queries), seed)
            for request in queries:
                self._within(lambda: tally.send(connection, request))  # noqa: B023 - called at once
            for _ in range(octets):
                self._within(lambda: tally.send_octets(self.port, mutation.octets()))
            while tally.sent < count and time.monotonic() < self.until:
                tally.send(connection, mutation.request())
            connection.close()
            self.tally.add(tally)

        return act

    def _within(self, act: Callable[[], None]) -> None:
        if time.monotonic() < self.until:
            act()


@dataclass(frozen=True, slots=True)
class Stock:
    """The customers that are there at the start; all others are removed now and then, so that
    the answers do not grow."""

    sender: Connection
    token: str
    ids: tuple[str, ...]

    @classmethod
    def of(cls, sender: Connection, token: str) -> Stock:
        """The customers of this moment."""
        target = f"{CUSTOMERS}?$select=id"
        found = sender.send(Request("GET", target, {"Authorization": f"Bearer {token}"}))
        return cls(sender, token, tuple(row["id"] for row in json.loads(found.body)["value"]))

    def restore(self) -> None:
        """Remove the others, as far as nothing refers to them."""
        named = {"Authorization": f"Bearer {self.token}", "If-Match": "*"}
        condition = encoded(f"not(id in ({','.join(self.ids)}))")
        self.sender.send(Request("DELETE", f"{CUSTOMERS}/$filter({condition})/$each", named))


def main() -> int:
    """Run a campaign and tell what came of it; 1 where anything was wrong."""
    wanted = _arguments()
    # Whoever ends the campaign ends its server too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="kontor-fuzz-") as directory:
        url = wanted.database or f"sqlite:///{Path(directory) / 'kontor.db'}"
        database = open_database(url)
        bring_up(database)
        fill(database)
        database.close()
        token = writer_token(url, CRONUS)
        os.environ["GUNICORN_CMD_ARGS"] = _GUNICORN
        with started(url, _WORKERS, **_SERVER) as server:
            faults = _run(wanted, server.port, token, server.process.pid)
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


def _run(wanted: argparse.Namespace, port: int, token: str, process: int) -> list[str]:
    campaign = Campaign(port, token, wanted.seed, time.monotonic() + wanted.seconds)
    sender = Connection(port)
    stock = Stock.of(sender, token)
    before = other_company(sender)
    settled = 0
    number = 0
    workers = children(process)
    while campaign.tally.sent < wanted.requests and time.monotonic() < campaign.until:
        left = wanted.requests - campaign.tally.sent
        campaign.round(number, min(_ROUND, max(left, wanted.clients)), wanted.clients)
        stock.restore()
        number += 1
        memory = max(map(resident, workers))
        if not settled and campaign.tally.sent >= _WARM:
            settled = memory
        sys.stdout.write(f"{campaign.tally}, {memory >> 20} MiB\n")
        sys.stdout.flush()
    faults = [*campaign.tally.faults, *service_faults(sender, token)]
    if children(process) != workers:
        faults.append("a worker has died")
    elif settled and memory > settled * _GROWTH + _SLACK:
        faults.append(f"memory has grown from {settled >> 20} to {memory >> 20} MiB")
    if other_company(sender) != before:
        faults.append("what the caller does not reach has changed")
    sender.close()
    return faults


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=3_600.0, help="and no longer than this")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=4, help="that send at the same time")
    parser.add_argument("--database", help="the address of an empty database; a SQLite file else")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
