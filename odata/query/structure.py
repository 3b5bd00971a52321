"""Structural comparison: complex values and collections of them, JSON objects and arrays.

Cites: OData URL Conventions 5.1.1.1.1 (equality of complex values and collections).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from odata.edm.types import ComplexType, Primitive, Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query import collection_calls, comparing
from odata.query.collection_calls import Argument, Array
from odata.query.collection_value import CollectionTest, ComparedCollections
from odata.query.comparing import StructuredRef, compare, is_complex
from odata.query.dynamic import is_dynamic
from odata.query.member_step import is_structured
from odata.query.names import find_property, unknown_property
from odata.query.parameter_alias import NULL_LITERAL
from odata.query.plan import (
    NULL,
    Comparison,
    Constant,
    Expression,
    IsOf,
    ItemCount,
    ItemExists,
    ItemList,
    ItemRef,
    Items,
    Logical,
)
from odata.query.scope import NameScope
from odata.uri import ast
from odata.uri.ast import ComparisonOperator, LogicalOperator

BindExpression = Callable[[ast.Expression, NameScope], Expression]
_MOST_OBJECTS = 50


def structure_equals(
    operator: ComparisonOperator,
    value: Expression,
    given: ast.JsonObject,
    scope: NameScope,
    bind: BindExpression,
) -> Expression:
    """A complex value against a JSON object: every member equal, the absent ones null."""
    if is_dynamic(value):
        raise NotImplementedYetError(
            "a dynamic value compared with a JSON object is not supported: name its members",
            target=scope.piece,
        )
    if not isinstance(value, StructuredRef) or not is_complex(value):
        raise UriSemanticError("a JSON object is compared with a complex value", target=scope.piece)
    owner = value.edm_type
    by_name: dict[str, ast.Expression] = {}
    for member in given.members:
        if "@" in member.name:
            continue
        if not is_structured(owner):
            break
        definition = find_property(owner, member.name)
        if definition is None:
            raise unknown_property(owner, member.name, scope.piece)
        by_name[definition.name] = member.value
    same = tuple(
        _member_equals(ref, by_name.get(ref.path[-1], NULL_LITERAL), scope, bind)
        for ref in comparing.members(value)
    )
    return comparing.all_equal(operator, same, scope.piece)


def _member_equals(
    member: StructuredRef, given: ast.Expression, scope: NameScope, bind: BindExpression
) -> Expression:
    if member.definition is not None and member.definition.is_collection:
        array = given if isinstance(given, ast.JsonArray) else ast.JsonArray(())
        pair = (Items(member), Array(array, scope))
        return collections_equal(ComparisonOperator.EQ, pair, scope, bind)
    if isinstance(given, ast.JsonObject):
        return structure_equals(ComparisonOperator.EQ, member, given, scope, bind)
    return compare(ComparisonOperator.EQ, member, bind(given, scope), scope.piece)


def structures_equal(
    operator: ComparisonOperator,
    left: StructuredRef,
    right: StructuredRef,
    scope: NameScope,
    bind: BindExpression,
) -> Expression:
    """Two complex values: of the same type, and equal in all members."""
    comparing.check_equality(operator, "complex values", scope.piece)
    if left.edm_type is not right.edm_type:
        raise comparing.incompatible(left, right, scope.piece)
    same = [*_absent_alike(left, right), *_members_alike(left, right, scope, bind)]
    return comparing.all_equal(operator, tuple(same), scope.piece)


def _absent_alike(left: StructuredRef, right: StructuredRef) -> Iterator[Expression]:
    """An item may be null, which is not the same as having no values."""
    if isinstance(left, ItemRef) and isinstance(right, ItemRef):
        one, other = (Comparison(ComparisonOperator.EQ, item, NULL) for item in (left, right))
        yield Comparison(ComparisonOperator.EQ, one, other)


def _members_alike(
    left: StructuredRef, right: StructuredRef, scope: NameScope, bind: BindExpression
) -> Iterator[Expression]:
    pairs = zip(comparing.members(left), comparing.members(right), strict=True)
    for one, other in pairs:
        yield from _alike(one, other, scope, bind)
    if not isinstance(left.edm_type, ComplexType):
        return
    for derived in left.edm_type.descendants():
        first, second = (IsOf(value, derived) for value in (left, right))
        yield Comparison(ComparisonOperator.EQ, first, second)
        for member in derived.properties:
            one, other = (_member_of(value, derived, member) for value in (left, right))
            yield from _alike(one, other, scope, bind)


def _alike(
    one: StructuredRef, other: StructuredRef, scope: NameScope, bind: BindExpression
) -> Iterator[Expression]:
    if one.definition is not None and one.definition.is_collection:
        pair = (Items(one), Items(other))
        yield collections_equal(ComparisonOperator.EQ, pair, scope, bind)
    elif is_complex(one):
        yield from _members_alike(one, other, scope, bind)
    else:
        yield compare(ComparisonOperator.EQ, one, other, scope.piece)


def _member_of(value: StructuredRef, derived: ComplexType, member: Property) -> StructuredRef:
    """What only values of a derived type have; null in others."""
    path = (*value.path, derived.qualified_name, member.name)
    return replace(value, definition=member, path=path)


# --- collections ----------------------------------------------------------------------------


def collections_equal(
    operator: ComparisonOperator,
    pair: tuple[Argument, Argument],
    scope: NameScope,
    bind: BindExpression,
) -> Expression:
    """Two collections: as many items, and the same in the same order."""
    left, right = pair
    is_structured = _holds_structures(left) or _holds_structures(right)
    if not is_structured or comparing.is_absent(left) or comparing.is_absent(right):
        return collection_calls.collections_equal(operator, pair, scope, bind)
    if isinstance(left, Array):
        left, right = right, left
    if isinstance(left, Items) and isinstance(right, Array):
        same = tuple(_equal_to_array(left, right, bind))
    elif isinstance(left, Items) and isinstance(right, Items) and _holds_structures(left):
        same = (_equal_items(left, right, scope, bind),)
    else:
        raise UriSemanticError("a collection of complex values was expected", target=scope.piece)
    return comparing.all_equal(operator, same, scope.piece, what="collections")


def structure_in(
    value: StructuredRef, right: ast.Expression, scope: NameScope, bind: BindExpression
) -> Expression:
    """Whether a complex value is among those of a collection or of an array of objects."""
    if isinstance(right, ast.JsonArray):
        ways = tuple(_item_equals(value, given, scope, bind) for given in right.items)
        none = Constant(value=False, edm_type=Primitive.BOOLEAN)
        return Logical(LogicalOperator.OR, ways) if len(ways) > 1 else (*ways, none)[0]
    items = collection_calls.bind_items(right, scope, bind)
    item = ItemRef(items)
    return ItemExists(items, structures_equal(ComparisonOperator.EQ, value, item, scope, bind))


def _holds_structures(argument: Argument) -> bool:
    if isinstance(argument, Array):
        return any(isinstance(item, ast.JsonObject) for item in argument.syntax.items)
    return isinstance(argument, Items) and isinstance(argument.reference.edm_type, ComplexType)


def _equal_to_array(items: Items, array: Array, bind: BindExpression) -> Iterator[Expression]:
    given, scope = array.syntax.items, array.scope
    if len(given) > _MOST_OBJECTS:
        raise NotImplementedYetError(
            f"an array of more than {_MOST_OBJECTS} objects is not supported", target=scope.piece
        )
    number = Constant(len(given), Primitive.INT64)
    yield Comparison(ComparisonOperator.EQ, ItemCount(Items(items.reference)), number)
    for place, value in enumerate(given):
        there = Items(ItemList(Items(items.reference), top=1, skip=place))
        yield ItemExists(there, _item_equals(ItemRef(there), value, scope, bind))


def _item_equals(
    item: StructuredRef, given: ast.Expression, scope: NameScope, bind: BindExpression
) -> Expression:
    if given == NULL_LITERAL:
        return compare(ComparisonOperator.EQ, item, NULL, scope.piece)
    if not isinstance(given, ast.JsonObject):
        raise UriSemanticError("an array of JSON objects was expected", target=scope.piece)
    same = structure_equals(ComparisonOperator.EQ, item, given, scope, bind)
    there = compare(ComparisonOperator.NE, item, NULL, scope.piece)
    return Logical(LogicalOperator.AND, (there, same))


def _equal_items(
    left: Items, right: Items, scope: NameScope, bind: BindExpression
) -> ComparedCollections:
    one, other = ItemRef(Items(left.reference)), ItemRef(Items(right.reference))
    difference = structures_equal(ComparisonOperator.NE, one, other, scope, bind)
    return ComparedCollections(
        Primitive.BOOLEAN,
        nullable=False,
        test=CollectionTest.EQUAL,
        left=one,
        right=other,
        difference=difference,
    )
