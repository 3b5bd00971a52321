"""What may be read from and written to entity sets, as records of the Capabilities vocabulary.

Cites: Capabilities vocabulary (FilterRestrictions, InsertRestrictions, UpdateRestrictions,
DeleteRestrictions, SortRestrictions, NavigationRestrictions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from odata.edm.annotations import (
    CAPABILITIES,
    CollectionValue,
    EnumValue,
    RecordValue,
    collection,
    navigation_path,
    property_path,
    record,
)
from odata.edm.model import EntitySet, EntityType, Model, NavigationProperty
from odata.edm.types import Property

_METHODS = EnumValue(f"{CAPABILITIES}.HttpMethod", ("PATCH", "PUT"))


def filter_restrictions(entity_set: EntitySet) -> RecordValue | None:
    """What a filter cannot name, and whether a list needs one; None: all is free."""
    unfilterable = _paths(entity_set.entity_type, lambda item: not item.is_filterable)
    left_out = record(NonFilterableProperties=unfilterable) if unfilterable.items else record()
    demanded = record(RequiresFilter=True) if entity_set.capabilities.requires_parent else record()
    restrictions = RecordValue((*demanded.entries, *left_out.entries))
    return restrictions if restrictions.entries else None


def sort_restrictions(entity_set: EntitySet) -> RecordValue:
    """Whether lists are sorted, and by what they are not."""
    sortable = entity_set.capabilities.sortable
    unsortable = _paths(entity_set.entity_type, lambda item: not item.is_sortable)
    if not sortable or not unsortable.items:
        return record(Sortable=sortable)
    return record(Sortable=sortable, NonSortableProperties=unsortable)


def insert_restrictions(entity_set: EntitySet) -> RecordValue:
    """Whether entities are created, and what each must bring along."""
    if not entity_set.capabilities.insertable:
        return record(Insertable=False)
    required = _paths(entity_set.entity_type, lambda item: item.is_demanded)
    if not required.items:
        return record(Insertable=True)
    return record(Insertable=True, RequiredProperties=required)


def update_restrictions(entity_set: EntitySet) -> RecordValue:
    """Whether entities are changed, and how."""
    if not entity_set.capabilities.updatable:
        return record(Updatable=False)
    return record(
        Updatable=True,
        Upsertable=entity_set.is_upsertable,
        DeltaUpdateSupported=True,
        FilterSegmentSupported=True,
        UpdateMethod=_METHODS,
    )


def delete_restrictions(entity_set: EntitySet) -> RecordValue:
    """Whether entities are removed, and how."""
    if not entity_set.capabilities.deletable:
        return record(Deletable=False)
    return record(Deletable=True, FilterSegmentSupported=True)


def navigation_restrictions(model: Model, parent: EntitySet) -> RecordValue | None:
    """What may be done with the contained collections of a company-like type, which are the
    same as the sets of their names; None where it has none of those."""
    contained = (
        (item, model.entity_sets.get(item.name)) for item in parent.entity_type.all_navigation()
    )
    restricted = [
        _restricted(item, found)
        for item, found in contained
        if found is not None and _is_whole(item, found)
    ]
    return record(RestrictedProperties=collection(restricted)) if restricted else None


def _is_whole(navigation: NavigationProperty, entity_set: EntitySet) -> bool:
    """Whether a contained collection has the entities of the set, by its name and type."""
    return (
        navigation.is_collection
        and navigation.contains_target
        and not navigation.constraints
        and navigation.target is entity_set.entity_type
    )


def _restricted(navigation: NavigationProperty, found: EntitySet) -> RecordValue:
    allowed = found.capabilities
    return record(
        NavigationProperty=navigation_path(navigation.name),
        InsertRestrictions=record(Insertable=allowed.insertable),
        UpdateRestrictions=record(Updatable=allowed.updatable),
        DeleteRestrictions=record(Deletable=allowed.deletable),
        OptimisticConcurrencyControl=found.entity_type.has_entity_tag,
    )


def _paths(entity_type: EntityType, is_listed: Callable[[Property], bool]) -> CollectionValue:
    listed: Iterable[Property] = filter(is_listed, entity_type.all_properties())
    return collection(property_path(item.name) for item in listed)
