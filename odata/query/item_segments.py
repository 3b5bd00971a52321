"""Path segments behind a collection of values: casts, filters, places of items, their members.

Cites: OData URL Conventions 4.10, 4.11, 4.12.
"""

from __future__ import annotations

import re
from dataclasses import replace

from odata.edm.model import Model
from odata.edm.types import ComplexType, Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.member_step import is_dynamic_member
from odata.query.names import find_property
from odata.query.plan import ItemList, Items, PropertyRef
from odata.query.scope import NameScope
from odata.query.target import Target
from odata.query.type_cast import derived_type
from odata.query.unknown_segment import not_found
from odata.query.value_path import Values, over_values
from odata.uri import ast

ITEM_OPTIONS = frozenset(
    {"$filter", "$search", "$orderby", "$top", "$skip", "$count", "$select", "$compute"}
)
# So many digits are more than any list has items.
_ORDINAL = re.compile(r"-?[0-9]{1,9}")


def step_in_items(target: Target, segment: ast.NameSegment, model: Model) -> Target:
    """What a name, or the place of an item, leads to behind a collection of values."""
    if segment.arguments is not None:
        raise not_found(segment.name)
    if target.is_value_list and _ORDINAL.fullmatch(segment.name):
        place = int(segment.name)
        if target.is_item:
            return replace(target, inside=(*target.inside, place))
        return replace(target, item=place)
    declared = target.addressed.edm_type
    if not isinstance(declared, ComplexType):
        raise not_found(segment.name)
    if "." in segment.name:
        return _cast(target, declared, segment, model)
    if target.is_value_list:
        raise not_found(segment.name)
    return replace(target, inside=(*target.inside, _member(declared, segment)))


def filter_items(target: Target, segment: ast.FilterSegment) -> Target:
    """The items of a collection of values that a condition holds for."""
    if target.addressed.is_dynamic:
        raise NotImplementedYetError("$filter behind a dynamic property is not supported")
    if not target.is_value_list or segment.key is not None:
        raise not_found("$filter")
    if target.is_item:
        raise NotImplementedYetError(
            "$filter behind the place of an item is not supported: any looks into its collections"
        )
    return replace(target, item_steps=(*target.item_steps, segment))


def check_members(target: Target) -> None:
    """Refuse ``/$each`` behind a collection of values, which is written as a whole."""
    if target.is_value_list:
        raise NotImplementedYetError(
            "$each is not supported on a collection of values: it is written whole, "
            "or item by item at their places"
        )


def bind_item_steps(reference: PropertyRef, target: Target, names: NameScope) -> Values:
    """The items that the casts and filters behind a collection of values leave."""
    current = Values(Items(reference))
    for step in target.item_steps:
        if isinstance(step, ast.NameSegment) and _ORDINAL.fullmatch(step.name):
            current = at_place(current, int(step.name))
            continue
        is_filter = isinstance(step, ast.FilterSegment)
        placed = names.in_path_filter(step.position) if is_filter else names
        inner = placed.with_request_item(current.item())
        found = over_values(current, (step,), inner)
        if not isinstance(found, Values):
            raise TypeError("a cast or a filter leaves a collection")
        current = found
    return current


def reads_inside(target: Target, options: ast.QueryOptions) -> bool:
    """Whether options ask for some values of a collection inside of an item."""
    return target.is_item and target.is_value_list and bool(options.present & ITEM_OPTIONS)


def at_place(values: Values, place: int) -> Values:
    """The item at a place, counted from the end where it is negative."""
    skip = place if place >= 0 else -place - 1
    found = ItemList(values.items, values.filters, top=1, skip=skip, is_from_end=place < 0)
    return Values(Items(found), cast=values.cast)


def _cast(target: Target, declared: ComplexType, segment: ast.NameSegment, model: Model) -> Target:
    try:
        found = derived_type(model, segment.name, declared, segment.name)
    except UriSemanticError as error:
        raise not_found(segment.name) from error
    if found is None:
        raise not_found(segment.name)
    if target.inside:
        raise NotImplementedYetError(
            "a cast of what is inside an item is not supported: the item itself can be cast"
        )
    if target.item is None:
        return replace(target, item_steps=(*target.item_steps, segment), item_type=found)
    # The item at this place alone, if it is of the type: then it is the first.
    place = ast.NameSegment(str(target.item), None, segment.position)
    steps = (*target.item_steps, place, segment)
    return replace(target, item_steps=steps, item_type=found, item=0, is_cast_item=True)


def _member(owner: ComplexType, segment: ast.NameSegment) -> Property:
    if is_dynamic_member(owner, segment):
        raise NotImplementedYetError("dynamic properties of items are not supported")
    member = find_property(owner, segment.name)
    if member is None:
        raise not_found(segment.name, owner)
    return member
