"""Steps from an item of a collection of complex values to its members.

Cites: OData URL Conventions 5.1.1.13, 5.1.1.15.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from odata.edm.types import ComplexType, Property
from odata.errors import NotImplementedYetError
from odata.query.member_step import is_dynamic_member, is_structured, sub_member
from odata.query.plan import NULL, Expression, ItemRef, Items
from odata.query.scope import NameScope
from odata.query.type_cast import cast_property
from odata.uri import ast

Steps = tuple[ast.ExpressionSegment, ...]


@dataclass(frozen=True, slots=True)
class InnerItems:
    """A collection inside an item, and the steps behind it."""

    items: Items
    rest: Steps


def walk_item(item: ItemRef, steps: Steps, scope: NameScope) -> Expression | InnerItems:
    """What steps lead to from an item."""
    current = item
    for index, segment in enumerate(steps):
        owner = _owner(current)
        if owner.is_collection:
            return InnerItems(Items(current), steps[index:])
        if isinstance(segment, ast.AnnotationSegment):
            return NULL
        if is_dynamic_member(owner.edm_type, segment):
            raise NotImplementedYetError(
                "dynamic properties of items are not supported", target=scope.piece
            )
        step, definition = sub_member(owner, segment, scope)
        current = replace(current, path=(*current.path, step), definition=definition)
    is_collection = _owner(current).is_collection
    return InnerItems(Items(current), ()) if is_collection else current


def cast_item(items: Items, wanted: ComplexType | None) -> ItemRef:
    """An item, seen as one of a derived type."""
    item = ItemRef(items)
    if wanted is None:
        return item
    definition = cast_property(_owner(item), wanted)
    return replace(item, path=(wanted.qualified_name,), definition=definition)


def is_structured_item(item: ItemRef | None) -> bool:
    """Whether bare names may be those of the members of an item."""
    return item is not None and is_structured(item.edm_type)


def _owner(item: ItemRef) -> Property:
    return item.definition or Property("$this", item.edm_type)
