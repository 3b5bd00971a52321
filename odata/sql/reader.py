"""Read plans as finished statements, and their rows.

A row of a statement carries its JSON text first, then the values by which deeper levels
are linked, then the values of its order, from which a skip token is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from odata.query.plan import Expression, TagRef
from odata.query.read_plan import ExpandKind, ExpandPlan, ReadPlan
from odata.query.row_template import RowTemplate
from odata.sql.compiler import Compiler, Term
from odata.sql.dialects.base import Dialect
from odata.sql.execution import fetch, run
from odata.sql.mapping import DataSource
from odata.sql.nodes import NamedParameter, ParameterNode, SqlExpression, all_of, sql
from odata.sql.paging import SortKey, after, limit_node
from odata.sql.rendering import DatabaseRenderer, PythonRenderer, Renderer, RowEncoder
from odata.sql.sources import SourceTable
from odata.sql.statement import RequestValues, Statement, finish
from odata.sql.storage import Storage, from_database

_CHUNK = 500

SqlQuery = Any  # peewee's queries and contexts are untyped
SqlContext = Any


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Where a statement's row keeps what."""

    encode: RowEncoder
    links: tuple[tuple[int, ...], ...]
    order: tuple[tuple[int, Storage], ...]
    tag: int | None = None

    def order_values(self, row: Sequence[Any]) -> list[Any]:
        """The Python values of the row's order terms."""
        return [from_database(row[index], storage) for index, storage in self.order]


@dataclass(frozen=True, slots=True)
class FinishedRead:
    """One level of a read, ready to run."""

    statement: Statement
    layout: RowLayout


class StatementBuilder:
    """Builds the statements of one data source."""

    def __init__(self, source: DataSource, dialect: Dialect) -> None:
        self.source = source
        self.dialect = dialect

    def rows(
        self, plan: ReadPlan, template: RowTemplate, *, after_nulls: tuple[bool, ...] | None = None
    ) -> FinishedRead:
        """The rows of the first level; ``after_nulls`` continues behind a skip token."""
        compiler = self._compiler()
        renderer = self._renderer(template, compiler)
        columns, links = self._links(renderer.columns(), plan, compiler)
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
            conditions.append(after(keys, after_nulls, self.dialect))
        query = self._query(plan, columns, conditions, compiler)
        if keys:
            query = query.order_by(*order_nodes(keys, self.dialect)).limit(limit_node("limit"))
        if plan.skip is not None and after_nulls is None:
            query = query.offset(limit_node("offset"))
        layout = RowLayout(renderer.encoder(), links, positions, tag)
        return FinishedRead(finish(query, self.source.database), layout)

    def count(self, plan: ReadPlan) -> Statement:
        """The number of rows, whatever their page."""
        compiler = self._compiler()
        conditions = conditions_of(plan, compiler)
        query = self._query(plan, [peewee.SQL("COUNT(*)")], conditions, compiler)
        return finish(query, self.source.database)

    def exists(self, plan: ReadPlan) -> Statement:
        """One row with one column where there is any."""
        compiler = self._compiler()
        conditions = conditions_of(plan, compiler)
        query = self._query(plan, [peewee.SQL("1")], conditions, compiler).limit(1)
        return finish(query, self.source.database)

    def values(
        self, plan: ReadPlan, expressions: Sequence[Expression], *, locks: bool = False
    ) -> TypedRead:
        """Python values instead of JSON: the same rows for everybody but OData; ``locks``
        keeps other writers from them until the transaction ends."""
        compiler = self._compiler()
        terms = [compiler.term(item) for item in expressions]
        keys = sort_keys(plan, compiler)
        query = self._query(
            plan, [term.node for term in terms], conditions_of(plan, compiler), compiler
        )
        if keys:
            query = query.order_by(*order_nodes(keys, self.dialect)).limit(limit_node("limit"))
        if plan.skip is not None:
            query = query.offset(limit_node("offset"))
        if locks and self.dialect.locks_rows:
            query = query.for_update(of=compiler.sources.alias(plan.block.root))
        storages = tuple(term.storage for term in terms)
        return TypedRead(finish(query, self.source.database), storages)

    def expanded(self, expand: ExpandPlan, parent: ReadPlan, template: RowTemplate) -> FinishedRead:
        """The related rows of all parents whose link values are the array ``parents``."""
        compiler = self._compiler()
        renderer = self._renderer(template, compiler)
        plan = expand.read
        columns, links = self._links(renderer.columns(), plan, compiler)
        own = [compiler.term(link.child) for link in expand.links]
        positions = tuple((len(columns) + index, term.storage) for index, term in enumerate(own))
        columns += [term.node for term in own]
        conditions = [*conditions_of(plan, compiler), *self._ties(expand, parent, own, compiler)]
        keys = sort_keys(plan, compiler)
        order = order_nodes(keys, self.dialect)
        layout = RowLayout(renderer.encoder(), links, positions)
        if expand.top is None and not expand.skip and not expand.with_count:
            query = self._query(plan, columns, conditions, compiler).order_by(*order)
            return FinishedRead(finish(query, self.source.database), layout)
        query = self._ranked(expand, columns, conditions, (own, order, compiler))
        return FinishedRead(finish(query, self.source.database), layout)

    def _ranked(
        self,
        expand: ExpandPlan,
        columns: list[SqlExpression],
        conditions: list[SqlExpression],
        rest: tuple[list[Term], list[SqlExpression], Compiler],
    ) -> SqlQuery:
        own, order, compiler = rest
        groups = peewee.NodeList([term.node for term in own], glue=", ")
        place = sql(
            "ROW_NUMBER() OVER (PARTITION BY {0} ORDER BY {1})",
            groups,
            peewee.NodeList(list(order), glue=", "),
        )
        total = sql("COUNT(*) OVER (PARTITION BY {0})", groups)
        named = [sql("{0} AS c" + str(index), node) for index, node in enumerate(columns)]
        named += [sql("{0} AS place", place), sql("{0} AS total", total)]
        inner = self._query(expand.read, named, conditions, compiler)
        first, last = expand.skip, None if expand.top is None else expand.skip + expand.top
        kept = f"place > {first}" + ("" if last is None else f" AND place <= {last}")
        if expand.with_count:
            kept = f"({kept}) OR place = 1"
        shown = [peewee.SQL(f"c{index}") for index in range(len(columns))]
        shown += [peewee.SQL("place"), peewee.SQL("total")]
        return sql(
            "SELECT {0} FROM {1} AS ranked WHERE {2} ORDER BY place",
            peewee.NodeList(shown, glue=", "),
            _Parenthesized(inner),
            peewee.SQL(kept),
        )

    # --- pieces -------------------------------------------------------------------------

    def _compiler(self) -> Compiler:
        return Compiler(SourceTable(self.source), self.dialect)

    def _renderer(self, template: RowTemplate, compiler: Compiler) -> Renderer:
        if self.dialect.writes_json:
            return DatabaseRenderer(template, compiler)
        return PythonRenderer(template, compiler)

    def _links(
        self, columns: list[SqlExpression], plan: ReadPlan, compiler: Compiler
    ) -> tuple[list[SqlExpression], tuple[tuple[int, ...], ...]]:
        columns = list(columns)
        positions: list[tuple[int, ...]] = []
        for expand in plan.expands:
            start = len(columns)
            columns += [compiler.term(link.parent).node for link in expand.links]
            positions.append(tuple(range(start, len(columns))))
        return columns, tuple(positions)

    def _query(
        self,
        plan: ReadPlan,
        columns: list[SqlExpression],
        conditions: list[SqlExpression],
        compiler: Compiler,
    ) -> SqlQuery:
        query = compiler.select(plan.block, columns)
        return query.where(all_of(conditions)) if conditions else query

    def _ties(
        self, expand: ExpandPlan, parent: ReadPlan, own: list[Term], compiler: Compiler
    ) -> list[SqlExpression]:
        values = ParameterNode(NamedParameter("parents"))
        ties = [self.dialect.member_of(own[0].node, values)]
        mapping = self.source.of(parent.entity_type).navigation[expand.navigation.name]
        if mapping.condition is not None:
            ties.append(mapping.condition(compiler.sources.alias(expand.read.block.root)))
        return ties


