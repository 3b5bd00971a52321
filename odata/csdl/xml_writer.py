"""``$metadata`` as CSDL XML.

Cites: OData CSDL XML 4.01; terms stand with their full names, because clients compare them
literally (clients §0, row 14).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, tostring

from odata.csdl.chosen_annotations import Includes, with_annotations
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
from odata.edm.annotations import (
    Annotation,
    AnnotationValue,
    CollectionValue,
    ConstantValue,
    EnumValue,
    PathValue,
    RecordValue,
)
from odata.edm.model import Model
from odata.edm.types import Primitive

_EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
_EDM = "http://docs.oasis-open.org/odata/ns/edm"

Attributes = Mapping[str, str | int | bool | None]


def write_xml(model: Model, *, version: CsdlVersion, includes: Includes | None = None) -> bytes:
    """The CSDL XML document of a model; the versions differ in one attribute. ``includes``
    chooses among its annotations."""
    document = build_document(model)
    if includes is not None:
        document = with_annotations(document, includes)
    root = _element(None, "edmx:Edmx", {"xmlns:edmx": _EDMX, "Version": version})
    for vocabulary in document.vocabularies:
        uri = vocabulary_uri(vocabulary, "xml")
        reference = _element(root, "edmx:Reference", {"Uri": uri})
        _element(reference, "edmx:Include", {"Namespace": vocabulary})
    _write_schema(_element(root, "edmx:DataServices", {}), document)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _element(parent: Element | None, tag: str, attributes: Attributes) -> Element:
    """An element with those of the attributes that have a value."""
    written = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in attributes.items()
        if value is not None
    }
    return Element(tag, written) if parent is None else SubElement(parent, tag, written)


def _write_schema(parent: Element, document: Document) -> None:
    schema = _element(parent, "Schema", {"xmlns": _EDM, "Namespace": document.namespace})
    for enum in document.enums:
        _write_enum(schema, enum)
    for structured in document.structured:
        _write_structured(schema, structured)
    for operation in document.operations:
        _write_operation(schema, operation)
    _write_container(schema, document.container)
    _write_annotations(schema, document.annotations)


def _write_enum(parent: Element, enum: EnumElement) -> None:
    underlying = None if enum.underlying is Primitive.INT32 else enum.underlying.value
    attributes: Attributes = {
        "Name": enum.name,
        "UnderlyingType": underlying,
        "IsFlags": enum.is_flags or None,
    }
    element = _element(parent, "EnumType", attributes)
    for member in enum.members:
        _element(element, "Member", {"Name": member.name, "Value": member.number})
    _write_annotations(element, enum.annotations)


def _write_structured(parent: Element, structured: StructuredElement) -> None:
    attributes: Attributes = {
        "Name": structured.name,
        "BaseType": structured.base,
        "Abstract": structured.is_abstract or None,
        "OpenType": structured.is_open or None,
        "HasStream": structured.has_stream or None,
    }
    tag = "EntityType" if structured.is_entity else "ComplexType"
    element = _element(parent, tag, attributes)
    if structured.key:
        key = _element(element, "Key", {})
        for name in structured.key:
            _element(key, "PropertyRef", {"Name": name})
    for definition in structured.properties:
        _write_property(element, definition)
    for navigation in structured.navigation:
        _write_navigation(element, navigation)
    _write_annotations(element, structured.annotations)


def _write_property(parent: Element, definition: PropertyElement) -> None:
    attributes: Attributes = {
        "Name": definition.name,
        **_type_attributes(definition.type_use),
        "DefaultValue": definition.default.text if definition.default else None,
    }
    _write_annotations(_element(parent, "Property", attributes), definition.annotations)


def _write_navigation(parent: Element, navigation: NavigationElement) -> None:
    attributes: Attributes = {
        "Name": navigation.name,
        **_type_attributes(navigation.type_use),
        "Partner": navigation.partner,
        "ContainsTarget": navigation.contains_target or None,
    }
    element = _element(parent, "NavigationProperty", attributes)
    for item in navigation.constraints:
        names = {"Property": item.property_name, "ReferencedProperty": item.referenced_name}
        _element(element, "ReferentialConstraint", names)
    _write_annotations(element, navigation.annotations)


def _type_attributes(type_use: TypeUse) -> Attributes:
    name = f"Collection({type_use.name})" if type_use.is_collection else type_use.name
    return {
        "Type": name,
        "Nullable": type_use.nullable,
        "MaxLength": type_use.max_length,
        "Precision": type_use.precision,
        "Scale": type_use.scale,
    }


def _write_operation(parent: Element, operation: OperationElement) -> None:
    attributes: Attributes = {
        "Name": operation.name,
        "IsBound": operation.is_bound or None,
        "IsComposable": operation.is_composable or None,
        "EntitySetPath": operation.entity_set_path,
    }
    element = _element(parent, operation.kind.value, attributes)
    for parameter in operation.parameters:
        _write_parameter(element, parameter)
    if operation.returns is not None:
        _element(element, "ReturnType", _type_attributes(operation.returns))


def _write_parameter(parent: Element, parameter: ParameterElement) -> None:
    attributes: Attributes = {"Name": parameter.name, **_type_attributes(parameter.type_use)}
    _write_annotations(_element(parent, "Parameter", attributes), parameter.annotations)


def _write_container(parent: Element, container: ContainerElement) -> None:
    element = _element(parent, "EntityContainer", {"Name": container.name})
    _write_annotations(element, container.annotations)
    for entity_set in container.entity_sets:
        attributes: Attributes = {
            "Name": entity_set.name,
            "EntityType": entity_set.entity_type,
            "IncludeInServiceDocument": None if entity_set.in_service_document else False,
        }
        _write_annotations(_element(element, "EntitySet", attributes), entity_set.annotations)
    for singleton in container.singletons:
        _element(element, "Singleton", {"Name": singleton.name, "Type": singleton.entity_type})
    for imported in container.imports:
        attributes = {
            "Name": imported.name,
            imported.kind.value: imported.operation,
            "EntitySet": imported.entity_set,
            "IncludeInServiceDocument": imported.in_service_document or None,
        }
        _element(element, f"{imported.kind.value}Import", attributes)


def _write_annotations(parent: Element, annotations: tuple[Annotation, ...]) -> None:
    for item in annotations:
        attributes: Attributes = {"Term": item.term, "Qualifier": item.qualifier or None}
        _write_value(_element(parent, "Annotation", attributes), item.value)


def _write_value(holder: Element, value: AnnotationValue) -> None:
    """A value as an attribute of its holder where XML has one, else as a child."""
    match value:
        case RecordValue():
            _write_record(holder, value)
        case CollectionValue():
            _write_collection(holder, value)
        case _:
            name, text = _constant(value)
            holder.set(name, text)


def _write_record(parent: Element, value: RecordValue) -> None:
    element = _element(parent, "Record", {})
    for entry in value.entries:
        _write_value(_element(element, "PropertyValue", {"Property": entry.name}), entry.value)


def _write_collection(parent: Element, value: CollectionValue) -> None:
    element = _element(parent, "Collection", {})
    for item in value.items:
        match item:
            case RecordValue():
                _write_record(element, item)
            case CollectionValue():
                _write_collection(element, item)
            case _:
                tag, text = _constant(item)
                _element(element, tag, {}).text = text


def _constant(value: ConstantValue) -> tuple[str, str]:
    match value:
        case bool():
            return "Bool", "true" if value else "false"
        case str():
            return "String", value
        case int():
            return "Int", str(value)
        case Decimal():
            return "Decimal", format(value, "f")
        case PathValue():
            return value.kind.value, value.path
        case EnumValue():
            return "EnumMember", " ".join(f"{value.type_name}/{name}" for name in value.members)
