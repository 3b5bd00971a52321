"""Conditions as SQL that keeps OData's null logic.

``condition`` gives SQL that is true where the expression is; with ``exact`` it also tells
false from null, as is needed below ``not`` and inside values. Cites: OData URL
Conventions 5.1.1.1, reference ``odata.md`` section 3.4.
"""

from __future__ import annotations

import math

import peewee

from odata.query import plan
from odata.sql.nodes import SqlExpression, all_of, any_of, listed, sql
from odata.sql.operands import OperandCompiler
from odata.sql.storage import Form
from odata.sql.terms import FALSE, TRUE, UNKNOWN, Term, is_null
from odata.uri.ast import ComparisonOperator, LogicalOperator

_WITH_EQUALITY = frozenset({ComparisonOperator.EQ, ComparisonOperator.GE, ComparisonOperator.LE})


class ConditionCompiler(OperandCompiler):
    """Comparisons, logic and membership."""

    def condition(self, expression: plan.Expression, *, exact: bool = False) -> SqlExpression:
        """SQL that is true where ``expression`` is true."""
        match expression:
            case plan.Logical():
                operands = [self.condition(item, exact=exact) for item in expression.operands]
                joined = all_of if expression.operator is LogicalOperator.AND else any_of
                return joined(operands)
            case plan.Not():
                return self.call("not", self.condition(expression.operand, exact=True))
            case plan.Comparison():
                return self._comparison(expression, exact=exact)
            case plan.In():
                return self._in(expression, exact=exact)
            case plan.Exists():
                return self._exists(expression)
            case plan.Constant():
                return _constant_condition(expression)
            case _:
                return self.term(expression).node

    def _comparison(self, expression: plan.Comparison, *, exact: bool) -> SqlExpression:
        operator, left, right = expression.operator, expression.left, expression.right
        if is_null(left) or is_null(right):
            return self._comparison_with_null(operator, left, right)
        if _is_nan(left) or _is_nan(right):
            return TRUE if operator is ComparisonOperator.NE else FALSE
        one, other = self.pair(operator, left, right)
        return self._compare_terms(operator, (left, one), (right, other), exact=exact)

    def _compare_terms(
        self,
        operator: ComparisonOperator,
        left: tuple[plan.Expression, Term],
        right: tuple[plan.Expression, Term],
        *,
        exact: bool,
    ) -> SqlExpression:
        form = left[1].storage.form
        one, other = left[1].node, right[1].node
        both_nullable = left[0].nullable and right[0].nullable
        either_nullable = left[0].nullable or right[0].nullable
        if operator is ComparisonOperator.EQ and (both_nullable or (exact and either_nullable)):
            return self.dialect.call("not_distinct", form, one, other)
        if operator is ComparisonOperator.NE and either_nullable:
            return self.dialect.call("distinct", form, one, other)
        plain = self.dialect.call(operator.value, form, one, other)
        if not either_nullable:
            return plain
        if both_nullable and operator in _WITH_EQUALITY:
            return sql("COALESCE({0}, {1} IS NULL AND {2} IS NULL)", plain, one, other)
        return self.false_if_null(plain) if exact else plain

    def _comparison_with_null(
        self, operator: ComparisonOperator, left: plan.Expression, right: plan.Expression
    ) -> SqlExpression:
        value = right if is_null(left) else left
        wants_null = operator in _WITH_EQUALITY
        if is_null(value):
            return TRUE if wants_null else FALSE
        if operator in (ComparisonOperator.GT, ComparisonOperator.LT):
            return FALSE
        if isinstance(value, plan.PropertyRef) and value.definition.is_stream:
            is_there = self.sources.stream_presence(value)
            return self.call("not", is_there) if wants_null else is_there
        test = "is_null" if wants_null else "is_not_null"
        return self.call(test, self.term(value).node)

    def _in(self, expression: plan.In, *, exact: bool) -> SqlExpression:
        conditions: list[SqlExpression] = []
        left = expression.left
        items = [item for item in expression.items if not _is_nan(item)]
        pairs = [self.pair(ComparisonOperator.EQ, left, item) for item in items]
        if pairs and all(pair[0].storage == pairs[0][0].storage for pair in pairs):
            conditions.append(self._in_list(pairs))
        else:
            conditions += [
                self.dialect.call("eq", one.storage.form, one.node, other.node)
                for one, other in pairs
            ]
        if expression.has_null and left.nullable:
            conditions.append(self.call("is_null", self.term(left).node))
        if not conditions:
            return FALSE
        joined = any_of(conditions)
        return self.false_if_null(joined) if exact and _may_be_null(expression) else joined

    def _in_list(self, pairs: list[tuple[Term, Term]]) -> SqlExpression:
        left = pairs[0][0]
        if left.storage.form is Form.NUMBER:
            return any_of(
                [self.dialect.call("eq", Form.NUMBER, one.node, item.node) for one, item in pairs]
            )
        items = listed([item.node for _, item in pairs])
        return sql("({0} IN ({1}))", left.node, items)

    def _exists(self, expression: plan.Exists) -> SqlExpression:
        conditions = [self.sources.relation(expression.block.root)]
        conditions += [self.condition(item) for item in expression.filters]
        conditions += self.lambda_conditions(expression.predicate, is_all=expression.is_all)
        query = self.select(expression.block, [peewee.SQL("1")]).where(all_of(conditions))
        return sql("(NOT EXISTS {0})" if expression.is_all else "EXISTS {0}", query)

    def lambda_conditions(
        self, predicate: plan.Expression | None, *, is_all: bool
    ) -> list[SqlExpression]:
        """What a member must fulfil to decide: the predicate, or for ``all`` its opposite."""
        if predicate is None:
            return []
        inner = self.condition(predicate, exact=is_all)
        return [self.call("not", self.false_if_null(inner)) if is_all else inner]


def _constant_condition(constant: plan.Constant) -> SqlExpression:
    if constant.value is None:
        return UNKNOWN
    return TRUE if constant.value else FALSE


def _is_nan(expression: plan.Expression) -> bool:
    if not isinstance(expression, plan.Constant):
        return False
    return isinstance(expression.value, float) and math.isnan(expression.value)


def _may_be_null(expression: plan.In) -> bool:
    return expression.left.nullable or any(item.nullable for item in expression.items)
