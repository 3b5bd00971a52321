"""Bound expressions as SQL: one case per kind of expression, the work done by its parts.

``operands`` < ``conditions``, ``arithmetic``, ``casts`` < ``item_collections`` <
``collection_values`` < here.
"""

from __future__ import annotations

from typing import assert_never

import peewee

from odata.query import plan
from odata.query.collection_value import CollectionValue, ComparedCollections
from odata.query.entity_key import first_key
from odata.query.set_values import DerivedSource
from odata.query.text_search import TextMatch
from odata.sql.arithmetic import ArithmeticCompiler
from odata.sql.collection_values import CollectionCompiler
from odata.sql.dialects.base import Dialect
from odata.sql.nodes import NamedParameter, ParameterNode, SqlExpression, all_of, listed, sql
from odata.sql.row_limits import limits_of
from odata.sql.set_values import derive, set_value_term
from odata.sql.sources import SourceTable
from odata.sql.storage import Form, Storage, canonical_storage, storage_of
from odata.sql.terms import FALSE, TRUE, Term
from odata.sql.text_search import text_match

__all__ = ["FALSE", "TRUE", "Compiler", "Term"]


class Compiler(CollectionCompiler, ArithmeticCompiler):
    """Compiles the expressions of one statement."""

    def __init__(self, sources: SourceTable, dialect: Dialect) -> None:
        super().__init__(sources, dialect)
        sources.given = lambda value, column: self._given_for(value, storage_of(column))
        sources.derive = lambda source, name: derive(source, name, self)
        sources.condition = self.condition
        sources.limits_of = lambda source: limits_of(source, self)
        # The expression is kept beside its term, so that its identity stays its own.
        self._terms: dict[int, tuple[plan.Expression, Term]] = {}

    def term(self, expression: plan.Expression) -> Term:
        """The value of an expression in whatever storage it has; compiled once."""
        known = self._terms.get(id(expression))
        if known is None:
            known = self._terms[id(expression)] = (expression, self._term(expression))
        return known[1]

    def _term(self, expression: plan.Expression) -> Term:  # noqa: C901, PLR0911, PLR0912  (a closed union)
        match expression:
            case plan.PropertyRef():
                return self._property(expression)
            case plan.DynamicRef():
                return self.dynamic_term(expression)
            case plan.Parameter() | plan.Constant() | plan.RuntimeValue():
                return self.given(expression, canonical_storage(expression.edm_type))
            case plan.ScopeRef():
                return self._scope(expression)
            case plan.TagRef():
                return Term(self.sources.tag(expression.source), Storage(Form.TEXT))
            case plan.Arithmetic():
                return self.arithmetic_term(expression)
            case plan.Negate():
                return self.negative_term(expression)
            case plan.Call():
                return self.function_term(expression)
            case plan.Cast():
                return self.cast_term(expression)
            case plan.IsOf():
                return _boolean(self.is_of(expression))
            case plan.Case():
                return self._case(expression)
            case plan.Has():
                return self._has(expression)
            case plan.CountOf():
                return Term(self._count(expression), Storage(Form.INTEGER))
            case plan.EntityRef():
                return self.term(first_key(expression))
            case CollectionValue():
                return self.collection_term(expression)
            case ComparedCollections():
                return self.compared_term(expression)
            case TextMatch():
                return _boolean(text_match(expression, self))
            case plan.SetValue():
                return set_value_term(expression, self)
            case plan.Among():
                return _boolean(self._among(expression))
            case plan.ItemRef():
                return self.item_term(expression)
            case plan.ItemExists() | plan.ItemCount():
                return self.items_term(expression)
            case plan.ItemList():
                return self.list_term(expression)
            case plan.Comparison() | plan.Logical() | plan.Not() | plan.In() | plan.Exists():
                return _boolean(self.condition(expression, exact=True))
            case _:
                assert_never(expression)

    def _given_for(self, value: plan.Expression, storage: Storage) -> SqlExpression:
        if not isinstance(value, plan.Parameter | plan.Constant):
            raise TypeError("a literal or a constant was expected")
        return self.given(value, storage).node

    def _property(self, reference: plan.PropertyRef) -> Term:
        source = reference.source
        if isinstance(source, DerivedSource) and source.columns is not None:
            return self.sources.derived_column(source, source.columns[reference.path])
        node, column = self.sources.value(reference)
        return Term(node, storage_of(column))

    def _scope(self, reference: plan.ScopeRef) -> Term:
        node, column = self.sources.scope(reference.source)
        return Term(node, storage_of(column))

    def _has(self, flags: plan.Has) -> Term:
        left, right = self.canonical(flags.left), self.canonical(flags.right)
        return _boolean(self.call("has", left.node, right.node))

    def _case(self, case: plan.Case) -> Term:
        pieces: list[SqlExpression] = []
        for condition, value in case.branches:
            term = self.canonical(value, case.edm_type)
            pieces.append(sql("WHEN {0} THEN {1}", self.condition(condition), term.node))
        node = sql("(CASE {0} END)", listed(pieces, " "))
        return Term(node, canonical_storage(case.edm_type))

    def _count(self, count: plan.CountOf) -> SqlExpression:
        conditions = [self.sources.relation(count.block.root)]
        conditions += [self.condition(item) for item in count.filters]
        return self.select(count.block, [peewee.SQL("COUNT(*)")]).where(all_of(conditions))

    def _among(self, expression: plan.Among) -> SqlExpression:
        values = ParameterNode(NamedParameter(expression.name))
        return self.dialect.member_of(self.term(expression.value).node, values)


def _boolean(node: SqlExpression) -> Term:
    return Term(node, Storage(Form.BOOLEAN))
