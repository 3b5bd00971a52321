"""Changes that arrive together: one thread makes them, and one commit ends them."""

from __future__ import annotations

import resource
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.demo.identifiers import ADATUM, CRONUS
from tests.integration.busy import Line, OneWorker, worker_of
from tests.integration.server import started

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
_FRAME = 24 + 4096
_DOUBT = """
CREATE TABLE none (id INTEGER PRIMARY KEY);
CREATE TABLE doubt (id INTEGER REFERENCES none (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TRIGGER doubt AFTER INSERT ON customer WHEN new.display_name = 'Doubtful'
    BEGIN INSERT INTO doubt VALUES (1); END;
"""


@dataclass
class Busy(OneWorker):
    """A server with one worker over a SQLite file."""

    file: Path

    @contextmanager
    def without_space(self, octets: int = 1) -> Iterator[None]:
        """What the worker writes to a file behind its first octets fails."""
        limit = (octets, resource.RLIM_INFINITY)
        before = resource.prlimit(self.worker, resource.RLIMIT_FSIZE, limit)
        try:
            yield
        finally:
            resource.prlimit(self.worker, resource.RLIMIT_FSIZE, before)

    @contextmanager
    def doubtful(self) -> Iterator[None]:
        """Customers of this name contradict a constraint that is looked at with the commit."""
        with closing(sqlite3.connect(self.file)) as connection:
            connection.executescript(_DOUBT)
            try:
                yield
            finally:
                connection.executescript("DROP TRIGGER doubt; DROP TABLE doubt; DROP TABLE none")

    @property
    def frames(self) -> list[int]:
        """What the frames of SQLite's log of writes tell: the size of the database where a commit
        ends, else 0."""
        log = Path(f"{self.file}-wal").read_bytes()
        salt, sizes = log[16:24], range(32, len(log), _FRAME)
        frames = [struct.unpack_from(">II8s", log, place) for place in sizes]
        return [size for _, size, found in frames if found == salt]

    @property
    def commits(self) -> int:
        """How many commits SQLite's log of writes holds."""
        return sum(size > 0 for size in self.frames)


@pytest.fixture(scope="module")
def busy(tmp_path_factory) -> Iterator[Busy]:
    file = tmp_path_factory.mktemp("busy") / "kontor.db"
    with started(f"sqlite:///{file}", 1) as server:
        yield Busy(server.port, worker_of(server), file)


@pytest.fixture
def lines(busy) -> Iterator[list[Line]]:
    found = [Line(busy.port) for _ in range(8)]
    yield found
    for line in found:
        line.close()


def test_changes_that_arrive_together_share_a_commit(busy, lines):
    before = busy.commits
    with busy.asleep():
        for number, line in enumerate(lines):
            line.send("POST", CUSTOMERS, {"displayName": f"Together {number}"})
    answers = [line.read() for line in lines]

    assert [status for status, _ in answers] == [201] * 8
    assert [body["displayName"] for _, body in answers] == [f"Together {n}" for n in range(8)]
    assert len({body["number"] for _, body in answers}) == 8
    assert busy.commits - before < 8
    for _, body in answers:
        stored = busy.ask("GET", f"{CUSTOMERS}({body['id']})")
        assert (stored["number"], stored["@odata.etag"]) == (body["number"], body["@odata.etag"])


def test_changes_share_a_commit_though_others_ask_between_them(busy, lines):
    before = busy.commits
    with busy.asleep():
        for number, line in enumerate(lines):
            if number % 2:
                line.send("POST", CUSTOMERS, {"displayName": f"Between {number}"})
            else:
                line.send("GET", f"{CUSTOMERS}({ADATUM})")
    answers = [line.read() for line in lines]

    assert [status for status, _ in answers] == [200, 201] * 4
    assert {body["id"] for status, body in answers if status == 200} == {ADATUM}
    assert busy.commits - before < 4


def test_of_changes_of_one_version_that_arrive_together_one_is_made(busy, lines):
    tag = busy.ask("GET", f"{CUSTOMERS}({ADATUM})")["@odata.etag"]
    with busy.asleep():
        for number, line in enumerate(lines):
            change = {"city": f"City {number}"}
            line.send("PATCH", f"{CUSTOMERS}({ADATUM})", change, f"If-Match: {tag}\r\n")
    answers = [line.read() for line in lines]

    assert sorted(status for status, _ in answers) == [200] + [409] * 7
    (city,) = [body["city"] for status, body in answers if status == 200]
    assert busy.ask("GET", f"{CUSTOMERS}({ADATUM})")["city"] == city


