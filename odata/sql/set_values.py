"""Aggregates, windows and derived tables as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

import peewee

from odata.query import plan
from odata.query.root_path import RootValue
from odata.query.row_limits import InRowSet
from odata.query.search import SearchMatch
from odata.query.set_values import (
    Aggregated,
    Aggregation,
    ColumnRef,
    Concatenation,
    DerivedColumn,
    DerivedRows,
    DerivedSource,
    ItemsValue,
    RelatedValue,
    RelationCondition,
    Windowed,
    WindowFunction,
)
from odata.sql.nodes import SqlExpression, all_of, sql
from odata.sql.operands import OperandCompiler
from odata.sql.row_limits import row_set_node
from odata.sql.search import search_condition
from odata.sql.storage import Form, Storage, canonical_storage
from odata.sql.terms import TRUE, Term

SqlQuery = Any  # peewee's queries and contexts are untyped
SqlContext = Any

_NOTHING = peewee.SQL("")
_EXACT = frozenset({Form.SCALED, Form.INTEGER, Form.REAL})  # summed as they are stored
_COUNTS = frozenset({Aggregation.COUNT, Aggregation.COUNT_DISTINCT})


def set_value_term(value: plan.SetValue, compiler: OperandCompiler) -> Term:
    """The value of an aggregate, a window or a column."""
    match value:
        case Aggregated():
            return _aggregated(value, compiler)
        case RelatedValue():
            return _related(value, compiler)
        case ItemsValue():
            found = compiler.term(value.value)
            return Term(compiler.over(value.items, found.node, []), found.storage)
        case RootValue():
            return _root(value, compiler)
        case Windowed():
            return _windowed(value, compiler)
        case SearchMatch():
            condition = search_condition(value, compiler.sources, compiler.dialect)
            return Term(condition, Storage(Form.BOOLEAN))
        case RelationCondition():
            return _relation(value, compiler)
        case InRowSet():
            node = row_set_node(value.source, value.rows, compiler)
            return Term(node, Storage(Form.BOOLEAN))
        case ColumnRef():
            return compiler.sources.derived_column(value.source, value.name)
        case _:
            raise LookupError(type(value).__name__)


def _relation(value: RelationCondition, compiler: OperandCompiler) -> Term:
    mapping = compiler.sources.mapping_of(value.owner).navigation[value.navigation.name]
    condition: SqlExpression = TRUE
    if mapping.condition is not None:
        condition = mapping.condition(compiler.sources.alias(value.source))
    return Term(condition, Storage(Form.BOOLEAN))


def _aggregated(value: Aggregated, compiler: OperandCompiler) -> Term:
    within: SqlExpression = _NOTHING
    if value.within:
        conditions = all_of([compiler.condition(item) for item in value.within])
        within = sql(" FILTER (WHERE {0})", conditions)
    if value.operand is None:
        return Term(sql("COUNT(*){0}", within), Storage(Form.INTEGER))
    operand = _summable(value.operand, compiler)
    node = compiler.dialect.call(value.method.value, operand.storage.form, operand.node, within)
    is_count = value.method in _COUNTS
    return Term(node, Storage(Form.INTEGER) if is_count else operand.storage)


def _summable(operand: plan.Expression, compiler: OperandCompiler) -> Term:
    """The operand as it is stored where that is exact and ordered, else as it is computed."""
    term = compiler.term(operand)
    return term if term.storage.form in _EXACT else compiler.canonical(operand)


def _related(value: RelatedValue, compiler: OperandCompiler) -> Term:
    term = set_value_term(value.value, compiler)
    query = compiler.select(value.block, [term.node])
    return Term(query.where(compiler.sources.relation(value.block.root)), term.storage)


def _root(value: RootValue, compiler: OperandCompiler) -> Term:
    term = compiler.term(value.value)
    conditions = [compiler.condition(item) for item in value.conditions]
    query = compiler.select(value.block, [term.node])
    return Term(query.where(all_of(conditions)) if conditions else query, term.storage)


def _windowed(value: Windowed, compiler: OperandCompiler) -> Term:
    dialect = compiler.dialect
    partition = [compiler.term(item).node for item in value.partition]
    order = []
    for item in value.order:
        term = compiler.term(item.expression)
        nullable = item.expression.nullable
        form = term.storage.form
        order.append(dialect.order(term.node, form, descending=item.descending, nullable=nullable))
    window = peewee.NodeList(
        [
            *([sql("PARTITION BY {0}", _listed(partition))] if partition else []),
            *([sql("ORDER BY {0}", _listed(order))] if order else []),
        ],
        glue=" ",
    )
    is_count = value.function is WindowFunction.COUNT
    if value.operand is None:
        template = "COUNT(*) OVER ({0})" if is_count else "ROW_NUMBER() OVER ({0})"
        return Term(sql(template, window), Storage(Form.INTEGER))
    operand = _summable(value.operand, compiler)
    node = dialect.call(value.function.value, operand.storage.form, operand.node, window)
    return Term(node, Storage(Form.INTEGER) if is_count else operand.storage)


def _listed(nodes: Sequence[SqlExpression]) -> SqlExpression:
    return peewee.NodeList(list(nodes), glue=", ")


# --- derived tables -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DerivedTable:
    """A derived table: what stands for it in a statement, and the storage of its columns."""

    alias: SqlExpression
    name: str
    storages: dict[str, Storage] = field(default_factory=dict)

    def column(self, name: str) -> Term:
        """The value of a column."""
        return Term(peewee.SQL(f'"{self.name}"."{name}"'), self.storages[name])


def derive(source: DerivedSource, name: str, compiler: OperandCompiler) -> DerivedTable:
    """The derived table of a source under a name."""
    match source.rows:
        case DerivedRows():
            query, storages = _select(source.rows, compiler)
        case Concatenation():
            query, storages = _union(source.rows, compiler)
        case _:
            assert_never(source.rows)
    if source.columns is not None:
        return DerivedTable(_Subquery(query, name), name, storages)
    model = compiler.sources.mapping(source).model
    return DerivedTable(_EntitySubquery(model, name, query), name, storages)


def _select(rows: DerivedRows, compiler: OperandCompiler) -> tuple[SqlQuery, dict[str, Storage]]:
    # The root first: its name is needed for what is passed on.
    root = compiler.sources.alias(rows.block.root)
    conditions = [compiler.condition(item) for item in rows.conditions]
    storages: dict[str, Storage] = {}
    columns: list[SqlExpression] = []
    if rows.passes_on:
        columns.append(sql("{0}.*", _Reference(root)))
        storages |= compiler.sources.derived_storages(rows.block.root)
    for index, column in enumerate(rows.columns):
        term = _column(column, compiler)
        if index < (rows.groups or 0):
            term = _group(term, compiler)
        storages[column.name] = term.storage
        columns.append(sql("{0} AS " + f'"{column.name}"', term.node))
    query = compiler.select(rows.block, columns)
    if conditions:
        query = query.where(all_of(conditions))
    if rows.groups:
        places = [peewee.SQL(str(index + 1)) for index in range(rows.groups)]
        query = query.group_by(*places)
    return query, storages


def _column(column: DerivedColumn, compiler: OperandCompiler) -> Term:
    if column.expression is None:
        storage = canonical_storage(column.edm_type)
        return Term(compiler.dialect.parameter(peewee.SQL("NULL"), storage), storage)
    return compiler.term(column.expression)


def _group(term: Term, compiler: OperandCompiler) -> Term:
    """Equal values in one form."""
    return Term(compiler.dialect.call("group", term.storage.form, term.node), term.storage)


def _union(rows: Concatenation, compiler: OperandCompiler) -> tuple[SqlQuery, dict[str, Storage]]:
    storages = _common_storages(rows, compiler)
    selects: list[SqlExpression] = []
    for part in rows.parts:
        columns = [_aligned(column, storages[column.name], compiler) for column in part.columns]
        query = compiler.select(part.block, columns)
        if part.conditions:
            query = query.where(all_of([compiler.condition(item) for item in part.conditions]))
        selects.append(sql("SELECT * FROM {0}", _Subquery(query, f"p{len(selects)}")))
    return _Parentheses(peewee.NodeList(selects, glue=" UNION ALL ")), storages


def _common_storages(rows: Concatenation, compiler: OperandCompiler) -> dict[str, Storage]:
    found: dict[str, set[Storage]] = {}
    types = {column.name: column.edm_type for part in rows.parts for column in part.columns}
    for part in rows.parts:
        for column in part.columns:
            if column.expression is not None:
                storage = compiler.term(column.expression).storage
                found.setdefault(column.name, set()).add(storage)
    return {
        name: next(iter(storages)) if len(storages) == 1 else canonical_storage(types[name])
        for name, storages in found.items()
    }


def _aligned(column: DerivedColumn, storage: Storage, compiler: OperandCompiler) -> SqlExpression:
    if column.expression is None:
        node = compiler.dialect.parameter(peewee.SQL("NULL"), storage)
    else:
        term = compiler.term(column.expression)
        if term.storage != storage:
            term = compiler.canonical(column.expression, column.edm_type)
        node = term.node
    return sql("{0} AS " + f'"{column.name}"', node)


class _Reference(peewee.Node):
    """The name of an alias."""

    def __init__(self, alias: SqlExpression) -> None:
        self.alias = alias

    def __sql__(self, ctx: SqlContext) -> SqlContext:
        """The alias where values stand."""
        name = self.alias.__dict__.get("alias") or self.alias.__dict__.get("name")
        return ctx.sql(peewee.Entity(name))


class _Parentheses(peewee.Node):
    """SQL as a source."""

    def __init__(self, node: SqlExpression) -> None:
        self.node = node

    def __sql__(self, ctx: SqlContext) -> SqlContext:
        """The SQL between parentheses."""
        with ctx.scope_normal(parentheses=False, subquery=True):
            return ctx.literal("(").sql(self.node).literal(")")


class _Subquery(peewee.Node):
    """A query under a name."""

    def __init__(self, query: SqlQuery, name: str) -> None:
        self.query = query
        self.name = name

    def __sql__(self, ctx: SqlContext) -> SqlContext:
        """The query as a source."""
        with ctx.scope_normal(subquery=True):
            ctx.sql(self.query)
        return ctx.literal(" AS ").sql(peewee.Entity(self.name))


class _EntitySubquery(peewee.ModelAlias):
    """A query under a name, with the columns of a model."""

    def __init__(self, model: type[peewee.Model], name: str, query: SqlQuery) -> None:
        super().__init__(model, name)
        self.__dict__["query"] = query

    def __sql__(self, ctx: SqlContext) -> SqlContext:
        """The query as a source, else its name."""
        ctx.alias_manager[self] = self.alias
        if ctx.scope == peewee.SCOPE_SOURCE:
            with ctx.scope_normal(subquery=True):
                ctx.sql(self.query)
            return ctx.literal(" AS ").sql(peewee.Entity(self.alias))
        return ctx.sql(peewee.Entity(self.alias))
