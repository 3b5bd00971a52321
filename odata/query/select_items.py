"""Options on a collection of values: inside ``$select``, or at its own URL.

Cites: OData URL Conventions 5.1.4 (nested options), Protocol 13.2.3 item 5.
"""

from __future__ import annotations

from dataclasses import replace

from odata.edm.types import ComplexType, Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.binder import bind_condition, bind_expression
from odata.query.item_layout import ALL, ShownMembers, bind_members
from odata.query.plan import ItemCount, ItemList, ItemOrder, Items, PropertyRef
from odata.query.read_plan import OutputValue
from odata.query.scope import NameScope
from odata.query.value_path import Values
from odata.uri import ast

_TARGET = "$select"
_CHOOSING = frozenset({"$filter", "$orderby", "$top", "$skip"})
_SERVED = _CHOOSING | {"$count"}
_OF_COMPLEX = _SERVED | {"$select"}
_KNOWN = _OF_COMPLEX | {"$search", "$compute"}


def bind_items_output(
    definition: Property, reference: PropertyRef, options: ast.QueryOptions, names: NameScope
) -> OutputValue:
    """The member that shows the chosen items of a collection, in the wanted order."""
    _check(definition, options)
    names = names.with_nested_aliases(options.aliases)
    values = Values(Items(reference))
    inner = names.with_item(values.item())
    return _chosen(definition, values, options, inner, inner)


def bind_own_items(
    definition: Property, values: Values, options: ast.QueryOptions, names: NameScope
) -> OutputValue:
    """The collection at its own URL, behind the casts and filters of the path, with the options
    of the request."""
    for name in sorted(options.present & {"$compute", "$search"}):
        raise NotImplementedYetError(
            f"{name} is not supported for '{definition.name}'", target=name
        )
    in_filter, in_orderby = names.in_piece("$filter"), names.in_piece("$orderby")
    item = values.item()
    scopes = (in_filter.with_request_item(item), in_orderby.with_request_item(item))
    return _chosen(definition, values, options, *scopes)


def _chosen(
    definition: Property,
    values: Values,
    options: ast.QueryOptions,
    in_filter: NameScope,
    in_orderby: NameScope,
) -> OutputValue:
    items, condition = values.items, options.filter
    own = () if condition is None else (bind_condition(condition, in_filter),)
    filters = (*values.filters, *own)
    order = tuple(
        ItemOrder(bind_expression(term.expression, in_orderby), term.descending)
        for term in options.orderby
    )
    count = ItemCount(items, filters) if options.count else None
    is_whole = not values.filters and not options.present & _CHOOSING
    seen = definition if values.cast is None else replace(definition, edm_type=values.cast)
    chosen = ItemList(items, filters, order, options.top, options.skip or 0)
    return OutputValue(
        definition.name,
        items.reference if is_whole else chosen,
        definition.edm_type,
        definition,
        count=count,
        shown=shown_members(seen, options.select),
    )


def shown_members(definition: Property, items: tuple[ast.SelectItem, ...]) -> ShownMembers:
    """The members of complex items that ``$select`` names."""
    if isinstance(definition.edm_type, ComplexType):
        return bind_members(definition.edm_type, items)
    return ALL


def _check(definition: Property, options: ast.QueryOptions) -> None:
    is_complex = isinstance(definition.edm_type, ComplexType)
    for name in sorted(options.present - (_OF_COMPLEX if is_complex else _SERVED)):
        if name in _KNOWN and (is_complex or name != "$select"):
            raise NotImplementedYetError(
                f"{name} inside $select is not supported for '{definition.name}'", target=_TARGET
            )
        raise UriSemanticError(
            f"'{name}' cannot stand inside the selection of '{definition.name}'", target=_TARGET
        )
