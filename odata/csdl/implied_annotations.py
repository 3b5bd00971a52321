"""Annotations that follow from how an element is declared, together with those it declares.

An annotation that the element declares itself replaces the implied one of the same term.

Cites: Core and Capabilities vocabularies; Business Central reference §15 (the five
annotations of every entity set).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from odata.edm import annotations as terms
from odata.edm.annotations import (
    Annotation,
    CollectionValue,
    RecordValue,
    collection,
    property_path,
    read_annotation,
    record,
)
from odata.edm.model import EntitySet, EntityType, Model, NavigationProperty, Parameter
from odata.edm.types import ComplexType, EnumType, Property

PROTOCOL_VERSION = "4.01"

Declared = tuple[tuple[str, object], ...]


def annotations_of_property(definition: Property) -> tuple[Annotation, ...]:
    """What ``$metadata`` says about a structural property."""
    implied = _described(definition.description)
    if definition.is_computed:
        implied.append(Annotation(terms.COMPUTED, value=True))
    if definition.is_immutable:
        implied.append(Annotation(terms.IMMUTABLE, value=True))
    return _merge(implied, definition.annotations)


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


def annotations_of_set(entity_set: EntitySet) -> tuple[Annotation, ...]:
    """What ``$metadata`` says about an entity set."""
    allowed = entity_set.capabilities
    implied = [
        Annotation(terms.CHANGE_TRACKING, record(Supported=False)),
        Annotation(terms.DELETE_RESTRICTIONS, record(Deletable=allowed.deletable)),
        Annotation(terms.INSERT_RESTRICTIONS, record(Insertable=allowed.insertable)),
        Annotation(terms.UPDATE_RESTRICTIONS, record(Updatable=allowed.updatable)),
        Annotation(terms.SORT_RESTRICTIONS, _sort_restrictions(entity_set)),
    ]
    unfilterable = _paths(entity_set.entity_type, lambda item: not item.is_filterable)
    if unfilterable.items:
        restrictions = record(NonFilterableProperties=unfilterable)
        implied.append(Annotation(terms.FILTER_RESTRICTIONS, restrictions))
    if not allowed.searchable:
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


def _merge(implied: Iterable[Annotation], declared: Declared) -> tuple[Annotation, ...]:
    merged = {(item.term, item.qualifier): item for item in implied}
    for item in map(read_annotation, declared):
        merged[item.term, item.qualifier] = item
    return tuple(merged.values())


def _alternate_key(names: tuple[str, ...]) -> RecordValue:
    parts = (record(Name=property_path(name), Alias=name) for name in names)
    return record(Key=collection(parts))


def _sort_restrictions(entity_set: EntitySet) -> RecordValue:
    sortable = entity_set.capabilities.sortable
    unsortable = _paths(entity_set.entity_type, lambda item: not item.is_sortable)
    if not sortable or not unsortable.items:
        return record(Sortable=sortable)
    return record(Sortable=sortable, NonSortableProperties=unsortable)


def _paths(entity_type: EntityType, is_left_out: Callable[[Property], bool]) -> CollectionValue:
    left_out = (item.name for item in entity_type.all_properties() if is_left_out(item))
    return collection(map(property_path, left_out))
