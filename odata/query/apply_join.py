"""``join`` and ``outerjoin``: each row once for each entity that it is related to.

Cites: OData Data Aggregation 3.5.1 (join and outerjoin).
"""

from __future__ import annotations

from dataclasses import replace

from odata.edm.model import EntityType, NavigationProperty
from odata.errors import NotImplementedYetError, ODataError, UriSemanticError
from odata.query.apply_stage import TARGET, Joined, Stage, wrap
from odata.query.names import find_navigation, find_property, unknown_property
from odata.query.plan import NULL, Comparison, Source
from odata.uri import ast
from odata.uri.ast import ComparisonOperator

_OUTER = "outerjoin"


def joined_stage(transformation: ast.ApplyJoin, stage: Stage) -> Stage:
    """The rows beside what they are related to, which a new single-valued property shows."""
    navigation = _navigation(transformation, stage.root.entity_type)
    stage.check_free(transformation.alias)
    if find_navigation(stage.root.entity_type, transformation.alias) is not None:
        raise UriSemanticError(f"the name '{transformation.alias}' is taken", target=TARGET)
    wrapped, _ = wrap(stage, [])
    root = wrapped.root
    source = Source(navigation.target, root, navigation, wrapped.block)
    wrapped.block.joins.append(source)
    item = Joined(transformation.alias, navigation, source)
    root.entity_type = _with_alias(root.entity_type, item)
    root.put(item.alias, source)
    wrapped = replace(wrapped, joined=(*wrapped.joined, item))
    if transformation.method == _OUTER:
        return wrapped
    there = Comparison(ComparisonOperator.NE, item.keys[0], NULL)
    return replace(wrapped, conditions=(*wrapped.conditions, there))


def _with_alias(entity_type: EntityType, item: Joined) -> EntityType:
    """The type with one more navigation property."""
    added = NavigationProperty(item.alias, item.navigation.target_name)
    added.bind_target(item.navigation.target)
    navigation = (*entity_type.navigation, added)
    return replace(entity_type, navigation=navigation, _navigation_by_name={})


def _navigation(transformation: ast.ApplyJoin, owner: EntityType) -> NavigationProperty:
    """The collection that is joined; refuses what is none, and what nobody builds."""
    first, *rest = transformation.path.segments
    name = first.name if isinstance(first, ast.NameSegment) else ""
    definition, navigation = find_property(owner, name), find_navigation(owner, name)
    if definition is None and navigation is None:
        raise unknown_property(owner, name, TARGET)
    if not any(item.is_collection for item in (definition, navigation) if item is not None):
        raise UriSemanticError(
            f"{transformation.method} takes a collection, and '{name}' is none", target=TARGET
        )
    if navigation is None:
        raise _not_built(f"{transformation.method} with a collection of values")
    if rest or owner.descendants():
        raise _not_built(f"{transformation.method} with derived types")
    if transformation.apply is not None:
        raise _not_built(f"{transformation.method} with transformations of what is joined")
    return navigation


def _not_built(what: str) -> ODataError:
    return NotImplementedYetError(f"{what} is not supported", target=TARGET)
