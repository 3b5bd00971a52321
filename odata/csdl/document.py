"""What ``$metadata`` says, before it is spelt as XML or JSON.

A document resolves all that a model leaves to defaults: facets, annotations that follow from
a declaration, references to vocabularies. Both writers spell the same document, so they
cannot disagree.

Cites: OData CSDL 3 to 14.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from odata.csdl.default_value import DefaultValue
from odata.edm.annotations import COMMUNITY_KEYS, Annotation
from odata.edm.model import OperationKind, ReferentialConstraint
from odata.edm.types import EnumMember, Primitive

CsdlVersion = Literal["4.0", "4.01"]


@dataclass(frozen=True, slots=True)
class TypeUse:
    """A type with its facets, as a property, parameter or return type has it.

    ``nullable`` is None where the facet must not be written.
    """

    name: str
    is_collection: bool
    nullable: bool | None
    max_length: int | None = None
    precision: int | None = None
    scale: int | str | None = None


@dataclass(frozen=True, slots=True)
class PropertyElement:
    """A structural property (OData CSDL 7)."""

    name: str
    type_use: TypeUse
    default: DefaultValue | None
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class NavigationElement:
    """A navigation property (OData CSDL 8)."""

    name: str
    type_use: TypeUse
    contains_target: bool
    partner: str | None
    constraints: tuple[ReferentialConstraint, ...]
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class StructuredElement:
    """A complex type or, with ``is_entity``, an entity type (OData CSDL 6, 9)."""

    name: str
    is_entity: bool
    base: str | None
    is_abstract: bool
    is_open: bool
    has_stream: bool
    key: tuple[str, ...]
    properties: tuple[PropertyElement, ...]
    navigation: tuple[NavigationElement, ...]
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class EnumElement:
    """An enumeration (OData CSDL 10)."""

    name: str
    underlying: Primitive
    is_flags: bool
    members: tuple[EnumMember, ...]
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class ParameterElement:
    """A parameter of an action or function (OData CSDL 12.9)."""

    name: str
    type_use: TypeUse
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class OperationElement:
    """One overload of an action or function (OData CSDL 12)."""

    name: str
    kind: OperationKind
    is_bound: bool
    is_composable: bool
    entity_set_path: str | None
    parameters: tuple[ParameterElement, ...]
    returns: TypeUse | None


@dataclass(frozen=True, slots=True)
class EntitySetElement:
    """An entity set (OData CSDL 13.2)."""

    name: str
    entity_type: str
    in_service_document: bool
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class SingletonElement:
    """A singleton (OData CSDL 13.3)."""

    name: str
    entity_type: str


@dataclass(frozen=True, slots=True)
class ImportElement:
    """An action or function import (OData CSDL 13.5, 13.6)."""

    name: str
    kind: OperationKind
    operation: str
    entity_set: str | None
    in_service_document: bool


@dataclass(frozen=True, slots=True)
class ContainerElement:
    """The entity container (OData CSDL 13)."""

    name: str
    entity_sets: tuple[EntitySetElement, ...]
    singletons: tuple[SingletonElement, ...]
    imports: tuple[ImportElement, ...]
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A CSDL document of one schema (OData CSDL 3)."""

    vocabularies: tuple[str, ...]
    namespace: str
    enums: tuple[EnumElement, ...]
    structured: tuple[StructuredElement, ...]
    operations: tuple[OperationElement, ...]
    container: ContainerElement
    annotations: tuple[Annotation, ...]


def vocabulary_uri(vocabulary: str, extension: str) -> str:
    """Where the definition of a vocabulary is published, as ``xml`` or ``json``."""
    if vocabulary == COMMUNITY_KEYS:
        return f"https://raw.githubusercontent.com/OData/vocabularies/main/{vocabulary}.xml"
    return f"https://oasis-tcs.github.io/odata-vocabularies/vocabularies/{vocabulary}.{extension}"
