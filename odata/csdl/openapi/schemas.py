"""Types of the model as JSON Schema: as they are read, created and updated.

Cites: OData to OpenAPI Mapping 1.0, section 4.5 (components).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from enum import Enum
from typing import assert_never

from odata.csdl.default_value import default_value, json_number
from odata.csdl.json_value import Json, Members, merge
from odata.csdl.openapi.values import nullable, primitive_schema
from odata.edm.annotations import MAXIMUM, MINIMUM, PATTERN, Annotation, read_annotation
from odata.edm.constraints import Choice, Constraint, Pattern, Range
from odata.edm.model import EntityType, Model, NavigationProperty
from odata.edm.types import (
    NO_FACETS,
    ComplexType,
    EnumType,
    Facets,
    Primitive,
    Property,
    PropertyType,
)

_KEYWORDS = {PATTERN: "pattern", MINIMUM: "minimum", MAXIMUM: "maximum"}


class Purpose(Enum):
    """What a schema is for; the value ends its name."""

    READ = ""
    CREATE = "-create"
    UPDATE = "-update"


def build_schemas(model: Model) -> Members:
    """All schemas of a model, by name."""
    schemas: Members = {
        item.qualified_name: _enum_schema(item) for item in model.enum_types.values()
    }
    for structured in model.structured_types():
        for purpose in Purpose:
            name = f"{structured.qualified_name}{purpose.value}"
            schemas[name] = _structured_schema(structured, purpose)
    for entity_type in model.entity_types.values():
        schemas[f"{entity_type.qualified_name}-collection"] = _collection_schema(entity_type)
    return schemas | {"error": _error_schema()}


def schema_reference(name: str) -> Members:
    """A reference to a schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def value_schema(
    edm_type: PropertyType,
    facets: Facets = NO_FACETS,
    *,
    is_collection: bool = False,
    purpose: Purpose = Purpose.READ,
) -> Members:
    """The schema of a value of this type, in the place where the facets hold."""
    schema = _single_schema(edm_type, facets, purpose)
    allowed = nullable(schema) if facets.nullable else schema
    return {"type": "array", "items": allowed} if is_collection else allowed


def _single_schema(edm_type: PropertyType, facets: Facets, purpose: Purpose) -> Members:
    match edm_type:
        case Primitive():
            return primitive_schema(edm_type, facets)
        case EnumType():
            return schema_reference(edm_type.qualified_name)
        case ComplexType():
            return schema_reference(f"{edm_type.qualified_name}{purpose.value}")


def _enum_schema(enum_type: EnumType) -> Members:
    described: Members = {"description": enum_type.description} if enum_type.description else {}
    if enum_type.is_flags:
        return merge({"type": "string", "pattern": _flags_pattern(enum_type)}, described)
    spellings = (text for member in enum_type.members for text in (member.text, member.name))
    texts: list[Json] = [*dict.fromkeys(spellings)]
    return merge({"type": "string", "enum": texts}, described)


def _flags_pattern(enum_type: EnumType) -> str:
    names = "|".join(member.name for member in enum_type.members)
    return f"^({names})(,({names}))*$"


def _structured_schema(structured: ComplexType, purpose: Purpose) -> Members:
    """A type on top of its base type: what it declares itself."""
    schema: Members = {"type": "object", "properties": _own_members(structured, purpose)}
    required: list[Json] = [item.name for item in structured.properties if item.is_required]
    if purpose is Purpose.CREATE and required:
        schema["required"] = required
    if structured.is_open:
        schema["additionalProperties"] = True
    if structured.base is not None:
        base = schema_reference(f"{structured.base.qualified_name}{purpose.value}")
        schema = {"allOf": [base, schema]}
    schema["title"] = structured.name
    if structured.description:
        schema["description"] = structured.description
    return schema


def _own_members(structured: ComplexType, purpose: Purpose) -> Members:
    entity_type = structured if isinstance(structured, EntityType) else None
    members: Members = {}
    if structured.base is None:
        members |= _control_members(structured, purpose)
    for definition in structured.properties:
        if _is_part(definition, entity_type, purpose):
            members |= _property_members(definition, purpose)
    if entity_type is not None:
        members |= _navigation_members(entity_type.navigation, purpose)
    return members


