"""Canonical functions of collections, and collections compared.

An argument is a value, a collection of values, one of entities, or a JSON array, whose values
take the type of what they meet. Where no argument is a collection the call is one of values.

Cites: OData URL Conventions 5.1.1.1.1, 5.1.1.5, 5.1.1.6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from odata.edm.types import ComplexType, Primitive, PropertyType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query import arithmetic, calling, comparing, member_path
from odata.query.collection_value import (
    CollectionTest,
    CollectionValue,
    ComparedCollections,
    JoinedValues,
    ListedValues,
    PartOfValues,
    SameValues,
)
from odata.query.dynamic import see_as
from odata.query.parameter_alias import dereferenced
from odata.query.plan import (
    NULL,
    Comparison,
    Constant,
    CountOf,
    DynamicRef,
    EntityRef,
    Expression,
    ItemCount,
    ItemRef,
    Items,
)
from odata.query.scope import NameScope
from odata.uri import ast
from odata.uri.ast import ComparisonOperator

BindExpression = Callable[[ast.Expression, NameScope], Expression]


@dataclass(frozen=True, slots=True)
class Array:
    """A JSON array whose values are not bound yet."""

    syntax: ast.JsonArray
    scope: NameScope


Collection = Items | Array | member_path.Entities
Argument = Expression | Collection

_TESTS: Mapping[str, CollectionTest] = {
    "contains": CollectionTest.CONTAINS,
    "startswith": CollectionTest.STARTS_WITH,
    "endswith": CollectionTest.ENDS_WITH,
    "hassubset": CollectionTest.HAS_SUBSET,
    "hassubsequence": CollectionTest.HAS_SUBSEQUENCE,
    "indexof": CollectionTest.PLACE,
}
_OF_COLLECTIONS_ALONE = frozenset({"hassubset", "hassubsequence"})
_PRODUCERS = frozenset({"concat", "substring"})
FUNCTIONS = frozenset({*_TESTS, *_PRODUCERS, "length"})


# --- arguments ------------------------------------------------------------------------------


def bind_argument(expression: ast.Expression, scope: NameScope, bind: BindExpression) -> Argument:
    """A bound operand; collections among them."""
    expression, scope = dereferenced(expression, scope)
    match expression:
        case ast.JsonArray():
            return Array(expression, scope)
        case ast.Path() if not _is_aggregate(expression):
            scope.budget.enter(scope.piece)
            found = member_path.bind_place(expression, scope)
            scope.budget.leave()
            return Items(found) if isinstance(found, CollectionValue) else found
        case ast.FunctionCall() if expression.name.lower() in _PRODUCERS:
            scope.budget.enter(scope.piece)
            made = bind_call(expression, scope, bind)
            scope.budget.leave()
            return Items(made) if isinstance(made, CollectionValue) else made
        case _:
            return bind(expression, scope)


def _is_aggregate(path: ast.Path) -> bool:
    return bool(path.segments) and isinstance(path.segments[-1], ast.AggregateSegment)


def bind_computed(expression: ast.Expression, scope: NameScope, bind: BindExpression) -> Expression:
    """The value of a computed property: a single one, or a collection."""
    found = bind_argument(expression, scope, bind)
    if not isinstance(found, Collection):
        _check_simple(found, scope)
        value = _value(found, scope)
        is_null = comparing.is_null(value)
        return Constant(None, Primitive.STRING, nullable=True) if is_null else value
    items = found if isinstance(found, Items) else _listed(found, None, scope, bind)
    reference = items.reference
    if isinstance(reference, CollectionValue):
        return reference
    return SameValues(reference.edm_type, reference.nullable, items=items)


def _check_simple(found: Argument, scope: NameScope) -> None:
    if not isinstance(found, Expression):
        return
    is_entity = isinstance(found, EntityRef)
    if is_entity or comparing.is_complex(found) or found.edm_type is Primitive.STREAM:
        raise NotImplementedYetError(
            "a computed property that is an entity is not supported: name a property of it"
            if is_entity
            else f"a computed property of the type {comparing.type_text(found)} is not supported",
            target=scope.piece,
        )


def bind_items(expression: ast.Expression, scope: NameScope, bind: BindExpression) -> Items:
    """The collection on the right of ``in``."""
    found = bind_argument(expression, scope, bind)
    if isinstance(found, Items):
        return found
    if isinstance(found, DynamicRef):
        return Items(found)
    raise UriSemanticError("a collection of values was expected", target=scope.piece)


# --- calls ----------------------------------------------------------------------------------


def bind_call(call: ast.FunctionCall, scope: NameScope, bind: BindExpression) -> Expression:
    """A call of a function that takes collections as well as single values."""
    name = call.name.lower()
    arguments = [bind_argument(item, scope, bind) for item in call.arguments]
    first = arguments[0]
    if name == "length" and isinstance(first, Items):
        return ItemCount(first)
    if name == "length" and isinstance(first, member_path.Entities):
        return CountOf(first.block, first.filters)
    if name in _OF_COLLECTIONS_ALONE or any(isinstance(item, Collection) for item in arguments):
        return _of_collections(name, arguments, scope, bind)
    values = tuple(_value(item, scope) for item in arguments)
    return calling.bind_call(calling.signatures_of(name, len(values), scope), values, scope)


def _of_collections(
    name: str, arguments: Sequence[Argument], scope: NameScope, bind: BindExpression
) -> Expression:
    if name == "length":
        return ItemCount(_listed(arguments[0], None, scope, bind))
    if name == "substring":
        return _part(arguments, scope, bind)
    left, right = arguments
    test = _TESTS.get(name)
    if comparing.is_absent(left) or comparing.is_absent(right):
        edm_type = Primitive.INT32 if test is CollectionTest.PLACE else Primitive.BOOLEAN
        return Constant(None, edm_type, nullable=True)
    one, other = _pair((left, right), name, scope, bind)
    if test is not None:
        return _compared(test, one, other)
    return _joined(one, other, scope)


def _compared(test: CollectionTest, left: ItemRef, right: ItemRef) -> ComparedCollections:
    edm_type = Primitive.INT32 if test is CollectionTest.PLACE else Primitive.BOOLEAN
    may_be_null = left.items.reference.nullable or right.items.reference.nullable
    nullable = may_be_null and test is not CollectionTest.EQUAL
    return ComparedCollections(edm_type, nullable, test=test, left=left, right=right)


def _joined(left: ItemRef, right: ItemRef, scope: NameScope) -> JoinedValues:
    for item in (left, right):
        _refuse_dynamic(item.items, "concat", scope)
    edm_type = arithmetic.common_number(left.edm_type, right.edm_type) or left.edm_type
    nullable = left.items.reference.nullable or right.items.reference.nullable
    return JoinedValues(edm_type, nullable, first=left.items, second=right.items)


def _part(arguments: Sequence[Argument], scope: NameScope, bind: BindExpression) -> PartOfValues:
    collection, *places = arguments
    items = _listed(collection, None, scope, bind)
    _refuse_dynamic(items, "substring", scope)
    bounds = [_value(item, scope) for item in places]
    text = Constant("", Primitive.STRING)
    signature = calling.signatures_of("substring", len(arguments), scope)
    _, start, *length = calling.bind_call(signature, (text, *bounds), scope).arguments
    nullable = items.reference.nullable or any(item.nullable for item in (start, *length))
    edm_type = items.reference.edm_type
    return PartOfValues(
        edm_type, nullable, items=items, start=start, length=length[0] if length else None
    )


def _refuse_dynamic(items: Items, name: str, scope: NameScope) -> None:
    if isinstance(items.reference, DynamicRef):
        raise NotImplementedYetError(
            f"{name} does not take a dynamic collection", target=scope.piece
        )


def _value(argument: Argument, scope: NameScope) -> Expression:
    """An argument that has to be a single value."""
    if isinstance(argument, Collection):
        raise UriSemanticError("a single value was expected, not a collection", target=scope.piece)
    return comparing.single_value(argument, scope.piece)


# --- comparisons ----------------------------------------------------------------------------


def collections_equal(
    operator: ComparisonOperator,
    pair: tuple[Argument, Argument],
    scope: NameScope,
    bind: BindExpression,
) -> Expression:
    """Two collections compared: as many items, and the same in the same order."""
    left, right = pair
    for argument, other in ((left, right), (right, left)):
        if comparing.is_absent(argument):
            return _compared_with_null(operator, other, scope)
    one, another = _pair(pair, "a comparison", scope, bind)
    same = _compared(CollectionTest.EQUAL, one, another)
    return comparing.all_equal(operator, (same,), scope.piece, what="collections")


def _compared_with_null(
    operator: ComparisonOperator, argument: Argument, scope: NameScope
) -> Expression:
    """A collection may be empty; null it is only where there is nothing that has it."""
    comparing.check_equality(operator, "collections", scope.piece)
    if isinstance(argument, Items) and argument.reference.nullable:
        return Comparison(operator, argument.reference, NULL)
    return Constant(operator is ComparisonOperator.NE, Primitive.BOOLEAN)


def _pair(
    pair: tuple[Argument, Argument], name: str, scope: NameScope, bind: BindExpression
) -> tuple[ItemRef, ItemRef]:
    """Two collections whose items can be compared."""
    if not all(isinstance(item, Collection | DynamicRef) for item in pair):
        raise UriSemanticError("a collection was expected", target=scope.piece)
    left, right = pair
    if isinstance(left, Array) and isinstance(right, Array):
        first = _listed(left, None, scope, bind)
        one, other = first, _listed(right, first, scope, bind)
    elif isinstance(left, Array):
        other = _listed(right, None, scope, bind)
        one = _listed(left, other, scope, bind)
    else:
        one = _listed(left, None, scope, bind)
        other = _listed(right, one, scope, bind)
    return _seen(ItemRef(one), ItemRef(other), name, scope)


def _seen(left: ItemRef, right: ItemRef, name: str, scope: NameScope) -> tuple[ItemRef, ItemRef]:
    """Items of a dynamic or typeless collection as those of the other one."""
    left = replace(left, items=retyped(left.items, right.edm_type))
    right = replace(right, items=retyped(right.items, left.edm_type))
    untyped = Primitive.UNTYPED
    if left.edm_type is untyped and right.edm_type is untyped:
        raise NotImplementedYetError(
            f"{name} of two dynamic collections is not supported", target=scope.piece
        )
    one, other = see_as(left, right.edm_type), see_as(right, left.edm_type)
    if not isinstance(one, ItemRef) or not isinstance(other, ItemRef):
        raise TypeError("an item stays one")
    if not comparing.comparable(one, other):
        raise comparing.incompatible(other, one, scope.piece)
    return one, other


def retyped(items: Items, edm_type: PropertyType | None) -> Items:
    """A collection in which nothing tells the type of the items, as one of these items."""
    if edm_type is None or edm_type is Primitive.UNTYPED or not _is_typeless(items):
        return items
    match items.reference:
        case JoinedValues() as joined:
            first, second = retyped(joined.first, edm_type), retyped(joined.second, edm_type)
            return Items(replace(joined, edm_type=edm_type, first=first, second=second))
        case PartOfValues() as part:
            return Items(replace(part, edm_type=edm_type, items=retyped(part.items, edm_type)))
        case ListedValues() as listed:
            return Items(replace(listed, edm_type=edm_type))
        case _:
            return items


def _is_typeless(items: Items) -> bool:
    match items.reference:
        case ListedValues() as listed:
            return all(comparing.is_null(item) for item in listed.values)
        case JoinedValues() as joined:
            return _is_typeless(joined.first) and _is_typeless(joined.second)
        case PartOfValues() as part:
            return _is_typeless(part.items)
        case _:
            return False


def _listed(
    argument: Argument, like: Items | None, scope: NameScope, bind: BindExpression
) -> Items:
    """A collection of values; those of an array in the type of the other collection."""
    match argument:
        case Array():
            return Items(_array_value(argument, like, bind))
        case Items():
            return _checked(argument, scope)
        case DynamicRef():
            return Items(argument)
        case member_path.Entities():
            raise NotImplementedYetError(
                "collections of entities are not compared as a whole: use any or all",
                target=scope.piece,
            )
        case _:
            raise UriSemanticError("a collection was expected", target=scope.piece)


def _checked(items: Items, scope: NameScope) -> Items:
    if isinstance(items.reference.edm_type, ComplexType):
        raise NotImplementedYetError(
            "collections of complex values are compared by eq, ne and in only: use any or all",
            target=scope.piece,
        )
    return items


def _array_value(array: Array, like: Items | None, bind: BindExpression) -> ListedValues:
    scope = array.scope
    values = list_of(array.syntax, scope, bind)
    if like is not None and _is_typeless(like):
        like = None
    if like is not None and like.reference.edm_type is not Primitive.UNTYPED:
        values = [comparing.meet(ItemRef(like), item, scope.piece)[1] for item in values]
    types = [_type_of(item, scope) for item in values if not comparing.is_null(item)]
    edm_type = reduce(lambda one, other: _common(one, other, scope), types) if types else None
    fallback = Primitive.STRING if like is None else like.reference.edm_type
    return ListedValues(edm_type or fallback, nullable=False, values=tuple(values))


def _type_of(value: Expression, scope: NameScope) -> PropertyType:
    if value.edm_type is None or value.edm_type is Primitive.UNTYPED:
        raise NotImplementedYetError(
            "an array of entities or dynamic values is not supported", target=scope.piece
        )
    return value.edm_type


def _common(one: PropertyType, other: PropertyType, scope: NameScope) -> PropertyType:
    found = one if one == other else arithmetic.common_number(one, other)
    if found is None:
        raise UriSemanticError("the values of an array differ in type", target=scope.piece)
    return found


def list_of(expression: ast.Expression, scope: NameScope, bind: BindExpression) -> list[Expression]:
    """The values of a list or of a JSON array."""
    if not isinstance(expression, ast.ListExpression | ast.JsonArray):
        raise UriSemanticError("a list of values or a collection was expected", target=scope.piece)
    most = scope.budget.limits.max_in_items
    if len(expression.items) > most:
        raise UriSemanticError(f"a list has at most {most} values", target=scope.piece)
    return [bind(item, scope) for item in expression.items]
