"""Casts in resource paths: a collection narrowed, an entity or a value of a derived type.

What is of another type is not found under such a path.
Cites: OData URL Conventions 4.11.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from odata.edm.model import EntityType
from odata.edm.types import ComplexType
from odata.query.plan import IsOf, PropertyRef
from odata.query.target import Target
from odata.query.type_cast import cast_property

Structured = TypeVar("Structured", bound=ComplexType)


def cast_entities(target: Target, entity_type: ComplexType) -> Target:
    """The entities of a derived type among those that a path leads to."""
    if not isinstance(entity_type, EntityType) or entity_type is target.entity_type:
        return target
    target.root.narrow(entity_type)
    step = replace(target.steps[-1], entity_type=entity_type, cast=entity_type)
    return replace(target, steps=(*target.steps[:-1], step))


def cast_value(target: Target, complex_type: ComplexType) -> Target:
    """The complex value that a path leads to, where it is of a derived type."""
    path = target.property_path
    last = path[-1]
    if complex_type is last.edm_type:
        return target
    names = tuple(item.name for item in path)
    reference = PropertyRef(target.root, last, names)
    definition = replace(cast_property(last, complex_type), name=complex_type.qualified_name)
    return replace(
        target,
        property_path=(*path, definition),
        anchors=(*target.anchors, IsOf(reference, complex_type)),
    )
