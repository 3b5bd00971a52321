"""New records that arrive together at PostgreSQL: one transaction makes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from models.demo.identifiers import CRONUS, PAYMENT_TERMS
from tests.integration.busy import Line, OneWorker, worker_of
from tests.integration.server import started
from tests.integration.shared_tables import Tables

pytestmark = pytest.mark.postgresql

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
VENDORS = f"/api/v2.0/companies({CRONUS})/vendors"
_REFUSALS = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF new.display_name = TG_ARGV[0] THEN RAISE check_violation USING MESSAGE = 'no'; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER soon AFTER INSERT ON customer FOR EACH ROW EXECUTE FUNCTION refuse('Soon');
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON customer DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse('Late');
"""
_MOVES = """
CREATE TABLE move (last BIGINT);
CREATE FUNCTION move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO move VALUES (new.last_number); RETURN NULL;
END $$;
CREATE TRIGGER move AFTER UPDATE ON number_series FOR EACH ROW WHEN (new.code = 'CUST')
    EXECUTE FUNCTION move();
"""


@pytest.fixture(scope="module", params=["answers are known", "answers are read"])
def reads(request) -> bool:
    """Whether the server reads its answers: it finds something that may change what it stores."""
    return bool(request.param == "answers are read")


@pytest.fixture(scope="module")
def url(reads, postgresql_databases, fill_demo) -> Iterator[str]:
    url = postgresql_databases.host.create("shared_records")
    fill_demo(url)
    yield url
    postgresql_databases.host.drop("shared_records")


@pytest.fixture(scope="module")
def tables(url, reads) -> Iterator[Tables]:
    found = Tables(url)
    if reads:
        found.run(_REFUSALS)
    yield found
    found.close()


@pytest.fixture(scope="module")
def server(url, tables, reads) -> Iterator[OneWorker]:
    with started(url, 1) as server:
        found = OneWorker(server.port, worker_of(server))
        # What takes long has others go on beside it: the first times, all does.
        for _ in range(20):
            found.ask("POST", CUSTOMERS, {"displayName": "Before", "city": "Rome"})
        if not reads:
            tables.run(_REFUSALS)
        yield found


@pytest.fixture
def lines(server) -> Iterator[list[Line]]:
    found = [Line(server.port) for _ in range(8)]
    # Behind what had to be made again each is made by itself for a while.
    for _ in range(33):
        found[0].send("POST", CUSTOMERS, {"displayName": "Between", "city": "Rome"})
        assert found[0].read()[0] == 201
    yield found
    for line in found:
        line.close()


def _at_once(
    server: OneWorker,
    lines: list[Line],
    *requests: tuple[str, dict[str, Any]],
    method: str = "POST",
    tag: str = "*",
) -> list[tuple[int, Any]]:
    """The answers to POSTs, or to changes, that the worker finds together."""
    headers = f"If-Match: {tag}\r\n" if method == "PATCH" else ""
    with server.asleep():
        for line, (target, body) in zip(lines, requests, strict=False):
            line.send(method, target, body, headers)
    return [line.read() for line, _ in zip(lines, requests, strict=False)]


def _bare(body: Any) -> Any:
    """An entity without the address of the server, which the lines do not name."""
    return {**body, "@odata.context": ""}


def _customers(*names: str) -> list[tuple[str, dict[str, Any]]]:
    return [(CUSTOMERS, {"displayName": name, "city": "Oslo"}) for name in names]


def _made(server: OneWorker, lines: list[Line], tables: Tables, prefix: str) -> int:
    """In how many transactions eight records are made that arrive together."""
    tables.begin_numbers(prefix)
    answers = _at_once(server, lines, *_customers(*[f"Name {number}" for number in range(8)]))

    assert [status for status, _ in answers] == [201] * 8
    numbers = [f"{prefix}{number}" for number in range(1, 9)]
    assert sorted(body["number"] for _, body in answers) == numbers
    assert tables.numbers(prefix) == numbers
    for _, body in answers:
        assert _bare(server.ask("GET", f"{CUSTOMERS}({body['id']})")) == _bare(body)
    return tables.transactions(prefix)


