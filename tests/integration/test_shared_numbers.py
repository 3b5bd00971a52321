"""New records that one commit of SQLite makes: the first asks for what the others know then."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY
from tests.integration.busy import Line, OneWorker, worker_of
from tests.integration.server import started

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
THEIR_CUSTOMERS = f"/api/v2.0/companies({MY_COMPANY})/customers"
NO_COMPANY = "00000000-0000-0000-0000-00000000abcd"


class Numbers:
    """What the file says of the numbers of customers."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def _run(self, sql: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self._file, isolation_level=None)) as connection:
            return connection.execute(sql, values).fetchall()

    def begin(self, prefix: str) -> None:
        """Have the numbers of new customers begin with 1 behind a prefix."""
        self._run(
            "UPDATE number_series SET prefix = ?, last_number = 0, increment_by = 1 "
            "WHERE code = 'CUST'",
            prefix,
        )

    @contextmanager
    def trigger(self, action: str, condition: str = "1") -> Iterator[None]:
        """Have something done whenever a series of customers has moved and a condition holds."""
        self._run(
            "CREATE TRIGGER moved AFTER UPDATE OF last_number ON number_series "
            f"WHEN new.code = 'CUST' AND {condition} BEGIN {action}; END"
        )
        try:
            yield
        finally:
            self._run("DROP TRIGGER moved")

    @contextmanager
    def moves(self) -> Iterator[list[int]]:
        """Where a series of customers has been moved to until now."""
        found: list[int] = []
        self._run("CREATE TABLE move (last INTEGER)")
        try:
            with self.trigger("INSERT INTO move VALUES (new.last_number)"):
                yield found
            found += [last for (last,) in self._run("SELECT last FROM move ORDER BY rowid")]
        finally:
            self._run("DROP TABLE move")

    def made(self, prefix: str) -> list[str]:
        """The numbers that customers have, as they were made."""
        sql = "SELECT number FROM customer WHERE number GLOB ? ORDER BY integer_id"
        return [number for (number,) in self._run(sql, f"{prefix}[0-9]")]

    def integer_ids(self, table: str) -> list[int]:
        """All integer ids of a table, and what its series gives next."""
        ids = self._run(f"SELECT integer_id FROM {table} ORDER BY 1")  # noqa: S608 - own names
        kind = table.rpartition("customer_")[2]
        last = self._run("SELECT last_number FROM number_series WHERE code = ?", f"ID:{kind}")
        return [*(found for (found,) in ids), last[0][0] + 1]


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return Path(tmp_path_factory.mktemp("numbers") / "kontor.db")


@pytest.fixture(scope="module")
def server(file) -> Iterator[OneWorker]:
    with started(f"sqlite:///{file}", 1) as server:
        yield OneWorker(server.port, worker_of(server))


@pytest.fixture(scope="module")
def numbers(server, file) -> Numbers:
    return Numbers(file)


@pytest.fixture
def lines(server) -> Iterator[list[Line]]:
    found = [Line(server.port) for _ in range(8)]
    yield found
    for line in found:
        line.close()


def at_once(server: OneWorker, lines: list[Line], *asked: tuple[str, str, Any]) -> list[Any]:
    """The answers to requests that have arrived in this order."""
    with server.asleep():
        for line, (method, target, body) in zip(lines, asked, strict=False):
            line.send(method, target, body, "If-Match: *\r\n" if method == "PATCH" else "")
    return [line.read() for line, _ in zip(lines, asked, strict=False)]


def new(name: str, **further: str) -> tuple[str, str, Any]:
    return "POST", CUSTOMERS, {"displayName": name, **further}


def test_they_are_numbered_in_their_order(server, lines, numbers):
    numbers.begin("A")
    answers = at_once(server, lines, *[new(f"Name {number}") for number in range(8)])

    wanted = [f"A{number}" for number in range(1, 9)]
    assert sorted(body["number"] for _, body in answers) == wanted
    assert numbers.made("A") == wanted
    assert {body["currencyCode"] for _, body in answers} == {"USD"}


@pytest.mark.parametrize("refused", range(4))
def test_one_that_is_refused_leaves_no_gap(server, lines, numbers, refused):
    prefix = "BCDE"[refused]
    numbers.begin(prefix)
    asked = [new(f"Name {number}", city="Rome") for number in range(4)]
    asked[refused] = new("Refused", salespersonCode="NOBODY")
    statuses = [status for status, _ in at_once(server, lines, *asked)]

    assert statuses == [400 if number == refused else 201 for number in range(4)]
    assert numbers.made(prefix) == [f"{prefix}1", f"{prefix}2", f"{prefix}3"]


def test_one_that_fails_behind_its_draw_leaves_no_gap(server, lines, numbers):
    numbers.begin("F")
    nested = ("POST", CUSTOMERS, {"displayName": "Refused", "addresses": [{"country": "QQ"}]})
    statuses = [
        status for status, _ in at_once(server, lines, new("One"), nested, new("Two"), new("Three"))
    ]

    assert statuses == [201, 400, 201, 201]
    assert numbers.made("F") == ["F1", "F2", "F3"]
    assert server.ask("POST", CUSTOMERS, {"displayName": "Four"})["number"] == "F4"


