"""All places that the model describes, to a bounded depth.

Cites: OData to OpenAPI Mapping 1.0, section 4.4 (paths).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from odata.csdl.json_value import Members, merge
from odata.csdl.openapi.operations import (
    call_operations,
    collection_operations,
    entity_operations,
    stream_operations,
)
from odata.csdl.openapi.resource import READ_ONLY, Place, Resource
from odata.csdl.openapi.responses import json_body, refusals
from odata.edm.model import Capabilities, EntityType, Model, Operation, OperationKind

SERVICE_TAG = "service"

PathItem = tuple[str, Members]


def build_paths(model: Model, *, depth: int) -> Members:
    """Path items by path; ``depth`` is the number of navigation properties in a row."""
    return dict(_paths(model, depth))


def _paths(model: Model, depth: int) -> Iterator[PathItem]:
    yield from _service_paths()
    for entity_set in model.entity_sets.values():
        resource = _root(entity_set.name, entity_set.entity_type, entity_set.capabilities)
        if not entity_set.capabilities.requires_parent:
            yield from _collection_paths(model, resource)
        yield from _entity_paths(model, resource.entity(), depth)
    for singleton in model.singletons.values():
        allowed = replace(READ_ONLY, updatable=True)
        resource = _root(singleton.name, singleton.entity_type, allowed)
        yield from _entity_paths(model, resource, depth)
    yield from _import_paths(model)


def _root(name: str, entity_type: EntityType, allowed: Capabilities) -> Resource:
    return Resource(Place("", ()).below(name), entity_type, allowed, frozenset({entity_type.name}))


def _import_paths(model: Model) -> Iterator[PathItem]:
    for imported in model.operation_imports.values():
        for operation in model.operations:
            if operation.name == imported.operation.name and not operation.is_bound:
                yield _call_path(Place("", ()).below(imported.name), operation)


def _collection_paths(model: Model, resource: Resource) -> Iterator[PathItem]:
    place = resource.place
    yield place.path, place.item(collection_operations(resource))
    yield from _bound_paths(model, resource, is_collection=True)


def _entity_paths(model: Model, resource: Resource, depth: int) -> Iterator[PathItem]:
    place = resource.place
    yield place.path, place.item(entity_operations(resource))
    for definition in resource.entity_type.all_properties():
        if definition.is_stream:
            operations = stream_operations(resource, definition.name)
            yield f"{place.path}/{definition.name}", place.item(operations)
    yield from _bound_paths(model, resource, is_collection=False)
    if depth:
        yield from _navigation_paths(model, resource, depth - 1)


def _navigation_paths(model: Model, resource: Resource, depth: int) -> Iterator[PathItem]:
    for navigation in resource.entity_type.all_navigation():
        if navigation.target.name in resource.types:
            continue
        related = resource.related(navigation, model)
        if not navigation.is_collection:
            yield from _entity_paths(model, related, depth)
            continue
        yield from _collection_paths(model, related)
        if navigation.contains_target:
            yield from _entity_paths(model, related.entity(), depth)


def _bound_paths(model: Model, resource: Resource, *, is_collection: bool) -> Iterator[PathItem]:
    for operation in model.operations:
        binding = operation.parameters[0] if operation.is_bound else None
        if (
            binding is not None
            and binding.is_collection is is_collection
            and binding.edm_type is resource.entity_type
        ):
            yield _call_path(resource.place.below(operation.qualified_name), operation)


def _call_path(place: Place, operation: Operation) -> PathItem:
    """The path of a call; a function has its arguments in it."""
    if operation.kind is OperationKind.ACTION:
        return place.path, place.item(call_operations(place, operation))
    given = operation.parameters[1:] if operation.is_bound else operation.parameters
    arguments = []
    for item in given:
        place, literal = place.with_variable(item, f"An argument of {operation.name}")
        arguments.append(f"{item.name}={literal}")
    place = place.with_arguments(",".join(arguments))
    named = replace(place, route=(*place.route, *(item.name for item in given)))
    return place.path, place.item(call_operations(named, operation))


def _service_paths() -> Iterator[PathItem]:
    anything: Members = {"type": "object"}
    listed = merge({"description": "The entity sets and singletons"}, json_body(anything))
    yield "/", {"get": _service_operation("get-service-document", listed)}
    described: Members = {"application/xml": {}, "application/json": {}}
    model: Members = {"description": "The model", "content": described}
    yield "/$metadata", {"get": _service_operation("get-metadata", model)}
    answers = merge({"description": "The answers"}, json_body(anything))
    batch = _service_operation("batch", answers)
    content: Members = {"application/json": {"schema": anything}, "multipart/mixed": {}}
    batch["requestBody"] = {"required": True, "content": content}
    yield "/$batch", {"post": batch}


def _service_operation(operation_id: str, answer: Members) -> Members:
    return {
        "tags": [SERVICE_TAG],
        "operationId": operation_id,
        "responses": merge({"200": answer}, refusals("400", "401")),
    }