def test_what_cannot_be_stored_is_told_to_each_client_and_leaves_nothing(busy, lines):
    count = f"{CUSTOMERS}?$count=true&$top=0"
    before = busy.ask("GET", count)["@odata.count"]
    with busy.without_space():
        with busy.asleep():
            for number, line in enumerate(lines):
                line.send("POST", CUSTOMERS, {"displayName": f"Lost {number}"})
        answers = [line.read() for line in lines]
    messages = {body["error"]["code"] for _, body in answers}

    assert ([status for status, _ in answers], len(messages)) == ([503] * 8, 1)
    assert busy.ask("GET", count)["@odata.count"] == before
    assert busy.ask("POST", CUSTOMERS, {"displayName": "After"})["displayName"] == "After"
    lines[0].send("GET", count)
    assert lines[0].read()[1]["@odata.count"] == before + 1


def test_a_change_that_is_committed_by_itself_is_made_once_where_another_is_lost(busy, lines):
    small = {"name": "By itself"}
    large = {"displayName": "Lost", "customFields": {f"field{n}": "x" * 3000 for n in range(12)}}
    before = len(busy.frames)
    assert busy.ask("POST", "/customers", small, company="CRONUS USA, Inc.")["customer"]
    needed = len(busy.frames) - before
    # There is space for the small one, and for no change that is larger.
    with busy.without_space(32 + (len(busy.frames) + needed + 9) * _FRAME):
        with busy.asleep():
            lines[0].send("POST", CUSTOMERS, large)
            lines[1].send("POST", "/customers", small, "company: CRONUS USA, Inc.\r\n")
        answers = [line.read()[0] for line in lines[:2]]
    found = busy.ask("GET", f"{CUSTOMERS}?$filter=displayName%20in%20('By%20itself','Lost')")

    assert answers == [503, 201]
    assert [item["displayName"] for item in found["value"]] == ["By itself"] * 2


def test_what_is_refused_with_the_commit_is_refused_alone(busy, lines):
    with busy.doubtful():
        with busy.asleep():
            for number, line in enumerate(lines):
                name = "Doubtful" if number == 3 else f"Sure {number}"
                line.send("POST", CUSTOMERS, {"displayName": name})
        answers = [line.read() for line in lines]

    assert [status for status, _ in answers] == [201] * 3 + [409] + [201] * 4
    numbers = [body["number"] for status, body in answers if status == 201]
    assert len(set(numbers)) == 7
    sure = busy.ask("GET", f"{CUSTOMERS}?$filter=startswith(displayName,'Sure')")["value"]
    assert sorted(item["number"] for item in sure) == sorted(numbers)


def test_a_refusal_a_read_and_a_client_that_leaves_among_changes(busy, lines):
    with busy.asleep():
        lines[0].send("POST", CUSTOMERS, {"displayName": "Kept 0"})
        lines[1].send("POST", CUSTOMERS, {"displayName": 7})
        lines[2].send("POST", CUSTOMERS, {"displayName": "Kept 2"})
        lines[2].leave()
        lines[3].send("POST", CUSTOMERS, {"displayName": "Kept 3"})
        lines[3].send("GET", f"{CUSTOMERS}?$filter=startswith(displayName,'Kept')&$orderby=number")
        lines[4].send("GET", f"{CUSTOMERS}({ADATUM})")
        lines[5].send("POST", CUSTOMERS, {"displayName": "Kept 5"})
    answers = [lines[number].read() for number in (0, 1, 3, 4, 5)]
    found = lines[3].read()[1]["value"]

    assert [status for status, _ in answers] == [201, 400, 201, 200, 201]
    assert {"Kept 0", "Kept 3"} <= {customer["displayName"] for customer in found}


def test_who_was_told_that_the_connection_is_kept_may_use_it_though_the_worker_ends(
    tmp_path, monkeypatch
):
    # The worker ends with the fourth of the changes.
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--max-requests 13 --max-requests-jitter 0")
    with started(f"sqlite:///{tmp_path}/ends.db", 1) as server:
        first, *rest = [Line(server.port) for _ in range(9)]
        with OneWorker(server.port, worker_of(server)).asleep():
            for line in rest:
                line.send("POST", CUSTOMERS, {"displayName": "Told"})
        kept = [line for line in rest if line.read_whether_kept()]
        for line in kept:
            line.send("GET", "/health/live")

        assert kept
        assert [line.read()[0] for line in kept] == [200] * len(kept)
        for line in (first, *rest):
            line.close()
