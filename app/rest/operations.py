"""What the routes of all dialects do: list, read, create, update, delete, act."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from app.rest.bodies import written
from app.rest.dialect import Call, Resource
from app.rest.faults import below, put_names, standing_against
from app.rest.paging import ShownPage
from app.rest.schema import DialectSchema, Nested
from app.rest.visibility import visible_field
from odata.errors import BadRequestError, EntityChangedError, RuleError
from odata.payload.json_document import JsonObject, JsonValue
from odata.protocol.entity_service import Entity
from odata.protocol.etag import names_tag, parse_if_none_match
from odata.protocol.messages import Response
from odata.uri import ast, building

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_FILTER = re.compile(r"filter\[([^\[\]]{1,50})\]")
_ALWAYS = frozenset({"company"})
_MOST_TERMS = 8


# --- answers ------------------------------------------------------------------------------------


def json_response(
    status: int, value: JsonValue, headers: Iterable[tuple[str, str]] = ()
) -> Response:
    """A value as an answer."""
    content = [("Content-Type", "application/json"), *headers]
    return Response(status, content, _ENCODER.encode(value))


def shown(call: Call, schema: DialectSchema, entity: Entity) -> JsonValue:
    """An entity in the names of the dialect."""
    values = dict(entity.values)
    _put_words(call, schema, values)
    found: JsonValue = schema.dump(values)
    return found


def _put_words(call: Call, schema: DialectSchema, values: JsonObject) -> None:
    """Replace keys of other tables by the words for them."""
    for item in schema.named():
        if item.lookup is not None:
            name = str(item.attribute)
            values[name] = call.words(item.lookup, values.get(name))
        elif isinstance(item, Nested) and not item.properties():
            continue
        elif isinstance(item, Nested):
            _put_words(call, item.schema, values)


def _tagged(entity: Entity) -> list[tuple[str, str]]:
    return [("ETag", entity.entity_tag)] if entity.entity_tag is not None else []


# --- lists --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListEntities:
    """A page of a collection."""

    resource: Resource

    def __call__(self, call: Call) -> Response:
        """The page that the query wants."""
        style = call.dialect.manners.page
        wanted = style.read(call.options)
        query = self.resource.row.options(
            filter=building.all_of(self._conditions(call)),
            orderby=self._order(call),
            top=wanted.size,
            skip=wanted.skip,
            count=True,
        )
        found = call.service.page(call.caller, call.path, query)
        rows = [shown(call, self.resource.row, entity) for entity in found.entities]
        page = ShownPage(wanted.number, wanted.size, found.count or 0)
        body = call.dialect.manners.many(self.resource.names, rows, page)
        headers = style.headers(call.address(call.request.path), call.options, page)
        return json_response(200, body, headers)

    def option_names(self, call: Call) -> frozenset[str]:
        """The options that it takes, but for filters by field."""
        style = call.dialect.manners.page
        own = {style.page_option, style.size_option, *self.resource.filters}
        return frozenset(own | ({"sort"} if self.resource.filters_fields else set()))

    def _conditions(self, call: Call) -> list[ast.Expression]:
        known = self.option_names(call) | _ALWAYS
        conditions = []
        for name, value in call.options:
            field = _FILTER.fullmatch(name) if self.resource.filters_fields else None
            if field is not None:
                conditions.append(_condition(call, self.resource.row, field.group(1), value))
            elif name in self.resource.filters:
                conditions.append(self.resource.filters[name](value))
            elif name not in known:
                raise BadRequestError(f"the option '{name[:50]}' is not known here", target=name)
        return conditions

    def _order(self, call: Call) -> tuple[ast.OrderbyItem, ...]:
        text = dict(call.options).get("sort", "") if self.resource.filters_fields else ""
        terms = [term.split() for term in text.split(",") if term.strip()]
        if len(terms) > _MOST_TERMS:
            raise BadRequestError(f"sort takes at most {_MOST_TERMS} columns", target="sort")
        return tuple(_term(call, self.resource.row, *term) for term in terms)


def _condition(call: Call, schema: DialectSchema, name: str, text: str) -> ast.Expression:
    field = visible_field(call, schema, name)
    if field.lookup is None or not text:
        return field.condition(text)
    key = call.key(field.lookup, text)
    # What nothing is called matches nothing: no key is as long as this.
    return field.condition(_NO_KEY if key is None else str(key))


_NO_KEY = "ffffffff-ffff-ffff-ffff-ffffffffffff"


def _term(call: Call, schema: DialectSchema, *words: str) -> ast.OrderbyItem:
    name, *direction = words
    if [item.lower() for item in direction] not in ([], ["asc"], ["desc"]):
        raise BadRequestError("sort takes columns such as 'name asc'", target="sort")
    descending = [item.lower() for item in direction] == ["desc"]
    return building.ordered(visible_field(call, schema, name).order(), descending=descending)


# --- single entities ----------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadEntity:
    """One entity, unless the client has it already."""

    resource: Resource

    def __call__(self, call: Call) -> Response:
        """The full form."""
        schema = self.resource.shown
        entity = call.service.entity(call.caller, call.path, schema.options())
        unwanted = parse_if_none_match(call.request.header("if-none-match"))
        text = (entity.entity_tag or "").removeprefix("W/").strip('"')
        if names_tag(unwanted, text):
            return Response(304, _tagged(entity))
        body = call.dialect.manners.one(self.resource.names, shown(call, schema, entity))
        return json_response(200, body, _tagged(entity))


@dataclass(frozen=True)
class CreateEntity:
    """A new entity, which is then found at ``location``."""

    resource: Resource
    location: str

    def __call__(self, call: Call) -> Response:
        """The new entity in the form in which it is acknowledged, with its address."""
        resource = self.resource

        def create(values: JsonObject) -> str:
            if resource.complete is not None:
                resource.complete(call, values)
            path = call.service.create(call.caller, call.path, resource.own(values))
            _follow(call, resource, path, values)
            return path

        path = written(call, resource, create, is_partial=False)
        schema = resource.new
        entity = call.service.entity(call.unconditional(), path, schema.options())
        body = call.dialect.manners.one(resource.names, shown(call, schema, entity))
        identifier = schema.fields["id"].serialize("id", entity.values)
        address = call.address(self.location.format(**{**call.ids, "id": identifier}))
        return json_response(201, body, [*_tagged(entity), ("Location", address)])


@dataclass(frozen=True)
class UpdateEntity:
    """Some values of an entity."""

    resource: Resource

    def __call__(self, call: Call) -> Response:
        """The entity after the change, or an acknowledgement of it."""
        resource, manners = self.resource, call.dialect.manners

        def update(values: JsonObject) -> None:
            if resource.fit is not None:
                resource.fit(call, call.path, values)
            call.service.update(call.caller, call.path, resource.own(values))
            _follow(call, resource, call.path, values)

        written(call, resource, update, is_partial=True)
        schema = resource.shown
        entity = call.service.entity(call.unconditional(), call.path, schema.options())
        body: JsonValue = manners.acknowledgement
        if body is None:
            body = manners.one(resource.names, shown(call, schema, entity))
        return json_response(200, body, _tagged(entity))


@dataclass(frozen=True)
class DeleteEntity:
    """Removes an entity, for good or (``action``) as the model's action does it."""

    resource: Resource
    action: str = ""

    def __call__(self, call: Call) -> Response:
        """Nothing."""
        try:
            if self.action:
                call.service.call(call.caller, call.path, self.action)
            else:
                call.service.delete(call.caller, call.path)
        except RuleError as error:
            raise standing_against(error) from error
        except EntityChangedError as error:
            put_names(error, self.resource.body.targets())
            raise
        return Response(204)


@dataclass(frozen=True)
class CallAction:
    """Calls an action of the model that gives an entity."""

    action: str
    resource: Resource

    def __call__(self, call: Call) -> Response:
        """The entity that the action gives."""
        path = call.service.call(call.caller, call.path, self.action)
        schema = self.resource.shown
        entity = call.service.entity(call.unconditional(), path, schema.options())
        body = call.dialect.manners.one(self.resource.names, shown(call, schema, entity))
        return json_response(200, body, _tagged(entity))


def _follow(call: Call, resource: Resource, path: str, values: JsonObject) -> None:
    """Write beside the entity what is not its own; its faults are those of that value."""
    if resource.follow is None:
        return
    for name in resource.beside:
        if name in values:
            with below(name):
                resource.follow(call, path, values[name])
