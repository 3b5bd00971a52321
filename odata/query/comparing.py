"""Operands of comparisons brought to a common type, and what null means in them.

Works on bound operands; the binder binds them first.
Cites: OData URL Conventions 5.1.1.1, 5.1.1.14.
"""

from __future__ import annotations

from dataclasses import replace

from odata.edm.types import ComplexType, Primitive, PropertyType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query import arithmetic
from odata.query.collection_value import CollectionValue
from odata.query.dynamic import compare_dynamic, met, of_another_kind
from odata.query.entity_key import key_values
from odata.query.functions import SIGNATURES
from odata.query.parameters import fitting_type
from odata.query.plan import (
    NULL,
    Call,
    Comparison,
    Constant,
    EntityRef,
    Expression,
    IsOf,
    ItemRef,
    Logical,
    Not,
    Parameter,
    ParameterRule,
    PropertyRef,
)
from odata.uri.ast import ComparisonOperator, LogicalOperator

StructuredRef = PropertyRef | ItemRef  # what may be a complex value
_EQUALITY = frozenset({ComparisonOperator.EQ, ComparisonOperator.NE})
_ORDERS = frozenset({ComparisonOperator.GT, ComparisonOperator.LT})
_NULL_ONLY = frozenset({Primitive.STREAM})
_TRUE, _FALSE = (
    Constant(value=True, edm_type=Primitive.BOOLEAN),
    Constant(value=False, edm_type=Primitive.BOOLEAN),
)


def is_null(expression: Expression) -> bool:
    """Whether the operand is the literal null."""
    return isinstance(expression, Constant) and expression.value is None


def is_absent(operand: object) -> bool:
    """Whether an operand of any kind is the literal null."""
    return isinstance(operand, Constant) and operand.value is None


def single_value(bound: Expression, target: str) -> Expression:
    """An operand that is one value: no complex one, no stream, no collection."""
    if is_complex(bound):
        raise UriSemanticError(
            f"a value of the complex type {type_text(bound)} cannot be used here: "
            "name one of its members",
            target=target,
        )
    if bound.edm_type is Primitive.STREAM:
        raise UriSemanticError(
            "a stream cannot be used here: it is compared with null, by eq or ne", target=target
        )
    if isinstance(bound, CollectionValue):
        raise UriSemanticError("a single value was expected, not a collection", target=target)
    return bound


def type_text(expression: Expression) -> str:
    """The type of a bound expression as messages name it."""
    edm_type = expression.edm_type
    if edm_type is None:
        return "null" if isinstance(expression, Constant) else "an entity"
    return edm_type.qualified_name


def compare(
    operator: ComparisonOperator, left: Expression, right: Expression, target: str
) -> Expression:
    """A comparison, where null against a property that is never null means its unset value."""
    for value, other in ((left, right), (right, left)):
        if is_null(other) and is_complex(value):
            return _complex_with_null(operator, value, target)
        if is_null(other) and isinstance(value, PropertyRef) and value.definition.has_unset:
            return _compare_with_unset(operator, value)
    by_kind = compare_dynamic(operator, left, right)
    if by_kind is not None:
        return by_kind
    before = (left, right)
    left, right = meet(left, right, target)
    if isinstance(left, PropertyRef) and left.definition.has_wildcards:
        return _compare_with_wildcards(operator, left, right)
    if isinstance(left, EntityRef) and isinstance(right, EntityRef):
        return _compare_entities(operator, left, right, target)
    if left.edm_type is Primitive.BINARY and right.edm_type is Primitive.BINARY:
        check_equality(operator, "binary values", target)
    return of_another_kind(operator, before, Comparison(operator, left, right))


def _compare_with_unset(operator: ComparisonOperator, value: PropertyRef) -> Expression:
    if operator in _ORDERS:
        return _FALSE  # null comes neither before nor behind anything
    operator = ComparisonOperator.NE if operator is ComparisonOperator.NE else ComparisonOperator.EQ
    unset = Constant(value.definition.unset, value.definition.edm_type)
    same = Comparison(operator, value, unset)
    if not value.source.is_outer_joined:
        return same
    missing = Comparison(operator, value, NULL)
    joined = LogicalOperator.AND if operator is ComparisonOperator.NE else LogicalOperator.OR
    return Logical(joined, (same, missing))


def _compare_with_wildcards(
    operator: ComparisonOperator, left: PropertyRef, right: Expression
) -> Expression:
    if operator not in _EQUALITY or not isinstance(right, Parameter):
        return Comparison(operator, left, right)
    (signature,) = SIGNATURES["matchespattern"]
    pattern = replace(right, like=None, rule=ParameterRule.WILDCARDS)
    found = Call(signature, (left, pattern), Primitive.BOOLEAN)
    return Not(found) if operator is ComparisonOperator.NE else found


def _compare_entities(
    operator: ComparisonOperator, left: EntityRef, right: EntityRef, target: str
) -> Expression:
    check_equality(operator, "entities", target)
    one, other = left.source.entity_type, right.source.entity_type
    if not (one.is_a(other) or other.is_a(one)):
        raise incompatible(left, right, target)
    pairs = zip(key_values(left), key_values(right), strict=True)
    same = tuple(Comparison(ComparisonOperator.EQ, mine, theirs) for mine, theirs in pairs)
    return _negated_if(operator, same)


