"""Row limits as SQL: conditions that every use of a limited entity type carries."""

from __future__ import annotations

from typing import Protocol

import peewee

from odata.query import plan
from odata.query.row_limits import VISIBLE_SCOPES, RowSet
from odata.sql.dialects.base import Dialect
from odata.sql.nodes import NamedParameter, ParameterNode, SqlContext, SqlExpression, listed, sql
from odata.sql.sources import SourceTable


class _Compiler(Protocol):
    """What compiles the pieces of a limit."""

    @property
    def sources(self) -> SourceTable:
        """The sources of the statement."""

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""

    def condition(self, expression: plan.Expression, *, exact: bool = False) -> SqlExpression:
        """SQL that is true where ``expression`` is true."""

    def select(self, block: plan.Block, columns: list[SqlExpression]) -> peewee.Select:
        """A SELECT over a block."""


def limits_of(source: plan.Source, compiler: _Compiler) -> list[SqlExpression]:
    """What rows of a source must fulfil beside what the request asks for."""
    limits = compiler.sources.row_limits(source)
    if limits is None:
        return []
    nodes = [row_set_node(source, item, compiler) for item in limits.sets]
    if limits.only_visible_scopes:
        values = ParameterNode(NamedParameter(VISIBLE_SCOPES))
        nodes.append(compiler.dialect.member_of(_scope(source, compiler.sources), values))
    return nodes


def row_set_node(source: plan.Source, rows: RowSet, compiler: _Compiler) -> SqlExpression:
    """SQL that is true for the rows of a source that are in a set, in their own scope."""
    sources, root = compiler.sources, rows.block.root
    own = [sources.column(source, item.path[0]) for item in rows.key]
    theirs = [sources.column(root, item.path[0]) for item in rows.key]
    if sources.mapping(root).scope is not None:
        own.append(sources.scope(source)[0])
        theirs.append(sources.scope(root)[0])
    query = compiler.select(rows.block, theirs).where(compiler.condition(rows.condition))
    return sql("(({0}) IN {1})", listed(own), _Keys(query))


class _Keys(peewee.Node):
    """A query as a list of values, in the condition of a join too."""

    def __init__(self, query: peewee.Select) -> None:
        self.query = query

    def __sql__(self, ctx: SqlContext) -> SqlContext:
        """The query between parentheses, without a name."""
        with ctx.scope_normal(subquery=True):
            return ctx.sql(self.query)


def _scope(source: plan.Source, sources: SourceTable) -> SqlExpression:
    if sources.mapping(source).scope is not None:
        return sources.scope(source)[0]
    return sources.column(source, source.entity_type.all_key_names()[0])
