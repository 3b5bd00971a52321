"""Query options, headers and keys as OpenAPI parameters.

Cites: OData to OpenAPI Mapping 1.0, section 4.4.3; names stand with ``$``, as 4.0 has them.
"""

from __future__ import annotations

from collections.abc import Iterable

from odata.csdl.json_value import Json, Members
from odata.csdl.openapi.schemas import value_schema
from odata.edm.model import Capabilities, EntityType, Model, Parameter
from odata.edm.types import ComplexType, Facets, Property

IF_MATCH = "If-Match"
PREFER = "Prefer"
_PAGING = ("top", "skip", "count", "filter")
_DESCRIPTIONS = {
    "orderby": "The order of the entities",
    "select": "The properties to answer",
    "expand": "The related entities to include",
}


def build_parameters(model: Model) -> Members:
    """The parameters that many operations share, by name."""
    number: Members = {"type": "integer", "minimum": 0}
    parameters: Members = {
        "top": _query("$top", "The number of entities at most", number),
        "skip": _query("$skip", "The number of entities to leave out first", number),
        "count": _query("$count", "Whether to count all entities", {"type": "boolean"}),
        "filter": _query("$filter", "The condition that entities fulfil", {"type": "string"}),
        "search": _query("$search", "The terms to search for", {"type": "string"}),
        IF_MATCH: _header(
            IF_MATCH, "The entity tag of the state to change, or *", is_required=True
        ),
        PREFER: _header(PREFER, "Preferences, as return=minimal or odata.maxpagesize=100"),
    }
    for entity_type in model.entity_types.values():
        for option, choices in _choices(entity_type).items():
            parameters[_name_of(option, entity_type)] = _listed(option, choices)
    return parameters


def shared_parameter(name: str) -> Members:
    """A reference to a shared parameter."""
    return {"$ref": f"#/components/parameters/{name}"}


def collection_options(entity_type: EntityType, capabilities: Capabilities) -> list[Json]:
    """The query options of a collection of entities."""
    options: list[Json] = [shared_parameter(name) for name in _PAGING]
    if capabilities.searchable:
        options.append(shared_parameter("search"))
    if capabilities.sortable:
        options += _references(entity_type, ("orderby",))
    return [*options, *entity_options(entity_type), shared_parameter(PREFER)]


def entity_options(entity_type: EntityType) -> list[Json]:
    """The query options of a single entity."""
    return _references(entity_type, ("select", "expand"))


def _references(entity_type: EntityType, options: tuple[str, ...]) -> list[Json]:
    choices = _choices(entity_type)
    return [
        shared_parameter(_name_of(option, entity_type)) for option in options if option in choices
    ]


def _choices(entity_type: EntityType) -> dict[str, list[str]]:
    """What may be listed in each option, where there is something to list."""
    sortable = [item.name for item in _comparable(entity_type) if item.is_sortable]
    choices = {
        "orderby": [term for name in sortable for term in (name, f"{name} desc")],
        "select": [item.name for item in entity_type.all_properties()],
        "expand": [item.name for item in entity_type.all_navigation()],
    }
    return {option: listed for option, listed in choices.items() if listed}


def _name_of(option: str, entity_type: EntityType) -> str:
    return f"{entity_type.qualified_name}-{option}"


def path_parameter(name: str, definition: Property | Parameter, description: str) -> Members:
    """A value in the path: a part of a key, or a parameter of a function."""
    facets = Facets(nullable=False, max_length=definition.facets.max_length)
    schema = value_schema(definition.edm_type, facets)
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
    }


def _comparable(entity_type: EntityType) -> Iterable[Property]:
    """Properties with a single value that can be compared."""
    return (
        item
        for item in entity_type.all_properties()
        if not (item.is_collection or item.is_stream or isinstance(item.edm_type, ComplexType))
    )


def _listed(option: str, choices: list[str]) -> Members:
    """An option that lists some of these choices, separated by commas."""
    items: Members = {"type": "string", "enum": [*choices]}
    schema: Members = {"type": "array", "uniqueItems": True, "items": items}
    return _query(f"${option}", _DESCRIPTIONS[option], schema) | {"explode": False}


def _query(name: str, description: str, schema: Members) -> Members:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _header(name: str, description: str, *, is_required: bool = False) -> Members:
    header: Members = {
        "name": name,
        "in": "header",
        "description": description,
        "schema": {"type": "string"},
    }
    return header | {"required": True} if is_required else header
