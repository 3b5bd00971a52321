"""What each method of a resource does.

Cites: OData to OpenAPI Mapping 1.0, section 4.4; OData Protocol 11 (data service requests).
"""

from __future__ import annotations

from odata.csdl.json_value import Json, Members, merge
from odata.csdl.openapi.parameters import (
    IF_MATCH,
    PREFER,
    collection_options,
    entity_options,
    shared_parameter,
)
from odata.csdl.openapi.resource import Place, Resource
from odata.csdl.openapi.responses import (
    collection_answer,
    empty_answer,
    entity_answer,
    json_body,
    refusals,
)
from odata.csdl.openapi.schemas import Purpose, schema_reference, value_schema
from odata.edm.model import EntityType, Operation, OperationKind, ReturnType
from odata.edm.types import Facets

_READ_REFUSALS = ("400", "401", "404")
_WRITE_REFUSALS = ("400", "401", "404", "409")
_BYTES: Members = {"content": {"*/*": {"schema": {}}}}


def collection_operations(resource: Resource) -> Members:
    """GET and POST of a collection of entities."""
    operations: Members = {"get": _list(resource)}
    if resource.capabilities.insertable:
        operations["post"] = _create(resource)
    return operations


def entity_operations(resource: Resource) -> Members:
    """GET, PATCH and DELETE of one entity."""
    entity_type = resource.entity_type
    operations: Members = {"get": _read(resource)}
    if resource.capabilities.updatable:
        operations["patch"] = _update(resource)
    if resource.capabilities.deletable:
        operations["delete"] = _operation(
            resource.place,
            "delete",
            f"Delete a {entity_type.name}",
            merge({"204": empty_answer("Deleted")}, refusals(*_WRITE_REFUSALS)),
            parameters=_preconditions(entity_type),
        )
    return operations


def stream_operations(resource: Resource, name: str) -> Members:
    """GET, PATCH and DELETE of the bytes of a stream property."""
    place, entity_type = resource.place.below(name), resource.entity_type
    what = f"the {name} of a {entity_type.name}"
    found = merge({"description": "The bytes"}, _BYTES)
    answers = merge({"200": found, "204": empty_answer("There are none")}, refusals("401", "404"))
    operations: Members = {"get": _operation(place, "get", f"Read {what}", answers)}
    if not resource.capabilities.updatable:
        return operations
    changed = merge({"204": empty_answer("Done")}, refusals(*_WRITE_REFUSALS))
    conditions = _preconditions(entity_type)
    body = merge({"required": True}, _BYTES)
    operations["patch"] = _operation(
        place, "update", f"Replace {what}", changed, parameters=conditions, body=body
    )
    operations["delete"] = _operation(
        place, "delete", f"Remove {what}", changed, parameters=conditions
    )
    return operations


def call_operations(place: Place, called: Operation) -> Members:
    """The call of an action by POST, or of a function by GET."""
    answers: Members = {"204": empty_answer("Done")}
    if called.returns is not None:
        answers = {"200": _result(called.returns)}
    summary = f"Call {called.name}"
    if called.kind is OperationKind.FUNCTION:
        responses = answers | refusals(*_READ_REFUSALS)
        return {"get": _operation(place, "call", summary, responses)}
    responses = answers | refusals(*_WRITE_REFUSALS)
    return {"post": _operation(place, "call", summary, responses, body=_arguments(called))}


def _list(resource: Resource) -> Members:
    entity_type = resource.entity_type
    return _operation(
        resource.place,
        "list",
        f"List {resource.place.route[-1]}",
        merge({"200": collection_answer(entity_type)}, refusals(*_READ_REFUSALS)),
        parameters=collection_options(entity_type, resource.capabilities),
    )


def _create(resource: Resource) -> Members:
    entity_type = resource.entity_type
    created: Members = {
        "201": entity_answer("The new entity", entity_type, is_created=True),
        "204": empty_answer("Created; asked to answer nothing"),
    }
    return _operation(
        resource.place,
        "create",
        f"Create a {entity_type.name}",
        created | refusals(*_WRITE_REFUSALS),
        parameters=[*entity_options(entity_type), shared_parameter(PREFER)],
        body=_body_of(entity_type, Purpose.CREATE),
    )


def _read(resource: Resource) -> Members:
    entity_type = resource.entity_type
    return _operation(
        resource.place,
        "get",
        f"Read a {entity_type.name}",
        merge({"200": entity_answer("The entity", entity_type)}, refusals(*_READ_REFUSALS)),
        parameters=entity_options(entity_type),
    )


def _update(resource: Resource) -> Members:
    entity_type = resource.entity_type
    changed: Members = {
        "200": entity_answer("The changed entity", entity_type),
        "204": empty_answer("Changed; asked to answer nothing"),
    }
    return _operation(
        resource.place,
        "update",
        f"Update a {entity_type.name}",
        changed | refusals(*_WRITE_REFUSALS),
        parameters=[
            *_preconditions(entity_type),
            *entity_options(entity_type),
            shared_parameter(PREFER),
        ],
        body=_body_of(entity_type, Purpose.UPDATE),
    )


def _operation(
    place: Place,
    verb: str,
    summary: str,
    responses: Members,
    *,
    parameters: list[Json] | None = None,
    body: Members | None = None,
) -> Members:
    operation: Members = {
        "tags": [place.tag],
        "summary": summary,
        "operationId": "-".join((verb, *place.route)),
    }
    if parameters:
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = body
    operation["responses"] = responses
    return operation


def _body_of(entity_type: EntityType, purpose: Purpose) -> Members:
    schema = schema_reference(f"{entity_type.qualified_name}{purpose.value}")
    return merge({"required": True}, json_body(schema))


def _preconditions(entity_type: EntityType) -> list[Json]:
    return [shared_parameter(IF_MATCH)] if entity_type.has_entity_tag else []


def _arguments(called: Operation) -> Members:
    """The body of an action: its parameters but the binding one; empty where it has none."""
    given = called.parameters[1:] if called.is_bound else called.parameters
    if not given:
        return {}
    properties: Members = {
        item.name: value_schema(item.edm_type, item.facets, is_collection=item.is_collection)
        for item in given
    }
    required: list[Json] = [
        item.name for item in given if not item.is_optional and not item.facets.nullable
    ]
    schema: Members = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return merge({"required": bool(required)}, json_body(schema))


def _result(returns: ReturnType) -> Members:
    if isinstance(returns.edm_type, EntityType):
        if returns.is_collection:
            return collection_answer(returns.edm_type)
        return entity_answer("The entity", returns.edm_type)
    schema = value_schema(
        returns.edm_type, Facets(nullable=returns.nullable), is_collection=returns.is_collection
    )
    body: Members = {"type": "object", "properties": {"value": schema}}
    return merge({"description": "The result"}, json_body(body))
