"""From a model to the document that ``$metadata`` spells.

Cites: OData CSDL 7.2 (facets), 8.3 (nullable navigation), 12.8 and 12.9 (return type and
parameter), 13.6 (function imports in the service document).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odata.csdl.default_value import default_value
from odata.csdl.document import (
    ContainerElement,
    Document,
    EntitySetElement,
    EnumElement,
    ImportElement,
    NavigationElement,
    OperationElement,
    ParameterElement,
    PropertyElement,
    SingletonElement,
    StructuredElement,
    TypeUse,
)
from odata.csdl.implied_annotations import (
    annotations_of_container,
    annotations_of_navigation,
    annotations_of_parameter,
    annotations_of_property,
    annotations_of_schema,
    annotations_of_set,
    annotations_of_type,
)
from odata.edm.annotations import (
    Annotation,
    AnnotationValue,
    CollectionValue,
    EnumValue,
    RecordValue,
    vocabulary_of,
)
from odata.edm.model import (
    EntityType,
    Model,
    NavigationProperty,
    Operation,
    OperationImport,
    OperationKind,
    Parameter,
    ReturnType,
)
from odata.edm.types import (
    SCALE_VARIABLE,
    ComplexType,
    EnumType,
    Facets,
    Primitive,
    Property,
    PropertyType,
)

_WITH_FRACTION = frozenset({Primitive.DATE_TIME_OFFSET, Primitive.DURATION, Primitive.TIME_OF_DAY})
_MICROSECONDS = 6


def build_document(model: Model) -> Document:
    """The document that describes a checked model."""
    enums = tuple(_enum(item) for item in model.enum_types.values())
    structured = tuple(_structured(item) for item in model.structured_types())
    operations = tuple(_operation(item) for item in model.operations)
    container = _container(model)
    on_schema = annotations_of_schema(model)
    annotations = (
        *on_schema,
        *(item for element in enums for item in element.annotations),
        *(item for element in structured for item in _annotations_within(element)),
        *(
            item
            for element in operations
            for part in element.parameters
            for item in part.annotations
        ),
        *container.annotations,
        *(item for element in container.entity_sets for item in element.annotations),
    )
    vocabularies = tuple(sorted(_used_vocabularies(annotations) - {model.namespace}))
    return Document(
        vocabularies, model.namespace, enums, structured, operations, container, on_schema
    )


def is_advertised(model: Model, imported: OperationImport) -> bool:
    """Whether the service document lists an import: functions that take no parameters."""
    operation = imported.operation
    return operation.kind is OperationKind.FUNCTION and any(
        item.name == operation.name and not item.is_bound and not item.parameters
        for item in model.operations
    )


def _enum(enum_type: EnumType) -> EnumElement:
    return EnumElement(
        enum_type.name,
        enum_type.underlying,
        enum_type.is_flags,
        enum_type.members,
        annotations_of_type(enum_type),
    )


def _structured(declared: ComplexType) -> StructuredElement:
    entity_type = declared if isinstance(declared, EntityType) else None
    return StructuredElement(
        declared.name,
        entity_type is not None,
        declared.base.qualified_name if declared.base else None,
        declared.is_abstract,
        declared.is_open,
        entity_type.has_stream if entity_type else False,
        entity_type.key if entity_type else (),
        tuple(_property(declared, item) for item in declared.properties),
        tuple(_navigation(item) for item in entity_type.navigation) if entity_type else (),
        annotations_of_type(declared),
    )


def _property(owner: ComplexType, definition: Property) -> PropertyElement:
    return PropertyElement(
        definition.name,
        _type_use(definition.edm_type, definition.facets, is_collection=definition.is_collection),
        default_value(definition),
        annotations_of_property(owner, definition),
    )


def _navigation(navigation: NavigationProperty) -> NavigationElement:
    nullable = None if navigation.is_collection else navigation.nullable
    return NavigationElement(
        navigation.name,
        TypeUse(navigation.target.qualified_name, navigation.is_collection, nullable),
        navigation.contains_target,
        navigation.partner,
        navigation.constraints,
        annotations_of_navigation(navigation),
    )


def _operation(operation: Operation) -> OperationElement:
    binding = operation.parameters[0] if operation.is_bound else None
    return OperationElement(
        operation.name,
        operation.kind,
        operation.is_bound,
        operation.is_composable,
        operation.entity_set_path,
        tuple(_parameter(item, is_binding=item is binding) for item in operation.parameters),
        _return_type(operation.returns) if operation.returns else None,
    )


def _parameter(parameter: Parameter, *, is_binding: bool) -> ParameterElement:
    facets = Facets(nullable=False) if is_binding else parameter.facets
    return ParameterElement(
        parameter.name,
        _type_use(parameter.edm_type, facets, is_collection=parameter.is_collection),
        annotations_of_parameter(parameter),
    )


def _return_type(returns: ReturnType) -> TypeUse:
    facets = Facets(nullable=returns.nullable)
    return _type_use(returns.edm_type, facets, is_collection=returns.is_collection)


def _type_use(
    edm_type: PropertyType | EntityType, facets: Facets, *, is_collection: bool
) -> TypeUse:
    """The type with all the facets whose defaults differ between XML and JSON."""
    is_entities = is_collection and isinstance(edm_type, EntityType)
    precision, scale = facets.precision, facets.scale
    if precision is None and edm_type in _WITH_FRACTION:
        precision = _MICROSECONDS
    if scale is None and edm_type is Primitive.DECIMAL:
        scale = SCALE_VARIABLE
    return TypeUse(
        edm_type.qualified_name,
        is_collection,
        None if is_entities else facets.nullable,
        facets.max_length,
        precision,
        scale,
    )


def _container(model: Model) -> ContainerElement:
    return ContainerElement(
        model.container_name,
        tuple(
            EntitySetElement(
                item.name,
                item.entity_type.qualified_name,
                item.in_service_document,
                annotations_of_set(model, item),
            )
            for item in model.entity_sets.values()
        ),
        tuple(
            SingletonElement(item.name, item.entity_type.qualified_name)
            for item in model.singletons.values()
        ),
        tuple(_import(model, item) for item in model.operation_imports.values()),
        annotations_of_container(model),
    )


def _import(model: Model, imported: OperationImport) -> ImportElement:
    return ImportElement(
        imported.name,
        imported.operation.kind,
        imported.operation.qualified_name,
        imported.entity_set,
        is_advertised(model, imported),
    )


def _annotations_within(element: StructuredElement) -> Iterator[Annotation]:
    yield from element.annotations
    for definition in element.properties:
        yield from definition.annotations
    for navigation in element.navigation:
        yield from navigation.annotations


def _used_vocabularies(annotations: Iterable[Annotation]) -> set[str]:
    used = set()
    for item in annotations:
        used.add(vocabulary_of(item.term))
        used.update(vocabulary_of(name) for name in _type_names(item.value))
    return used


def _type_names(value: AnnotationValue) -> Iterator[str]:
    match value:
        case EnumValue():
            yield value.type_name
        case RecordValue():
            for entry in value.entries:
                yield from _type_names(entry.value)
        case CollectionValue():
            for item in value.items:
                yield from _type_names(item)
        case _:
            return