def test_new_records_that_arrive_together_are_made_in_one_transaction(server, lines, tables):
    # Where the machine is so busy that one takes long, another thread begins the next one.
    assert any(_made(server, lines, tables, prefix) < 8 for prefix in "AJKLM")


def test_numbers_and_integer_ids_go_on_behind_them(server, lines, tables):
    tables.begin_numbers("B")
    _at_once(server, lines, *_customers("One", "Two", "Three", "Four"))
    after = server.ask("POST", CUSTOMERS, {"displayName": "Five"})
    places = tables.column("SELECT integer_id FROM customer WHERE number ~ '^B[0-9]$' ORDER BY 1")

    assert after["number"] == "B5"
    assert places == list(range(places[0], places[0] + 5))
    assert tables.last("ID:customer") == places[-1]
    addresses = tables.column("SELECT integer_id FROM customer_address")
    assert len(addresses) == len(set(addresses))
    assert tables.last("ID:address") == max(addresses)


def test_where_the_series_ends_is_written_once(server, lines, tables):
    tables.begin_numbers("Y")
    tables.run(_MOVES)
    answers = _at_once(server, lines, *[(CUSTOMERS, {"displayName": f"Y {n}"}) for n in range(8)])
    tables.run("DROP TRIGGER move ON number_series; DROP FUNCTION move")

    assert [status for status, _ in answers] == [201] * 8
    moves = tables.column("SELECT last FROM move ORDER BY last")
    assert len(moves) < 8
    assert (moves[0], moves[-1]) == (1, 8)


def test_one_that_is_refused_among_them_leaves_no_gap(server, lines, tables):
    tables.begin_numbers("C")
    answers = _at_once(server, lines, *_customers("One", "Soon", "Two", "Soon", "Three"))

    assert sorted(status for status, _ in answers) == [201, 201, 201, 409, 409]
    assert tables.numbers("C") == ["C1", "C2", "C3"]
    assert server.ask("POST", CUSTOMERS, {"displayName": "Four"})["number"] == "C4"


def test_the_first_that_is_refused_leaves_nothing(server, lines, tables):
    tables.begin_numbers("D")
    answers = _at_once(server, lines, *_customers("Soon", "Soon", "One", "Two"))

    assert sorted(status for status, _ in answers) == [201, 201, 409, 409]
    assert tables.numbers("D") == ["D1", "D2"]


def test_a_number_that_a_client_chooses_among_them_is_not_drawn(server, lines, tables):
    tables.begin_numbers("E")
    chosen = (CUSTOMERS, {"displayName": "Chosen", "number": "E3"})
    answers = _at_once(server, lines, *_customers("One"), chosen, *_customers("Two", "Three"))

    assert [status for status, _ in answers] == [201] * 4
    assert sorted(tables.numbers("E")) == ["E1", "E2", "E3", "E4"]


def test_numbers_that_others_have_already_are_not_drawn(server, lines, tables):
    tables.begin_numbers("F")
    for number in ("F2", "F4"):
        server.ask("POST", CUSTOMERS, {"displayName": "Before", "number": number})
    answers = _at_once(server, lines, *_customers("One", "Three", "Five", "Six"))

    assert [status for status, _ in answers] == [201] * 4
    assert sorted(body["number"] for _, body in answers) == ["F1", "F3", "F5", "F6"]


def test_one_that_fails_with_the_commit_takes_none_with_it(server, lines, tables):
    tables.begin_numbers("G")
    names = ["One", "Two", "Late", "Three", "Late", "Four", "Five", "Six"]
    answers = _at_once(server, lines, *_customers(*names))

    assert sorted(status for status, _ in answers) == [201] * 6 + [409, 409]
    made = [body for status, body in answers if status == 201]
    assert sorted({"Late", *(body["displayName"] for body in made)}) == sorted(set(names))
    assert sorted(body["number"] for body in made) == sorted(tables.numbers("G"))


