"""``cast`` and ``isof``: a value that does not fit becomes null, on every database alike.

Cites: OData URL Conventions 5.1.1.10.
"""

from __future__ import annotations

from collections.abc import Mapping

import peewee

from odata.edm.types import INTEGER_RANGES, INTEGER_TYPES, ComplexType, EnumType, Primitive
from odata.errors import NotImplementedYetError
from odata.query import plan
from odata.query.arithmetic import common_number
from odata.query.entity_key import first_key
from odata.sql.nodes import SqlExpression, sql
from odata.sql.operands import OperandCompiler
from odata.sql.storage import Form, canonical_storage
from odata.sql.terms import FALSE, Term

_OPERATIONS: Mapping[Primitive, str] = {
    Primitive.STRING: "to_text",
    Primitive.BOOLEAN: "to_boolean",
    Primitive.DECIMAL: "to_number",
    Primitive.DOUBLE: "to_real",
    Primitive.SINGLE: "to_single",
    Primitive.GUID: "to_guid",
    Primitive.DATE: "to_day",
    Primitive.DATE_TIME_OFFSET: "to_instant",
    Primitive.TIME_OF_DAY: "to_clock",
    Primitive.DURATION: "to_span",
    **dict.fromkeys(INTEGER_TYPES, "to_integer"),
}


class CastCompiler(OperandCompiler):
    """Casts between primitive types and enumerations."""

    def cast_term(self, cast: plan.Cast) -> Term:
        """The value as another type; null where it does not fit."""
        wanted = cast.edm_type
        storage = canonical_storage(wanted)
        if isinstance(wanted, EnumType):
            return Term(self._to_enum(cast.operand, wanted), storage)
        if isinstance(wanted, ComplexType):
            raise NotImplementedYetError("casts to complex types are not supported")
        source = cast.operand.edm_type
        if isinstance(source, EnumType) and wanted is Primitive.STRING:
            return Term(self._enum_text(cast.operand, source), storage)
        operand = self.canonical(cast.operand)
        if source == wanted:
            return operand
        return Term(self.to_primitive(operand, wanted), storage)

    def to_primitive(self, operand: Term, wanted: Primitive) -> SqlExpression:
        """A compiled value as another primitive type."""
        operation, form = _OPERATIONS.get(wanted), operand.storage.form
        if operation is None:
            raise NotImplementedYetError(f"casts to {wanted.value} are not supported here")
        if wanted is Primitive.SINGLE and form is not Form.REAL:
            operand = Term(self.to_primitive(operand, Primitive.DOUBLE), operand.storage)
            form = Form.REAL
        if not self.dialect.converts(operation, form):
            return self.typed_null(wanted)
        if wanted not in INTEGER_TYPES:
            return self.dialect.call(operation, form, operand.node)
        least, most = INTEGER_RANGES[wanted]
        bounds = (peewee.SQL(_literal(least)), peewee.SQL(_literal(most)))
        return self.dialect.call(operation, form, operand.node, *bounds)

    def typed_null(self, edm_type: Primitive | EnumType) -> SqlExpression:
        """The null of a type."""
        return self.given(
            plan.Constant(None, edm_type, nullable=True), canonical_storage(edm_type)
        ).node

    def _to_enum(self, operand: plan.Expression, wanted: EnumType) -> SqlExpression:
        source, value = operand.edm_type, self.canonical(operand)
        if source == wanted:
            return value.node
        if source in INTEGER_TYPES:
            return value.node
        if source is not Primitive.STRING:
            return self.typed_null(wanted)
        branches = "".join(
            f" WHEN '{text}' THEN {member.number}"
            for member in wanted.members
            for text in (member.name, member.number)
        )
        return sql("(CASE {0}" + branches + " END)", value.node)

    def _enum_text(self, operand: plan.Expression, enum_type: EnumType) -> SqlExpression:
        value = self.canonical(operand).node
        exact = "".join(
            f" WHEN {member.number} THEN '{member.name}'" for member in enum_type.members
        )
        rest = "CAST({0} AS TEXT)"
        if enum_type.is_flags:
            bits = " || ".join(
                f"CASE WHEN {{0}} & {member.number} = {member.number}"
                f" THEN '{member.name},' ELSE '' END"
                for member in enum_type.members
                if member.number
            )
            rest = f"CASE WHEN {{0}} IS NULL THEN NULL ELSE rtrim({bits}, ',') END"
        return sql("(CASE {0}" + exact + " ELSE " + rest + " END)", value)

    def is_of(self, test: plan.IsOf) -> SqlExpression:
        """Whether a value is one of a type: not null, and without loss where both are numbers."""
        operand, wanted = test.operand, test.wanted
        if isinstance(wanted, ComplexType):
            return self._is_structured(operand, wanted)
        if operand.edm_type is None:
            return FALSE
        if operand.edm_type == wanted:
            return self.call("is_not_null", self.term(operand).node)
        number = common_number(operand.edm_type, wanted)
        if number is None:
            return FALSE
        if number is wanted:
            return self.call("is_not_null", self.term(operand).node)
        if operand.edm_type not in INTEGER_TYPES or wanted not in INTEGER_TYPES:
            return FALSE
        return self.call("is_not_null", self.cast_term(plan.Cast(operand, wanted)).node)

    def _is_structured(self, operand: plan.Expression, wanted: ComplexType) -> SqlExpression:
        """Whether an entity or a complex value is there and of a type."""
        if isinstance(operand, plan.EntityRef):
            source, there = operand.source, self.term(operand).node
            condition = self.sources.type_test(source, wanted)
        elif isinstance(operand, plan.PropertyRef):
            source = operand.source
            there = self.term(first_key(plan.EntityRef(source))).node
            condition = self.sources.complex_test(operand, wanted)
        else:
            return FALSE
        if condition is None:
            return self.call("is_not_null", there)
        return self.false_if_null(condition) if source.is_outer_joined else sql("({0})", condition)


def _literal(number: int) -> str:
    # The least Int64 cannot be written as the opposite of a positive number.
    return f"({number + 1} - 1)" if number < -(2**62) else str(number)
