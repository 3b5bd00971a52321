"""What PostgreSQL has prepared is run by a short way, and gives what psycopg's cursors give."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

import peewee
import psycopg
import pytest

from models.connection import open_database
from models.driver_rows import Rows
from models.postgresql_database import BoundedPostgresqlDatabase

pytestmark = pytest.mark.postgresql

# psycopg has a statement prepared that was run so often.
_OFTEN = 7
_MOMENT = datetime.datetime(2025, 2, 15, 9, 30, tzinfo=datetime.UTC)
_VALUES = [
    ("text", "é %s"),
    ("smallint", 7),
    ("bigint", 2**40),
    ("numeric", Decimal("1.50")),
    ("boolean", True),
    ("bytea", b"\x00\xff"),
    ("timestamptz", _MOMENT),
    ("date", _MOMENT.date()),
    ("text[]", ["a", "b"]),
    ("text", None),
]


@pytest.fixture(scope="module")
def database(postgresql_databases) -> Iterator[peewee.Database]:
    """A database with an empty table."""
    database = open_database(postgresql_databases.empty())
    database.execute_sql("CREATE TABLE place (id INT PRIMARY KEY, city TEXT)")
    yield database
    database.close()
    postgresql_databases.drop_all()


def _often(database, sql, *parameters):
    """The last answer to a statement that is run until it is prepared, and once more."""
    for _ in range(_OFTEN):
        database.execute_sql(sql, parameters)
    return database.execute_sql(sql, parameters)


def test_a_prepared_statement_is_run_the_short_way(database):
    sql = "SELECT CAST(%s AS TEXT) AS city"

    first, last = database.execute_sql(sql, ("Rome",)), _often(database, sql, "Rome")

    assert (isinstance(first, Rows), isinstance(last, Rows)) == (False, True)
    assert first.fetchall() == last.fetchall() == [("Rome",)]
    assert [item[0] for item in last.description] == ["city"]


@pytest.mark.parametrize(("name", "value"), _VALUES, ids=[name for name, _ in _VALUES])
def test_values_go_and_come_as_with_cursors(database, name, value):
    sql = f"SELECT CAST(%s AS {name}), 'x'"

    rows = _often(database, sql, value)

    assert isinstance(rows, Rows)
    assert rows.fetchall() == database.connection().execute(sql, (value,)).fetchall()


def test_rows_are_fetched_in_parts_while_others_are_read(database):
    sql = "SELECT place FROM generate_series(1, %s) AS place ORDER BY place"
    rows, others = _often(database, sql, 5), _often(database, "SELECT CAST(%s AS TEXT)", "x")

    assert (rows.rowcount, rows.fetchone(), rows.fetchmany(2)) == (5, (1,), [(2,), (3,)])
    assert others.fetchall() == [("x",)]
    assert (list(rows), rows.fetchone(), rows.fetchmany(3)) == ([(4,), (5,)], None, [])


def test_the_rows_that_a_change_meets_are_counted(database):
    sql = "UPDATE place SET city = %s WHERE id = %s"
    database.execute_sql("INSERT INTO place VALUES (1, 'Rome') ON CONFLICT DO NOTHING")

    assert _often(database, sql, "Oslo", 1).rowcount == 1
    assert database.execute_sql(sql, ("Oslo", 2)).rowcount == 0


def test_a_failure_is_that_of_a_cursor_and_nothing_stays_of_it(database):
    sql = "SELECT 1 / CAST(%s AS INT)"
    _often(database, sql, 1)

    for _ in range(2):
        with pytest.raises(peewee.DataError, match="division by zero"):
            database.execute_sql(sql, (0,))
    assert database.execute_sql(sql, (1,)).fetchone() == (1,)


def test_a_statement_is_prepared_anew_when_its_table_has_changed(database):
    sql = "SELECT * FROM changing WHERE id = %s"
    database.execute_sql("CREATE TABLE changing (id INT)")
    _often(database, sql, 1)
    with psycopg.connect(database.database, autocommit=True) as other:
        other.execute("ALTER TABLE changing ADD COLUMN city TEXT")

    with pytest.raises(peewee.NotSupportedError, match="cached plan"):
        database.execute_sql(sql, (1,))

    assert len(database.execute_sql(sql, (1,)).description) == 2


def test_a_transaction_that_is_undone_leaves_what_is_prepared(database):
    sql = "INSERT INTO place VALUES (%s, 'Bern')"
    with database.atomic() as transaction:
        for number in range(100, 100 + _OFTEN):
            database.execute_sql(sql, (number,))
        with pytest.raises(peewee.IntegrityError), database.atomic():
            database.execute_sql(sql, (100,))
        transaction.rollback()

    assert database.execute_sql("SELECT 1 FROM place WHERE id = 100").fetchone() is None
    assert database.transaction_depth() == 0


def test_a_connection_that_is_lost_is_told(database):
    sql = "SELECT CAST(%s AS TEXT)"
    _often(database, sql, "x")
    with psycopg.connect(database.database, autocommit=True) as other:
        number = database.connection().info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (number,))

    with pytest.raises(peewee.OperationalError):
        database.execute_sql(sql, ("x",))
    assert not database.is_connection_usable()
    database.close()
    database.connect()

    assert database.execute_sql(sql, ("x",)).fetchone() == ("x",)


def test_a_statement_ends_in_time(postgresql_databases):
    database = open_database(postgresql_databases.empty())
    assert isinstance(database, BoundedPostgresqlDatabase)
    sql = "SELECT pg_sleep(%s)"
    _often(database, sql, 0)
    database.execute_sql("SET statement_timeout = 20")

    with pytest.raises(peewee.OperationalError, match="statement timeout"):
        database.execute_sql(sql, (5,))
    database.close()
