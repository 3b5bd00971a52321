"""The searchable text of tables, kept as tokens beside them and in step with every change.

For each table with searchable columns there is a table ``<table>_search`` with one entry a
row: its key and its tokens. Triggers of built-in SQL alone remove the entry of a row that is
deleted or whose text changes, whoever does it; the engine enters rows that it writes in the
same transaction; ``enter_missing`` enters all rows that have no entry, after a bulk load.
So an entry is never stale, and no writer needs our functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    tokens_of,
)
from odata.sql.dialects.base import Dialect, SearchTable
from odata.sql.execution import run
from odata.sql.mapping import ColumnMapping, DataSource, EntityMapping
from odata.sql.nodes import ConstantParameter, ParameterNode, SqlExpression, TextParameter, sql
from odata.sql.sources import SourceTable
from odata.sql.statement_cache import stored_value
from odata.uri.parser import parse_search

_CHUNK = 2_000
_MOST_TOKENS = 4_000  # of one row: far below the positions that PostgreSQL counts

Row = Sequence[Any]

_UNKNOWN = object()
_TEXTS = frozenset({str, type(None)})


def search_table(mapping: EntityMapping) -> SearchTable | None:
    """Where the text of an entity type is kept; None where it has none to search."""
    columns = _searchable(mapping)
    if not columns:
        return None
    model = mapping.write_model or mapping.model
    key = tuple(mapping.column(name).column_name for name in mapping.entity_type.all_key_names())
    return SearchTable(model._meta.table_name, key, columns)  # noqa: SLF001 - Peewee's published name


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
    for statement in dialect.search_schema(table):
        run(database, statement, [])
    enter_missing(database, dialect, table)


def reinstall(database: peewee.Database, dialect: Dialect, table: SearchTable) -> None:
    """Make the search table anew where other columns have become searchable."""
    for statement in dialect.search_removal(table):
        run(database, statement, [])
    install(database, dialect, table)


def install_all(source: DataSource, dialect: Dialect) -> None:
    """Make the search tables of a data source that has none yet."""
    for mapping in source.by_type.values():
        table = search_table(mapping)
        if table is not None and not source.database.table_exists(table.name):
            install(source.database, dialect, table)


def enter_all(source: DataSource, dialect: Dialect) -> None:
    """Enter the rows of a data source that have no entry: what a bulk load ends with."""
    for mapping in source.by_type.values():
        table = search_table(mapping)
        if table is not None:
            enter_missing(source.database, dialect, table)


def enter_missing(database: peewee.Database, dialect: Dialect, table: SearchTable) -> None:
    """Enter all rows that have no entry, in the transaction of the caller."""
    found = run(database, _missing(table), []).fetchall()
    rows, statement = iter(found), _insertion(database, dialect, table)
    while chunk := list(islice(rows, _CHUNK)):
        _enter(database, statement, _entries(dialect, table, chunk))
    if len(found) > _CHUNK:
        for settling in dialect.search_settling(table):
            run(database, settling, [])


@dataclass(frozen=True, slots=True)
class _Entering:
    """How the row of a key is found where it has no entry, and entered: SQL, the columns of the
    key, and the names of the fields with text."""

    table: SearchTable
    missing: str
    insertion: str
    key: tuple[tuple[str, peewee.Field], ...]
    texts: tuple[str, ...]


class SearchEntries:
    """Keeps the entries of the rows that the engine writes."""

    def __init__(self, source: DataSource, dialect: Dialect) -> None:
        self._database = source.database
        self._dialect = dialect
        self._known = {
            name: _entering(mapping, source.database, dialect)
            for name, mapping in source.by_type.items()
        }

    def enter_row(
        self, mapping: EntityMapping, row: Mapping[str, object], touched: frozenset[str] | None
    ) -> bool:
        """Enter a row whose entry is missing as it is new, or as text of it was touched (fields
        by name); false where that cannot be said of it."""
        found = self._known.get(mapping.entity_type.name)
        if found is None:
            return True
        if touched is not None and touched.isdisjoint(found.texts):
            return False
        texts = [row.get(name, _UNKNOWN) for name in found.texts]
        if not _TEXTS.issuperset(map(type, texts)):
            return False
        key = [stored_value(column, row[column.name]) for _, column in found.key]
        document = self._dialect.search_document(_texts(texts))
        run(self._database, found.insertion, [*key, document])
        return True

    def enter(self, mapping: EntityMapping, key: Mapping[str, object]) -> None:
        """Enter the row of this key, if it has text to search and no entry."""
        found = self._known.get(mapping.entity_type.name)
        if found is None:
            return
        values = [
            column.db_value(key[name])  # type: ignore[no-untyped-call]  # Peewee's gap
            for name, column in found.key
        ]
        rows = run(self._database, found.missing, values).fetchall()
        if rows:
            entries = _entries(self._dialect, found.table, rows)
            _enter(self._database, found.insertion, entries)


def _entering(
    mapping: EntityMapping, database: peewee.Database, dialect: Dialect
) -> _Entering | None:
    table = search_table(mapping)
    if table is None:
        return None
    condition = "".join(f' AND t."{name}" = {database.param}' for name in table.key)
    names = mapping.entity_type.all_key_names()
    key = tuple((name, mapping.column(name)) for name in names)
    columns = (mapping.write_model or mapping.model)._meta.columns  # noqa: SLF001 - Peewee's published name
    texts = tuple(columns[name].name for name in table.columns)
    insertion = _insertion(database, dialect, table)
    return _Entering(table, _missing(table) + condition, insertion, key, texts)


def _missing(table: SearchTable) -> str:
    columns = ", ".join(f't."{name}"' for name in (*table.key, *table.columns))
    same = " AND ".join(f'e."{name}" = t."{name}"' for name in table.key)
    return (
        f'SELECT {columns} FROM "{table.table}" AS t '  # noqa: S608 - names of the model
        f'WHERE NOT EXISTS (SELECT 1 FROM "{table.name}" AS e WHERE {same})'
    )


def _insertion(database: peewee.Database, dialect: Dialect, table: SearchTable) -> str:
    names = ", ".join(f'"{name}"' for name in (*table.key, "document"))
    places = ", ".join([database.param] * len(table.key))
    return (
        f'INSERT INTO "{table.name}" ({names}) VALUES ({places}, '  # noqa: S608 - names of the model
        f"{dialect.search_document_place(database.param)}) ON CONFLICT DO NOTHING"
    )


def _entries(dialect: Dialect, table: SearchTable, rows: Iterable[Row]) -> list[Row]:
    """Entries of rows that have the columns of the key before those with text."""
    width = len(table.key)
    return [(*row[:width], dialect.search_document(_texts(row[width:]))) for row in rows]


def _enter(database: peewee.Database, statement: str, entries: list[Row]) -> None:
    if len(entries) == 1:
        run(database, statement, list(entries[0]))
        return
    cursor = database.connection().cursor()  # type: ignore[no-untyped-call]  # Peewee's gap
    cursor.executemany(statement, entries)
    cursor.close()


def _texts(values: Row) -> list[tuple[str, ...]]:
    """The tokens of each value that has any, up to the most that a row may have."""
    left, texts = _MOST_TOKENS, []
    for value in values:
        if value is None or value == "":
            continue
        tokens = tokens_of(str(value))[:left]
        left -= len(tokens)
        if tokens:
            texts.append(tokens)
    return texts


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
