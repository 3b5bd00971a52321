"""Rounds of all cases: what each of them took, and the floor of the same round."""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tests.bench.cases import CONNECTIONS, CUSTOMERS, Case, get
from tests.bench.floor import RawPages
from tests.bench.servers import Server

VIEW = Case("view", "empty Flask view", [[get("/")]] * CONNECTIONS, 0.0)
_LOAD = [sys.executable, "-m", "tests.bench.load"]
_AUTHORIZATION = {"Authorization": "Bearer kontor-dev"}
_LINK = b'"@odata.nextLink":"'


@dataclass(frozen=True, slots=True)
class Sample:
    """One case in one round; ``memory`` is what the worker holds behind it, in MiB, ``ratio`` is to
    its floor, ``share`` to the empty view around it."""

    per_second: float
    p50: float
    p99: float
    cpu: float
    octets: float
    memory: float
    ratio: float = 0.0
    share: float = 0.0


@dataclass(slots=True)
class Series:
    """A case with its samples, or the reason why there are none."""

    case: Case
    samples: list[Sample] = field(default_factory=list)
    failure: str = ""

    def median(self, name: str) -> float:
        """The middle of one value over the rounds."""
        return getattr(middle(self.samples), name)  # type: ignore[no-any-return]  # all are numbers


def middle(samples: list[Sample]) -> Sample:
    """The middle of each value."""
    return Sample(
        *(
            statistics.median(getattr(sample, name) for sample in samples)
            for name in Sample.__slots__
        )
    )


@dataclass(frozen=True, slots=True)
class Bench:
    """The servers and the raw pages that are measured together; ``empty`` is the empty view under
    gunicorn's own worker, ``own`` the same under that of the service."""

    service: Server
    empty: Server
    own: Server
    raw: RawPages
    seconds: float

    def compare_views(self) -> tuple[Sample, float]:
        """The empty view under the worker of the service, and how many times as many requests it
        answers as under gunicorn's own, before and after."""
        before = self._sample(self.empty, VIEW, self.seconds)
        own = self._sample(self.own, VIEW, self.seconds)
        after = self._sample(self.empty, VIEW, self.seconds)
        return own, own.per_second / ((before.per_second + after.per_second) / 2)

    def round(self, series: list[Series]) -> tuple[list[Sample], float]:
        """One sample more for every case, each between two of the empty view: the machine
        varies from second to second. Gives those and the raw pages."""
        pages = self.raw.per_second(self.seconds)
        views = [self._sample(self.empty, VIEW, self.seconds / 2)]
        for item in series:
            if not item.failure:
                self._add(item)
            views.append(self._sample(self.empty, VIEW, self.seconds / 2))
            if item.samples and not item.failure:
                around = statistics.mean(view.per_second for view in views[-2:])
                item.samples[-1] = _compared(item, pages, around)
        return views, pages

    def _add(self, item: Series) -> None:
        try:
            item.samples.append(self._sample(self.service, item.case, self.seconds))
        except RuntimeError as error:
            item.failure = str(error)

    def _sample(self, server: Server, case: Case, seconds: float) -> Sample:
        job = {
            "port": server.port,
            "requests": case.requests,
            "first": case.first,
            "seconds": seconds,
            "status": case.status,
        }
        before = server.cpu_seconds()
        done = subprocess.run(
            _LOAD, input=json.dumps(job), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1][:300])
        cpu = server.cpu_seconds() - before
        outcome = json.loads(done.stdout)
        latencies = sorted(outcome["latencies"])
        count = len(latencies)
        return Sample(
            count / outcome["seconds"],
            latencies[count // 2] * 1000,
            latencies[min(count - 1, count * 99 // 100)] * 1000,
            cpu / count * 1_000_000,
            outcome["octets"] / count,
            server.memory_mib(),
        )


def _compared(item: Series, pages: float, view: float) -> Sample:
    last = item.samples[-1]
    floor = pages if item.case.rows else view
    return replace(last, ratio=last.per_second / floor, share=last.per_second / view)


@dataclass(frozen=True, slots=True)
class Walk:
    """A set read to its end by next links."""

    rows: int
    seconds: float
    growth_mib: float
    links: tuple[str, ...]

    @property
    def rows_per_second(self) -> float:
        """Rows by time."""
        return self.rows / self.seconds


def walk(server: Server, page_size: int, target: str = CUSTOMERS) -> Walk:
    """Read all customers, one page after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    list(_pages(connection, CUSTOMERS + "?$top=1", page_size))
    memory, rows, links, most = server.memory_mib(), 0, [target], 0.0
    started = time.perf_counter()
    for body in _pages(connection, target, page_size):
        rows += body.count(b'"@odata.etag":')
        most = max(most, server.memory_mib() - memory)
        links.append(_next(body))
    seconds = time.perf_counter() - started
    connection.close()
    return Walk(rows, seconds, most, tuple(links[:-1]))


def _pages(connection: http.client.HTTPConnection, target: str, page_size: int) -> Iterator[bytes]:
    headers = _AUTHORIZATION | {"Prefer": f"odata.maxpagesize={page_size}"}
    while target:
        connection.request("GET", target, headers=headers)
        body = connection.getresponse().read()
        yield body
        target = _next(body)


def _next(body: bytes) -> str:
    tail = body[-4000:]
    _, found, rest = tail.partition(_LINK)
    return _origin_form(rest.partition(b'"')[0].decode()) if found else ""


def _origin_form(link: str) -> str:
    """A link as clients send it to the server that it names; the absolute form is for proxies
    and takes the way through Flask, which no first page does."""
    return "/" + link.partition("://")[2].partition("/")[2]


def late_page(server: Server, links: tuple[str, ...], page_size: int, rounds: int) -> float:
    """How many times longer the last page takes than the first one."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    headers = _AUTHORIZATION | {"Prefer": f"odata.maxpagesize={page_size}"}
    times: dict[str, list[float]] = {links[0]: [], links[-2]: []}
    for _ in range(rounds):
        for target, measured in times.items():
            started = time.perf_counter()
            connection.request("GET", target, headers=headers)
            connection.getresponse().read()
            measured.append(time.perf_counter() - started)
    connection.close()
    # Each pair was measured in one moment of the machine.
    return statistics.median(last / first for first, last in zip(*times.values(), strict=True))
