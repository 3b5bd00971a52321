"""What the mapping of a derived type takes from that of its base type."""

from __future__ import annotations

from dataclasses import replace

from odata.query.change import NO_RULES
from odata.sql.inheritance import TypeValue
from odata.sql.mapping import ColumnMapping, EntityMapping


def derived_mapping(own: EntityMapping, base: EntityMapping) -> EntityMapping:
    """The mapping of a type with all that it inherits; its model may be a table of its own."""
    entity_type, hierarchy = own.entity_type, base.hierarchy
    base.entity_type.add_derived(entity_type)
    entity_type.has_entity_tag = base.entity_type.has_entity_tag
    if hierarchy is not None and own.model not in (base.model, base.write_model):
        hierarchy.parts[entity_type.name] = own.model
    return replace(
        own,
        model=base.model,
        properties={**base.properties, **own.properties},
        scope=base.scope,
        entity_tag=base.entity_tag,
        default_order=base.default_order,
        rules=base.rules if own.rules is NO_RULES else own.rules,
        write_model=base.write_model,
        fixed={**base.fixed, **own.fixed},
        dynamic=own.dynamic or base.dynamic,
        hierarchy=hierarchy,
    )


def note_type(mapping: EntityMapping, value: TypeValue | None) -> None:
    """Let a value of the discriminator stand for a type, and new rows of it have that value."""
    hierarchy = mapping.hierarchy
    if hierarchy is None:
        return
    name = hierarchy.column.name
    mapping.fixed = {key: item for key, item in mapping.fixed.items() if key != name}
    if value is not None:
        hierarchy.add(mapping.entity_type.name, value)
        mapping.fixed = {**mapping.fixed, name: value}
    for item in mapping.properties.values():
        if not isinstance(item, ColumnMapping) or not item.definition.is_searched:
            continue
        if mapping.part(item.column) is None:
            hierarchy.searchable[item.column.column_name] = item.column


def inherit_navigation(mapping: EntityMapping, base: EntityMapping | None) -> None:
    """Add the navigation properties of the base type, which has its own already."""
    if base is not None:
        mapping.navigation = {**base.navigation, **mapping.navigation}
