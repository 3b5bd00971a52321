"""``$metadata`` as CSDL JSON.

Cites: OData CSDL JSON 4.01.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from odata.csdl.chosen_annotations import Includes, with_annotations
from odata.csdl.default_value import json_number
from odata.csdl.document import (
    ContainerElement,
    CsdlVersion,
    Document,
    EnumElement,
    NavigationElement,
    OperationElement,
    ParameterElement,
    PropertyElement,
    StructuredElement,
    TypeUse,
    vocabulary_uri,
)
from odata.csdl.document_builder import build_document
from odata.csdl.json_value import Json, Members
from odata.edm.annotations import (
    Annotation,
    AnnotationValue,
    CollectionValue,
    EnumValue,
    PathKind,
    PathValue,
    RecordValue,
)
from odata.edm.model import Model
from odata.edm.types import Primitive


def write_json(model: Model, *, version: CsdlVersion, includes: Includes | None = None) -> bytes:
    """The CSDL JSON document of a model. ``includes``
    chooses among its annotations."""
    document = build_document(model)
    if includes is not None:
        document = with_annotations(document, includes)
    members: Members = {
        "$Version": version,
        "$EntityContainer": f"{document.namespace}.{document.container.name}",
        "$Reference": _references(document),
        document.namespace: _schema(document),
    }
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def _references(document: Document) -> Members:
    return {
        vocabulary_uri(vocabulary, "json"): {"$Include": [{"$Namespace": vocabulary}]}
        for vocabulary in document.vocabularies
    }


def _given(members: Mapping[str, Json]) -> Members:
    """The members that have a value: absent ones are None, switched off or empty."""
    return {
        name: value for name, value in members.items() if value is not None and value is not False
    }


def _schema(document: Document) -> Members:
    members: Members = {item.name: _enum(item) for item in document.enums}
    members.update({item.name: _structured(item) for item in document.structured})
    overloads: dict[str, list[Json]] = {}
    for operation in document.operations:
        overloads.setdefault(operation.name, []).append(_operation(operation))
    members.update(overloads)
    members[document.container.name] = _container(document.container)
    return members | _annotations(document.annotations)


def _enum(enum: EnumElement) -> Members:
    underlying = None if enum.underlying is Primitive.INT32 else enum.underlying.value
    head = {"$Kind": "EnumType", "$UnderlyingType": underlying, "$IsFlags": enum.is_flags}
    numbers: Members = {member.name: member.number for member in enum.members}
    return _given(head) | numbers | _annotations(enum.annotations)


def _structured(structured: StructuredElement) -> Members:
    key: list[Json] = [*structured.key]
    members = _given(
        {
            "$Kind": "EntityType" if structured.is_entity else "ComplexType",
            "$BaseType": structured.base,
            "$Abstract": structured.is_abstract,
            "$OpenType": structured.is_open,
            "$HasStream": structured.has_stream,
            "$Key": key or None,
        }
    )
    members.update({item.name: _property(item) for item in structured.properties})
    members.update({item.name: _navigation(item) for item in structured.navigation})
    return members | _annotations(structured.annotations)


def _property(definition: PropertyElement) -> Members:
    members = _type_members(definition.type_use)
    if definition.default is not None:
        members["$DefaultValue"] = definition.default.json
    return members | _annotations(definition.annotations)


def _navigation(navigation: NavigationElement) -> Members:
    constraints: Members = {
        item.property_name: item.referenced_name for item in navigation.constraints
    }
    members: Members = {"$Kind": "NavigationProperty"}
    members |= _type_members(navigation.type_use)
    members |= _given(
        {
            "$Partner": navigation.partner,
            "$ContainsTarget": navigation.contains_target,
            "$ReferentialConstraint": constraints or None,
        }
    )
    return members | _annotations(navigation.annotations)


def _type_members(type_use: TypeUse) -> Members:
    """Type and facets; Edm.String goes without saying (OData CSDL JSON 7.1)."""
    members = _given(
        {
            "$Collection": type_use.is_collection,
            "$Type": None if type_use.name == Primitive.STRING.value else type_use.name,
        }
    )
    facets: Members = {
        "$Nullable": type_use.nullable,
        "$MaxLength": type_use.max_length,
        "$Precision": type_use.precision,
        "$Scale": type_use.scale,
    }
    return members | {name: value for name, value in facets.items() if value is not None}


def _operation(operation: OperationElement) -> Members:
    parameters: list[Json] = [_parameter(item) for item in operation.parameters]
    return _given(
        {
            "$Kind": operation.kind.value,
            "$IsBound": operation.is_bound,
            "$IsComposable": operation.is_composable,
            "$EntitySetPath": operation.entity_set_path,
            "$Parameter": parameters or None,
            "$ReturnType": _type_members(operation.returns) if operation.returns else None,
        }
    )


def _parameter(parameter: ParameterElement) -> Members:
    members: Members = {"$Name": parameter.name}
    return members | _type_members(parameter.type_use) | _annotations(parameter.annotations)


def _container(container: ContainerElement) -> Members:
    members: Members = {"$Kind": "EntityContainer"}
    for entity_set in container.entity_sets:
        head: Members = {"$Collection": True, "$Type": entity_set.entity_type}
        if not entity_set.in_service_document:
            head["$IncludeInServiceDocument"] = False
        members[entity_set.name] = head | _annotations(entity_set.annotations)
    for singleton in container.singletons:
        members[singleton.name] = {"$Type": singleton.entity_type}
    for imported in container.imports:
        members[imported.name] = _given(
            {
                f"${imported.kind.value}": imported.operation,
                "$EntitySet": imported.entity_set,
                "$IncludeInServiceDocument": imported.in_service_document,
            }
        )
    return members | _annotations(container.annotations)


def _annotations(annotations: tuple[Annotation, ...]) -> Members:
    return {
        f"@{item.term}#{item.qualifier}" if item.qualifier else f"@{item.term}": _value(item.value)
        for item in annotations
    }


def _value(value: AnnotationValue) -> Json:
    match value:
        case bool() | str() | int():
            return value
        case Decimal():
            return json_number(value)
        case PathValue(path, kind):
            return {"$Path": path} if kind is PathKind.VALUE else path
        case EnumValue():
            return ",".join(value.members)
        case RecordValue():
            return {entry.name: _value(entry.value) for entry in value.entries}
        case CollectionValue():
            return [_value(item) for item in value.items]
