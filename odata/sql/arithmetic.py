"""Arithmetic and canonical functions as SQL.

Cites: OData URL Conventions 5.1.1.2 and 5.1.1.5-5.1.1.9.
"""

from __future__ import annotations

from odata.edm.types import Primitive, PropertyType
from odata.errors import UriSemanticError
from odata.query import plan
from odata.query.arithmetic import common_number
from odata.sql.nodes import (
    MatchParameter,
    NamedParameter,
    ParameterNode,
    RequestParameter,
    SqlExpression,
    sql,
)
from odata.sql.operands import OperandCompiler
from odata.sql.storage import Form, Rounding, Storage, canonical_storage
from odata.sql.terms import Term
from odata.sql.text_indexes import LIKE_PATTERNS, is_text_indexed, lowered_text
from odata.uri.ast import ArithmeticOperator

_TEXT = Storage(Form.TEXT)
_SPAN = Primitive.DURATION
_OTHER_OVERLOADS = frozenset({("substring", 3)})


class ArithmeticCompiler(OperandCompiler):
    """Operators on numbers, dates and durations, and calls."""

    def arithmetic_term(self, expression: plan.Arithmetic) -> Term:
        """The value of ``left operator right``."""
        left, right, result = expression.left, expression.right, expression.edm_type
        number = common_number(left.edm_type, right.edm_type)
        if number is not None:
            wanted = result if result is Primitive.DECIMAL else number
            one, other = self.canonical(left, wanted), self.canonical(right, wanted)
            node = self._operate(expression.operator.value, one.storage.form, one, other)
            return Term(node, canonical_storage(wanted))
        return Term(self._temporal(expression), canonical_storage(result))

    def _temporal(self, expression: plan.Arithmetic) -> SqlExpression:
        operator, left, right = expression.operator, expression.left, expression.right
        if right.edm_type is _SPAN and left.edm_type is not _SPAN:
            # number mul span, and span add instant, are the same the other way round.
            if operator is ArithmeticOperator.MUL:
                return self._scaled_span("mul", right, left)
            return self._plain(operator.value, left, right)
        if left.edm_type is not _SPAN:
            return self._plain("apart", left, right)
        if right.edm_type is _SPAN:
            return self._plain(operator.value, left, right)
        if right.edm_type in (Primitive.DATE, Primitive.DATE_TIME_OFFSET):
            return self._plain(operator.value, right, left)
        name = "mul" if operator is ArithmeticOperator.MUL else "div"
        return self._scaled_span(name, left, right)

    def _plain(self, name: str, left: plan.Expression, right: plan.Expression) -> SqlExpression:
        one, other = self.canonical(left), self.canonical(right)
        return self._operate(name, one.storage.form, one, other)

    def _scaled_span(
        self, name: str, span: plan.Expression, factor: plan.Expression
    ) -> SqlExpression:
        one, other = self.canonical(span), self.canonical(factor, Primitive.DECIMAL)
        return self._operate(name, Form.SPAN, one, other)

    def _operate(self, name: str, form: Form, one: Term, other: Term) -> SqlExpression:
        if not self.dialect.knows(name, form):
            raise UriSemanticError(f"{name} is not defined for these operands")
        return self.dialect.call(name, form, one.node, other.node)

    def negative_term(self, expression: plan.Negate) -> Term:
        """The opposite of a number or duration."""
        operand = self.canonical(expression.operand)
        return Term(
            self.dialect.call("negate", operand.storage.form, operand.node), operand.storage
        )

    def function_term(self, call: plan.Call) -> Term:
        """The value of a canonical function."""
        signature, storage = call.signature, canonical_storage(call.edm_type)
        if signature.name == "now":
            return Term(self._moment(), storage)
        match call.arguments:
            case (text, plan.Parameter() as given):
                found = self._by_index(signature.name, text, given)
                if found is not None:
                    return Term(found, storage)
            case _:
                pass
        wanted: PropertyType | None = call.edm_type if signature.returns is None else None
        operands = [self.canonical(item, wanted) for item in call.arguments]
        form = operands[0].storage.form if operands else Form.TEXT
        node = self.dialect.call(signature.dialect_name, form, *(item.node for item in operands))
        return Term(node, storage)

    def _by_index(
        self, name: str, text: plan.Expression, given: plan.Parameter
    ) -> SqlExpression | None:
        """A test of a text as the indexes of the database can serve it, where that needs other
        words."""
        if name == "startswith" and isinstance(text, plan.PropertyRef):
            return self._prefix_range(text, given)
        lowered = lowered_text(text)
        column = text if lowered is None else lowered
        if not isinstance(column, plan.PropertyRef) or type(column.source) is not plan.Source:
            return None
        if not self.dialect.knows("like", Form.TEXT):
            return None
        if not is_text_indexed(self.sources.mapping(column.source), column):
            return None
        if name == "startswith":
            return self._prefix_range(text, given)
        pattern = LIKE_PATTERNS.get(name)
        if pattern is None:
            return None
        node = ParameterNode(MatchParameter((RequestParameter(given, _TEXT),), pattern))
        return self.call("like", self.canonical(text).node, self.dialect.parameter(node, _TEXT))

    def _prefix_range(self, column: plan.Expression, prefix: plan.Parameter) -> SqlExpression:
        """What begins with a literal lies in one range of an index."""
        found = self.term(column)
        first = self.given(prefix, found.storage)
        beyond = self.given(prefix, found.storage, Rounding.BEYOND_PREFIX)
        return sql("({0} >= {1} AND {0} < {2})", found.node, first.node, beyond.node)

    def _moment(self) -> SqlExpression:
        storage = canonical_storage(Primitive.DATE_TIME_OFFSET)
        return self.dialect.parameter(ParameterNode(NamedParameter("now", storage)), storage)
