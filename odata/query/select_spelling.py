"""The items of ``$select`` as context URLs write them.

Cites: OData Protocol 10.9 (projected entity).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from odata.edm.model import EntityType
from odata.edm.types import ComplexType
from odata.query.names import find_navigation, find_property
from odata.uri import ast

_STAR = "*"


def deeper(item: ast.SelectItem) -> tuple[ast.SelectItem, ...]:
    """What an item selects below the member that it begins with."""
    if len(item.path) > 1:
        return (replace(item, path=item.path[1:]),)
    return item.options.select if item.options is not None else ()


def spelled(owner: ComplexType, items: tuple[ast.SelectItem, ...]) -> Iterator[str]:
    """The items as paths with the names of the model, nested ones included (OData Protocol
    10.9); the star takes in all other structural properties."""
    has_star = any(item.path == (_STAR,) for item in items)
    for item in items:
        definition = find_property(owner, item.path[0])
        cast = _cast_of(owner, item)
        if cast is not None:
            before = "" if cast is owner else f"{cast.qualified_name}/"
            for below in spelled(cast, deeper(item)):
                yield f"{before}{below}"
        elif definition is None:
            yield _spelled_name(owner, item.path[0])
        elif not isinstance(definition.edm_type, ComplexType) or not deeper(item):
            if not has_star:
                yield definition.name
        else:
            for below in spelled(definition.edm_type, deeper(item)):
                yield f"{definition.name}/{below}"


def _cast_of(owner: ComplexType, item: ast.SelectItem) -> ComplexType | None:
    """The type that an item begins with a cast to."""
    types = (owner, *owner.descendants()) if len(item.path) > 1 else ()
    return next((found for found in types if found.qualified_name == item.path[0]), None)


def _spelled_name(owner: ComplexType, name: str) -> str:
    navigation = find_navigation(owner, name) if isinstance(owner, EntityType) else None
    return navigation.name if navigation is not None else name
