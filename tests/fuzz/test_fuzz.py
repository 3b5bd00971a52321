"""Twenty thousand hostile requests; nothing fails, and the service works as before."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from app.config import Settings
from app.factory import create_app
from models.availability import discard_connection
from models.demo.identifiers import CRONUS
from tests.conftest import Prepare
from tests.fuzz.caller import other_company, writer_token
from tests.fuzz.campaign import Tally, repeat, resident, service_faults
from tests.fuzz.corpus import valid_requests
from tests.fuzz.grammar import draw_queries
from tests.fuzz.mutation import Mutation
from tests.fuzz.request import Request
from tests.fuzz.senders import Connection, InProcess, Sender
from tests.integration.server import running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

DRAWN, DAMAGED, FRAMED, OCTETS = 600, 6_900, 2_500, 2_500
SEED = 20250215
# Caches fill; a leak of one kilobyte in each request would be more than this.
GROWTH = 48 * 1024 * 1024


@dataclass(frozen=True)
class Served:
    """Where a server listens, and what opens it."""

    port: int
    token: str


@pytest.fixture
def token(demo_url: str) -> str:
    """A token for one of the companies."""
    return writer_token(demo_url, CRONUS)


@pytest.fixture
def sender(demo_url: str, token: str):
    """The service in this process."""
    yield InProcess(create_app(Settings(database_url=demo_url)))
    discard_connection()


def check(sender: Sender, token: str, act: Callable[[Tally], None]) -> Tally:
    """The tally of what was sent; nothing was wrong, and nothing is wrong afterwards."""
    before = other_company(sender)
    tally = Tally()
    act(tally)
    assert tally.faults == []
    assert list(service_faults(sender, token)) == []
    assert other_company(sender) == before
    return tally


@functools.cache
def drawn() -> tuple[Request, ...]:
    """Queries of the grammar, the same for each database: drawing costs more than answering."""
    found: list[Request] = []
    draw_queries(DRAWN, SEED, "", found.append)
    return tuple(found)


def test_queries_of_the_grammar_are_answered_or_refused(sender: Sender, token: str):
    headers = {"Authorization": f"Bearer {token}"}

    def act(tally: Tally) -> None:
        for request in drawn():
            tally.send(sender, replace(request, headers=headers))

    tally = check(sender, token, act)

    assert tally.sent >= DRAWN * 0.9
    assert tally.statuses[200] > DRAWN / 20


def test_f7_damaged_requests_are_answered_or_refused(sender: Sender, token: str):
    mutation = Mutation(valid_requests(token), SEED)

    def act(tally: Tally) -> None:
        repeat(lambda: tally.send(sender, mutation.request()), DAMAGED // 2, math.inf)
        settled = resident(os.getpid())
        repeat(lambda: tally.send(sender, mutation.request()), DAMAGED // 2, math.inf)
        assert resident(os.getpid()) - settled < GROWTH

    tally = check(sender, token, act)

    assert tally.sent == DAMAGED


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, fill_demo: Prepare) -> Iterator[Served]:
    """A running server with a token for it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'kontor.db'}"
    fill_demo(url)
    token = writer_token(url, CRONUS)
    with running(url, workers=1) as port:
        yield Served(port, token)


@pytest.mark.parametrize("kind", ["framed", "octets"])
def test_a_socket_is_answered_or_closed(server: Served, kind: str):
    mutation = Mutation(valid_requests(server.token), SEED + 1)
    connection = Connection(server.port)

    def act(tally: Tally) -> None:
        if kind == "framed":
            repeat(lambda: tally.send(connection, mutation.request()), FRAMED, math.inf)
        else:
            repeat(lambda: tally.send_octets(server.port, mutation.octets()), OCTETS, math.inf)

    tally = check(connection, server.token, act)
    connection.close()

    assert tally.sent == (FRAMED if kind == "framed" else OCTETS)
