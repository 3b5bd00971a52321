"""Annotations that follow from how an element is declared, together with those it declares.

An annotation that the element declares itself replaces the implied one of the same term.

Cites: Core and Capabilities vocabularies; Business Central reference §15 (the five
annotations of every entity set).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from odata.csdl.restrictions import (
    delete_restrictions,
    filter_restrictions,
    insert_restrictions,
    navigation_restrictions,
    sort_restrictions,
    update_restrictions,
)
from odata.edm import annotations as terms
from odata.edm.annotations import (
    Annotation,
    AnnotationValue,
    PathValue,
    RecordValue,
    collection,
    property_path,
    read_annotation,
    record,
)
from odata.edm.constraints import Choice, Constraint, Pattern, Range
from odata.edm.model import EntitySet, EntityType, Model, NavigationProperty, Parameter
from odata.edm.types import ComplexType, EnumType, Property

PROTOCOL_VERSION = "4.01"

Declared = tuple[tuple[str, object], ...]


def annotations_of_property(owner: ComplexType, definition: Property) -> tuple[Annotation, ...]:
    """What ``$metadata`` says about a structural property; nothing that leads to another one
    which the type does not show."""
    implied = _described(definition.description)
    if definition.is_computed:
        implied.append(Annotation(terms.COMPUTED, value=True))
    if definition.is_immutable:
        implied.append(Annotation(terms.IMMUTABLE, value=True))
    if definition.has_computed_default:
        implied.append(Annotation(terms.COMPUTED_DEFAULT_VALUE, value=True))
    if definition.is_stream:
        shown = record(Type=terms.DISPOSITION)
        implied.append(Annotation(terms.CONTENT_DISPOSITION, shown))
    scale = definition.facets.scale
    if isinstance(scale, int) and terms.ISO_CURRENCY in dict(definition.annotations):
        implied.append(Annotation(terms.SCALE, scale))
    if definition.constraint is not None:
        implied += _constrained(definition.constraint)
    merged = _merge(implied, definition.annotations)
    return tuple(item for item in merged if _leads_somewhere(owner, item.value))


def annotations_of_navigation(navigation: NavigationProperty) -> tuple[Annotation, ...]:
    """What ``$metadata`` says about a navigation property."""
    return _merge(_described(navigation.description), navigation.annotations)


def annotations_of_type(declared: ComplexType | EnumType) -> tuple[Annotation, ...]:
    """What ``$metadata`` says about an enumeration, complex or entity type."""
    implied = _described(declared.description)
    if isinstance(declared, EntityType) and declared.alternate_keys:
        keys = (_alternate_key(item.property_names) for item in declared.alternate_keys)
        implied.append(Annotation(terms.ALTERNATE_KEYS, collection(keys)))
    return _merge(implied, declared.annotations if isinstance(declared, EntityType) else ())


def annotations_of_parameter(parameter: Parameter) -> tuple[Annotation, ...]:
    """What ``$metadata`` says about a parameter."""
    if not parameter.is_optional:
        return ()
    return (Annotation(terms.OPTIONAL_PARAMETER, record()),)


def annotations_of_set(model: Model, entity_set: EntitySet) -> tuple[Annotation, ...]:
    """What ``$metadata`` says about an entity set."""
    implied = [
        Annotation(terms.CHANGE_TRACKING, record(Supported=False)),
        Annotation(terms.DELETE_RESTRICTIONS, delete_restrictions(entity_set)),
        Annotation(terms.INSERT_RESTRICTIONS, insert_restrictions(entity_set)),
        Annotation(terms.UPDATE_RESTRICTIONS, update_restrictions(entity_set)),
        Annotation(terms.SORT_RESTRICTIONS, sort_restrictions(entity_set)),
    ]
    filtering = filter_restrictions(entity_set)
    if filtering is not None:
        implied.append(Annotation(terms.FILTER_RESTRICTIONS, filtering))
    along = navigation_restrictions(model, entity_set)
    if along is not None:
        implied.append(Annotation(terms.NAVIGATION_RESTRICTIONS, along))
    if not entity_set.capabilities.searchable:
        implied.append(Annotation(terms.SEARCH_RESTRICTIONS, record(Searchable=False)))
    if entity_set.entity_type.has_entity_tag:
        implied.append(Annotation(terms.OPTIMISTIC_CONCURRENCY, collection()))
    return _merge(implied, entity_set.annotations)


def annotations_of_schema(model: Model) -> tuple[Annotation, ...]:
    """What ``$metadata`` says about the schema."""
    implied = []
    if model.default_namespace:
        implied.append(Annotation(terms.DEFAULT_NAMESPACE, value=True))
    return _merge(implied, _declared_of(model, on_schema=True))


def annotations_of_container(model: Model) -> tuple[Annotation, ...]:
    """What ``$metadata`` says about the entity container."""
    implied = [Annotation(terms.ODATA_VERSIONS, PROTOCOL_VERSION)]
    return _merge(implied, _declared_of(model, on_schema=False))


def _declared_of(model: Model, *, on_schema: bool) -> Declared:
    return tuple(
        (name, value)
        for name, value in model.annotations
        if (name.partition("#")[0] in terms.SCHEMA_TERMS) is on_schema
    )


def _described(description: str) -> list[Annotation]:
    return [Annotation(terms.DESCRIPTION, description)] if description else []


def _leads_somewhere(owner: ComplexType, value: AnnotationValue) -> bool:
    if not isinstance(value, PathValue):
        return True
    first = value.path.partition("/")[0]
    if owner.find_property(first) is not None:
        return True
    return isinstance(owner, EntityType) and owner.find_navigation(first) is not None


def _constrained(constraint: Constraint) -> Iterator[Annotation]:
    match constraint:
        case Pattern():
            yield Annotation(terms.PATTERN, constraint.expression)
        case Range():
            if constraint.minimum is not None:
                yield Annotation(terms.MINIMUM, constraint.minimum)
            if constraint.maximum is not None:
                yield Annotation(terms.MAXIMUM, constraint.maximum)
        case Choice():
            allowed = (record(Value=value) for value in constraint.values)
            yield Annotation(terms.ALLOWED_VALUES, collection(allowed))
        case _:
            assert_never(constraint)


def _merge(implied: Iterable[Annotation], declared: Declared) -> tuple[Annotation, ...]:
    merged = {(item.term, item.qualifier): item for item in implied}
    for item in map(read_annotation, declared):
        merged[item.term, item.qualifier] = item
    return tuple(merged.values())


def _alternate_key(names: tuple[str, ...]) -> RecordValue:
    parts = (record(Name=property_path(name), Alias=name) for name in names)
    return record(Key=collection(parts))
