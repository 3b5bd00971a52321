"""A dialect described as an OpenAPI 3.1 document, for programs and for the page.

Names come from the schemas of the dialect; lengths and choices from the model, as the caller
sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from app.rest.dialect import Dialect, Resource, Route
from app.rest.names import Choice, NamedField
from app.rest.operations import (
    CallAction,
    CreateEntity,
    DeleteEntity,
    ListEntities,
    ReadEntity,
    UpdateEntity,
)
from app.rest.paging import MOST_ROWS, ShownPage
from app.rest.schema import DialectSchema, Items, Members, Nested
from odata.edm.model import EntityType, Model
from odata.edm.types import ComplexType, EnumType
from odata.query.visible_options import type_at

Json = dict[str, Any]  # a description is JSON of any shape

_ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "target": {"type": "string"},
                "details": {"type": "array", "items": {"type": "object"}},
                "innererror": {"type": "object"},
            },
        }
    },
}
_SECURITY: Json = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_READ_FAILURES = (400, 401, 403, 404)
_WRITE_FAILURES = (*_READ_FAILURES, 409, 412, 413, 415, 422)
_PAGE = ShownPage(1, 1, 1)


def describe(dialect: Dialect, model: Model) -> Json:
    """The document of a dialect."""
    writer = _Writer(dialect, model)
    paths: dict[str, Json] = {}
    for route in dialect.routes:
        if _type_of(route, model) is None:
            continue  # the caller does not see what it is about
        paths.setdefault(route.template, {})[route.method.lower()] = writer.operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": dialect.title,
            "version": "1.0",
            "description": dialect.description,
        },
        "servers": [{"url": root or "/"} for root in dialect.roots],
        "tags": [{"name": name} for name in writer.tags()],
        "security": [{name: []} for name in _SECURITY],
        "paths": paths,
        "components": {"schemas": writer.schemas, "securitySchemes": _SECURITY},
    }


class _Writer:
    """Writes the operations of a dialect and collects the schemas that they name."""

    def __init__(self, dialect: Dialect, model: Model) -> None:
        self._dialect = dialect
        self._model = model
        self.schemas: dict[str, Json] = {"Error": _ERROR}

    def tags(self) -> Iterator[str]:
        """The groups of routes: the sets that their paths end with."""
        visible = (route for route in self._dialect.routes if _type_of(route, self._model))
        return iter(dict.fromkeys(_tag(route) for route in visible))

    # --- operations -----------------------------------------------------------------------

    def operation(self, route: Route) -> Json:
        """The description of a route."""
        entity_type = _type_of(route, self._model)
        found: Json = {
            "operationId": _operation_id(route),
            "summary": route.summary,
            "tags": [_tag(route)],
            "parameters": [*self._parameters(route)],
            "responses": self._responses(route, entity_type),
        }
        operation = route.operation
        if isinstance(operation, CreateEntity | UpdateEntity):
            is_partial = isinstance(operation, UpdateEntity)
            body = self._body(operation.resource.body, entity_type, is_partial=is_partial)
            found["requestBody"] = {
                "required": True,
                "content": {"application/json": {"schema": body}},
            }
        return found

    def _responses(self, route: Route, entity_type: EntityType | None) -> Json:
        status, content = self._success(route.operation, entity_type)
        answer: Json = {"description": HTTPStatus(status).phrase}
        if content is not None:
            answer["content"] = {"application/json": {"schema": content}}
        if status != HTTPStatus.NO_CONTENT and not isinstance(route.operation, ListEntities):
            answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
        failures = _READ_FAILURES if route.method == "GET" else _WRITE_FAILURES
        found = {str(status): answer}
        if isinstance(route.operation, ReadEntity):
            found["304"] = {"description": HTTPStatus.NOT_MODIFIED.phrase}
        error = {"application/json": {"schema": _reference("Error")}}
        for failure in failures:
            found[str(failure)] = {"description": HTTPStatus(failure).phrase, "content": error}
        return found

    def _success(
        self, operation: object, entity_type: EntityType | None
    ) -> tuple[int, Json | None]:
        manners = self._dialect.manners
        match operation:
            case ListEntities(resource):
                row = self._shown(resource.row, entity_type)
                return 200, _enveloped(manners.many(resource.names, [_MARK], _PAGE), row)
            case CreateEntity(resource):
                return 201, self._one(resource, resource.new, entity_type)
            case ReadEntity(resource):
                return 200, self._one(resource, resource.shown, entity_type)
            case CallAction(_, resource):
                customer = self._model.entity_types.get("customer")
                return 200, self._one(resource, resource.shown, customer)
            case UpdateEntity(resource):
                if manners.acknowledgement is not None:
                    return 200, _enveloped(manners.acknowledgement, {})
                return 200, self._one(resource, resource.shown, entity_type)
            case DeleteEntity():
                return 204, None
            case _:
                raise TypeError(f"{operation} is no operation of a dialect")

    def _one(
        self, resource: Resource, schema: DialectSchema, entity_type: EntityType | None
    ) -> Json:
        entity = self._shown(schema, entity_type)
        return _enveloped(self._dialect.manners.one(resource.names, _MARK), entity)

    # --- parameters -----------------------------------------------------------------------

    def _parameters(self, route: Route) -> Iterator[Json]:
        for name in re.findall(r"\{(\w+)\}", route.template):
            prefix = route.prefixes.get(name)
            pattern = "^[0-9]{1,15}$" if prefix is None else f"^{prefix}-[0-9]{{1,15}}$"
            yield _parameter(name, "path", {"type": "string", "pattern": pattern}, required=True)
        yield _parameter("company", "header", {"type": "string"}, "The company, by id or name.")
        if route.method == "POST":
            yield _parameter("Idempotency-Key", "header", {"type": "string", "maxLength": 255})
        if route.method in ("PUT", "PATCH", "DELETE"):
            yield _parameter("If-Match", "header", {"type": "string"}, "An entity tag, or *.")
        if isinstance(route.operation, ReadEntity):
            yield _parameter("If-None-Match", "header", {"type": "string"})
        if isinstance(route.operation, ListEntities):
            yield from self._list_parameters(route.operation.resource)

    def _list_parameters(self, resource: Resource) -> Iterator[Json]:
        page = self._dialect.manners.page
        size: Json = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}
        yield _parameter(page.page_option, "query", {"type": "integer", "minimum": 1})
        yield _parameter(page.size_option, "query", {**size, "default": page.usual_size})
        for name in resource.filters:
            choice = resource.row.fields.get(name)
            members = list(choice.members) if isinstance(choice, Choice) else None
            values: Json = {} if members is None else {"enum": members}
            yield _parameter(name, "query", {"type": "string", **values})
        if resource.filters_fields:
            yield _parameter("sort", "query", {"type": "string"}, "Such as: name asc, city desc")
            names = [
                str(item.data_key or item.name) for item in resource.row.named() if item.is_filtered
            ]
            values = {name: {"type": "string"} for name in names}
            schema = {"type": "object", "properties": values, "additionalProperties": False}
            yield {**_parameter("filter", "query", schema), "style": "deepObject", "explode": True}

    # --- schemas --------------------------------------------------------------------------

    def _shown(self, schema: DialectSchema, entity_type: ComplexType | None) -> Json:
        name = _name(schema)
        if name not in self.schemas:
            self.schemas[name] = {}
            fields = self._fields(schema.dump_fields, entity_type)
            self.schemas[name] = {"type": "object", "properties": fields}
        return _reference(name)

    def _body(
        self, schema: DialectSchema, entity_type: ComplexType | None, *, is_partial: bool
    ) -> Json:
        name = f"{_name(schema)}{'Change' if is_partial else 'Body'}"
        if name not in self.schemas:
            fields = self._fields(schema.load_fields, entity_type, is_read=False)
            described: Json = {
                "type": "object",
                "properties": fields,
                "additionalProperties": False,
            }
            required = [key for key, item in schema.load_fields.items() if item.required]
            if required and not is_partial:
                described["required"] = required
            self.schemas[name] = described
        return _reference(name)

    def _fields(
        self,
        fields: Mapping[str, Any],
        entity_type: ComplexType | None,
        *,
        is_read: bool = True,
    ) -> Json:
        return {
            str(item.data_key or name): self._field(item, entity_type, is_read=is_read)
            for name, item in fields.items()
            if isinstance(item, NamedField) and _is_visible(item, entity_type)
        }

    def _field(self, item: NamedField, entity_type: ComplexType | None, *, is_read: bool) -> Json:
        if isinstance(item, Nested):
            return self._nested(item, entity_type, is_read=is_read)
        inner: DialectSchema | None = getattr(item, "schema", None)
        if inner is not None:
            target = self._model.entity_types.get("customerAddress")
            return _or_null(self._inner(inner, target, is_read=is_read))
        described = dict(item.json_schema)
        found = None if entity_type is None else entity_type.find_property(str(item.attribute))
        if found is not None and item.lookup is None and described.get("type") == _TEXT:
            if isinstance(found.edm_type, EnumType):
                described["enum"] = [member.text for member in found.edm_type.members] + [None]
            elif found.facets.max_length is not None:
                described["maxLength"] = found.facets.max_length
        return described

    def _nested(self, item: Nested, entity_type: ComplexType | None, *, is_read: bool) -> Json:
        if isinstance(item, Members):
            return _or_null(self._inner(item.schema, entity_type, is_read=is_read))
        target = None
        if isinstance(entity_type, EntityType):
            navigation = entity_type.find_navigation(str(item.attribute))
            target = None if navigation is None else navigation.target
        described = self._inner(item.schema, target, is_read=is_read)
        if isinstance(item, Items):
            return {"type": "array", "items": described}
        return _or_null(described)

    def _inner(
        self, schema: DialectSchema, entity_type: ComplexType | None, *, is_read: bool
    ) -> Json:
        if is_read:
            return self._shown(schema, entity_type)
        return self._body(schema, entity_type, is_partial=False)


_TEXT = ["string", "null"]
_MARK = "*"


def _type_of(route: Route, model: Model) -> EntityType | None:
    """What a route is about, where the caller sees it."""
    return type_at(re.sub(r"\(.*?\)", "", route.at), model)


def _is_visible(item: NamedField, entity_type: ComplexType | None) -> bool:
    """Whether the caller may see what a field shows."""
    if not isinstance(entity_type, EntityType):
        return True
    return all(entity_type.find_property(name) is not None for name in item.properties()) and all(
        entity_type.find_navigation(one.path[0]) is not None for one in item.expansions()
    )


def _enveloped(value: Any, entity: Json) -> Json:  # noqa: ANN401 - JSON of any shape
    """The schema of an envelope in which a mark stands for the entity."""
    if value == _MARK:
        return entity
    if isinstance(value, dict):
        members = {name: _enveloped(item, entity) for name, item in value.items()}
        return {"type": "object", "required": list(members), "properties": members}
    if isinstance(value, list):
        return {"type": "array", "items": _enveloped(value[0], entity)}
    return {"type": "boolean" if isinstance(value, bool) else "integer"}


def _name(schema: DialectSchema) -> str:
    return type(schema).__name__.removesuffix("Schema")


def _or_null(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(
    name: str, place: str, schema: Json, description: str = "", *, required: bool = False
) -> Json:
    found: Json = {"name": name, "in": place, "required": required, "schema": schema}
    return {**found, "description": description} if description else found


def _tag(route: Route) -> str:
    names = [name for name in route.template.split("/") if name and "{" not in name]
    return names[-1] if names[-1] != "restore" else names[0]


def _operation_id(route: Route) -> str:
    words = re.findall(r"[A-Za-z]+", route.template)
    return "".join([route.method.lower(), *(word.capitalize() for word in words)])