def test_one_that_waits_for_a_row_lets_no_other_one_wait(server, lines, tables, url):
    tables.begin_numbers("N")
    referring = (CUSTOMERS, {"displayName": "Waits", "paymentTermsId": PAYMENT_TERMS})
    with psycopg.connect(url) as holder:
        holder.execute("SELECT 1 FROM payment_term WHERE id = %s FOR UPDATE", (PAYMENT_TERMS,))
        with server.asleep():
            for line, request in zip(
                lines, [*_customers("One"), referring, *_customers("Two", "Three")], strict=False
            ):
                line.send("POST", *request)
        others = [lines[place].read()[0] for place in (0, 2, 3)]
        assert tables.column("SELECT 1 FROM customer WHERE display_name = 'Waits'") == []
    waited, body = lines[1].read()

    assert (others, waited, body["paymentTermsId"]) == ([201] * 3, 201, PAYMENT_TERMS)
    assert sorted(tables.numbers("N")) == ["N1", "N2", "N3", "N4"]


def test_records_with_and_without_an_address_are_numbered_together(server, lines, tables):
    tables.begin_numbers("P")
    bare = (CUSTOMERS, {"displayName": "Bare"})
    answers = _at_once(server, lines, bare, *_customers("One"), bare, *_customers("Two"), bare)
    addresses = tables.column("SELECT integer_id FROM customer_address")

    assert [status for status, _ in answers] == [201] * 5
    assert tables.numbers("P") == ["P1", "P2", "P3", "P4", "P5"]
    assert len(addresses) == len(set(addresses))
    assert tables.last("ID:address") == max(addresses)


def test_records_of_several_sets_are_made_side_by_side(server, lines, tables):
    tables.begin_numbers("H")
    vendors = [(VENDORS, {"displayName": f"Vendor {number}"}) for number in range(4)]
    pairs = zip(_customers("One", "Two", "Three", "Four"), vendors, strict=True)
    answers = _at_once(server, lines, *(request for pair in pairs for request in pair))

    assert [status for status, _ in answers] == [201] * 8
    numbers = ["H1", "H2", "H3", "H4"]
    assert sorted(body["number"] for _, body in answers) == sorted([*numbers, *numbers])
    assert tables.numbers("H") == numbers


def test_an_answer_without_content_is_of_its_own_record(server, lines, tables):
    tables.begin_numbers("I")
    with server.asleep():
        for line, name in zip(lines, ("One", "Soon", "Two"), strict=False):
            body = {"displayName": name}
            line.send("POST", CUSTOMERS, body, "Prefer: return=minimal\r\n")
    statuses = [line.read()[0] for line in lines[:3]]

    assert statuses == [204, 409, 204]
    assert tables.numbers("I") == ["I1", "I2"]


@pytest.fixture
def eight(server, lines, tables) -> list[str]:
    """The addresses of eight customers, which are changed together from now on."""
    tables.begin_numbers("Q")
    made = [server.ask("POST", CUSTOMERS, body)["id"] for _, body in _customers(*"abcdefgh")]
    found = [f"{CUSTOMERS}({key})" for key in made]
    for number in range(33):
        lines[0].send("PATCH", found[0], {"city": f"City {number}"}, "If-Match: *\r\n")
        assert lines[0].read()[0] == 200
    tables.run("DELETE FROM change_log")
    return found


def _stored(server: OneWorker, targets: list[str], name: str) -> list[Any]:
    return [server.ask("GET", target)[name] for target in targets]


def _changed(server: OneWorker, lines: list[Line], tables: Tables, eight: list[str]) -> int:
    """In how many transactions eight customers are changed at once."""
    tables.run("DELETE FROM change_log")
    bodies = [{"city": f"Town {number}", "notes": f"N{number}"} for number in range(8)]
    answers = _at_once(server, lines, *zip(eight, bodies, strict=True), method="PATCH")

    assert [status for status, _ in answers] == [200] * 8
    for target, body, (_, answer) in zip(eight, bodies, answers, strict=True):
        assert {**answer, **body} == answer
        assert _bare(answer) == _bare(server.ask("GET", target))
    return len(tables.column("SELECT DISTINCT transaction_id::text FROM change_log"))


def test_changes_that_arrive_together_are_made_in_one_transaction(server, lines, tables, eight):
    # Where the machine is so busy that one takes long, another thread begins the next one.
    assert any(_changed(server, lines, tables, eight) < 8 for _ in range(5))


