"""What nobody reads of a transaction on PostgreSQL is sent with its next statement."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import peewee
import psycopg
import pytest

from models.connection import open_database
from models.prepared_statements import PreparedStatements
from odata.errors import ConflictError, DuplicateKeyError, EntityChangedError, EvaluationError
from odata.sql.execution import read_ahead, read_along, run, run_last, run_unread

pytestmark = pytest.mark.postgresql

# psycopg has a statement prepared that was run so often.
_OFTEN = 7
_INSERT = "INSERT INTO place VALUES (%s, %s)"
_UPDATE = "UPDATE place SET city = %s WHERE id = %s"
_COUNT = "SELECT COUNT(*) FROM place WHERE id < %s"
_CITY = "SELECT city FROM place WHERE id = %s"


@pytest.fixture(scope="module")
def database(postgresql_databases) -> Iterator[peewee.Database]:
    """A database with a table."""
    database = open_database(postgresql_databases.empty())
    database.execute_sql("CREATE TABLE place (id INT PRIMARY KEY, city TEXT)")
    yield database
    database.close()
    postgresql_databases.drop_all()


@pytest.fixture
def table(database: peewee.Database) -> Iterator[peewee.Database]:
    """The database, whose table has one row, with statements that are prepared: one that has
    failed is not any more."""
    for number in range(_OFTEN):
        database.execute_sql("DELETE FROM place")
        database.execute_sql(_INSERT, (0, "Rome"))
        database.execute_sql(_UPDATE, ("Rome", number))
        database.execute_sql(_COUNT, (1,)).fetchall()
        database.execute_sql(_CITY, (1,)).fetchall()
    yield database
    assert database.transaction_depth() == 0


def _write(database: peewee.Database, *statements: tuple[str, list[object]]) -> None:
    """A transaction of statements of which nothing is read, or a part of one."""
    with database.atomic():
        for sql, parameters in statements:
            run_unread(database, sql, parameters)


def _cities(database: peewee.Database) -> list[tuple[int, str]]:
    """All rows, as another connection sees them."""
    with psycopg.connect(database.database, autocommit=True) as other:
        return other.execute("SELECT id, city FROM place ORDER BY id").fetchall()


def test_a_transaction_begins_with_its_first_statement(table, together):
    with table.atomic():
        assert run(table, _COUNT, [1]).fetchone() == (1,)

    assert together == [2]


def test_statements_are_made_in_their_order_before_the_next_one_that_is_read(table, together):
    with table.atomic():
        run_unread(table, _INSERT, [1, "Oslo"])
        run_unread(table, _UPDATE, ["Bern", 1])
        assert run(table, _CITY, [1]).fetchone() == ("Bern",)
        run_unread(table, _INSERT, [2, "Cork"])

    assert together == [4, 2]
    assert _cities(table) == [(0, "Rome"), (1, "Bern"), (2, "Cork")]


def test_a_transaction_of_which_nothing_is_read_is_one_journey(table, together):
    with table.atomic():
        run_unread(table, _INSERT, [1, "Oslo"])

    assert together == [3]
    assert _cities(table) == [(0, "Rome"), (1, "Oslo")]


def test_a_transaction_without_statements_is_none(table, together):
    with table.atomic():
        pass
    with pytest.raises(KeyError), table.atomic():
        raise KeyError

    assert together == []
    assert run(table, _COUNT, [1]).fetchone() == (1,)


def test_what_fails_fails_in_the_place_of_the_next_one_and_nothing_of_it_stays(table):
    def change() -> None:
        with table.atomic():
            run_unread(table, _INSERT, [1, "Oslo"])
            run_unread(table, _INSERT, [0, "Oslo"])
            run_unread(table, _INSERT, [2, "Oslo"])
            run(table, _COUNT, [1])

    with pytest.raises(DuplicateKeyError):
        change()

    assert _cities(table) == [(0, "Rome")]
    assert run(table, _COUNT, [9]).fetchone() == (1,)


def test_what_fails_last_fails_at_the_end(table):
    with pytest.raises(peewee.IntegrityError):
        _write(table, (_INSERT, [1, "Oslo"]), (_INSERT, [0, "Oslo"]))

    assert _cities(table) == [(0, "Rome")]


def test_a_transaction_that_has_failed_does_not_end_well(table):
    def change() -> None:
        with table.atomic():
            run_unread(table, _INSERT, [1, "Oslo"])
            run_unread(table, _INSERT, [0, "Oslo"])
            with pytest.raises(DuplicateKeyError):
                run(table, _COUNT, [1])

    with pytest.raises(peewee.DatabaseError):
        change()

    assert _cities(table) == [(0, "Rome")]
    assert run(table, _COUNT, [9]).fetchone() == (1,)


def _refuse() -> None:
    raise EntityChangedError


def _end() -> None:
    raise SystemExit


@pytest.mark.parametrize("times", [1, _OFTEN])
def test_who_requires_a_row_that_is_there_hears_nothing(table, times):
    for number in range(times):
        with table.atomic():
            run_unread(table, _UPDATE, [f"Oslo {number}", 0], _refuse)
            run_unread(table, _CITY, [0], _refuse)

    assert _cities(table) == [(0, f"Oslo {times - 1}")]


@pytest.mark.parametrize(("sql", "parameters"), [(_UPDATE, ["Bern", 7]), (_CITY, [7])])
@pytest.mark.parametrize("is_prepared", [False, True])
def test_what_is_refused_late_is_undone(table, together, sql, parameters, is_prepared):
    for _ in range(_OFTEN if is_prepared else 0):
        run_unread(table, _UPDATE, ["Rome", 0], _refuse)
        run_unread(table, _CITY, [0], _refuse)

    def change() -> None:
        with table.atomic():
            run_unread(table, _INSERT, [1, "Oslo"])
            # One blank more, and it is another one.
            run_unread(table, sql if is_prepared else f"{sql} ", parameters, _refuse)

    with pytest.raises(EntityChangedError):
        change()

    assert together == ([4] if is_prepared else [2])
    assert _cities(table) == [(0, "Rome")]
    assert run(table, _COUNT, [9]).fetchone() == (1,)


def test_a_part_that_is_refused_late_is_undone_alone(table):
    def change() -> None:
        with table.atomic():
            run_unread(table, _INSERT, [2, "Oslo"])
            run_unread(table, _UPDATE, ["Bern", 7], _refuse)

    with table.atomic():
        run_unread(table, _INSERT, [1, "Oslo"])
        with pytest.raises(EntityChangedError):
            change()

    assert _cities(table) == [(0, "Rome"), (1, "Oslo")]


@pytest.mark.parametrize("times", [1, _OFTEN])
def test_a_division_by_zero_in_what_a_statement_calls_refuses_nobody(table, times):
    table.execute_sql(
        "CREATE FUNCTION divide() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN NEW.city := CAST(1 / length(NEW.city) AS TEXT); RETURN NEW; END'"
    )
    table.execute_sql(
        "CREATE TRIGGER divides BEFORE UPDATE ON place FOR EACH ROW EXECUTE FUNCTION divide()"
    )
    for _ in range(times):
        run_unread(table, _UPDATE, ["x", 0], _refuse)

    def change() -> None:
        with table.atomic():
            run_unread(table, _UPDATE, ["", 0], _refuse)
            run(table, _COUNT, [9])

    with pytest.raises(EvaluationError):
        change()
    table.execute_sql("DROP TRIGGER divides ON place")
    table.execute_sql("DROP FUNCTION divide")


def test_what_fails_before_is_no_missing_row(table):
    quotient = "UPDATE place SET city = CAST(1 / CAST(%s AS INT) AS TEXT) WHERE id = %s"
    for _ in range(_OFTEN):
        run(table, quotient, [1, 0])

    def change() -> None:
        with table.atomic():
            run_unread(table, quotient, [0, 0])
            run_unread(table, f"{_UPDATE}  ", ["Oslo", 0], _refuse)

    with pytest.raises(EvaluationError):
        change()


def test_a_division_by_zero_of_its_own_refuses_nobody(table):
    quotient = "UPDATE place SET city = CAST(1 / CAST(%s AS INT) AS TEXT) WHERE id = %s"
    for _ in range(_OFTEN):
        run(table, quotient, [1, 0])

    with pytest.raises(peewee.DataError, match="division"):
        _write(table, (quotient, [0, 0]))


def test_a_thread_that_is_ended_at_the_end_leaves_nothing_to_the_next_transaction(table):
    for _ in range(_OFTEN):
        run_unread(table, _UPDATE, ["Rome", 0], _end)

    def change() -> None:
        with table.atomic():
            run_unread(table, _INSERT, [1, "Oslo"])
            run_unread(table, _UPDATE, ["Bern", 7], _end)

    with pytest.raises(SystemExit):
        change()
    assert not table.is_connection_usable()
    table.close()
    _write(table, (_INSERT, [2, "Cork"]))

    assert _cities(table) == [(0, "Rome"), (2, "Cork")]


# --- the last statement of a transaction ------------------------------------------------------


def test_a_transaction_ends_with_its_last_statement(table, together):
    with table.brief():
        run_unread(table, _INSERT, [1, "Oslo"])
        assert run_last(table, _CITY, [1]).fetchone() == ("Oslo",)
        assert _cities(table) == [(0, "Rome"), (1, "Oslo")]
    with table.brief():
        assert run_last(table, _COUNT, [9]).fetchone() == (2,)

    def refuse() -> None:
        with table.brief():
            run_unread(table, _INSERT, [2, "Cork"])
            raise KeyError

    with pytest.raises(KeyError):
        refuse()

    assert together == [4, 3]
    assert _cities(table) == [(0, "Rome"), (1, "Oslo")]


def test_what_is_not_prepared_ends_no_transaction(table):
    def refuse() -> None:
        with table.brief():
            run_unread(table, _INSERT, [1, "Oslo"])
            assert run_last(table, "SELECT COUNT(*) FROM place", []).fetchone() == (2,)
            raise KeyError

    with pytest.raises(KeyError):
        refuse()

    assert _cities(table) == [(0, "Rome")]


@pytest.mark.parametrize("outer", ["brief", "atomic"])
def test_the_last_statement_of_a_part_ends_no_transaction(table, outer):
    def change() -> None:
        with getattr(table, outer)():
            with table.brief():
                run_unread(table, _INSERT, [1, "Oslo"])
                assert run_last(table, _CITY, [1]).fetchone() == ("Oslo",)
            raise KeyError

    with pytest.raises(KeyError):
        change()

    assert _cities(table) == [(0, "Rome")]


def test_other_transactions_do_not_end_with_a_statement(table):
    with table.atomic() as transaction:
        run_unread(table, _INSERT, [1, "Oslo"])
        assert run_last(table, _CITY, [1]).fetchone() == ("Oslo",)
        transaction.rollback()

    assert _cities(table) == [(0, "Rome")]


@pytest.mark.parametrize(
    ("statement", "failure"),
    [
        ((_INSERT, [0, "Bern"], None), DuplicateKeyError),
        ((_CITY, [7], _refuse), EntityChangedError),
    ],
)
def test_a_transaction_that_fails_does_not_end_with_its_last_statement(table, statement, failure):
    for _ in range(_OFTEN):
        run_unread(table, _CITY, [0], _refuse)

    def change() -> None:
        with table.brief():
            run_unread(table, _INSERT, [1, "Oslo"])
            run_unread(table, *statement)
            run_last(table, _COUNT, [9])

    with pytest.raises(failure):
        change()

    assert _cities(table) == [(0, "Rome")]
    assert run(table, _COUNT, [9]).fetchone() == (1,)


def test_a_last_statement_that_fails_ends_nothing(table):
    quotient = "SELECT 1 / CAST(%s AS INT)"
    for _ in range(_OFTEN):
        run(table, quotient, [1])

    def change() -> None:
        with table.brief():
            run_unread(table, _INSERT, [1, "Oslo"])
            run_last(table, quotient, [0])

    with pytest.raises(EvaluationError):
        change()

    assert _cities(table) == [(0, "Rome")]


def test_what_is_deferred_to_the_end_fails_with_the_last_statement(table):
    table.execute_sql(
        "CREATE TABLE stay (place INT REFERENCES place DEFERRABLE INITIALLY DEFERRED)"
    )
    insert = "INSERT INTO stay VALUES (%s)"
    for _ in range(_OFTEN):
        _write(table, (insert, [0]))

    def change() -> None:
        with table.brief():
            run_unread(table, insert, [7])
            run_last(table, _COUNT, [9])

    with pytest.raises(ConflictError):
        change()

    assert run(table, "SELECT DISTINCT place FROM stay", []).fetchall() == [(0,)]
    table.execute_sql("DROP TABLE stay")


@pytest.mark.parametrize(
    "act",
    [
        lambda database: run_unread(database, _INSERT, [1, "Oslo"]),
        lambda database: run(database, _COUNT, [9]),
        lambda database: run(database, "INSERT INTO place VALUES (1, 'Oslo')", []),
    ],
    ids=["unread", "prepared", "not prepared"],
)
def test_nothing_is_done_behind_the_last_statement(table, act: Callable[[peewee.Database], object]):
    def change() -> None:
        with table.brief():
            run_last(table, _COUNT, [9])
            act(table)

    with pytest.raises(RuntimeError, match="has ended"):
        change()
    _write(table, (_INSERT, [2, "Cork"]))

    assert _cities(table) == [(0, "Rome"), (2, "Cork")]


def test_a_part_that_others_make_ends_no_transaction(table):
    def change() -> None:
        with table.brief():
            with table.atomic():
                run_unread(table, _INSERT, [1, "Oslo"])
                run_last(table, _CITY, [1])
            raise KeyError

    with pytest.raises(KeyError):
        change()

    assert _cities(table) == [(0, "Rome")]


class _Lost:
    """A library that finds the connection lost where a pipeline ends."""

    def __init__(self, library: Any) -> None:
        self._actual = library

    def __getattr__(self, name: str) -> Any:
        return getattr(self._actual, name)

    def exit_pipeline_mode(self) -> None:
        raise psycopg.OperationalError("the connection is lost")


@pytest.mark.parametrize("is_told", [True, False], ids=["with a word", "without"])
def test_a_transaction_has_ended_whose_connection_is_lost_behind_its_end(
    table, monkeypatch, *, is_told
):
    """PostgreSQL ends a connection between two answers, where it is told to."""
    next_result, found = PreparedStatements._next_result, []

    def lose_behind_four(statements: PreparedStatements) -> object:
        if len(found) < 4:
            found.append(next_result(statements))
            return found[-1]
        with psycopg.connect(table.database, autocommit=True) as other:
            number = statements.connection.info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (number,))
        while not is_told:
            statements.connection.pgconn.consume_input()
        statements._library = _Lost(statements._library)
        return next_result(statements)

    with table.brief(), monkeypatch.context() as patched:
        patched.setattr(PreparedStatements, "_next_result", lose_behind_four)
        run_unread(table, _INSERT, [1, "Oslo"])
        assert run_last(table, _CITY, [1]).fetchone() == ("Oslo",)

    assert not table.is_connection_usable()
    table.close()
    assert _cities(table) == [(0, "Rome"), (1, "Oslo")]


@pytest.mark.parametrize("fails", [False, True])
def test_parts_of_a_transaction_end_with_what_belongs_to_them(table, fails):
    with table.atomic():
        run_unread(table, _INSERT, [1, "Oslo"])
        with table.atomic() as part:
            run_unread(table, _INSERT, [2, "Oslo"])
            if fails:
                part.rollback()
        run_unread(table, _INSERT, [3, "Oslo"])

    inner = [] if fails else [(2, "Oslo")]
    assert _cities(table) == [(0, "Rome"), (1, "Oslo"), *inner, (3, "Oslo")]


def test_a_part_that_fails_late_is_undone_alone(table):
    with table.atomic():
        run_unread(table, _INSERT, [1, "Oslo"])
        with pytest.raises(peewee.IntegrityError):
            _write(table, (_INSERT, [2, "Oslo"]), (_INSERT, [0, "Oslo"]))

    assert _cities(table) == [(0, "Rome"), (1, "Oslo")]


@pytest.mark.parametrize(
    "other",
    [
        lambda database: database.execute_sql("SELECT 1"),
        lambda database: database.cursor().execute("SELECT 1"),
    ],
    ids=["not prepared", "a cursor of the driver"],
)
def test_statements_of_other_kinds_come_behind(table, other: Callable[[peewee.Database], object]):
    with table.atomic() as transaction:
        run_unread(table, _INSERT, [0, "Oslo"])
        with pytest.raises(peewee.IntegrityError, match="duplicate"):
            other(table)
        transaction.rollback()


def test_so_many_wait_at_most(table, together):
    with table.atomic():
        for number in range(1, 201):
            run_unread(table, _INSERT, [number, "Oslo"])

    assert len(together) == 4
    assert max(together) <= 64
    assert len(_cities(table)) == 201


def test_values_and_answers_may_be_longer_than_what_fits_between_them(table):
    text = "x" * 9_000_000
    with table.atomic():
        run_unread(table, _INSERT, [1, text])
        run_unread(table, _INSERT, [2, text])
        assert run(table, _CITY, [2]).fetchone() == (text,)

    assert [len(city) for _, city in _cities(table)] == [4, 9_000_000, 9_000_000]


def test_outside_a_transaction_nothing_waits(table):
    run_unread(table, _UPDATE, ["Oslo", 0], _refuse)
    with pytest.raises(EntityChangedError):
        run_unread(table, _UPDATE, ["Oslo", 7], _refuse)

    assert _cities(table) == [(0, "Oslo")]


def test_others_go_on_while_the_server_computes(table):
    sql = "SELECT pg_sleep(%s)"
    for _ in range(_OFTEN):
        run(table, sql, [0])
    with table.atomic():
        run_unread(table, _UPDATE, ["Oslo", 0])
        seen = _counted_while(lambda: run(table, sql, [0.3]))

    assert seen > 20


def _counted_while(act: Callable[[], object]) -> int:
    """How often another thread gets its turn meanwhile."""
    count, is_over = 0, threading.Event()

    def go_on() -> None:
        nonlocal count
        while not is_over.is_set():
            count += 1
            time.sleep(0.001)

    thread = threading.Thread(target=go_on)
    thread.start()
    act()
    is_over.set()
    thread.join()
    return count


def test_a_connection_that_is_lost_is_told_and_made_anew(table):
    def change() -> None:
        with table.atomic():
            run(table, _COUNT, [1])
            run_unread(table, _INSERT, [1, "Oslo"])
            with psycopg.connect(table.database, autocommit=True) as other:
                number = table.connection().info.backend_pid
                other.execute("SELECT pg_terminate_backend(%s, 5000)", (number,))
            run(table, _COUNT, [1])

    with pytest.raises(peewee.OperationalError):
        change()
    assert not table.is_connection_usable()
    table.close()
    table.connect()

    assert _cities(table) == [(0, "Rome")]


# --- what is read ahead -----------------------------------------------------------------------


def _city(database: peewee.Database, number: int) -> object:
    return run(database, _CITY, [number]).fetchone()


def test_reads_are_fetched_together_and_each_once(table, together):
    table.execute_sql("INSERT INTO place VALUES (1, 'Oslo')")

    read_ahead(table, [(_CITY, [0]), (_CITY, [1]), (_CITY, [7]), (_COUNT, [9])])
    with psycopg.connect(table.database, autocommit=True) as other:
        other.execute("UPDATE place SET city = 'Bern'")

    assert together == [4]
    assert [_city(table, number) for number in (1, 7, 0)] == [("Oslo",), None, ("Rome",)]
    assert run(table, _COUNT, [9]).fetchall() == [(2,)]
    assert [_city(table, number) for number in (1, 0)] == [("Bern",), ("Bern",)]


def test_what_is_fetched_is_forgotten_by_who_asks_anew_and_by_a_transaction(table):
    read_ahead(table, [(_CITY, [0]), (_CITY, [1])])
    read_ahead(table, [])
    table.execute_sql("UPDATE place SET city = 'Bern'")
    assert _city(table, 0) == ("Bern",)

    read_ahead(table, [(_CITY, [0]), (_CITY, [1])])
    with table.atomic():
        run_unread(table, _UPDATE, ["Cork", 0])
        assert _city(table, 0) == ("Cork",)


def test_within_a_transaction_nothing_is_fetched_ahead(table, together):
    with table.atomic():
        read_ahead(table, [(_CITY, [0]), (_CITY, [1])])
        assert _city(table, 0) == ("Rome",)

    assert together == [2]


def test_what_is_not_prepared_is_not_fetched_ahead(table, together):
    read_ahead(table, [(_CITY, [0]), ("SELECT city FROM place WHERE id + 0 = %s", [0])])

    assert together == []
    assert _city(table, 0) == ("Rome",)


def test_what_fails_ahead_fails_in_its_place_alone(table):
    quotient = "SELECT 1 / CAST(%s AS INT)"
    for _ in range(_OFTEN):
        run(table, quotient, [1])

    read_ahead(table, [(_CITY, [0]), (quotient, [0]), (_CITY, [1])])

    assert _city(table, 0) == ("Rome",)
    with pytest.raises(EvaluationError):
        run(table, quotient, [0])
    assert _city(table, 1) is None


def test_parameters_may_be_lists(table):
    among = "SELECT city FROM place WHERE id = ANY(%s)"
    for _ in range(_OFTEN):
        run(table, among, [[0, 1]])

    read_ahead(table, [(among, [[0, 1]]), (among, [[7]])])

    assert run(table, among, [[7]]).fetchall() == []
    assert run(table, among, [[0, 1]]).fetchall() == [("Rome",)]


def test_what_will_be_read_in_a_transaction_comes_with_its_next_statement_and_once(table, together):
    with table.atomic():
        read_along(table, [(_CITY, [0]), (_CITY, [7])])
        run_unread(table, _INSERT, [1, "Oslo"])
        assert run(table, _COUNT, [9]).fetchone() == (2,)
        assert _city(table, 7) is None
        assert _city(table, 0) == ("Rome",)
        assert together == [5]
        assert _city(table, 0) == ("Rome",)

    assert together == [5]


@pytest.mark.parametrize("write", [run_unread, run], ids=["unread", "read"])
def test_what_was_fetched_is_forgotten_where_its_table_is_written_to(table, write):
    with table.atomic():
        read_along(table, [(_CITY, [0])])
        run(table, _COUNT, [1])
        write(table, _UPDATE, ["Bern", 0])
        assert _city(table, 0) == ("Bern",)


def test_what_was_fetched_is_kept_where_another_table_is_written_to(table, together):
    other = "UPDATE elsewhere SET number = %s"
    table.execute_sql("CREATE TABLE elsewhere (number INT)")
    for number in range(_OFTEN):
        table.execute_sql(other, (number,))
    try:
        with table.atomic():
            read_along(table, [(_CITY, [0])])
            run(table, _COUNT, [1])
            run_unread(table, other, [0])
            assert _city(table, 0) == ("Rome",)

        assert together == [3, 2]
    finally:
        table.execute_sql("DROP TABLE elsewhere")


def test_what_comes_along_is_of_one_transaction_and_of_one_part(table):
    with table.atomic():
        read_along(table, [(_CITY, [0])])
        run(table, _COUNT, [1])
    with psycopg.connect(table.database, autocommit=True) as other:
        other.execute("UPDATE place SET city = 'Bern'")
    assert _city(table, 0) == ("Bern",)

    with table.atomic():
        run_unread(table, _UPDATE, ["Oslo", 0])
        with table.atomic() as part:
            run_unread(table, _UPDATE, ["Cork", 0])
            read_along(table, [(_CITY, [0])])
            run(table, _COUNT, [1])
            part.rollback()
        assert _city(table, 0) == ("Oslo",)


@pytest.mark.parametrize("is_within", [True, False], ids=["not prepared", "no transaction"])
def test_else_what_comes_along_is_read_in_its_place(table, together, *, is_within):
    read = ("SELECT city FROM place WHERE id + 0 = %s", [0]) if is_within else (_CITY, [0])
    with table.atomic() if is_within else contextlib.nullcontext():
        read_along(table, [read])
        assert run(table, _COUNT, [9]).fetchone() == (1,)
        assert run(table, *read).fetchone() == ("Rome",)

    assert together == ([2] if is_within else [])


def test_what_fails_along_fails_with_the_statement_that_it_comes_with(table):
    quotient = "SELECT 1 / CAST(%s AS INT)"
    for _ in range(_OFTEN):
        run(table, quotient, [1])

    with table.atomic() as transaction:
        run_unread(table, _INSERT, [1, "Oslo"])
        read_along(table, [(quotient, [0])])
        with pytest.raises(EvaluationError):
            run(table, _COUNT, [1])
        transaction.rollback()

    assert _cities(table) == [(0, "Rome")]
    assert _city(table, 0) == ("Rome",)
