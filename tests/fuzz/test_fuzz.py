"""Twenty thousand hostile requests; nothing fails, and the service works as before."""

from __future__ import annotations

import math
import os
from collections.abc import Callable

import pytest

from app.config import Settings
from app.factory import create_app
from models.availability import discard_connection
from models.demo.identifiers import CRONUS
from tests.fuzz.caller import other_company, writer_token
from tests.fuzz.campaign import Tally, repeat, resident, service_faults
from tests.fuzz.corpus import valid_requests
from tests.fuzz.grammar import draw_queries
from tests.fuzz.mutation import Mutation
from tests.fuzz.senders import Connection, InProcess, Sender
from tests.integration.server import running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

DRAWN, DAMAGED, FRAMED, OCTETS = 1_000, 6_500, 2_500, 2_500
SEED = 20250215
# Caches fill; a leak of one kilobyte in each request would be more than this.
GROWTH = 48 * 1024 * 1024


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


def test_queries_of_the_grammar_are_answered_or_refused(sender: Sender, token: str):
    def act(tally: Tally) -> None:
        draw_queries(DRAWN, SEED, token, lambda request: tally.send(sender, request))

    tally = check(sender, token, act)

    assert tally.sent >= DRAWN * 0.9
    assert tally.statuses[200] > DRAWN / 20


def test_damaged_requests_are_answered_or_refused(sender: Sender, token: str):
    mutation = Mutation(valid_requests(token), SEED)

    def act(tally: Tally) -> None:
        repeat(lambda: tally.send(sender, mutation.request()), DAMAGED // 2, math.inf)
        settled = resident(os.getpid())
        repeat(lambda: tally.send(sender, mutation.request()), DAMAGED // 2, math.inf)
        assert resident(os.getpid()) - settled < GROWTH

    tally = check(sender, token, act)

    assert tally.sent == DAMAGED


@pytest.mark.parametrize("kind", ["framed", "octets"])
def test_a_socket_is_answered_or_closed(sqlite_databases, fill_demo, kind: str):
    url = sqlite_databases.copy_of("demo", fill_demo)
    token = writer_token(url, CRONUS)
    mutation = Mutation(valid_requests(token), SEED + 1)

    with running(url, workers=1) as port:
        connection = Connection(port)

        def act(tally: Tally) -> None:
            if kind == "framed":
                repeat(lambda: tally.send(connection, mutation.request()), FRAMED, math.inf)
            else:
                repeat(lambda: tally.send_octets(port, mutation.octets()), OCTETS, math.inf)

        tally = check(connection, token, act)
        connection.close()

    assert tally.sent == (FRAMED if kind == "framed" else OCTETS)
    sqlite_databases.drop_all()
