"""The threat Q13: a request that takes too long is stopped, and nobody else notices."""

from __future__ import annotations

import threading
import time

import peewee
import pytest

from app.config import Quotas, Settings
from models import operation
from models.availability import discard_connection
from models.connection import open_database
from models.demo.load import add_load
from models.operation import end_operation, start_operation
from odata.errors import DuplicateKeyError, TimeoutExceededError
from odata.sql.execution import run, run_unread, translated_failures
from tests.integration.service import Service, customer, error_of

pytestmark = pytest.mark.slow

# Every customer beside every other, three times over.
SLOW = (
    "$filter=customers/any(a:customers/any(b:customers/any(c:"
    "contains(concat(concat(a/displayName,b/email),c/displayName),'nowhere'))))"
)
ENDLESS = (
    "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i > 0) "
    "SELECT max(i) FROM n"
)


@pytest.fixture
def busy(database_from, fill_demo, start_service):
    """A client of the service over many customers; an answer may take two seconds."""

    def prepare(url: str) -> None:
        fill_demo(url)
        database = open_database(url)
        with database.atomic():
            add_load(database, 300)
        database.close()

    return start_service(database_from("busy", prepare), quotas=Quotas(operation_timeout=2))


def test_q13_a_slow_query_is_cancelled_and_others_are_answered(busy):
    service, told = Service(busy), []
    # The first request of a process and a shape makes what later ones find; that takes its time.
    service.ask(customer("10000"))

    def ask_slowly() -> None:
        try:
            told.append(error_of(Service(busy).ask("companies", SLOW)))
        finally:
            discard_connection()

    slow = threading.Thread(target=ask_slowly)
    started = time.monotonic()
    slow.start()
    beside = [service.ask(customer("10000")).status_code for _ in range(20)]
    slow.join(timeout=30)

    assert time.monotonic() - started < 20
    assert beside == [200] * 20
    assert told == [
        (408, "Application_OperationTimeout", "the request took longer than it may"),
    ]
    assert service.ask("companies").status_code == 200


def test_q13_a_batch_has_no_more_time_than_one_request(busy):
    requests = [{"id": str(index), "method": "GET", "url": f"companies?{SLOW}"} for index in "12"]
    started = time.monotonic()

    answer = Service(busy).post("$batch", {"requests": requests}, Prefer="continue-on-error")

    assert [item["status"] for item in answer.json["responses"]] == [408, 408]
    assert time.monotonic() - started < 10


@pytest.fixture
def bounded(database_url: str):
    """A database of each kind whose operations may take twenty seconds."""
    database = open_database(database_url, 20)
    yield database
    end_operation()
    database.close()


def test_q13_statements_share_the_time_of_their_operation(bounded: peewee.Database):
    run(bounded, "CREATE TABLE t (i bigint)", [])
    start_operation()
    operation._OPERATION.begun -= 19.9
    started = time.monotonic()

    with pytest.raises(TimeoutExceededError), translated_failures():
        run(bounded, ENDLESS, [])

    assert time.monotonic() - started < 15
    start_operation()
    assert run(bounded, "SELECT 1", []).fetchone() == (1,)


def test_q13_the_next_operation_has_all_its_time(postgresql_databases):
    database = open_database(postgresql_databases.empty(), 20)
    start_operation()
    operation._OPERATION.begun -= 19.9
    run(database, "SELECT 1", [])
    start_operation()
    assert run(database, "SHOW statement_timeout", []).fetchone() == ("20s",)

    end_operation()
    database.close()
    postgresql_databases.drop_all()


def test_q13_time_that_was_given_back_in_what_is_undone_stays_so(postgresql_databases):
    database = open_database(postgresql_databases.empty(), 20)
    start_operation()
    operation._OPERATION.begun -= 19.9
    run(database, "SELECT 1", [])
    start_operation()
    with database.atomic() as transaction:
        run(database, "SELECT 1", [])
        transaction.rollback()

    assert run(database, "SHOW statement_timeout", []).fetchone() == ("20s",)

    end_operation()
    database.close()
    postgresql_databases.drop_all()


def test_q13_what_waits_to_be_sent_has_no_more_time(postgresql_databases):
    url = postgresql_databases.empty()
    database = open_database(url, 20)
    run(database, "CREATE TABLE t (i bigint)", [])
    sql = "UPDATE t SET i = %s"
    for _ in range(7):
        run(database, sql, [0])
    start_operation()
    operation._OPERATION.begun -= 20

    def change() -> None:
        with translated_failures(), database.atomic():
            run_unread(database, sql, [1])

    with pytest.raises(TimeoutExceededError):
        change()

    end_operation()
    database.close()
    postgresql_databases.drop_all()


def test_q13_a_change_that_is_stopped_is_undone(bounded: peewee.Database):
    run(bounded, "CREATE TABLE t (i bigint)", [])
    start_operation()
    operation._OPERATION.begun -= 19.9

    def change() -> None:
        with translated_failures(), bounded.atomic():
            run(bounded, "INSERT INTO t VALUES (1)", [])
            run(bounded, ENDLESS, [])

    with pytest.raises(TimeoutExceededError):
        change()

    start_operation()
    assert run(bounded, "SELECT count(*) FROM t", []).fetchone() == (0,)
    with bounded.atomic():
        run(bounded, "INSERT INTO t VALUES (1)", [])
    assert run(bounded, "SELECT count(*) FROM t", []).fetchone() == (1,)


def test_q13_a_part_that_fails_late_is_undone_alone(bounded: peewee.Database):
    run(bounded, "CREATE TABLE t (i bigint PRIMARY KEY)", [])
    start_operation()
    operation._OPERATION.begun -= 10

    def fail() -> None:
        with bounded.atomic():
            run(bounded, "INSERT INTO t VALUES (2)", [])
            run(bounded, "INSERT INTO t VALUES (1)", [])

    with bounded.atomic():
        run(bounded, "INSERT INTO t VALUES (1)", [])
        with pytest.raises(DuplicateKeyError):
            fail()

    assert run(bounded, "SELECT i FROM t", []).fetchall() == [(1,)]


def test_q13_the_time_is_bounded_unless_told_otherwise():
    assert Settings().quotas.operation_timeout == 30
