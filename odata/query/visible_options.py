"""Options without what a caller does not see, for a part of the program that asks for all of it.

A client that selects a hidden property is told that there is none; a representation that is
made of many properties is simply made without it.
"""

from __future__ import annotations

from dataclasses import replace

from odata.edm.model import EntityType, Model
from odata.uri import ast


def visible_options(options: ast.QueryOptions, path: str, model: Model) -> ast.QueryOptions:
    """The options without selected and expanded names that are not in the model."""
    entity_type = type_at(path, model)
    return options if entity_type is None else _visible(options, entity_type)


def type_at(path: str, model: Model) -> EntityType | None:
    """The type of the entities at a path of sets, keys and navigation properties."""
    first, *others = (segment.partition("(")[0] for segment in path.split("/"))
    entity_set = model.entity_sets.get(first)
    entity_type = None if entity_set is None else entity_set.entity_type
    for name in others:
        navigation = None if entity_type is None else entity_type.find_navigation(name)
        entity_type = None if navigation is None else navigation.target
    return entity_type


def _visible(options: ast.QueryOptions, entity_type: EntityType) -> ast.QueryOptions:
    select = tuple(
        item for item in options.select if entity_type.find_property(item.path[0]) is not None
    )
    expand = tuple(
        _nested(item, entity_type)
        for item in options.expand
        if entity_type.find_navigation(item.path[0]) is not None
    )
    return replace(options, select=select, expand=expand)


def _nested(item: ast.ExpandItem, entity_type: EntityType) -> ast.ExpandItem:
    if item.options is None:
        return item
    target = entity_type.navigation_named(item.path[0]).target
    return replace(item, options=_visible(item.options, target))
