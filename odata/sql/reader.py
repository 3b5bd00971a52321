"""Read plans as finished statements, and their rows.

A row of a statement carries its JSON text first, then the values by which deeper levels
are linked, then the values of its order, from which a skip token is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import peewee

from odata.query.plan import Expression, PropertyRef, TagRef
from odata.query.read_plan import ReadPlan, StreamPlan
from odata.query.row_template import RowTemplate
from odata.query.set_values import DerivedSource
from odata.sql.compiler import Compiler
from odata.sql.dialects.base import Dialect
from odata.sql.execution import fetch, run
from odata.sql.linked_columns import LinkedColumns
from odata.sql.mapping import ColumnMapping, DataSource
from odata.sql.narrowing import BranchBuilder
from odata.sql.nodes import SqlExpression, all_of
from odata.sql.one_row import OneRow, in_one_row
from odata.sql.paging import SortKey, after, limit_node
from odata.sql.rendering import DatabaseRenderer, PythonRenderer, Renderer
from odata.sql.row_texts import RowTexts
from odata.sql.row_writer import RowEncoder, RowWriter
from odata.sql.sources import SourceTable
from odata.sql.statement import RequestValues, Statement, finish
from odata.sql.storage import Storage, from_database, reader_of
from odata.sql.streams import StreamColumns
from odata.sql.text_indexes import TextIndexes

_CHUNK = 500
_LIMIT = "limit"
# Statements of one list that differ in the number of rows alone: each is kept by the server, too.
_MOST_LIMITS = 4
_GREATEST_LIMIT = 1_000_000
# Of a list that nothing is asked of but the scope and the number of rows.
_PLACES = 2

SqlQuery = Any  # peewee's queries and contexts are untyped
SqlContext = Any


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Where a statement's row keeps what; ``address`` writes the URL of the entity and
    ``presences`` tells, level by level below it, whether the entity has that level at all;
    ``storages`` are those of the columns before the order, None for texts."""

    writer: RowWriter
    links: tuple[tuple[int, ...], ...]
    order: tuple[tuple[int, Storage], ...]
    tag: int | None = None
    address: RowEncoder | None = None
    presences: tuple[int | None, ...] = ()
    streams: tuple[StreamColumns, ...] = ()
    storages: tuple[Storage | None, ...] = ()

    def order_values(self, row: Sequence[Any]) -> list[Any]:
        """The Python values of the row's order terms."""
        return [from_database(row[index], storage) for index, storage in self.order]


class LimitedStatements:
    """A statement that ends with the greatest number of its rows, one for each number that is
    asked for."""

    def __init__(self, statement: Statement, place: str) -> None:
        self._statement = statement
        self._text = statement.sql.removesuffix(place)
        self._known: dict[int, Statement] = {}

    def of(self, limit: int) -> Statement:
        """The statement for so many rows; with a place for the number beyond some of them."""
        found = self._known.get(limit)
        if found is not None or len(self._known) >= _MOST_LIMITS:
            return found or self._statement
        # Numbers beyond its type the database refuses as it does those in a place.
        if not 0 <= limit <= _GREATEST_LIMIT:
            return self._statement
        places = self._statement.places[:-1]
        finished = self._known[limit] = Statement(f"{self._text}{limit}", places)
        return finished


@dataclass(frozen=True, slots=True)
class FinishedRead:
    """One level of a read, ready to run; where the database can, ``whole`` gives all rows as one
    text, and ``in_one_row`` all rows without the values of their order. ``limited`` are the
    statements that are planned once and not each time anew."""

    statement: Statement
    layout: RowLayout
    whole: Statement | None = None
    in_one_row: OneRow | None = None
    limited: LimitedStatements | None = None

    def statement_for(self, values: RequestValues) -> Statement:
        """The statement that gives the rows for the values of a request."""
        if self.limited is None:
            return self.statement
        return self.limited.of(values.named[_LIMIT])


