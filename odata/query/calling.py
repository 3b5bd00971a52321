"""Calls bound: canonical functions with their overloads, casts and type tests.

Works on bound arguments; the binder binds them first.
Cites: OData URL Conventions 5.1.1.5-5.1.1.10.
"""

from __future__ import annotations

from odata.edm.types import ComplexType, EnumType, Primitive, PropertyType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.comparing import is_null, type_text
from odata.query.dynamic import is_declared, is_dynamic, see_as, see_as_text
from odata.query.functions import SIGNATURES, UNSERVED, Operand, Signature
from odata.query.names import did_you_mean
from odata.query.parameters import fitting_type
from odata.query.plan import (
    Call,
    Cast,
    Constant,
    Expression,
    IsOf,
    Parameter,
    ParameterRule,
    PropertyRef,
)
from odata.query.scope import NameScope
from odata.uri.ast import LiteralKind

_PATTERN_FUNCTION = "matchespattern"
_LENGTH_PLACE = 2
_PLAIN_CAST_KINDS = frozenset({LiteralKind.INTEGER, LiteralKind.DECIMAL})


def signatures_of(name: str, count: int, scope: NameScope) -> Signature:
    """The overload of a canonical function with this number of arguments."""
    if name in UNSERVED:
        raise NotImplementedYetError(f"{name} is not supported", target=scope.piece)
    signatures = SIGNATURES.get(name)
    if signatures is None:
        raise UriSemanticError(
            f"An unknown function with name '{name}' was found." + did_you_mean(name, SIGNATURES),
            target=scope.piece,
        )
    for signature in signatures:
        if len(signature.operands) == count:
            return signature
    if name == _PATTERN_FUNCTION:
        raise NotImplementedYetError(
            "flags of matchesPattern are not supported", target=scope.piece
        )
    counts = " or ".join(str(len(item.operands)) for item in signatures)
    raise UriSemanticError(f"{name} takes {counts} arguments, not {count}", target=scope.piece)


def bind_call(signature: Signature, arguments: tuple[Expression, ...], scope: NameScope) -> Call:
    """A call whose arguments have the types that it takes."""
    like = _shared_property(arguments)
    fitted = tuple(
        _argument(signature, index, argument, like, scope)
        for index, argument in enumerate(arguments)
    )
    first = fitted[0].edm_type if fitted else None
    return Call(signature, fitted, signature.result_type(first or Primitive.STRING))


def _argument(
    signature: Signature,
    index: int,
    argument: Expression,
    like: PropertyRef | None,
    scope: NameScope,
) -> Expression:
    operand = signature.operands[index]
    is_pattern = signature.name == _PATTERN_FUNCTION and index == 1
    argument = see_as(argument, operand.default)
    if is_null(argument):
        return Constant(None, operand.default, nullable=True)
    if is_pattern and not isinstance(argument, Parameter):
        raise NotImplementedYetError(
            "the pattern of matchesPattern is a literal here", target=scope.piece
        )
    if isinstance(argument, Parameter):
        argument = _literal_argument(signature, index, argument, like, scope)
    if argument.edm_type not in operand.value:
        raise UriSemanticError(
            f"{signature.name} does not take a value of type {type_text(argument)}",
            target=scope.piece,
        )
    return argument


def _literal_argument(
    signature: Signature,
    index: int,
    argument: Parameter,
    like: PropertyRef | None,
    scope: NameScope,
) -> Parameter:
    is_text = signature.operands[index] is Operand.STRING
    rule = _rule(signature, index)
    plain = rule is not ParameterRule.PATTERN
    definition = like.definition if like and is_text and plain else None
    return Parameter(
        argument.slot,
        argument.kind,
        argument.edm_type,
        definition,
        argument.type_name,
        rule,
        limits=scope.budget.limits,
        target=argument.target,
    )


def _rule(signature: Signature, index: int) -> ParameterRule:
    if signature.needs_utc:
        return ParameterRule.UTC
    if signature.name == _PATTERN_FUNCTION and index == 1:
        return ParameterRule.PATTERN
    if signature.name == "substring" and index == _LENGTH_PLACE:
        return ParameterRule.NOT_NEGATIVE
    return ParameterRule.NONE


def _shared_property(arguments: tuple[Expression, ...]) -> PropertyRef | None:
    found = [item for item in arguments if isinstance(item, PropertyRef)]
    return found[0] if len(found) == 1 else None


# --- types --------------------------------------------------------------------------------


def bind_cast(operand: Expression, wanted: PropertyType, scope: NameScope) -> Expression:
    """A value as another type; null where it does not fit."""
    if is_null(operand):
        return Constant(None, wanted, nullable=True)
    if wanted in (Primitive.BINARY, Primitive.STREAM, Primitive.UNTYPED):
        raise NotImplementedYetError(
            f"casts to {wanted.qualified_name} are not supported", target=scope.piece
        )
    _check_value(operand, "cast", scope)
    operand = see_as_text(operand)
    if isinstance(operand, Parameter):
        operand = _as_read(operand, wanted)
        if operand.edm_type == wanted:
            return operand
    if operand.edm_type is Primitive.BINARY and wanted is not Primitive.STRING:
        raise NotImplementedYetError(
            "binary values are cast to Edm.String alone", target=scope.piece
        )
    return Cast(operand, wanted)


def _as_read(literal: Parameter, wanted: PropertyType) -> Parameter:
    """An enumeration member or an exact number needs no cast: it is read as what is wanted."""
    is_text = literal.kind is LiteralKind.STRING
    if isinstance(wanted, EnumType) and (
        literal.kind is LiteralKind.ENUM or (is_text and wanted.is_flags)
    ):
        return Parameter(
            literal.slot, literal.kind, wanted, None, literal.type_name, target=literal.target
        )
    if wanted is Primitive.DECIMAL and literal.kind in _PLAIN_CAST_KINDS:
        return Parameter(literal.slot, literal.kind, Primitive.DECIMAL, target=literal.target)
    is_number = wanted is Primitive.DOUBLE and not is_text
    if is_number and fitting_type(literal.kind, wanted) is wanted:
        return Parameter(literal.slot, literal.kind, wanted, target=literal.target)
    return literal


def bind_type_test(operand: Expression, wanted: PropertyType, scope: NameScope) -> Expression:
    """Whether a value is of a type."""
    if is_null(operand):
        return Constant(value=False, edm_type=Primitive.BOOLEAN)
    _check_value(operand, "isof", scope)
    if is_dynamic(operand):
        return is_declared(operand, wanted)
    return IsOf(operand, wanted)


def _check_value(operand: Expression, function: str, scope: NameScope) -> None:
    if isinstance(operand.edm_type, ComplexType) or operand.edm_type in (None, Primitive.STREAM):
        raise NotImplementedYetError(
            f"{function} of {type_text(operand)} is not supported", target=scope.piece
        )


def named_type(name: str, scope: NameScope) -> PropertyType:
    """The type that an expression names."""
    for primitive in Primitive:
        if primitive.value == name:
            return primitive
    found = scope.model.find_type(name)
    if isinstance(found, EnumType):
        return found
    if found is not None or name.startswith("Collection("):
        raise NotImplementedYetError(f"casts to {name} are not supported", target=scope.piece)
    raise UriSemanticError(f"'{name}' is not a type that values can be cast to", target=scope.piece)
