"""Expanded navigation properties as finished statements: one for all parents of a level.

A row of such a statement ends with the values that tell its parents, and, where the rows of
one parent are bounded, with its place among them and their number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import peewee

from odata.query.plan import Comparison, Expression
from odata.query.read_plan import ExpandPlan, ReadPlan, parents_name
from odata.query.row_template import RowTemplate
from odata.sql.compiler import Compiler, Term
from odata.sql.nodes import NamedParameter, ParameterNode, SqlExpression, all_of, sql
from odata.sql.one_row import in_one_row
from odata.sql.paging import limit_node
from odata.sql.reader import (
    FinishedRead,
    RowLayout,
    SqlContext,
    SqlQuery,
    StatementBuilder,
    order_nodes,
    sort_keys,
)
from odata.sql.row_writer import writer_of
from odata.sql.statement import finish
from odata.sql.storage import Form, Storage

PAGE = "page"
# Of the place of a row among those of its parent, and of their number.
_NUMBER = Storage(Form.INTEGER)


@dataclass(frozen=True, slots=True)
class _Related:
    """The pieces of one statement: its compiler, the values that tell the parent, the
    conditions."""

    compiler: Compiler
    own: list[Term]
    conditions: list[SqlExpression]


class Expander:
    """Builds the statements of expanded navigation properties."""

    def __init__(self, builder: StatementBuilder) -> None:
        self._builder = builder

    def entities(
        self,
        expand: ExpandPlan,
        parent: ReadPlan,
        template: RowTemplate,
        address: RowTemplate | None,
    ) -> FinishedRead:
        """The related rows of all parents whose link values are given."""
        builder, plan = self._builder, expand.read
        related = self._related(expand, parent)
        compiler, own = related.compiler, related.own
        columns, layout = builder.layout(plan, template, address, compiler)
        positions = tuple((len(columns) + index, term.storage) for index, term in enumerate(own))
        columns += [term.node for term in own]
        layout = replace(layout, order=positions)
        if expand.is_ranked:
            query = self._ranked(expand, columns, related)
        else:
            query = builder.query(plan, columns, related.conditions, compiler)
            # A single related row needs no order, which would keep databases from its key.
            if expand.navigation.is_collection:
                query = query.order_by(*order_nodes(sort_keys(plan, compiler), builder.dialect))
        statement = finish(query, builder.source.database)
        if plan.streams:
            return FinishedRead(statement, layout)
        storages = [*layout.storages, *(term.storage for term in own)]
        storages += [_NUMBER, _NUMBER] if expand.is_ranked else []
        one_row = in_one_row(statement, storages, builder.dialect)
        return FinishedRead(statement, layout, in_one_row=one_row)

    def counts(self, expand: ExpandPlan, parent: ReadPlan) -> FinishedRead:
        """How many related rows each of the parents has."""
        related = self._related(expand, parent)
        nodes = [term.node for term in related.own]
        columns = [*nodes, peewee.SQL("COUNT(*)")]
        query = self._builder.query(expand.read, columns, related.conditions, related.compiler)
        positions = tuple((index, term.storage) for index, term in enumerate(related.own))
        layout = RowLayout(writer_of(_no_text), (), positions)
        return FinishedRead(finish(query.group_by(*nodes), self._builder.source.database), layout)

    def _related(self, expand: ExpandPlan, parent: ReadPlan) -> _Related:
        compiler = self._builder.compiler()
        own = [compiler.term(link.child) for link in expand.links]
        conditions = [compiler.condition(item) for item in expand.read.filters]
        conditions += [self._common(item, compiler) for item in expand.read.anchors]
        for index, term in enumerate(own):
            values = ParameterNode(NamedParameter(parents_name(index)))
            conditions.append(self._builder.dialect.member_of(term.node, values))
        if expand.read.parents is not None:
            return _Related(compiler, own, conditions)
        owner = self._builder.source.of(expand.owner or parent.entity_type)
        mapping = owner.navigation.get(expand.navigation.name)
        if mapping is not None and mapping.condition is not None:
            alias = compiler.sources.alias(expand.read.block.root)
            conditions.append(mapping.condition(alias))
        return _Related(compiler, own, conditions)

    def _common(self, anchor: Expression, compiler: Compiler) -> SqlExpression:
        """What all related rows have in common."""
        if not isinstance(anchor, Comparison):
            return compiler.condition(anchor)
        one, other = compiler.pair(anchor.operator, anchor.left, anchor.right)
        return self._builder.dialect.equal_to_common(one.node, other.node)

    def _ranked(
        self, expand: ExpandPlan, columns: list[SqlExpression], related: _Related
    ) -> SqlQuery:
        builder, compiler = self._builder, related.compiler
        order = order_nodes(sort_keys(expand.read, compiler), builder.dialect)
        groups = peewee.NodeList([term.node for term in related.own], glue=", ")
        place = sql(
            "ROW_NUMBER() OVER (PARTITION BY {0} ORDER BY {1})",
            groups,
            peewee.NodeList(list(order), glue=", "),
        )
        named = [sql("{0} AS c" + str(index), node) for index, node in enumerate(columns)]
        named += [
            sql("{0} AS place", place),
            sql("COUNT(*) OVER (PARTITION BY {0}) AS total", groups),
        ]
        inner = builder.query(expand.read, named, related.conditions, compiler)
        shown = [peewee.SQL(f"c{index}") for index in range(len(columns))]
        shown += [peewee.SQL("place"), peewee.SQL("total")]
        return sql(
            "SELECT {0} FROM {1} AS ranked WHERE {2} ORDER BY place",
            peewee.NodeList(shown, glue=", "),
            _Parenthesized(inner),
            _kept(expand),
        )


def _kept(expand: ExpandPlan) -> SqlExpression:
    """Which places are read; the first one tells the number where that is all that counts."""
    conditions = [peewee.SQL(f"place > {expand.skip}")]
    if expand.top is not None:
        conditions.append(peewee.SQL(f"place <= {expand.skip + expand.top}"))
    if expand.is_paged:
        # One more than a page holds tells that there are more.
        conditions.append(sql("place <= {0} + " + str(expand.skip + 1), limit_node(PAGE)))
    kept = all_of(conditions)
    return sql("({0} OR place = 1)", kept) if expand.with_count else kept


def _no_text(_row: object, _named: object) -> bytes:
    return b""


class _Parenthesized(peewee.Node):
    """A query as a source of another one."""

    def __init__(self, query: SqlQuery) -> None:
        self.query = query

    def __sql__(self, ctx: SqlContext) -> SqlContext:
        """The query between parentheses."""
        with ctx(subquery=True):
            return ctx.sql(self.query)