def test_a_number_that_a_client_chooses_among_them_is_not_drawn(server, lines, numbers):
    numbers.begin("G")
    asked = [new("One"), new("Chosen", number="G3"), new("Two"), new("Three")]
    statuses = [status for status, _ in at_once(server, lines, *asked)]

    assert statuses == [201] * 4
    assert sorted(numbers.made("G")) == ["G1", "G2", "G3", "G4"]


def test_a_number_that_another_one_is_given_between_them_is_not_drawn(server, lines, numbers):
    numbers.begin("H")
    renamed = ("PATCH", f"{CUSTOMERS}({ADATUM})", {"number": "H2"})
    answers = at_once(server, lines, new("One"), renamed, new("Two"), new("Three"))

    assert [status for status, _ in answers] == [201, 200, 201, 201]
    assert sorted(numbers.made("H")) == ["H1", "H2", "H3", "H4"]


def test_numbers_that_others_have_already_are_not_drawn(server, lines, numbers):
    numbers.begin("I")
    for number in ("I2", "I4"):
        server.ask("POST", CUSTOMERS, {"displayName": "Before", "number": number})
    answers = at_once(server, lines, *[new(f"Name {number}") for number in range(4)])

    assert sorted(body["number"] for _, body in answers) == ["I1", "I3", "I5", "I6"]


def test_records_with_and_without_an_address_are_numbered_together(server, lines, numbers):
    numbers.begin("J")
    asked = [new(f"Name {n}", **({"city": "Rome"} if n % 3 else {})) for n in range(8)]
    answers = at_once(server, lines, *asked)

    assert [status for status, _ in answers] == [201] * 8
    assert numbers.made("J") == [f"J{number}" for number in range(1, 9)]
    for table in ("customer", "customer_address"):
        found = numbers.integer_ids(table)
        assert len(found) == len(set(found))
        assert found == sorted(found)


def test_records_of_two_companies_have_series_of_their_own(server, lines, numbers):
    numbers.begin("K")
    theirs = ("POST", THEIR_CUSTOMERS, {"displayName": "Theirs"})
    answers = at_once(server, lines, new("One"), theirs, new("Two"), theirs)

    assert [body["number"] for _, body in answers] == ["K1", "K1", "K2", "K2"]


def test_a_company_that_does_not_exist_is_refused_among_others(server, lines, numbers):
    numbers.begin("L")
    nobody = ("POST", CUSTOMERS.replace(CRONUS, NO_COMPANY), {"displayName": "Nobody's"})
    answers = at_once(server, lines, nobody, new("One"), nobody, new("Two"), nobody)

    assert [status for status, _ in answers] == [404, 201, 404, 201, 404]
    assert numbers.made("L") == ["L1", "L2"]


def test_where_the_series_ends_is_written_once(server, lines, numbers):
    numbers.begin("M")
    with numbers.moves() as moves:
        answers = at_once(server, lines, *[new(f"Name {number}") for number in range(8)])

    assert [status for status, _ in answers] == [201] * 8
    assert len(moves) < 8
    assert (moves[0], moves[-1]) == (1, 8)


def test_where_it_ends_is_written_before_what_is_unlike_them(server, lines, numbers):
    numbers.begin("N")
    renamed = ("PATCH", f"{CUSTOMERS}({ADATUM})", {"city": "Rome"})
    with numbers.moves() as moves:
        answers = at_once(server, lines, new("One"), new("Two"), renamed, new("Three"))

    assert [status for status, _ in answers] == [201, 201, 200, 201]
    assert moves == [1, 2, 3]
    assert numbers.made("N") == ["N1", "N2", "N3"]


@pytest.mark.parametrize("action", ["RAISE(ABORT, 'no')", "RAISE(ROLLBACK, 'no')"])
def test_where_that_fails_each_is_made_alone(server, lines, numbers, action):
    prefix = "PQ"["ROLLBACK" in action]
    numbers.begin(prefix)
    with numbers.trigger(f"SELECT {action}", "new.last_number > old.last_number + 1"):
        answers = at_once(server, lines, *[new(f"Name {number}") for number in range(8)])

    assert [status for status, _ in answers] == [201] * 8
    assert numbers.made(prefix) == [f"{prefix}{number}" for number in range(1, 9)]


def test_what_is_unlike_them_is_made_though_that_fails(server, lines, numbers):
    numbers.begin("R")
    renamed = ("PATCH", f"{CUSTOMERS}({ADATUM})", {"city": "Oslo"})
    asked = [new("One"), new("Two"), new("Three"), renamed, new("Four")]
    with numbers.trigger("SELECT RAISE(ABORT, 'no')", "new.last_number > old.last_number + 1"):
        answers = at_once(server, lines, *asked)

    assert [status for status, _ in answers] == [201, 201, 201, 200, 201]
    assert sorted(numbers.made("R")) == ["R1", "R2", "R3", "R4"]
    assert server.ask("GET", f"{CUSTOMERS}({ADATUM})")["city"] == "Oslo"
