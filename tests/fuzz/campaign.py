"""Many requests, and what was wrong with their answers."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.corpus import COMPANY, CUSTOMERS, JSON
from tests.fuzz.request import Request
from tests.fuzz.senders import Sender, send_octets
from tests.fuzz.verdict import SLOWEST, Answer, faults_of, octet_faults

_SHOWN = 20
_PAGE = 4096


@dataclass
class Tally:
    """How many requests were sent, how they were answered, and what was wrong."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0

    @property
    def sent(self) -> int:
        """How many requests were answered."""
        return self.statuses.total()

    def send(self, sender: Sender, request: Request) -> None:
        """Send a request and judge its answer; one that was slow has another chance, because
        the machine may have been busy with something else."""
        answer = sender.send(request)
        if answer.seconds > SLOWEST:
            again = sender.send(request)
            answer = Answer(
                answer.status, answer.headers, answer.body, min(answer.seconds, again.seconds)
            )
        self.statuses[answer.status] += 1
        self.slowest = max(self.slowest, answer.seconds)
        for fault in faults_of(request, answer):
            self._add(f"{fault}: {request} -> {answer.status} {answer.body[:300]!r}")

    def send_octets(self, port: int, octets: bytes) -> None:
        """Send octets, which are perhaps no HTTP, and judge what comes back."""
        found = send_octets(port, octets)
        status = int(found[9:12]) if found[9:12].isdigit() else 0
        self.statuses[status] += 1
        for fault in octet_faults(found):
            self._add(f"{fault}: {octets[:2000]!r} -> {found[:300]!r}")

    def add(self, other: Tally) -> None:
        """Count what another has counted."""
        self.statuses += other.statuses
        self.slowest = max(self.slowest, other.slowest)
        for fault in other.faults:
            self._add(fault)

    def _add(self, fault: str) -> None:
        if len(self.faults) < _SHOWN:
            self.faults.append(fault)

    def __str__(self) -> str:
        told = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return f"{self.sent} answers ({told}), the slowest {self.slowest:.2f} s"


def repeat(act: Callable[[], None], count: int, until: float) -> None:
    """Act so many times, or until the clock says so."""
    for _ in range(count):
        if time.monotonic() > until:
            return
        act()


def service_faults(sender: Sender, token: str) -> Iterable[str]:
    """What the service does wrong afterwards: it shall still create, read, change, delete."""
    named = {"Authorization": f"Bearer {token}"}
    made = sender.send(
        Request("POST", CUSTOMERS, named | JSON, b'{"displayName":"Afterwards","city":"Macon"}')
    )
    if made.status != 201:
        yield f"creating is answered with {made.status}: {made.body!r}"
        return
    entity = f"{CUSTOMERS}({json.loads(made.body)['id']})"
    tag = named | {"If-Match": made.headers["etag"]}
    steps = (
        (Request("GET", entity, named), 200, b'"city":"Macon"'),
        (Request("PATCH", entity, tag | JSON, b'{"city":"Augusta"}'), 200, b'"city":"Augusta"'),
        (Request("PATCH", entity, tag | JSON, b'{"city":"Macon"}'), 409, b"Request_EntityChanged"),
        (Request("DELETE", entity, named | {"If-Match": "*"}), 204, b""),
        (Request("GET", entity, named), 404, b"error"),
        (Request("GET", f"{COMPANY}/currencies/$count", named), 200, b""),
    )
    for request, status, part in steps:
        answer = sender.send(request)
        if answer.status != status or part not in answer.body:
            yield f"{request} is answered with {answer.status}: {answer.body!r}"


def resident(process: int) -> int:
    """Bytes that a process keeps in memory."""
    return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