class _Parenthesized(peewee.Node):
    """A query as a source of another one."""

    def __init__(self, query: SqlQuery) -> None:
        self.query = query

    def __sql__(self, ctx: SqlContext) -> SqlContext:
        """The query between parentheses."""
        with ctx(subquery=True):
            return ctx.sql(self.query)


@dataclass(frozen=True, slots=True)
class TypedRead:
    """A statement whose rows become Python values."""

    statement: Statement
    storages: tuple[Storage, ...]

    def read(self, database: peewee.Database, values: RequestValues) -> Iterator[list[Any]]:
        """The rows as Python values of their EDM types."""
        cursor = run(database, self.statement.sql, self.statement.parameters(values))
        for chunk in fetch(cursor, _CHUNK):
            for row in chunk:
                yield [
                    from_database(value, storage)
                    for value, storage in zip(row, self.storages, strict=True)
                ]


def conditions_of(plan: ReadPlan, compiler: Compiler) -> list[SqlExpression]:
    """What the path and the filter of a level demand."""
    return [compiler.condition(item) for item in (*plan.anchors, *plan.filters)]


def sort_keys(plan: ReadPlan, compiler: Compiler) -> list[SortKey]:
    """The order terms, compiled; values that need it in their computed form."""
    keys: list[SortKey] = []
    for term in plan.order:
        compiled = compiler.term(term.expression)
        keys.append(SortKey(compiled, term.descending, term.expression.nullable))
    return keys


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


def is_count_only(expand: ExpandPlan) -> bool:
    """Whether only the number of related rows is shown."""
    return expand.kind is ExpandKind.COUNT
