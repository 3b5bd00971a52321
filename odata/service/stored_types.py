"""The types of a stored entity and of its complex values, where they may be derived ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from odata.edm.model import EntityType
from odata.edm.types import TYPE_MEMBER, ComplexType
from odata.query.plan import EntityRef, Expression, PropertyRef, Source
from odata.query.select_derived import type_name_of
from odata.sql.mapping import ComplexMapping, EntityMapping, PropertyMapping


def type_names(
    mapping: EntityMapping, entity_type: EntityType, root: Source
) -> Iterator[Expression]:
    """The qualified names of the types of an entity and of its complex values."""
    if entity_type.derived:
        yield _name(EntityRef(root), entity_type)
    for path, found in _typed(mapping):
        yield _name(PropertyRef(root, found.definition, path), found.complex_type)


def _name(instance: EntityRef | PropertyRef, declared: ComplexType) -> Expression:
    name = type_name_of(instance, (declared, *declared.descendants()), unless=None)
    if name is None:
        raise LookupError(f"{declared.name} has no name")
    return name


def place_types(
    mapping: EntityMapping,
    entity_type: EntityType,
    stored: dict[str, object],
    names: Sequence[object],
) -> EntityType:
    """Note the types of complex values among them; gives the type of the entity, which is
    ``entity_type`` or derived from it."""
    found, rest = entity_type, list(names)
    if found.derived:
        name = rest.pop(0)
        found = next(item for item in found.entity_types() if item.qualified_name == name)
    for (path, _), name in zip(_typed(mapping), rest, strict=False):
        values: object = stored
        for step in path:
            values = values.get(step) if isinstance(values, dict) else None
        if isinstance(values, dict):
            values[TYPE_MEMBER] = str(name).rpartition(".")[2]
    return found


def _typed(mapping: EntityMapping) -> Iterator[tuple[tuple[str, ...], ComplexMapping]]:
    for name, found in mapping.complex_values.items():
        yield from _typed_below((name,), found)


def _typed_below(
    path: tuple[str, ...], found: PropertyMapping
) -> Iterator[tuple[tuple[str, ...], ComplexMapping]]:
    if not isinstance(found, ComplexMapping):
        return
    if found.hierarchy is not None:
        yield path, found
    for name, member in found.members.items():
        yield from _typed_below((*path, name), member)
