"""Options on a collection of primitive values: inside ``$select``, or at its own URL.

Cites: OData URL Conventions 5.1.4 (nested options), Protocol 13.2.3 item 5.
"""

from __future__ import annotations

from odata.edm.types import Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.binder import bind_condition, bind_expression
from odata.query.plan import ItemCount, ItemList, ItemOrder, ItemRef, Items, PropertyRef
from odata.query.read_plan import OutputValue
from odata.query.scope import NameScope
from odata.uri import ast

_TARGET = "$select"
_SERVED = frozenset({"$filter", "$orderby", "$top", "$skip", "$count"})
_KNOWN = _SERVED | {"$search", "$compute"}


def bind_items_output(
    definition: Property, reference: PropertyRef, options: ast.QueryOptions, names: NameScope
) -> OutputValue:
    """The member that shows the chosen items of a collection, in the wanted order."""
    _check(definition, options)
    names = names.with_nested_aliases(options.aliases)
    return _chosen(definition, reference, options, names, names)


def bind_own_items(
    definition: Property, reference: PropertyRef, options: ast.QueryOptions, names: NameScope
) -> OutputValue:
    """The collection at its own URL, with the options of the request."""
    if options.search is not None:
        raise NotImplementedYetError(
            f"$search is not supported for '{definition.name}'", target="$search"
        )
    in_filter, in_orderby = names.in_piece("$filter"), names.in_piece("$orderby")
    return _chosen(definition, reference, options, in_filter, in_orderby)


def _chosen(
    definition: Property,
    reference: PropertyRef,
    options: ast.QueryOptions,
    in_filter: NameScope,
    in_orderby: NameScope,
) -> OutputValue:
    items = Items(reference)
    item_ref = ItemRef(items)
    condition = options.filter
    filters = (
        () if condition is None else (bind_condition(condition, in_filter.with_item(item_ref)),)
    )
    inner = in_orderby.with_item(item_ref)
    order = tuple(
        ItemOrder(bind_expression(item.expression, inner), item.descending)
        for item in options.orderby
    )
    chosen = ItemList(items, filters, order, options.top, options.skip or 0)
    count = ItemCount(items, filters) if options.count else None
    return OutputValue(definition.name, chosen, definition.edm_type, definition, count=count)


def _check(definition: Property, options: ast.QueryOptions) -> None:
    for name in sorted(options.present - _SERVED):
        if name in _KNOWN:
            raise NotImplementedYetError(
                f"{name} inside $select is not supported for '{definition.name}'", target=_TARGET
            )
        raise UriSemanticError(
            f"'{name}' cannot stand inside the selection of '{definition.name}'", target=_TARGET
        )
