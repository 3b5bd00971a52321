"""Annotations: the vocabulary terms a service publishes, and the values they take.

An element of the model carries its annotations as pairs of a term, by its full name and with
its qualifier after ``#``, and a value of this module.

Cites: OData CSDL 14 (vocabulary and annotation), OData Vocabularies 4.0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeGuard

CORE = "Org.OData.Core.V1"
CAPABILITIES = "Org.OData.Capabilities.V1"
VALIDATION = "Org.OData.Validation.V1"
MEASURES = "Org.OData.Measures.V1"
AGGREGATION = "Org.OData.Aggregation.V1"
AUTHORIZATION = "Org.OData.Authorization.V1"
JSON = "Org.OData.JSON.V1"
REPEATABILITY = "Org.OData.Repeatability.V1"
# What clients looked at before the core vocabulary knew alternate keys.
COMMUNITY_KEYS = "OData.Community.Keys.V1"

VOCABULARIES = frozenset(
    {
        CORE,
        CAPABILITIES,
        VALIDATION,
        MEASURES,
        AGGREGATION,
        AUTHORIZATION,
        JSON,
        REPEATABILITY,
        COMMUNITY_KEYS,
    }
)

ALTERNATE_KEYS = f"{CORE}.AlternateKeys"
COMMUNITY_ALTERNATE_KEYS = f"{COMMUNITY_KEYS}.AlternateKeys"
COMPUTED = f"{CORE}.Computed"
COMPUTED_DEFAULT_VALUE = f"{CORE}.ComputedDefaultValue"
ACCEPTABLE_MEDIA_TYPES = f"{CORE}.AcceptableMediaTypes"
CONVENTIONAL_IDS = f"{CORE}.ConventionalIDs"
DEREFERENCEABLE_IDS = f"{CORE}.DereferenceableIDs"
CONTENT_DISPOSITION = f"{CORE}.ContentDisposition"
DEFAULT_NAMESPACE = f"{CORE}.DefaultNamespace"
DESCRIPTION = f"{CORE}.Description"
IMMUTABLE = f"{CORE}.Immutable"
LANGUAGE_DEPENDENT = f"{CORE}.IsLanguageDependent"
IS_URL = f"{CORE}.IsURL"
LONG_DESCRIPTION = f"{CORE}.LongDescription"
MEDIA_TYPE = f"{CORE}.MediaType"
ODATA_VERSIONS = f"{CORE}.ODataVersions"
OPTIMISTIC_CONCURRENCY = f"{CORE}.OptimisticConcurrency"
OPTIONAL_PARAMETER = f"{CORE}.OptionalParameter"
SCHEMA_VERSION = f"{CORE}.SchemaVersion"

BATCH_SUPPORT = f"{CAPABILITIES}.BatchSupport"
CHANGE_TRACKING = f"{CAPABILITIES}.ChangeTracking"
CONFORMANCE_LEVEL = f"{CAPABILITIES}.ConformanceLevel"
DELETE_RESTRICTIONS = f"{CAPABILITIES}.DeleteRestrictions"
FILTER_FUNCTIONS = f"{CAPABILITIES}.FilterFunctions"
FILTER_RESTRICTIONS = f"{CAPABILITIES}.FilterRestrictions"
INSERT_RESTRICTIONS = f"{CAPABILITIES}.InsertRestrictions"
NAVIGATION_RESTRICTIONS = f"{CAPABILITIES}.NavigationRestrictions"
SEARCH_RESTRICTIONS = f"{CAPABILITIES}.SearchRestrictions"
SORT_RESTRICTIONS = f"{CAPABILITIES}.SortRestrictions"
UPDATE_RESTRICTIONS = f"{CAPABILITIES}.UpdateRestrictions"

ISO_CURRENCY = f"{MEASURES}.ISOCurrency"
SCALE = f"{MEASURES}.Scale"
UNIT = f"{MEASURES}.Unit"
ALLOWED_VALUES = f"{VALIDATION}.AllowedValues"
PATTERN = f"{VALIDATION}.Pattern"
MINIMUM = f"{VALIDATION}.Minimum"
MAXIMUM = f"{VALIDATION}.Maximum"

DISPOSITION = "inline"
"""How the bytes of a stream are meant to be shown."""
SCHEMA_TERMS = frozenset({DEFAULT_NAMESPACE, SCHEMA_VERSION})
"""Terms of a model that describe its schema; all its others describe the container."""


class PathKind(Enum):
    """What a path gives: the value at its end, or the path itself."""

    VALUE = "Path"
    PROPERTY = "PropertyPath"
    NAVIGATION = "NavigationPropertyPath"


@dataclass(frozen=True, slots=True)
class PathValue:
    """A path from the annotated element (OData CSDL 14.4.1)."""

    path: str
    kind: PathKind = PathKind.VALUE


@dataclass(frozen=True, slots=True)
class EnumValue:
    """Members of an enumeration by the qualified name of their type (OData CSDL 14.3.6)."""

    type_name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """A property of a record with its value."""

    name: str
    value: AnnotationValue


@dataclass(frozen=True, slots=True)
class RecordValue:
    """A value of a complex type (OData CSDL 14.4.12)."""

    entries: tuple[RecordEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class CollectionValue:
    """A value of a collection type (OData CSDL 14.4.6)."""

    items: tuple[AnnotationValue, ...] = ()


ConstantValue = bool | str | int | Decimal | PathValue | EnumValue
AnnotationValue = ConstantValue | RecordValue | CollectionValue


@dataclass(frozen=True, slots=True)
class Annotation:
    """A term, applied with a value (OData CSDL 14.2)."""

    term: str
    value: AnnotationValue
    qualifier: str = ""


def property_path(path: str) -> PathValue:
    """The path of a property, as a value."""
    return PathValue(path, PathKind.PROPERTY)


def navigation_path(path: str) -> PathValue:
    """The path of a navigation property, as a value."""
    return PathValue(path, PathKind.NAVIGATION)


def record(**entries: AnnotationValue) -> RecordValue:
    """A record of these properties."""
    return RecordValue(tuple(RecordEntry(name, value) for name, value in entries.items()))


def collection(items: Iterable[AnnotationValue] = ()) -> CollectionValue:
    """A collection of these items."""
    return CollectionValue(tuple(items))


def community_alternate_keys(names: Iterable[str]) -> tuple[str, CollectionValue]:
    """Keys of one property each, in the words of the older vocabulary; an annotation of a type."""
    keys = (
        record(Key=collection((record(Name=property_path(name), Alias=name),))) for name in names
    )
    return COMMUNITY_ALTERNATE_KEYS, collection(keys)


def filter_functions(names: Iterable[str]) -> tuple[str, CollectionValue]:
    """The canonical functions that ``$filter`` takes; an annotation of the model."""
    return FILTER_FUNCTIONS, collection(names)


def odata_versions(versions: str) -> tuple[str, str]:
    """The versions of the protocol that are served; an annotation of the model."""
    return ODATA_VERSIONS, versions


def conformance_level(level: str) -> tuple[str, EnumValue]:
    """The level that is claimed, Minimal, Intermediate or Advanced; an annotation of the model."""
    return CONFORMANCE_LEVEL, EnumValue(f"{CAPABILITIES}.ConformanceLevelType", (level,))


def acceptable_media_types(names: Iterable[str]) -> tuple[str, CollectionValue]:
    """The media types of what may be written; an annotation of a stream property."""
    return ACCEPTABLE_MEDIA_TYPES, collection(names)


def is_annotation_value(value: object) -> TypeGuard[AnnotationValue]:
    """Whether ``value`` can be written as an annotation value."""
    match value:
        case RecordValue(entries):
            return all(is_annotation_value(entry.value) for entry in entries)
        case CollectionValue(items):
            return all(is_annotation_value(item) for item in items)
        case _:
            return isinstance(value, bool | str | int | Decimal | PathValue | EnumValue)


def read_annotation(declared: tuple[str, object]) -> Annotation:
    """The annotation that an element of the model declares."""
    name, value = declared
    if not is_annotation_value(value):
        raise TypeError(f"{name} has a value that no annotation can hold: {type(value).__name__}")
    term, _, qualifier = name.partition("#")
    return Annotation(term, value, qualifier)


def vocabulary_of(term: str) -> str:
    """The namespace of a term."""
    return term.rpartition(".")[0]
