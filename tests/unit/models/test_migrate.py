from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import peewee
import pytest

from models.audit_entry import AuditEntry
from models.company import Company
from models.connection import open_database
from models.ledger import CustomerLedgerEntry, LedgerDay
from models.migrate import NewerSchemaError, migrate, pending
from models.numbers import NumberSeries
from models.picture import PictureContent
from odata.sql.sources import ROW_TEXT

FIRST = "0001_tier_one"
UNPUBLISHED = (CustomerLedgerEntry, LedgerDay, NumberSeries, PictureContent)


@pytest.fixture
def empty(database_url):
    database = open_database(database_url)
    yield database
    database.close()


def test_an_empty_database_is_brought_to_the_schema_of_this_version(empty):
    assert pending(empty)[0] == FIRST
    assert migrate(empty)[0] == FIRST
    assert pending(empty) == ()


def test_a_database_of_this_version_is_left_alone(empty):
    migrate(empty)
    assert migrate(empty) == ()


def test_workers_that_start_together_migrate_once(empty, database_url):
    def start(_: int) -> tuple[str, ...]:
        database = open_database(database_url)
        try:
            return migrate(database)
        finally:
            database.close()

    with ThreadPoolExecutor(4) as workers:
        applied = [name for names in workers.map(start, range(4)) for name in names]
    assert applied.count(FIRST) == 1
    assert pending(empty) == ()


def test_f6_a_newer_schema_is_refused_by_name(empty):
    migrate(empty)
    with empty.connection_context():
        empty.execute_sql(
            "INSERT INTO schema_migration (name, applied) "
            "VALUES ('0999_from_the_future', '2030-01-01 00:00:00')"
        )
    for attempt in (migrate, pending):
        with pytest.raises(NewerSchemaError, match="0999_from_the_future, which this version"):
            attempt(empty)


def test_a_failing_step_leaves_nothing_behind(empty, tmp_path):
    (tmp_path / "0001_half.py").write_text(
        "def up(migrator, database):\n"
        "    migrator.migrate(migrator.sql('CREATE TABLE half (id INTEGER)'))\n"
        "    migrator.migrate(migrator.sql('no statement'))\n"
    )
    with pytest.raises(peewee.DatabaseError):
        migrate(empty, tmp_path)
    with empty.connection_context():
        assert "half" not in empty.get_tables()
    assert pending(empty, tmp_path) == ("0001_half",)


def test_every_model_has_exactly_the_columns_of_its_table(source):
    models = {mapping.model for mapping in source.by_type.values()} | {*UNPUBLISHED}
    for model in models:
        table = model._meta.table_name
        stored = {column.name for column in source.database.get_columns(table)}
        if model is AuditEntry:
            # The log of changes has columns for the engine alone.
            assert stored > set(model._meta.columns)
            continue
        # The text of whole rows, which PostgreSQL lists among the columns, is the engine's own too.
        assert stored - {ROW_TEXT} == set(model._meta.columns), table


def test_text_is_ordered_by_code_point_on_both_databases(source):
    names = [row.name for row in Company.select().order_by(Company.name)]
    assert names == ["CRONUS USA, Inc.", "My Company"]
    Company.update(name="a lower case letter").where(Company.name == "CRONUS USA, Inc.").execute()
    names = [row.name for row in Company.select().order_by(Company.name)]
    assert names == ["My Company", "a lower case letter"]


@pytest.mark.parametrize("view", ["customer_financial_detail", "picture WHERE parent_type = 1"])
def test_views_have_a_row_for_each_customer(source, view):
    (customers,) = source.database.execute_sql("SELECT COUNT(*) FROM customer").fetchone()
    (rows,) = source.database.execute_sql(f"SELECT COUNT(*) FROM {view}").fetchone()  # noqa: S608
    assert rows == customers


def test_the_counter_of_row_versions_starts_before_one(database):
    if database.sequences:
        drawn = database.execute_sql("SELECT nextval('row_version')").fetchone()
    else:
        drawn = database.execute_sql(
            "UPDATE row_version SET value = value + 1 RETURNING value"
        ).fetchone()
    assert drawn == (1,)