def test_of_two_changes_to_one_customer_the_second_finds_the_first(server, lines, eight):
    tag = server.ask("GET", eight[0])["@odata.etag"]
    bodies = [(eight[0], {"city": "Oslo"}), (eight[0], {"city": "Bern"})]
    answers = _at_once(server, lines, *bodies, method="PATCH", tag=tag)

    assert sorted(status for status, _ in answers) == [200, 409]
    (told,) = [body for status, body in answers if status == 200]
    assert _bare(server.ask("GET", eight[0])) == _bare(told)


def test_one_that_is_refused_among_them_changes_nothing(server, lines, eight):
    before = server.ask("GET", eight[1])
    bodies = [{"city": "Oslo"}, {"city": "x" * 31}, {"displayName": " "}, {"city": "Bern"}]
    missing = f"{CUSTOMERS}({CRONUS})"
    requests = [*zip(eight, bodies, strict=False), (missing, {"city": "Cork"})]
    answers = _at_once(server, lines, *requests, method="PATCH")

    assert [status for status, _ in answers] == [200, 400, 400, 200, 404]
    assert _stored(server, [eight[0], eight[3]], "city") == ["Oslo", "Bern"]
    assert server.ask("GET", eight[1]) == before


def test_one_that_waits_for_a_customer_lets_no_other_one_wait(server, lines, eight, url):
    held = eight[1].rpartition("(")[2].rstrip(")")
    with psycopg.connect(url) as holder:
        holder.execute("SELECT 1 FROM customer WHERE id = %s FOR UPDATE", (held,))
        with server.asleep():
            for line, target in zip(lines, eight[:4], strict=False):
                line.send("PATCH", target, {"city": "Cork"}, "If-Match: *\r\n")
        others = [lines[place].read()[0] for place in (0, 2, 3)]
        assert _stored(server, eight[:4], "city") == ["Cork", "Oslo", "Cork", "Cork"]
    waited, body = lines[1].read()

    assert (others, waited, body["city"]) == ([200] * 3, 200, "Cork")


def test_changes_that_bring_more_along_are_made_beside_them(server, lines, tables, eight):
    bodies: list[dict[str, Any]] = [
        {"city": "Cork"},
        {"number": "QX"},
        {"city": "", "addressLine1": ""},
        {"blocked": "All"},
        {"city": "Bern"},
        {"country": "DE"},
        {"paymentTermsId": PAYMENT_TERMS},
        {"customFields": {"size": 7}},
    ]
    answers = _at_once(server, lines, *zip(eight, bodies, strict=True), method="PATCH")

    assert [status for status, _ in answers] == [200] * 8
    for target, body, (_, answer) in zip(eight, bodies, answers, strict=True):
        assert {**answer, **body} == answer
        assert _bare(answer) == _bare(server.ask("GET", target))
    # The address that was emptied is gone, and comes again.
    assert server.ask("GET", f"{eight[2]}/addresses")["value"] == []
    again = _at_once(server, lines, *[(x, {"city": "Ulm"}) for x in eight], method="PATCH")
    assert [status for status, _ in again] == [200] * 8
    (address,) = server.ask("GET", f"{eight[2]}/addresses")["value"]
    assert (address["city"], address["isPrimary"]) == ("Ulm", True)
    assert tables.last("ID:address") == max(
        tables.column("SELECT integer_id FROM customer_address")
    )


def test_a_change_that_the_database_refuses_takes_none_with_it(server, lines, tables, eight):
    tables.run(
        "CREATE TRIGGER no_more AFTER UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION "
        "refuse('Soon')"
    )
    try:
        bodies = [{"displayName": name} for name in ("One", "Soon", "Two", "Soon", "Three")]
        answers = _at_once(server, lines, *zip(eight, bodies, strict=False), method="PATCH")
    finally:
        tables.run("DROP TRIGGER no_more ON customer")

    assert [status for status, _ in answers] == [200, 409, 200, 409, 200]
    names = _stored(server, eight[:5], "displayName")
    assert names == ["One", "b", "Two", "d", "Three"]
