"""The searchable text of tables, kept as tokens beside them and in step with every change.

For each table with searchable columns there is a table ``<table>_search`` with one entry a
row: its key and its tokens. Triggers of built-in SQL alone see every row that is deleted or
whose text changes, whoever does it. On PostgreSQL they remove its entry, and the engine enters
rows that it writes in the same transaction (``search_entries``). On SQLite they note the row:
what is noted is searched where it stands, until the engine enters many rows together.
``enter_missing`` enters all rows that are noted or have no entry, after a bulk load.
So no row is found by an entry that is stale, and no writer needs our functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, assert_never

import peewee

from odata.query.search import SearchMatch
from odata.query.search_terms import (
    SearchTerm,
    Together,
    Tokens,
    Without,
    search_term,
    texts_of,
)
from odata.sql.dialects.base import Dialect, SearchTable
from odata.sql.execution import run
from odata.sql.mapping import ColumnMapping, DataSource, EntityMapping
from odata.sql.nodes import ConstantParameter, ParameterNode, SqlExpression, TextParameter, sql
from odata.sql.sources import SourceTable
from odata.uri.parser import parse_search

_CHUNK = 2_000
_ALL = -1  # of LIMIT: no bound

Row = Sequence[Any]


def search_table(mapping: EntityMapping) -> SearchTable | None:
    """Where the text of an entity type is kept; None where it has none to search."""
    columns = _searchable(mapping)
    if not columns:
        return None
    model = mapping.write_model or mapping.model
    key = tuple(mapping.column(name).column_name for name in mapping.entity_type.all_key_names())
    return SearchTable(model._meta.table_name, key, columns)  # noqa: SLF001 - Peewee's published name


def search_tables(source: DataSource) -> tuple[SearchTable, ...]:
    """Those of all types; several may share one."""
    found = filter(None, map(search_table, source.by_type.values()))
    return tuple({table.name: table for table in found}.values())


def _searchable(mapping: EntityMapping) -> tuple[str, ...]:
    """The columns with text to search; those of all types where types share the table."""
    if mapping.hierarchy is not None:
        return tuple(mapping.hierarchy.searchable)
    return tuple(
        item.column.column_name
        for item in mapping.properties.values()
        if isinstance(item, ColumnMapping) and item.definition.is_searched
    )


def install(database: peewee.Database, dialect: Dialect, table: SearchTable) -> None:
    """Make the search table with its triggers and enter every row."""
    _run_all(database, dialect.search_schema(table))
    enter_missing(database, dialect, table)


def reinstall(database: peewee.Database, dialect: Dialect, table: SearchTable) -> None:
    """Make the search table anew where other columns have become searchable."""
    _run_all(database, dialect.search_removal(table))
    install(database, dialect, table)


def install_all(source: DataSource, dialect: Dialect) -> None:
    """Make the search tables of a data source that has none yet; one of an earlier form is
    brought to that of now."""
    there = frozenset(source.database.get_tables())
    for table in search_tables(source):
        notes = dialect.search_notes(table)
        if table.name not in there:
            install(source.database, dialect, table)
        elif notes is not None and notes.table not in there:
            _run_all(source.database, notes.schema)
            enter_missing(source.database, dialect, table)


def enter_all(source: DataSource, dialect: Dialect) -> None:
    """Enter the rows of a data source that have no entry: what a bulk load ends with."""
    for table in search_tables(source):
        enter_missing(source.database, dialect, table)


def enter_missing(database: peewee.Database, dialect: Dialect, table: SearchTable) -> None:
    """Enter all rows that are noted or have no entry, in the transaction of the caller."""
    notes = dialect.search_notes(table)
    if notes is not None:
        run(database, notes.stale, [])
        run(database, notes.taken, [_ALL])
    found = run(database, missing(table), []).fetchall()
    rows = iter(found)
    while chunk := list(islice(rows, _CHUNK)):
        enter_rows(database, dialect, table, chunk)
    if len(found) > _CHUNK:
        _run_all(database, dialect.search_settling(table))


def _run_all(database: peewee.Database, statements: Iterable[str]) -> None:
    for statement in statements:
        run(database, statement, [])


def missing(table: SearchTable) -> str:
    """A query of the rows that have no entry: their key and their text."""
    columns = ", ".join(f't."{name}"' for name in (*table.key, *table.columns))
    same = " AND ".join(f'e."{name}" = t."{name}"' for name in table.key)
    return (
        f'SELECT {columns} FROM "{table.table}" AS t '  # noqa: S608 - names of the model
        f'WHERE NOT EXISTS (SELECT 1 FROM "{table.name}" AS e WHERE {same})'
    )


def insertion(
    database: peewee.Database, dialect: Dialect, table: SearchTable, number: int = 1
) -> str:
    """What enters rows: the key of each and its tokens."""
    names = ", ".join(f'"{name}"' for name in (*table.key, "document"))
    places = [*[database.param] * len(table.key), dialect.search_document_place(database.param)]
    rows = ", ".join([f"({', '.join(places)})"] * number)
    return f'INSERT INTO "{table.name}" ({names}) VALUES {rows} ON CONFLICT DO NOTHING'  # noqa: S608 - names of the model


def entry_of(dialect: Dialect, table: SearchTable, row: Row) -> Row:
    """The entry of a row that has the columns of the key before those with text."""
    width = len(table.key)
    return (*row[:width], dialect.search_document(texts_of(row[width:])))


def enter_rows(
    database: peewee.Database, dialect: Dialect, table: SearchTable, rows: Sequence[Row]
) -> None:
    """Enter rows in one statement: FTS5 writes a piece for each."""
    if rows:
        values = [value for row in rows for value in entry_of(dialect, table, row)]
        run(database, insertion(database, dialect, table, len(rows)), values)


def search_condition(search: SearchMatch, sources: SourceTable, dialect: Dialect) -> SqlExpression:
    """SQL that is true for the rows that match."""
    mapping = sources.mapping(search.source)
    table = search_table(mapping)
    if table is None:
        raise LookupError(f"{mapping.entity_type.name} has no text to search")
    names = mapping.entity_type.all_key_names()
    key = peewee.NodeList([sources.column(search.source, name) for name in names], glue=", ")
    return sql("(({0}) IN {1})", key, dialect.search_matches(table, _parameter(search, dialect)))


def _parameter(search: SearchMatch, dialect: Dialect) -> ParameterNode:
    if search.slot is None:
        return ParameterNode(ConstantParameter(_match(search.term, dialect)))
    return ParameterNode(TextParameter(search.slot, lambda text: _match_text(text, dialect)))


def _match_text(text: str, dialect: Dialect) -> str:
    return _match(search_term(parse_search(text)), dialect)


def _match(term: SearchTerm | None, dialect: Dialect) -> str:
    """A term as the database's own search takes it."""
    match term:
        case None:
            return dialect.search_everything
        case Tokens():
            return dialect.search_phrase(term.texts, open_ended=term.open_ended)
        case Without():
            return dialect.search_without(_match(term.term, dialect))
        case Together():
            operator = dialect.search_operators[0 if term.any_will_do else 1]
            return f"({operator.join(_match(item, dialect) for item in term.terms)})"
        case _:
            assert_never(term)
