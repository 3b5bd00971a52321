"""Operands: given values, promotion, and two operands brought into one storage.

The base of the compiler; its sisters add conditions, arithmetic, casts and collections.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import peewee

from odata.edm.types import FLOATING_TYPES, Primitive, PropertyType
from odata.query import plan
from odata.query.arithmetic import common_number
from odata.sql.dialects.base import Dialect
from odata.sql.nodes import (
    ConstantParameter,
    NamedParameter,
    ParameterNode,
    RequestParameter,
    SqlExpression,
    all_of,
    sql,
)
from odata.sql.sources import SourceTable
from odata.sql.storage import Form, Rounding, Storage, canonical_storage, to_parameter
from odata.sql.terms import FALSE, TRUE, GivenValue, Term
from odata.uri.ast import ComparisonOperator


class OperandCompiler(ABC):
    """What every part of the compiler needs: sources, a dialect, and operands."""

    def __init__(self, sources: SourceTable, dialect: Dialect) -> None:
        self.sources = sources
        self.dialect = dialect

    @abstractmethod
    def condition(self, expression: plan.Expression, *, exact: bool = False) -> SqlExpression:
        """SQL that is true where ``expression`` is true."""

    @abstractmethod
    def term(self, expression: plan.Expression) -> Term:
        """The value of an expression in whatever storage it has."""

    @abstractmethod
    def over(
        self, items: plan.Items, shown: SqlExpression, conditions: list[SqlExpression]
    ) -> SqlExpression:
        """A SELECT of one value over the items of a collection that meet conditions."""

    def canonical(self, expression: plan.Expression, wanted: PropertyType | None = None) -> Term:
        """The value in the form in which its type is computed, promoted to ``wanted``."""
        want = canonical_storage(wanted or expression.edm_type)
        if isinstance(expression, GivenValue):
            return self.given(expression, want)
        term = self.term(expression)
        node = self.dialect.canonical(term.node, term.storage)
        have = canonical_storage(expression.edm_type)
        return Term(self._promote(node, have, want), want)

    def _promote(self, node: SqlExpression, have: Storage, want: Storage) -> SqlExpression:
        if have.form is want.form:
            return node
        if have.form is Form.DAY and want.form is Form.INSTANT:
            return self.call("instant_of_day", node)
        return self.dialect.call(f"promote/{have.form.name}", want.form, node)

    def given(
        self, value: GivenValue, storage: Storage, rounding: Rounding = Rounding.EXACT
    ) -> Term:
        """A literal, a constant or a value of the engine as a parameter in this storage."""
        if isinstance(value, plan.Constant):
            return self._constant(value, storage, rounding)
        if isinstance(value, plan.Parameter):
            node = ParameterNode(RequestParameter(value, storage, rounding))
        else:
            node = ParameterNode(NamedParameter(value.name, storage))
        return Term(self.dialect.parameter(node, storage), storage)

    def _constant(self, constant: plan.Constant, storage: Storage, rounding: Rounding) -> Term:
        if isinstance(constant.value, bool):
            return Term(TRUE if constant.value else FALSE, storage)
        value = to_parameter(constant.value, storage, rounding)
        return Term(
            self.dialect.parameter(ParameterNode(ConstantParameter(value)), storage), storage
        )

    def pair(
        self, operator: ComparisonOperator, left: plan.Expression, right: plan.Expression
    ) -> tuple[Term, Term]:
        """Both operands in one storage; a literal goes into the storage of a column."""
        if isinstance(right, GivenValue) and self._takes_literal(left, right):
            column = self.term(left)
            return column, self.given(right, column.storage, _ROUNDINGS[operator])
        if isinstance(left, GivenValue) and self._takes_literal(right, left):
            column = self.term(right)
            return self.given(left, column.storage, _MIRRORED_ROUNDINGS[operator]), column
        one, other = self.term(left), self.term(right)
        if one.storage == other.storage and _same_kind(left.edm_type, right.edm_type):
            return one, other
        wanted = _meeting_type(left.edm_type, right.edm_type)
        return self.canonical(left, wanted), self.canonical(right, wanted)

    def _takes_literal(self, column: plan.Expression, literal: GivenValue) -> bool:
        if isinstance(column, plan.ScopeRef):
            return True
        if not isinstance(column, plan.PropertyRef):
            return False
        form = self.term(column).storage.form
        if form is Form.DAY and literal.edm_type is Primitive.DATE_TIME_OFFSET:
            return False
        return not (literal.edm_type in FLOATING_TYPES and form is Form.NATIVE_DECIMAL)

    def select(self, block: plan.Block, columns: list[SqlExpression]) -> peewee.Select:
        """A SELECT over a block with its outer joins, within the limits of the caller."""
        query = peewee.Select([self.sources.from_clause(block)], columns)
        tests = self.sources.root_tests(block)
        for source in (block.lead, block.root, *block.ancestors, *block.crossed):
            tests += [] if source is None else self.sources.limits_of(source)
        return query.where(all_of(tests)) if tests else query

    def call(self, operation: str, *operands: SqlExpression) -> SqlExpression:
        """An operation that is the same for all forms."""
        return self.dialect.call(operation, Form.TEXT, *operands)

    def false_if_null(self, node: SqlExpression) -> SqlExpression:
        """A condition that is never null."""
        return sql("COALESCE({0}, FALSE)", node)


def _same_kind(one: PropertyType | None, other: PropertyType | None) -> bool:
    return one == other or common_number(one, other) is not None


def _meeting_type(one: PropertyType | None, other: PropertyType | None) -> PropertyType | None:
    number = common_number(one, other)
    if number is not None:
        return number
    if {one, other} == {Primitive.DATE, Primitive.DATE_TIME_OFFSET}:
        return Primitive.DATE_TIME_OFFSET
    return one


_OPERATOR = ComparisonOperator
_ROUNDINGS: Mapping[ComparisonOperator, Rounding] = {
    _OPERATOR.EQ: Rounding.EXACT,
    _OPERATOR.NE: Rounding.EXACT,
    _OPERATOR.GT: Rounding.FLOOR,
    _OPERATOR.LE: Rounding.FLOOR,
    _OPERATOR.GE: Rounding.CEILING,
    _OPERATOR.LT: Rounding.CEILING,
}
_MIRRORED_ROUNDINGS: Mapping[ComparisonOperator, Rounding] = {
    _OPERATOR.EQ: Rounding.EXACT,
    _OPERATOR.NE: Rounding.EXACT,
    _OPERATOR.LT: Rounding.FLOOR,
    _OPERATOR.GE: Rounding.FLOOR,
    _OPERATOR.LE: Rounding.CEILING,
    _OPERATOR.GT: Rounding.CEILING,
}
