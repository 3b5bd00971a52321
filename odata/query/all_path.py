"""``$all`` as a resource: the entities of all sets and singletons, or those of one type.

Cites: OData URL Conventions 4.16.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from odata.edm.model import EntitySet, EntityType, Model, Singleton
from odata.errors import NotFoundError
from odata.query.target import ResourceKind, ScopeRule, Step, Target

ALL = "$all"
ANY_ENTITY = EntityType("EntityType", "Edm", is_abstract=True)


@dataclass(frozen=True, slots=True)
class AllMember:
    """One set or singleton whose entities belong to the union; ``path`` is where they are
    read, ``entity_type`` what they are."""

    name: str
    path: str
    entity_type: EntityType
    is_singleton: bool = False
    is_searchable: bool = False


def resolve_all(model: Model, rule: ScopeRule | None) -> Target:
    """The entities of the whole service."""
    target = Target(ResourceKind.ALL, (Step(ALL, ANY_ENTITY, is_collection=True),))
    return _within_scope(target, model, rule)


def cast_all(target: Target, name: str, model: Model, rule: ScopeRule | None) -> Target:
    """Those of one type and of the types derived from it."""
    found = model.find_type(name)
    step = target.steps[-1]
    if not isinstance(found, EntityType) or step.cast is not None:
        raise NotFoundError(f"Resource not found for the segment '{name}'.")
    cast = replace(step, entity_type=found, cast=found)
    return _within_scope(replace(target, steps=(cast,)), model, rule)


def _within_scope(target: Target, model: Model, rule: ScopeRule | None) -> Target:
    scoped = rule is not None and any(
        rule.is_scoped(item.entity_type) for item in all_members(model, target.steps[-1].cast)
    )
    return replace(target, is_scoped=scoped)


def all_members(model: Model, wanted: EntityType | None) -> tuple[AllMember, ...]:
    """The sets and singletons of the union: no entity is in two of them, and none of them
    needs a parent."""
    return tuple(_members(model, wanted))


def _members(model: Model, wanted: EntityType | None) -> Iterator[AllMember]:
    for entity_set in model.entity_sets.values():
        if entity_set.capabilities.requires_parent or _is_within_another(entity_set, model):
            continue
        found = _narrowed(entity_set, wanted)
        if found is not None:
            yield replace(found, is_searchable=entity_set.capabilities.searchable)
    for singleton in model.singletons.values():
        found = _narrowed(singleton, wanted)
        if found is not None:
            yield replace(found, is_singleton=True)


def _is_within_another(entity_set: EntitySet, model: Model) -> bool:
    """Whether the set of a base type has the same entities, among others."""
    base = entity_set.entity_type.base
    return isinstance(base, EntityType) and model.set_of(base) is not None


def _narrowed(source: EntitySet | Singleton, wanted: EntityType | None) -> AllMember | None:
    entity_type = source.entity_type
    if wanted is None or entity_type.is_a(wanted):
        return AllMember(source.name, source.name, entity_type)
    if wanted.is_a(entity_type):
        return AllMember(source.name, f"{source.name}/{wanted.qualified_name}", wanted)
    return None
