"""The key of an entity that stands in an expression."""

from __future__ import annotations

from odata.query.plan import EntityRef, Expression, PropertyRef


def first_key(reference: EntityRef) -> Expression:
    """The first key property of an entity: null exactly where there is no entity."""
    return key_values(reference)[0]


def key_values(reference: EntityRef) -> tuple[Expression, ...]:
    """The key of an entity, in the order of its type."""
    source = reference.source
    return reference.keys or tuple(
        PropertyRef(source, item, (item.name,)) for item in source.entity_type.key_properties()
    )
