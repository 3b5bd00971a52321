"""Bound expressions as SQL that keeps OData's null logic.

``condition`` gives SQL that is true where the expression is; with ``exact`` it also tells
false from null, as is needed below ``not`` and inside values. Cites: OData URL
Conventions 5.1.1.1, reference ``odata.md`` section 3.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import peewee

from odata.edm.types import EnumType, Primitive, PropertyType
from odata.errors import NotImplementedYetError, UriSemanticError
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
    any_of,
    sql,
)
from odata.sql.search import matching, search_table
from odata.sql.sources import SourceTable
from odata.sql.storage import (
    Form,
    Rounding,
    Storage,
    canonical_storage,
    storage_of,
    to_parameter,
)
from odata.uri.ast import ArithmeticOperator, ComparisonOperator, LogicalOperator

TRUE = peewee.SQL("TRUE")
FALSE = peewee.SQL("FALSE")
_GIVEN = (plan.Parameter, plan.Constant, plan.RuntimeValue)


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of SQL with the storage of its value."""

    node: SqlExpression
    storage: Storage


class Compiler:
    """Compiles the expressions of one statement."""

    def __init__(self, sources: SourceTable, dialect: Dialect) -> None:
        self.sources = sources
        self.dialect = dialect

    # --- conditions -------------------------------------------------------------------

    def condition(self, expression: plan.Expression, *, exact: bool = False) -> SqlExpression:
        """SQL that is true where ``expression`` is true."""
        match expression:
            case plan.Logical():
                operands = [self.condition(item, exact=exact) for item in expression.operands]
                joined = all_of if expression.operator is LogicalOperator.AND else any_of
                return joined(operands)
            case plan.Not():
                return self._call("not", self.condition(expression.operand, exact=True))
            case plan.Comparison():
                return self._comparison(expression, exact=exact)
            case plan.In():
                return self._in(expression, exact=exact)
            case plan.Exists():
                return self._exists(expression)
            case plan.Constant():
                return self._constant_condition(expression)
            case _:
                return self.term(expression).node

    def _constant_condition(self, constant: plan.Constant) -> SqlExpression:
        if constant.value is None:
            return peewee.SQL("CAST(NULL AS BOOLEAN)")
        return TRUE if constant.value else FALSE

    def _comparison(self, expression: plan.Comparison, *, exact: bool) -> SqlExpression:
        operator, left, right = expression.operator, expression.left, expression.right
        if _is_null(left) or _is_null(right):
            return self._comparison_with_null(operator, left, right)
        if isinstance(left, plan.EntityRef) and isinstance(right, plan.EntityRef):
            left, right = self._identity(left), self._identity(right)
        one, other = self._pair(operator, left, right)
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
        if both_nullable and operator in (ComparisonOperator.GE, ComparisonOperator.LE):
            return sql("COALESCE({0}, {1} IS NULL AND {2} IS NULL)", plain, one, other)
        return self._call("false_if_null", plain) if exact else plain

    def _comparison_with_null(
        self, operator: ComparisonOperator, left: plan.Expression, right: plan.Expression
    ) -> SqlExpression:
        value = right if _is_null(left) else left
        wants_null = operator in (
            ComparisonOperator.EQ,
            ComparisonOperator.GE,
            ComparisonOperator.LE,
        )
        if _is_null(value):
            return TRUE if wants_null else FALSE
        if operator in (ComparisonOperator.GT, ComparisonOperator.LT):
            return FALSE
        if isinstance(value, plan.EntityRef):
            value = self._identity(value)
        if isinstance(value, plan.PropertyRef) and value.definition.is_stream:
            raise NotImplementedYetError("streams cannot be compared")
        test = "is_null" if wants_null else "is_not_null"
        return self._call(test, self.term(value).node)

    def _identity(self, reference: plan.EntityRef) -> plan.PropertyRef:
        definition = reference.source.entity_type.key_properties()[0]
        return plan.PropertyRef(reference.source, definition, (definition.name,))

    def _in(self, expression: plan.In, *, exact: bool) -> SqlExpression:
        conditions: list[SqlExpression] = []
        left = expression.left
        pairs = [self._pair(ComparisonOperator.EQ, left, item) for item in expression.items]
        if pairs and all(pair[0].storage == pairs[0][0].storage for pair in pairs):
            conditions.append(self._in_list(pairs))
        else:
            conditions += [
                self.dialect.call("eq", one.storage.form, one.node, other.node)
                for one, other in pairs
            ]
        if expression.has_null and left.nullable:
            conditions.append(self._call("is_null", self.term(left).node))
        if not conditions:
            return FALSE
        joined = any_of(conditions)
        return self._call("false_if_null", joined) if exact and left.nullable else joined

    def _in_list(self, pairs: list[tuple[Term, Term]]) -> SqlExpression:
        left = pairs[0][0]
        if left.storage.form is Form.NUMBER:
            return any_of(
                [self.dialect.call("eq", Form.NUMBER, one.node, item.node) for one, item in pairs]
            )
        items = peewee.NodeList([item.node for _, item in pairs], glue=", ")
        return sql("({0} IN ({1}))", left.node, items)

    def _exists(self, expression: plan.Exists) -> SqlExpression:
        conditions = [self.sources.relation(expression.block.root)]
        conditions += [self.condition(item) for item in expression.filters]
        if expression.predicate is not None:
            inner = self.condition(expression.predicate, exact=expression.is_all)
            if expression.is_all:
                inner = self._call("not", self._call("false_if_null", inner))
            conditions.append(inner)
        query = self.select(expression.block, [peewee.SQL("1")]).where(all_of(conditions))
        return sql("NOT EXISTS {0}" if expression.is_all else "EXISTS {0}", query)

    # --- values -----------------------------------------------------------------------

    def term(self, expression: plan.Expression) -> Term:
        """The value of an expression in whatever storage it has."""
        match expression:
            case plan.PropertyRef():
                node, column = self.sources.value(expression)
                return Term(node, storage_of(column))
            case plan.Parameter() | plan.Constant() | plan.RuntimeValue():
                return self._given(expression, canonical_storage(expression.edm_type))
            case plan.ScopeRef():
                node, column = self.sources.scope(expression.source)
                return Term(node, storage_of(column))
            case plan.TagRef():
                return Term(self.sources.tag(expression.source), Storage(Form.TEXT))
            case plan.Among():
                return Term(self._among(expression), Storage(Form.BOOLEAN))
            case plan.Arithmetic():
                return self._arithmetic(expression)
            case plan.Negate():
                operand = self.canonical(expression.operand)
                node = self.dialect.call("negate", operand.storage.form, operand.node)
                return Term(node, operand.storage)
            case plan.Call():
                return self._function(expression)
            case plan.Cast():
                return self._cast(expression)
            case plan.Case():
                return self._case(expression)
            case plan.Has():
                left, right = self.canonical(expression.left), self.canonical(expression.right)
                return Term(self._call("has", left.node, right.node), Storage(Form.BOOLEAN))
            case plan.CountOf():
                return Term(self._count(expression), Storage(Form.INTEGER))
            case plan.EntityRef():
                return self.term(self._identity(expression))
            case plan.SearchMatch():
                return Term(self._search(expression), Storage(Form.BOOLEAN))
            case plan.Comparison() | plan.Logical() | plan.Not() | plan.In() | plan.Exists():
                return Term(self.condition(expression, exact=True), Storage(Form.BOOLEAN))
            case _:
                assert_never(expression)

    def canonical(self, expression: plan.Expression, wanted: PropertyType | None = None) -> Term:
        """The value in the form in which its type is computed, promoted to ``wanted``."""
        if isinstance(expression, _GIVEN):
            return self._given(expression, canonical_storage(wanted or expression.edm_type))
        term = self.term(expression)
        node = self.dialect.canonical(term.node, term.storage)
        have = canonical_storage(expression.edm_type)
        want = canonical_storage(wanted or expression.edm_type)
        return Term(self._promote(node, have, want), want)

    def _promote(self, node: SqlExpression, have: Storage, want: Storage) -> SqlExpression:
        if have.form is want.form:
            return node
        if have.form is Form.DAY and want.form is Form.INSTANT:
            return self._call("instant_of_day", node)
        return self.dialect.call("cast", want.form, node)

    def _given(
        self,
        value: plan.Parameter | plan.Constant | plan.RuntimeValue,
        storage: Storage,
        rounding: Rounding = Rounding.EXACT,
    ) -> Term:
        if isinstance(value, plan.Parameter):
            node = ParameterNode(RequestParameter(value, storage, rounding))
        elif isinstance(value, plan.RuntimeValue):
            node = ParameterNode(NamedParameter(value.name, storage))
        elif isinstance(value.value, bool):
            return Term(TRUE if value.value else FALSE, storage)
        else:
            node = ParameterNode(ConstantParameter(to_parameter(value.value, storage, rounding)))
        return Term(self.dialect.parameter(node, storage), storage)

    # --- operands of comparisons --------------------------------------------------------

    def _pair(
        self, operator: ComparisonOperator, left: plan.Expression, right: plan.Expression
    ) -> tuple[Term, Term]:
        """Both operands in one storage; a literal goes into the storage of a column."""
        if isinstance(right, _GIVEN) and self._takes_literal(left, right):
            column = self.term(left)
            return column, self._given(right, column.storage, _ROUNDINGS[operator])
        if isinstance(left, _GIVEN) and self._takes_literal(right, left):
            column = self.term(right)
            return self._given(left, column.storage, _MIRRORED_ROUNDINGS[operator]), column
        one, other = self.term(left), self.term(right)
        if one.storage == other.storage and _same_kind(left.edm_type, right.edm_type):
            return one, other
        wanted = _meeting_type(left.edm_type, right.edm_type)
        return self.canonical(left, wanted), self.canonical(right, wanted)

    def _takes_literal(self, column: plan.Expression, literal: plan.Expression) -> bool:
        if isinstance(column, plan.ScopeRef):
            return True
        if not isinstance(column, plan.PropertyRef):
            return False
        floating = literal.edm_type in (Primitive.DOUBLE, Primitive.SINGLE)
        form = self.term(column).storage.form
        if form is Form.DAY and literal.edm_type is Primitive.DATE_TIME_OFFSET:
            return False
        return not (floating and form is Form.NATIVE_DECIMAL)

    # --- arithmetic and functions --------------------------------------------------------

    def _arithmetic(self, expression: plan.Arithmetic) -> Term:
        operator, result = expression.operator, expression.edm_type
        left, right = expression.left, expression.right
        number = common_number(left.edm_type, right.edm_type)
        if number is not None:
            wanted = result if result is Primitive.DECIMAL else number
            one, other = self.canonical(left, wanted), self.canonical(right, wanted)
            node = self._operate(operator.value, one.storage.form, one, other)
            return Term(node, canonical_storage(wanted))
        if right.edm_type is Primitive.DURATION and left.edm_type is not Primitive.DURATION:
            return self._with_span(operator, left, right, result)
        return self._temporal(operator, left, right, result)

    def _with_span(
        self,
        operator: ArithmeticOperator,
        left: plan.Expression,
        right: plan.Expression,
        result: PropertyType,
    ) -> Term:
        if common_number(left.edm_type, left.edm_type) is not None:
            left, right = right, left
            one, other = self.canonical(left), self.canonical(right, Primitive.DECIMAL)
            return Term(self._operate("mul", Form.SPAN, one, other), canonical_storage(result))
        one, other = self.canonical(left), self.canonical(right)
        node = self._operate(operator.value, one.storage.form, one, other)
        return Term(node, canonical_storage(result))

    def _temporal(
        self,
        operator: ArithmeticOperator,
        left: plan.Expression,
        right: plan.Expression,
        result: PropertyType,
    ) -> Term:
        storage = canonical_storage(result)
        if left.edm_type is Primitive.DURATION:
            if right.edm_type is Primitive.DURATION:
                one, other = self.canonical(left), self.canonical(right)
                return Term(self._operate(operator.value, Form.SPAN, one, other), storage)
            if right.edm_type in (Primitive.DATE, Primitive.DATE_TIME_OFFSET):
                one, other = self.canonical(right), self.canonical(left)
                return Term(self._operate("add", one.storage.form, one, other), storage)
            one, other = self.canonical(left), self.canonical(right, Primitive.DECIMAL)
            name = "mul" if operator is ArithmeticOperator.MUL else "div"
            return Term(self._operate(name, Form.SPAN, one, other), storage)
        one, other = self.canonical(left), self.canonical(right)
        return Term(self._operate("apart", one.storage.form, one, other), storage)

    def _operate(self, name: str, form: Form, one: Term, other: Term) -> SqlExpression:
        if not self.dialect.knows(name, form):
            raise UriSemanticError(f"{name} is not defined for these operands")
        return self.dialect.call(name, form, one.node, other.node)

    def _function(self, call: plan.Call) -> Term:
        signature, storage = call.signature, canonical_storage(call.edm_type)
        if signature.name == "now":
            return Term(self._moment(), storage)
        if signature.name == "matchespattern" and not self.dialect.knows("matchespattern", Form.TEXT):
            raise NotImplementedYetError("matchesPattern is not supported on this database")
        wanted = call.edm_type if signature.returns is None else None
        operands = [self.canonical(item, wanted) for item in call.arguments]
        form = operands[0].storage.form if operands else Form.TEXT
        name = signature.name + ("/3" if len(operands) == 3 else "")
        node = self.dialect.call(name, form, *(item.node for item in operands))
        return Term(node, storage)

    def _moment(self) -> SqlExpression:
        storage = canonical_storage(Primitive.DATE_TIME_OFFSET)
        return self.dialect.parameter(ParameterNode(NamedParameter("now", storage)), storage)

    def _cast(self, cast: plan.Cast) -> Term:
        operand = self.canonical(cast.operand)
        storage = canonical_storage(cast.edm_type)
        if isinstance(cast.edm_type, EnumType) or operand.storage.form is storage.form:
            return Term(operand.node, storage)
        if not self.dialect.knows("cast", storage.form):
            raise NotImplementedYetError("this cast is not supported")
        return Term(self.dialect.call("cast", storage.form, operand.node), storage)

    def _case(self, case: plan.Case) -> Term:
        pieces: list[SqlExpression] = []
        for condition, value in case.branches:
            term = self.canonical(value, case.edm_type)
            pieces.append(sql("WHEN {0} THEN {1}", self.condition(condition), term.node))
        node = sql("(CASE {0} END)", peewee.NodeList(pieces, glue=" "))
        return Term(node, canonical_storage(case.edm_type))

    def _count(self, count: plan.CountOf) -> SqlExpression:
        conditions = [self.sources.relation(count.block.root)]
        conditions += [self.condition(item) for item in count.filters]
        query = self.select(count.block, [peewee.SQL("COUNT(*)")]).where(all_of(conditions))
        return query

    def _search(self, search: plan.SearchMatch) -> SqlExpression:
        mapping = self.sources.mapping(search.source)
        table = search_table(mapping)
        if table is None:
            raise LookupError(f"{mapping.entity_type.name} has no text to search")
        names = mapping.entity_type.all_key_names()
        key = [self.sources.column(search.source, name) for name in names]
        return matching(search.term, table, key, self.dialect)

    def _among(self, expression: plan.Among) -> SqlExpression:
        values = ParameterNode(NamedParameter(expression.name))
        return self.dialect.member_of(self.term(expression.value).node, values)

    def select(self, block: plan.Block, columns: list[SqlExpression]) -> peewee.Select:
        """A SELECT over a block with its outer joins."""
        return peewee.Select([self.sources.from_clause(block)], columns)

    def _call(self, operation: str, *operands: SqlExpression) -> SqlExpression:
        return self.dialect.call(operation, Form.TEXT, *operands)


def _is_null(expression: plan.Expression) -> bool:
    return isinstance(expression, plan.Constant) and expression.value is None


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
_ROUNDINGS = {
    _OPERATOR.EQ: Rounding.EXACT,
    _OPERATOR.NE: Rounding.EXACT,
    _OPERATOR.GT: Rounding.FLOOR,
    _OPERATOR.LE: Rounding.FLOOR,
    _OPERATOR.GE: Rounding.CEILING,
    _OPERATOR.LT: Rounding.CEILING,
}
_MIRRORED_ROUNDINGS = {
    _OPERATOR.EQ: Rounding.EXACT,
    _OPERATOR.NE: Rounding.EXACT,
    _OPERATOR.LT: Rounding.FLOOR,
    _OPERATOR.GE: Rounding.FLOOR,
    _OPERATOR.LE: Rounding.CEILING,
    _OPERATOR.GT: Rounding.CEILING,
}
