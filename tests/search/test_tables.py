"""The schema keeps the searchable text of every entity type that has some."""

from __future__ import annotations

import pytest

from models.connection import open_database
from models.container import build_source
from models.database import connected
from models.demo import fill
from models.schema import bring_up
from odata.sql.dialects import dialect_of
from odata.sql.search import search_table


@pytest.fixture
def source(database_url):
    database = open_database(database_url)
    bring_up(database)
    source = build_source(database)
    with connected(database):
        yield source
    database.close()


def test_every_searchable_type_has_its_table(source):
    tables = {table.name for table in map(search_table, source.by_type.values()) if table}

    assert "customer_search" in tables
    assert tables <= set(source.database.get_tables())


def test_every_demo_row_is_entered(source):
    fill(source.database)

    for table in filter(None, map(search_table, source.by_type.values())):
        counted = [
            source.database.execute_sql(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in (table.table, table.name)
        ]
        assert counted[0] == counted[1], table.table


def test_a_change_of_a_searchable_column_by_sql_alone_puts_the_entry_out_of_date(source):
    fill(source.database)

    for table in filter(None, map(search_table, source.by_type.values())):
        for column in table.columns:
            before = _current(source, table)
            changed = f"COALESCE(\"{column}\", '') || 'x'"
            source.database.execute_sql(
                f'UPDATE "{table.table}" SET "{column}" = {changed} WHERE id = '  # noqa: S608
                f'(SELECT MIN(id) FROM "{table.name}"{_counted(source, table)})'
            )
            assert _current(source, table) == max(before - 1, 0), (table.table, column)


def _current(source, table) -> int:
    """How many entries count: those of rows that are not noted."""
    query = f'SELECT COUNT(*) FROM "{table.name}"{_counted(source, table)}'  # noqa: S608
    return source.database.execute_sql(query).fetchone()[0]


def _counted(source, table) -> str:
    notes = dialect_of(source.database).search_notes(table)
    return "" if notes is None else f' WHERE id NOT IN (SELECT id FROM "{notes.table}")'  # noqa: S608
