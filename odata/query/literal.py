"""Literals bound: parameters of the plan, or constants that belong to its shape.

Cites: OData URL Conventions 5.1.1.14; reference ``odata.md`` L8.
"""

from __future__ import annotations

from odata.edm.types import INTEGER_RANGES, EnumType, Primitive, PropertyType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.parameters import NATURAL_TYPES, read_parameter
from odata.query.plan import NULL, Constant, Expression, Parameter
from odata.query.scope import NameScope
from odata.uri import ast
from odata.uri.ast import LiteralKind


def bind_literal(literal: ast.Literal, scope: NameScope) -> Expression:
    """A literal as a parameter of the plan, or as a constant where its value shapes the plan."""
    if literal.kind is LiteralKind.NULL:
        return NULL
    if literal.kind is LiteralKind.BOOLEAN:
        return Constant(literal.text.lower() == "true", Primitive.BOOLEAN)
    if literal.kind is LiteralKind.GEO:
        raise NotImplementedYetError("geographic values are not supported", target=scope.piece)
    if literal.kind is LiteralKind.ENUM:
        return _typed_parameter(literal, _enum_of(literal, scope), scope)
    if _is_peculiar(literal):
        return _peculiar(literal)
    return _typed_parameter(literal, NATURAL_TYPES[literal.kind], scope)


_LONGEST_INT64 = 18


def _is_peculiar(literal: ast.Literal) -> bool:
    """Numbers whose very value decides about the plan: NaN, INF, beyond Int64."""
    if literal.kind is LiteralKind.DOUBLE:
        return literal.text.endswith(("N", "F"))
    if literal.kind is not LiteralKind.INTEGER or len(literal.text) <= _LONGEST_INT64:
        return False
    least, most = INTEGER_RANGES[Primitive.INT64]
    return len(literal.text) > 2 * _LONGEST_INT64 or not least <= int(literal.text) <= most


def _peculiar(literal: ast.Literal) -> Constant:
    is_whole = literal.kind is LiteralKind.INTEGER
    edm_type = Primitive.DECIMAL if is_whole else Primitive.DOUBLE
    value = read_parameter(Parameter(-1, literal.kind, edm_type), literal)
    # No database keeps NaN alike: computed with, it is null.
    return Constant(value, edm_type, nullable=literal.text == "NaN")


def _typed_parameter(
    literal: ast.Literal, edm_type: PropertyType, scope: NameScope
) -> Parameter | Constant:
    slot = scope.slot_of(literal)
    if slot is not None:
        return _parameter(slot, literal, edm_type, scope)
    parameter = _parameter(-1, literal, edm_type, scope)
    return Constant(read_parameter(parameter, literal), edm_type)


def _parameter(
    slot: int, literal: ast.Literal, edm_type: PropertyType, scope: NameScope
) -> Parameter:
    return Parameter(slot, literal.kind, edm_type, type_name=literal.type_name, target=scope.piece)


def _enum_of(literal: ast.Literal, scope: NameScope) -> EnumType:
    found = scope.model.find_type(literal.type_name or "")
    if isinstance(found, EnumType):
        return found
    raise UriSemanticError(
        f"'{literal.type_name}' is not an enumeration of this service", target=scope.piece
    )