def _control_members(structured: ComplexType, purpose: Purpose) -> Members:
    """The type, where there are derived ones, and the entity tag."""
    members: Members = {}
    names: list[Json] = [
        f"#{item.qualified_name}"
        for item in (structured, *structured.descendants())
        if not item.is_abstract
    ]
    if structured.derived:
        members["@odata.type"] = {"type": "string", "enum": names}
    is_tagged = isinstance(structured, EntityType) and structured.has_entity_tag
    if purpose is Purpose.READ and is_tagged:
        members["@odata.etag"] = {"type": "string"}
    return members


def _is_part(definition: Property, entity_type: EntityType | None, purpose: Purpose) -> bool:
    if purpose is Purpose.READ:
        return True
    if definition.is_computed or definition.is_stream:
        return False
    is_key = entity_type is not None and definition.name in entity_type.all_key_names()
    return purpose is Purpose.CREATE or not (is_key or definition.is_immutable)


def _property_members(definition: Property, purpose: Purpose) -> Members:
    name = definition.name
    if definition.is_stream:
        link: Members = {"type": "string", "format": "uri", "readOnly": True}
        return {f"{name}@odata.{kind}": link for kind in ("mediaEditLink", "mediaReadLink")}
    facets = definition.facets
    if purpose is Purpose.READ and definition.has_unset:
        facets = replace(facets, nullable=False)
    schema = value_schema(
        definition.edm_type, facets, is_collection=definition.is_collection, purpose=purpose
    )
    return {name: schema | _keywords(definition, purpose)}


def _keywords(definition: Property, purpose: Purpose) -> Members:
    keywords: Members = {}
    if definition.description:
        keywords["description"] = definition.description
    default = default_value(definition)
    if default is not None and purpose is not Purpose.UPDATE:
        keywords["default"] = default.json
    if definition.is_computed:
        keywords["readOnly"] = True
    if purpose is not Purpose.READ and definition.constraint is not None:
        keywords |= _constrained(definition.constraint, definition)
    return keywords | _validation(map(read_annotation, definition.annotations))


def _constrained(constraint: Constraint, definition: Property) -> Members:
    """What a value that is written is held against."""
    match constraint:
        case Pattern():
            return {"pattern": constraint.expression}
        case Range():
            bounds = {"minimum": constraint.minimum, "maximum": constraint.maximum}
            return {name: json_number(item) for name, item in bounds.items() if item is not None}
        case Choice():
            values: list[Json] = [*constraint.values]
            return {"enum": [*values, None] if definition.nullable else values}
        case _:
            assert_never(constraint)


def _validation(annotations: Iterable[Annotation]) -> Members:
    keywords: Members = {}
    for item in annotations:
        keyword = None if item.qualifier else _KEYWORDS.get(item.term)
        match item.value:
            case str() if keyword == "pattern":
                keywords[keyword] = item.value
            case int() if keyword is not None:
                keywords[keyword] = item.value
            case Decimal() if keyword is not None:
                keywords[keyword] = json_number(item.value)
            case _:
                pass
    return keywords


def _navigation_members(navigation: Iterable[NavigationProperty], purpose: Purpose) -> Members:
    """Related entities: as expanded, or for those contained, as created with their parent."""
    members: Members = {}
    for item in navigation:
        if purpose is Purpose.UPDATE or (purpose is Purpose.CREATE and not item.contains_target):
            continue
        schema = schema_reference(f"{item.target.qualified_name}{purpose.value}")
        if item.is_collection:
            members[item.name] = {"type": "array", "items": schema}
        else:
            members[item.name] = nullable(schema) if item.nullable else schema
    return members


def _collection_schema(entity_type: EntityType) -> Members:
    return {
        "type": "object",
        "title": f"Collection of {entity_type.name}",
        "properties": {
            "@odata.context": {"type": "string", "format": "uri"},
            "@odata.count": {"type": "integer", "minimum": 0},
            "@odata.nextLink": {"type": "string", "format": "uri"},
            "value": {"type": "array", "items": schema_reference(entity_type.qualified_name)},
        },
        "required": ["value"],
    }


def _error_schema() -> Members:
    fault: Members = {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "target": {"type": "string"},
    }
    detail: Members = {"type": "object", "properties": fault, "required": ["code", "message"]}
    details: Members = {"details": {"type": "array", "items": detail}}
    error: Members = {
        "type": "object",
        "properties": fault | details,
        "required": ["code", "message"],
    }
    return {"type": "object", "properties": {"error": error}, "required": ["error"]}
