"""The path of an ``$expand`` item: casts, the navigation property, a cast of what it leads to.

Cites: OData URL Conventions 5.1.3.
"""

from __future__ import annotations

from dataclasses import dataclass

from odata.edm.model import EntityType, Model, NavigationProperty
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.names import find_navigation, find_property, unknown_property
from odata.query.plan import EntityRef, Expression, IsOf, Source
from odata.query.type_cast import cast_source, derived_type
from odata.uri import ast
from odata.uri.ast import ExpandSuffix

_TARGET = "$expand"


@dataclass(frozen=True, slots=True)
class ExpandedPath:
    """What an item names: a navigation property of ``parent``, the row or a cast of it, and
    the type that the related entities are narrowed to. ``text`` is the path as a context URL
    writes it, ``name`` the name in the answer."""

    navigation: NavigationProperty
    parent: Source
    entity_type: EntityType
    name: str
    text: str
    presence: Expression | None = None


def bind_expand_path(item: ast.ExpandItem, row: Source, model: Model) -> ExpandedPath:
    """The navigation property that an item of the options of ``row`` names."""
    if item.suffix is ExpandSuffix.VALUE:
        raise _no_inline_stream("$value")
    before, name, after = split_path(item.path)
    parent = row
    for step in before:
        parent = cast_source(parent, _type(model, step, parent.entity_type, item), _TARGET)
    navigation = _navigation(parent.entity_type, name, item)
    target = navigation.target
    for step in after:
        if "." not in step:
            raise UriSemanticError(
                f"'{step}' is expanded inside '{navigation.name}': "
                f"{navigation.name}($expand={step})",
                target=_TARGET,
            )
        target = _type(model, step, target, item)
    asked = name if name in navigation.aliases else navigation.name
    presence = None if parent is row else IsOf(EntityRef(row), parent.entity_type)
    text = "/".join((*before, asked, *after))
    return ExpandedPath(navigation, parent, target, asked, text, presence)


def split_path(path: tuple[str, ...]) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """The casts before the name, the name, the casts behind it."""
    place = next((index for index, step in enumerate(path) if "." not in step), len(path) - 1)
    return path[:place], path[place], path[place + 1 :]


def _type(model: Model, name: str, declared: EntityType, item: ast.ExpandItem) -> EntityType:
    found = derived_type(model, name, declared, _TARGET)
    if found is None:
        raise unknown_property(declared, name, _TARGET, item.position)
    return found


def _navigation(entity_type: EntityType, name: str, item: ast.ExpandItem) -> NavigationProperty:
    navigation = find_navigation(entity_type, name)
    if navigation is not None:
        return navigation
    definition = find_property(entity_type, name)
    if definition is None:
        raise unknown_property(entity_type, name, _TARGET, item.position)
    if definition.is_stream:
        raise _no_inline_stream(name)
    raise UriSemanticError(
        f"'{name}' is no navigation property and is always included; $select chooses it",
        target=_TARGET,
    )


def _no_inline_stream(name: str) -> NotImplementedYetError:
    return NotImplementedYetError(
        f"'{name}' is a stream: it is read under its own URL, not inline", target=_TARGET
    )