class StatementBuilder:
    """Builds the statements of one data source."""

    def __init__(self, source: DataSource, dialect: Dialect, texts: RowTexts | None = None) -> None:
        self.source = source
        self.dialect = dialect
        self._texts = texts
        self._text_indexes = TextIndexes(source, dialect)

    def rows(
        self,
        plan: ReadPlan,
        template: RowTemplate,
        address: RowTemplate | None = None,
        *,
        after_nulls: tuple[bool, ...] | None = None,
    ) -> FinishedRead:
        """The rows of the first level; ``after_nulls`` continues behind a skip token."""
        compiler = self.compiler()
        columns, layout = self.layout(plan, template, address, compiler)
        shown = tuple(columns)
        keys = sort_keys(plan, compiler)
        positions = tuple(
            (len(columns) + index, key.term.storage) for index, key in enumerate(keys)
        )
        columns += [key.term.node for key in keys]
        tag = None
        if not keys and plan.entity_type.has_entity_tag:
            tag = len(columns)
            columns.append(compiler.term(TagRef(plan.block.root)).node)
        conditions = conditions_of(plan, compiler)
        if after_nulls is not None:
            # SQLite begins at the first bound of a column that it meets: not at that of a filter.
            conditions.insert(0, after(keys, after_nulls, self.dialect))
        query = self.query(plan, columns, conditions, compiler)
        if plan.skip is not None and after_nulls is None:
            query = query.offset(limit_node("offset"))
        layout = replace(layout, order=positions, tag=tag)
        statement = self._finished(query, plan, keys, compiler)
        limited = self._limited(statement, plan) if after_nulls is None else None
        if not keys or plan.streams or limited is not None:
            return FinishedRead(statement, layout, limited=limited)
        if plan.expands:
            found = self._finished(query.select(*shown), plan, keys, compiler)
            one_row = in_one_row(found, layout.storages, self.dialect)
            return FinishedRead(statement, layout, in_one_row=one_row)
        is_bare = layout.writer.is_bare
        whole = self.dialect.gathered(statement.sql, len(columns), is_bare=is_bare)
        return FinishedRead(
            statement, layout, None if whole is None else Statement(whole, statement.places)
        )

    def _limited(self, statement: Statement, plan: ReadPlan) -> LimitedStatements | None:
        """A list of all that the path leads to, where the database plans a statement anew as long
        as it does not know how many rows are wanted."""
        place = f" LIMIT {self.source.database.param}"
        is_whole = not plan.filters and plan.skip is None and statement.sql.endswith(place)
        if not (self.dialect.plans_by_limit and is_whole and len(statement.places) <= _PLACES):
            return None
        return LimitedStatements(statement, self.source.database.param)

    def count(self, plan: ReadPlan) -> Statement:
        """The number of rows, whatever their page."""
        compiler = self.compiler()
        conditions = conditions_of(plan, compiler)
        query = self.query(plan, [peewee.SQL("COUNT(*)")], conditions, compiler)
        branches = self._branches(plan, compiler)
        return finish(query, self.source.database) if branches is None else branches.count(query)

    def entity_tag(self, plan: ReadPlan) -> Statement:
        """The entity tag of the one row, and nothing else of it."""
        compiler = self.compiler()
        conditions = conditions_of(plan, compiler)
        columns = [compiler.term(TagRef(plan.block.root)).node]
        return finish(self.query(plan, columns, conditions, compiler), self.source.database)

    def exists(self, plan: ReadPlan) -> Statement:
        """One row with one column where there is any."""
        compiler = self.compiler()
        conditions = conditions_of(plan, compiler)
        query = self.query(plan, [peewee.SQL("1")], conditions, compiler).limit(1)
        return finish(query, self.source.database)

    def values(
        self, plan: ReadPlan, expressions: Sequence[Expression], *, locks: bool = False
    ) -> TypedRead:
        """Python values instead of JSON: the same rows for everybody but OData; ``locks``
        keeps other writers from them until the transaction ends."""
        compiler = self.compiler()
        terms = [compiler.term(item) for item in expressions]
        keys = sort_keys(plan, compiler)
        query = self.query(
            plan, [term.node for term in terms], conditions_of(plan, compiler), compiler
        )
        if plan.skip is not None:
            query = query.offset(limit_node("offset"))
        if locks and self.dialect.locks_rows:
            query = query.for_update(of=compiler.sources.alias(plan.block.root))
        storages = tuple(term.storage for term in terms)
        return TypedRead(self._finished(query, plan, keys, compiler), storages)

    def keeping(self, plan: ReadPlan, key: Expression, table: type[peewee.Model]) -> Statement:
        """What keeps rows of another table from other writers until the transaction ends: those
        whose key is this value of a row of the plan, in one order."""
        found = self.values(plan, (key,)).statement
        meta: Any = table._meta  # noqa: SLF001 - Peewee's published name for it
        column = meta.primary_key.column_name
        return Statement(
            f'SELECT 1 FROM "{meta.table_name}" WHERE "{column}" IN ({found.sql}) '  # noqa: S608 - names of the model
            f'ORDER BY "{column}" FOR NO KEY UPDATE',
            found.places,
            found.names,
        )

    # --- pieces -------------------------------------------------------------------------

    def _finished(
        self, query: SqlQuery, plan: ReadPlan, keys: list[SortKey], compiler: Compiler
    ) -> Statement:
        """A query with the order of its rows, where they have one."""
        if not keys:
            return finish(query, self.source.database)
        ordered, limit = query.order_by(*order_nodes(keys, self.dialect)), limit_node(_LIMIT)
        branches = self._branches(plan, compiler)
        if branches is None:
            return finish(ordered.limit(limit), self.source.database)
        return branches.rows(ordered, limit)

    def _branches(self, plan: ReadPlan, compiler: Compiler) -> BranchBuilder | None:
        """None where no index by texts is asked."""
        asked, narrowing = self._text_indexes.narrowed(plan), self.dialect.text_indexing.narrowing
        if asked is None or narrowing is None:
            return None
        key = compiler.sources.column(plan.block.root, asked.key)
        return BranchBuilder(self.source.database, narrowing, asked, key)

    def compiler(self) -> Compiler:
        """A compiler for one statement."""
        return Compiler(SourceTable(self.source), self.dialect)

    def _renderer(self, template: RowTemplate, compiler: Compiler) -> Renderer:
        if self.dialect.writes_json:
            return DatabaseRenderer(template, compiler)
        return PythonRenderer(template, compiler)

    def layout(
        self,
        plan: ReadPlan,
        template: RowTemplate,
        address: RowTemplate | None,
        compiler: Compiler,
    ) -> tuple[list[SqlExpression], RowLayout]:
        """The columns of a row's text, of its links to deeper levels and of its address."""
        if self._texts is not None:
            template = self._texts.fold(template, plan.block.root)
        renderer = self._renderer(template, compiler)
        columns = LinkedColumns(compiler, list(renderer.columns()))
        positions: list[tuple[int, ...]] = []
        presences: list[int | None] = []
        for expand in plan.expands:
            positions.append(tuple(columns.place(link.parent) for link in expand.links))
            presence = expand.presence
            presences.append(None if presence is None else columns.truth(presence))
        write = None if address is None else columns.address(address)
        storages, nodes = tuple(columns.storages), columns.nodes
        streams = tuple(_stream_columns(item, nodes, compiler) for item in plan.streams)
        layout = RowLayout(renderer.writer(), tuple(positions), (), address=write)
        layout = replace(layout, presences=tuple(presences), storages=storages, streams=streams)
        return nodes, layout

    def query(
        self,
        plan: ReadPlan,
        columns: list[SqlExpression],
        conditions: list[SqlExpression],
        compiler: Compiler,
    ) -> SqlQuery:
        """The rows of a plan's block that fulfil the conditions."""
        query = compiler.select(plan.block, columns)
        return query.where(all_of(conditions)) if conditions else query


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """What reads the values of a column whose values are not read as they are."""

    index: int
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class TypedRead:
    """A statement whose rows become Python values."""

    statement: Statement
    storages: tuple[Storage, ...]
    readers: tuple[ColumnReader, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Find what reads each column, but for those that are read as they are."""
        found = ((index, reader_of(item)) for index, item in enumerate(self.storages))
        readers = tuple(ColumnReader(index, read) for index, read in found if read is not None)
        object.__setattr__(self, "readers", readers)

    def read(self, database: peewee.Database, values: RequestValues) -> Iterator[list[Any]]:
        """The rows as Python values of their EDM types."""
        cursor = run(database, self.statement.sql, self.statement.parameters(values))
        for chunk in fetch(cursor, _CHUNK):
            for found in chunk:
                yield self.typed(found)

    def first(self, database: peewee.Database, values: RequestValues) -> Sequence[Any] | None:
        """The first row as the driver gives it, if there is one."""
        return self.statement.first_row(database, values)

    def typed(self, found: Sequence[Any]) -> list[Any]:
        """A row as Python values of their EDM types."""
        row = list(found)
        for item in self.readers:
            value = row[item.index]
            if value is not None:
                row[item.index] = item.read(value)
        return row


def _stream_columns(
    stream: StreamPlan, columns: list[SqlExpression], compiler: Compiler
) -> StreamColumns:
    """The columns by which the store of a stream knows it, added to those of the row."""

    def added(expression: Expression) -> tuple[int, Storage]:
        term = compiler.term(expression)
        columns.append(term.node)
        return len(columns) - 1, term.storage

    scope = None if stream.scope is None else added(stream.scope)
    return StreamColumns(tuple(map(added, stream.key)), scope)


def conditions_of(plan: ReadPlan, compiler: Compiler) -> list[SqlExpression]:
    """What the path and the filter of a level demand."""
    return [compiler.condition(item) for item in (*plan.anchors, *plan.filters)]


def sort_keys(plan: ReadPlan, compiler: Compiler) -> list[SortKey]:
    """The order terms, compiled; values that need it in their computed form."""
    keys: list[SortKey] = []
    for term in plan.order:
        compiled = compiler.term(term.expression)
        is_nullable = _is_nullable(term.expression, plan, compiler)
        keys.append(SortKey(compiled, term.descending, is_nullable))
    return keys


def _is_nullable(expression: Expression, plan: ReadPlan, compiler: Compiler) -> bool:
    """Whether there can be nulls among the values: never in a column that takes none, whatever
    the type says, so that an index gives the order."""
    if not expression.nullable or not isinstance(expression, PropertyRef):
        return expression.nullable
    source, path = expression.source, expression.path
    if source is not plan.block.root or len(path) > 1 or isinstance(source, DerivedSource):
        return True
    found = compiler.sources.mapping(source).properties.get(path[0])
    if not isinstance(found, ColumnMapping):
        return True
    return bool(found.column.null)


def order_nodes(keys: list[SortKey], dialect: Dialect) -> list[SqlExpression]:
    """The terms of ORDER BY."""
    return [
        dialect.order(
            key.term.node,
            key.term.storage.form,
            descending=key.descending,
            nullable=key.nullable,
        )
        for key in keys
    ]
