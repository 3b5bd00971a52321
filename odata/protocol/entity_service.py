"""The service for callers that speak no OData: entities and options as values, not as text.

Every call takes the way of a request, so grants, entity tags, rules, the log and the plan
cache are those of OData; literals of the options travel as parameters. Failures are raised.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

import msgspec

from odata.edm.model import EntityType, Model
from odata.errors import NotFoundError
from odata.payload.json_document import JsonObject, JsonValue
from odata.protocol.messages import Principal, Request, Response
from odata.protocol.settings import EngineSettings
from odata.query.visible_options import type_at, visible_options
from odata.uri.ast import QueryOptions

_ROOT = "http://localhost/"
_TAG = "@odata.etag"
_COUNT = "@odata.count"
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_JSON = {"content-type": "application/json", "prefer": "return=minimal"}


class Performer(Protocol):
    """What the service asks: the engine."""

    clock: Callable[[], datetime.datetime]
    settings: EngineSettings

    def perform(self, request: Request) -> Response:
        """The answer to a request; a failure is raised."""

    def scope_named(self, principal: Principal, text: str | None) -> str | None:
        """The scope of this key or name, or the only one that the caller may see."""

    def model_for(self, request: Request) -> Model:
        """The model as the sender of a request sees it."""

    def model_of(self, principal: Principal | None) -> Model:
        """The model as a caller sees it anywhere; whole for nobody in particular."""

    def once(self, request: Request, handle: Callable[[Request], Response]) -> Response:
        """The answer that ``handle`` gives, or has given under an Idempotency-Key."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, in which scope, under which conditions (headers by lower-case name).

    ``at`` is when: all that is done for one request is done at one instant.
    """

    principal: Principal
    request_id: str = ""
    scope: str | None = None
    conditions: Mapping[str, str] = field(default_factory=dict)
    at: datetime.datetime | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity: its properties and what was expanded, and its tag as headers write it."""

    values: JsonObject
    entity_tag: str | None

    @classmethod
    def of(cls, row: JsonObject) -> Entity:
        """The entity that a row of an answer shows."""
        tag = row.get(_TAG)
        return cls(row, tag if isinstance(tag, str) else None)


@dataclass(frozen=True, slots=True)
class EntityPage:
    """Some entities of a collection, and how many it has in all (where that was asked)."""

    entities: tuple[Entity, ...]
    count: int | None


class EntityService:
    """Reads and changes entities for other parts of the program.

    ``prepare`` is called before every request from outside.
    """

    def __init__(
        self,
        engine: Performer,
        transaction: Callable[[], AbstractContextManager[None]],
        *,
        prepare: Callable[[], None],
    ) -> None:
        self._engine = engine
        self.transaction = transaction
        self.prepare = prepare
        self.once = engine.once
        self.scope = engine.scope_named
        self.json_limits = engine.settings.json

    def now(self) -> datetime.datetime:
        """The instant at which a request begins."""
        return self._engine.clock()

    # --- reading --------------------------------------------------------------------------

    def page(self, caller: Caller, path: str, wanted: QueryOptions) -> EntityPage:
        """Entities of the collection at a path."""
        document = _document(self._engine.perform(self._reading(caller, path, wanted)))
        rows = document.get("value")
        count = document.get(_COUNT)
        entities = tuple(map(Entity.of, _objects(rows)))
        return EntityPage(entities, int(str(count)) if count is not None else None)

    def entity(self, caller: Caller, path: str, wanted: QueryOptions) -> Entity:
        """The entity at a path."""
        response = self._engine.perform(self._reading(caller, path, wanted))
        if not response.body:
            raise NotFoundError(f"Resource not found for the segment '{path.partition('(')[0]}'.")
        return Entity.of(_document(response))

    def _reading(self, caller: Caller, path: str, wanted: QueryOptions) -> Request:
        request = self._request("GET", caller, path)
        request.options = visible_options(wanted, path, self._engine.model_for(request))
        return request

    def hidden_at(self, caller: Caller, path: str) -> frozenset[str]:
        """What the entities at a path of names have that a caller does not see."""
        whole = type_at(path, self._engine.model_of(None))
        seen = type_at(path, self._engine.model_for(self._request("GET", caller, path)))
        return frozenset() if whole is None or whole is seen else _members(whole) - _members(seen)

    # --- changing -------------------------------------------------------------------------

    def create(self, caller: Caller, path: str, values: JsonObject) -> str:
        """The path of a new entity of the collection at a path."""
        response = self._change("POST", caller, path, values)
        return (response.header("Location") or "").removeprefix(_ROOT)

    def update(self, caller: Caller, path: str, values: JsonObject) -> str | None:
        """Merge values into the entity at a path; gives its new tag."""
        return self._change("PATCH", caller, path, values).header("ETag")

    def delete(self, caller: Caller, path: str) -> None:
        """Remove the entity at a path."""
        self._engine.perform(self._request("DELETE", caller, path, _conditions(caller)))

    def call(self, caller: Caller, path: str, action: str) -> str:
        """Call an action that is bound to the entity at a path; the path of what it gives."""
        request = self._request("POST", caller, f"{path}/{action}", _conditions(caller))
        return (self._engine.perform(request).header("Location") or "").removeprefix(_ROOT)

    def _change(self, method: str, caller: Caller, path: str, values: JsonObject) -> Response:
        headers = {**_JSON, **(_conditions(caller) if method == "PATCH" else {})}
        return self._engine.perform(self._request(method, caller, path, headers, values))

    def _request(
        self,
        method: str,
        caller: Caller,
        path: str,
        headers: Mapping[str, str] | None = None,
        values: JsonObject | None = None,
    ) -> Request:
        return Request(
            method,
            _ROOT,
            path,
            headers=headers or {},
            body=b"" if values is None else _written(values),
            principal=caller.principal,
            request_id=caller.request_id,
            at=caller.at,
            address=caller.address,
        )


def _conditions(caller: Caller) -> Mapping[str, str]:
    """The caller's conditions; without any, the entity may have any tag."""
    return caller.conditions or {"if-match": "*"}


def _document(response: Response) -> JsonObject:
    body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
    document = json.loads(body, parse_float=Decimal)
    if not isinstance(document, dict):
        raise TypeError("an answer is no JSON object")
    return document


def _objects(value: JsonValue) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _written(values: JsonObject) -> bytes:
    return _ENCODER.encode(values)


def _members(entity_type: EntityType | None) -> frozenset[str]:
    if entity_type is None:
        return frozenset()
    properties = (item.name for item in entity_type.all_properties())
    return frozenset((*properties, *(item.name for item in entity_type.all_navigation())))
