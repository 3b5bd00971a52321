"""What ``$apply`` does with an entity set, as an annotation of the set.

It lists exactly what is served: a list that is left out would promise everything.

Cites: OData Data Aggregation 4.2 and 4.3 (ApplySupported).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from odata.edm.annotations import (
    AGGREGATION,
    AnnotationValue,
    CollectionValue,
    collection,
    property_path,
    record,
)
from odata.edm.types import NUMERIC_TYPES, ComplexType, EnumType, Primitive, Property

APPLY_SUPPORTED = f"{AGGREGATION}.ApplySupported"

CUSTOM_AGGREGATE = f"{AGGREGATION}.CustomAggregate"


@dataclass(frozen=True, slots=True)
class CustomAggregate:
    """A name for an aggregate expression such as ``amount with sum``, with its type."""

    name: str
    expression: str
    edm_type: Primitive


def custom_aggregates(declared: Iterable[CustomAggregate]) -> tuple[tuple[str, object], ...]:
    """The annotations of an entity set with these custom aggregates."""
    return tuple((f"{CUSTOM_AGGREGATE}#{item.name}", item.edm_type.value) for item in declared)


_TRANSFORMATIONS = (
    "aggregate",
    "groupby",
    "filter",
    "compute",
    "orderby",
    "skip",
    "top",
    "topcount",
    "topsum",
    "toppercent",
    "bottomcount",
    "bottomsum",
    "bottompercent",
    "concat",
    "identity",
)
_OF_NUMBERS = ("sum", "min", "max", "average", "countdistinct")
_OF_VALUES = ("min", "max", "countdistinct")
_OF_BYTES = ("countdistinct",)


def apply_supported(definitions: Iterable[Property]) -> tuple[str, AnnotationValue]:
    """The annotation of an entity set whose entities have these properties."""
    listed = tuple(definitions)
    searchable = any(item.is_searched for item in listed)
    transformations = (*_TRANSFORMATIONS, "search") if searchable else _TRANSFORMATIONS
    leaves = tuple(_leaves("", listed))
    return APPLY_SUPPORTED, record(
        Transformations=collection(transformations),
        GroupableProperties=collection(
            property_path(path) for path, item in leaves if not item.is_collection
        ),
        AggregatableProperties=_aggregatable(leaves),
    )


def _leaves(before: str, definitions: Iterable[Property]) -> Iterator[tuple[str, Property]]:
    for item in definitions:
        path = before + item.name
        if isinstance(item.edm_type, ComplexType) and not item.is_collection:
            yield from _leaves(f"{path}/", item.edm_type.all_properties())
        elif item.is_filterable and not item.is_stream:
            yield path, item


def _aggregatable(leaves: Iterable[tuple[str, Property]]) -> CollectionValue:
    return collection(
        record(
            Property=property_path(path),
            SupportedAggregationMethods=collection(_methods(item)),
        )
        for path, item in leaves
        if _methods(item)
    )


def _methods(item: Property) -> tuple[str, ...]:
    """What is served of a property; different items are not counted across entities."""
    if not isinstance(item.edm_type, Primitive | EnumType):
        return ()
    methods: tuple[str, ...] = _OF_NUMBERS if item.edm_type in NUMERIC_TYPES else _OF_VALUES
    if item.edm_type is Primitive.BINARY:
        methods = _OF_BYTES
    if item.is_collection:
        return tuple(name for name in methods if name != "countdistinct")
    return methods
