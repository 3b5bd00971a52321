"""Options on a collection of values: inside ``$select``, or at its own URL.

Cites: OData URL Conventions 5.1.4 (nested options), Protocol 13.2.3 item 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from odata.edm.types import ComplexType, Primitive, Property, PropertyType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.binder import bind_computed, bind_condition, bind_expression
from odata.query.collection_value import CollectionValue
from odata.query.item_layout import ALL, ShownMembers, bind_members
from odata.query.item_segments import at_place
from odata.query.names import find_property
from odata.query.plan import (
    Expression,
    ItemCount,
    ItemList,
    ItemMember,
    ItemOrder,
    Items,
    PropertyRef,
)
from odata.query.read_plan import OutputValue
from odata.query.scope import NameScope
from odata.query.set_values import ItemsValue
from odata.query.target import Target
from odata.query.text_search import bind_item_search
from odata.query.value_path import Values
from odata.uri import ast

_TARGET = "$select"
_NO_EXPRESSIONS: Mapping[str, Expression] = {}
_CHOOSING = frozenset({"$filter", "$search", "$orderby", "$top", "$skip"})
_SERVED = _CHOOSING | {"$count"}
_OF_COMPLEX = _SERVED | {"$select", "$compute"}


def bind_items_output(
    definition: Property, reference: PropertyRef, options: ast.QueryOptions, names: NameScope
) -> OutputValue:
    """The member that shows the chosen items of a collection, in the wanted order."""
    _check(definition, options)
    names = names.with_nested_aliases(options.aliases)
    values = Values(Items(reference))
    inner = names.with_item(values.item())
    scopes = _Scopes(inner, inner, inner, names.piece)
    return _chosen(definition, values, options, scopes)


def bind_own_items(
    definition: Property, values: Values, options: ast.QueryOptions, names: NameScope
) -> OutputValue:
    """The collection at its own URL, behind the casts and filters of the path, with the options
    of the request."""
    inner = names.with_request_item(values.item())
    in_compute, in_filter = inner.in_piece("$compute"), inner.in_piece("$filter")
    scopes = _Scopes(in_compute, in_filter, inner.in_piece("$orderby"), "$search")
    return _chosen(definition, values, options, scopes)


def bind_items_inside(
    target: Target, values: Values, options: ast.QueryOptions, names: NameScope
) -> OutputValue:
    """A collection inside of the item at a place, with the options of the request."""
    there = at_place(values, target.item or 0)
    members = [step for step in target.inside if isinstance(step, Property)]
    item = there.item()
    path = (*item.path, *(step.name for step in members))
    reference = replace(item, path=path, definition=members[-1])
    output = bind_own_items(members[-1], Values(Items(reference)), options, names)

    def of_item(value: Expression) -> ItemsValue:
        edm_type = value.edm_type or Primitive.INT64
        return ItemsValue(edm_type, nullable=True, items=there.items, value=value)

    count = None if output.count is None else of_item(output.count)
    return replace(output, expression=of_item(output.expression), count=count)


@dataclass(frozen=True, slots=True)
class _Scopes:
    """What names mean in each of the options, and what the search is a part of."""

    in_compute: NameScope
    in_filter: NameScope
    in_orderby: NameScope
    in_search: str


def bind_members_computed(
    owner: PropertyType, items: Sequence[ast.ComputeItem], names: NameScope
) -> dict[str, Expression]:
    """The members that ``$compute`` adds to a complex value."""
    computed: dict[str, Expression] = {}
    for item in items:
        is_taken = isinstance(owner, ComplexType) and find_property(owner, item.name) is not None
        if is_taken or item.name in computed:
            raise UriSemanticError(f"the name '{item.name}' is taken", target="$compute")
        scope = names.with_computed({**names.computed, **computed})
        value = bind_computed(item.expression, scope)
        if isinstance(value, CollectionValue):
            raise NotImplementedYetError(
                f"'{item.name}' is computed as a collection, which is not supported here",
                target=names.piece,
            )
        computed[item.name] = value
    return computed


def _chosen(
    definition: Property, values: Values, options: ast.QueryOptions, scopes: _Scopes
) -> OutputValue:
    items, condition = values.items, options.filter
    computed = bind_members_computed(values.item().edm_type, options.compute, scopes.in_compute)
    known = {**scopes.in_filter.computed, **computed}
    in_filter = scopes.in_filter.with_computed(known)
    in_orderby = scopes.in_orderby.with_computed(known)
    own = () if condition is None else (bind_condition(condition, in_filter),)
    sought = bind_item_search(options.search, values.item(), scopes.in_search)
    filters = (*values.filters, *sought, *own)
    order = tuple(
        ItemOrder(bind_expression(term.expression, in_orderby), term.descending)
        for term in options.orderby
    )
    count = ItemCount(items, filters) if options.count else None
    is_whole = not values.filters and not options.present & _CHOOSING and not computed
    seen = definition if values.cast is None else replace(definition, edm_type=values.cast)
    chosen = ItemList(
        items,
        filters,
        order,
        options.top,
        options.skip or 0,
        computed=tuple(ItemMember(name, value) for name, value in computed.items()),
    )
    return OutputValue(
        definition.name,
        items.reference if is_whole else chosen,
        definition.edm_type,
        definition,
        count=count,
        shown=shown_members(seen, options.select, computed),
    )


def shown_members(
    definition: Property,
    items: tuple[ast.SelectItem, ...],
    computed: Mapping[str, Expression] = _NO_EXPRESSIONS,
) -> ShownMembers:
    """The members of complex items that ``$select`` names."""
    if not isinstance(definition.edm_type, ComplexType):
        return ALL
    types = {name: value.edm_type for name, value in computed.items() if value.edm_type is not None}
    return bind_members(definition.edm_type, items, types)


def _check(definition: Property, options: ast.QueryOptions) -> None:
    is_complex = isinstance(definition.edm_type, ComplexType)
    for name in sorted(options.present - (_OF_COMPLEX if is_complex else _SERVED)):
        raise UriSemanticError(
            f"'{name}' cannot stand inside the selection of '{definition.name}'", target=_TARGET
        )