def _negated_if(operator: ComparisonOperator, same: tuple[Expression, ...]) -> Expression:
    equal = same[0] if len(same) == 1 else Logical(LogicalOperator.AND, same)
    return Not(equal) if operator is ComparisonOperator.NE else equal


def check_equality(operator: ComparisonOperator, what: str, target: str) -> None:
    """Refuse an operator that asks for an order where there is none."""
    if operator not in _EQUALITY:
        raise UriSemanticError(f"{what} are compared by eq and ne only", target=target)


# --- types --------------------------------------------------------------------------------


def meet(left: Expression, right: Expression, target: str) -> tuple[Expression, Expression]:
    """Both operands in types that can be compared; literals take the type of the other side."""
    if is_null(left) or is_null(right):
        return left, right
    left, right = met(left, right)
    left, right = fit(left, right, target), fit(right, left, target)
    if not comparable(left, right):
        raise incompatible(right, left, target)
    return left, right


def incompatible(left: Expression, right: Expression, target: str) -> UriSemanticError:
    """The refusal of two operands."""
    return UriSemanticError(
        "A binary operator with incompatible types was detected. Found operand types "
        f"'{type_text(right)}' and '{type_text(left)}'.",
        target=target,
    )


def fit(value: Expression, other: Expression, target: str) -> Expression:
    """A literal in the type of the other operand; anything else as it is."""
    if not isinstance(value, Parameter) or other.edm_type is None:
        return value
    fitting = fitting_type(value.kind, other.edm_type)
    if fitting is None or _is_of_another_enumeration(value, fitting):
        raise incompatible(value, other, target)
    like = other.definition if isinstance(other, PropertyRef) else None
    return Parameter(value.slot, value.kind, fitting, like, value.type_name, target=value.target)


def _is_of_another_enumeration(value: Parameter, wanted: PropertyType) -> bool:
    return value.type_name is not None and value.type_name != wanted.qualified_name


def comparable(left: Expression, right: Expression) -> bool:
    """Whether values of these types can be compared."""
    one, other = left.edm_type, right.edm_type
    if isinstance(left, EntityRef) or isinstance(right, EntityRef):
        return isinstance(left, EntityRef) and isinstance(right, EntityRef)
    if one in _NULL_ONLY or other in _NULL_ONLY:
        return False
    return one == other or arithmetic.common_number(one, other) is not None or _days(one, other)


def _days(one: PropertyType | None, other: PropertyType | None) -> bool:
    return {one, other} == {Primitive.DATE, Primitive.DATE_TIME_OFFSET}


# --- complex values -------------------------------------------------------------------------


def is_complex(expression: Expression) -> bool:
    """Whether the operand is a complex value."""
    return isinstance(expression.edm_type, ComplexType)


def members(value: StructuredRef) -> tuple[StructuredRef, ...]:
    """The members of a complex value, one step below it."""
    complex_type = value.edm_type
    if not isinstance(complex_type, ComplexType):
        return ()
    if complex_type.is_open:
        raise NotImplementedYetError(
            f"values of the open type {complex_type.qualified_name} are not compared as a whole: "
            "name their properties"
        )
    return tuple(
        replace(value, definition=item, path=(*value.path, item.name))
        for item in complex_type.all_properties()
    )


def leaves(value: StructuredRef, target: str) -> tuple[StructuredRef, ...]:
    """The simple values that a complex value is made of."""
    if value.definition is not None and value.definition.is_collection:
        raise NotImplementedYetError(
            "complex values that hold collections cannot be compared", target=target
        )
    if not is_complex(value):
        return (value,)
    return tuple(leaf for member in members(value) for leaf in leaves(member, target))


def _complex_with_null(operator: ComparisonOperator, value: Expression, target: str) -> Expression:
    """A complex value is null where every one of its members is; an item tells it itself."""
    if isinstance(value, ItemRef):
        check_equality(operator, "complex values", target)
        return Comparison(operator, value, NULL)
    if not isinstance(value, PropertyRef):
        raise UriSemanticError("a complex value was not expected here", target=target)
    check_equality(operator, "complex values", target)
    if "." in value.path[-1] and isinstance(value.definition.edm_type, ComplexType):
        # A cast: null where the value is of another type.
        uncast = replace(value, path=value.path[:-1])
        is_of_type = IsOf(uncast, value.definition.edm_type)
        return Not(is_of_type) if operator is ComparisonOperator.EQ else is_of_type
    if not value.definition.nullable:
        return _FALSE if operator is ComparisonOperator.EQ else _TRUE
    same = tuple(
        compare(ComparisonOperator.EQ, leaf, NULL, target) for leaf in leaves(value, target)
    )
    return _negated_if(operator, same)


def all_equal(
    operator: ComparisonOperator,
    same: tuple[Expression, ...],
    target: str,
    what: str = "complex values",
) -> Expression:
    """What a structural comparison comes to, given that of each member."""
    check_equality(operator, what, target)
    return _negated_if(operator, same)
