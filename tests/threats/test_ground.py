"""The threats D1 to D3, D5, D6, D8 and D9, F2 to F4 and F8: a database that is locked, full,
read-only, away or read for long.

D4, D7 and F1 are in tests/soak/test_kills.py.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from pathlib import Path

import peewee
import psycopg
import pytest

from app.config import Quotas
from models.availability import discard_connection
from models.connection import file_of, open_database
from models.database import database
from models.schema import bring_up
from tests.integration.service import COMPANY, CUSTOMERS, Service, customer

pytestmark = pytest.mark.slow

ADATUM = customer("10000")


def _hold(url: str) -> contextlib.AbstractContextManager[object]:
    """Somebody who changes the customer and does not end."""
    path = file_of(url)
    if path is not None:
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        return contextlib.closing(blocker)
    session = psycopg.connect(url)
    session.execute("UPDATE customer SET city = city WHERE number = '10000'")
    return contextlib.closing(session)


def test_d1_a_lock_that_is_held_is_503_and_nothing_is_changed(demo_url, serve):
    service = Service(serve(quotas=Quotas(lock_timeout=1)))
    before = service.get(ADATUM)

    with _hold(demo_url):
        refused = service.patch(ADATUM, {"city": "Rome"})
        read = service.ask(ADATUM)

    assert (refused.status_code, read.status_code) == (503, 200)
    assert refused.headers["Retry-After"] == "1"
    assert service.get(ADATUM) == before
    assert service.patch(ADATUM, {"city": "Rome"}).status_code == 200


def test_d2_a_full_disk_refuses_changes_and_reads_go_on(sqlite_databases, fill_demo, start_service):
    url = sqlite_databases.copy_of("demo", fill_demo)
    service = Service(start_service(url))
    before = service.rows()
    (pages,) = database.execute_sql("PRAGMA page_count").fetchone()
    database.execute_sql(f"PRAGMA max_page_count = {pages}")
    answers = []
    for index in range(300):
        body = {"displayName": f"Full {index}", "website": "x" * 80, "addressLine1": "y" * 100}
        answers.append(service.post(CUSTOMERS, body))
        if answers[-1].status_code != 201:
            break

    assert answers[-1].status_code in (503, 507)
    assert service.rows("$top=1")[0] == before[0]
    assert len(service.rows()) == len(before) + len(answers) - 1
    database.execute_sql(f"PRAGMA max_page_count = {pages + 10_000}")
    assert service.post(CUSTOMERS, {"displayName": "Room"}).status_code == 201
    assert database.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)
    sqlite_databases.drop_all()


def test_f2_a_change_is_on_the_disk_before_it_is_acknowledged(database_url):
    opened = open_database(database_url)
    is_sqlite = isinstance(opened, peewee.SqliteDatabase)
    setting = "PRAGMA synchronous" if is_sqlite else "SHOW synchronous_commit"

    assert opened.execute_sql(setting).fetchone() == ((2,) if is_sqlite else ("on",))
    opened.close()


def test_f8_a_long_reader_holds_up_no_writer(service: Service):
    service.get(ADATUM)
    path = database.obj.database
    reader = (
        sqlite3.connect(path, isolation_level=None)
        if _is_file()
        else psycopg.connect(path, autocommit=True)
    )
    with contextlib.closing(reader):
        reader.execute("BEGIN" if _is_file() else "BEGIN ISOLATION LEVEL REPEATABLE READ")
        before = reader.execute("SELECT city FROM customer ORDER BY id").fetchall()

        answers = [service.patch(ADATUM, {"city": f"City {index}"}) for index in range(5)]

        assert [answer.status_code for answer in answers] == [200] * 5
        assert reader.execute("SELECT city FROM customer ORDER BY id").fetchall() == before
    assert service.get(ADATUM)["city"] == "City 4"


def _is_file() -> bool:
    return isinstance(database.obj, peewee.SqliteDatabase)


def _read_only() -> None:
    if _is_file():
        database.execute_sql("PRAGMA query_only = 1")
    else:
        database.execute_sql("SET default_transaction_read_only = on")


def test_f3_d3_a_database_that_is_read_only_is_read(service: Service):
    before = service.get(ADATUM)
    _read_only()

    answers = [
        service.patch(ADATUM, {"city": "Rome"}),
        service.post(CUSTOMERS, {"displayName": "x"}),
        service.delete(ADATUM),
    ]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert all(answer.headers["Retry-After"] for answer in answers)
    assert service.get(ADATUM) == before


@pytest.mark.postgresql
def test_f4_d5_a_database_that_comes_back_is_used_again(
    postgresql_databases, fill_demo, start_service
):
    service = Service(start_service(postgresql_databases.copy_of("demo", fill_demo)))
    assert service.ask(COMPANY).status_code == 200
    postgresql_databases.host.disconnect_all()

    lost = service.patch(ADATUM, {"city": "Rome"})
    healed = service.patch(ADATUM, {"city": "Rome"})

    assert (lost.status_code, healed.status_code) == (503, 200)
    discard_connection()
    postgresql_databases.drop_all()


def test_d6_a_commit_without_an_answer_is_not_tried_again(service: Service, monkeypatch):
    asked = []
    kind = type(database.obj)

    def lose(_self) -> None:
        asked.append("commit")
        raise peewee.OperationalError("connection lost while it was committing")

    with monkeypatch.context() as lost:
        lost.setattr(kind, "commit", lose)
        answer = service.patch(ADATUM, {"city": "Rome"})

    assert (answer.status_code, asked) == (503, ["commit"])
    assert answer.headers["Retry-After"] == "1"


def test_d8_nodes_that_start_together_bring_the_schema_up_once(database_url):
    faults: list[BaseException] = []

    def start() -> None:
        node = open_database(database_url)
        try:
            bring_up(node)
        except peewee.PeeweeException as error:
            faults.append(error)
        finally:
            node.close()

    nodes = [threading.Thread(target=start) for _ in range(4)]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join(timeout=60)

    assert faults == []


def test_d9_tags_of_after_the_backup_open_nothing_after_the_restore(
    sqlite_databases, fill_demo, start_service
):
    url = sqlite_databases.copy_of("demo", fill_demo)
    path = Path(str(file_of(url)))
    service = Service(start_service(url))
    discard_connection()
    shutil.copyfile(path, path.with_suffix(".backup"))
    lost = service.patch(ADATUM, {"city": "Lost"}).json["@odata.etag"]
    discard_connection()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(path.with_suffix(".backup"), path)

    # As docs/operators.md asks for.
    database.execute_sql("UPDATE row_version SET value = value + 1000000")
    after = service.patch(ADATUM, {"city": "Other"}).json["@odata.etag"]

    assert after != lost
    assert service.patch(ADATUM, {"city": "x"}, lost).status_code == 409
    sqlite_databases.drop_all()
