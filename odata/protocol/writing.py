"""POST, PATCH, PUT and DELETE.

Order of the checks (Business Central reference §8): the path, the precondition's presence,
the precondition itself, the body, the rules. PATCH merges, PUT replaces (or merges, by
setting); both create an entity where its key is the client's to choose and no condition
forbids it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from http import HTTPStatus

from odata.edm.model import EntityType
from odata.edm.types import Primitive
from odata.edm.values import find_value_fault
from odata.errors import (
    EntityChangedError,
    MalformedKeyError,
    NotFoundError,
    ODataError,
    PayloadError,
    UnsupportedMediaTypeError,
)
from odata.payload.entity_payload import EntityPayload
from odata.payload.reader_settings import ReaderSettings
from odata.protocol.allowed_methods import allowed_methods, method_not_allowed
from odata.protocol.change_body import (
    ForeseenBody,
    completed,
    read_changes,
    read_document,
    read_new_entity,
    read_payload,
)
from odata.protocol.collection_writing import CollectionWriter, is_delta
from odata.protocol.deep_insert import levels_of
from odata.protocol.etag import write_tag
from odata.protocol.exchange import Exchange
from odata.protocol.links import KeyValue, key_predicate
from odata.protocol.messages import Response
from odata.protocol.property_writing import PropertyWriter
from odata.protocol.reference_writing import ReferenceWriter
from odata.protocol.write_tools import WriteTools, actor_of
from odata.query.change import Operation
from odata.query.resource import ResourceKind, Suffix, Target
from odata.service.writing import (
    Addressed,
    Expectation,
    Place,
    StoredEntity,
    StreamContent,
)
from odata.sql.row_slots import StoredValues

_NO_CONTENT = HTTPStatus.NO_CONTENT
_MISSING = "The entity does not exist, which the request expects."

__all__ = ["WriteHandler", "method_not_allowed"]


class WriteHandler:
    """Answers the methods that change something."""

    def __init__(self, tools: WriteTools) -> None:
        self._tools = tools
        self._properties = PropertyWriter(tools)
        self._references = ReferenceWriter(tools)
        self._collections = CollectionWriter(tools)

    def answer(self, exchange: Exchange) -> Response:
        """The answer to a method that changes something."""
        method, target = exchange.request.method, exchange.prepared.target
        if is_delta(exchange):
            return self._collections.apply_delta(exchange)
        allowed = exchange.prepared.methods
        if allowed is None:
            allowed = exchange.prepared.methods = allowed_methods(target)
        if method not in allowed:
            raise method_not_allowed(method, target, allowed)
        if target.suffix is Suffix.REF:
            return self._references.answer(exchange)
        if target.suffix is Suffix.EACH:
            return self._collections.change_each(exchange)
        if target.kind is ResourceKind.PROPERTY:
            return self._properties.answer(exchange)
        if target.kind is ResourceKind.STREAM:
            return self._stream(exchange)
        return self._entity(exchange)

    def _entity(self, exchange: Exchange) -> Response:
        method = exchange.request.method
        if method == "POST":
            return self._create(exchange)
        if method == "DELETE":
            return self._delete(exchange)
        return self._update(exchange)

    # --- create -------------------------------------------------------------------------

    def _create(self, exchange: Exchange) -> Response:
        tools, target = self._tools, exchange.prepared.target
        try:
            payload = read_new_entity(exchange)
        except ODataError:
            # What is wrong with the path is told first.
            tools.check_path(exchange)
            raise
        return tools.writer.create(
            lambda: self._place(exchange),
            payload,
            actor_of(exchange),
            lambda new: self._created(
                exchange,
                tools.created(exchange, predicate_of(target, new.key), levels_of(payload)),
                new.stored,
            ),
            exchange.request.path,
        )

    def _place(self, exchange: Exchange) -> Place:
        """Where a path leads that may be created at: within the transaction of the change, in
        which the look at its scope costs no transaction of its own."""
        self._tools.check_path(exchange, may_wait=True)
        return Place(exchange.prepared.target.entity_type, self._tools.parent(exchange))

    def _at_path(self, exchange: Exchange, payload: EntityPayload) -> Response:
        """The answer that shows what was created where the path leads."""
        return self._created(exchange, self._tools.follow(exchange, "", levels_of(payload)))

    def _created(
        self, exchange: Exchange, created: Exchange, stored: StoredValues | None = None
    ) -> Response:
        location = f"{exchange.request.service_root}{created.request.path}"
        tools = self._tools
        is_last = tools.shows_surely(exchange)
        response = tools.represent(exchange, created, 201, is_last=is_last, stored=stored)
        response.headers.append(("Location", location))
        if response.status == _NO_CONTENT:
            response.headers.append(("OData-EntityId", location))
        return response

    # --- update, delete -------------------------------------------------------------------

    def _update(self, exchange: Exchange) -> Response:
        tools, target = self._tools, exchange.prepared.target
        is_required = target.entity_type.has_entity_tag
        expectation = tools.preconditions.expectation(exchange, is_required=is_required)
        payloads: list[EntityPayload] = []
        body = ForeseenBody(exchange)

        def read_body(stored: StoredEntity) -> EntityPayload:
            payload = read_changes(exchange, body.document(), stored)
            if exchange.request.method == "PUT" and tools.settings.put_replaces:
                payload = completed(payload, stored.entity_type, stored)
            payloads.append(payload)
            return payload

        def show(stored: StoredEntity) -> Response:
            payload = payloads[-1]
            levels = levels_of(payload)
            if not levels:
                after = stored.row_after if tools.stays_there(exchange) else None
                return tools.represent(
                    exchange, exchange, 200, addressed.values, is_last=True, stored=after
                )
            return tools.represent(exchange, tools.follow(exchange, "", levels), 200, is_last=True)

        addressed = Addressed(target, exchange.values, expectation, body.foretell)
        try:
            return tools.changing(
                exchange,
                lambda: tools.writer.update(addressed, read_body, actor_of(exchange), show),
            )
        except NotFoundError as error:
            if isinstance(error, MalformedKeyError):
                raise
            if is_upsertable(target):
                return self._upsert(exchange)
            if self._may_be_linked(target):
                return self._link(exchange)
            raise self._missing(exchange, error) from error

    def _missing(self, exchange: Exchange, error: NotFoundError) -> ODataError:
        """404 as in Business Central; with the standard's statuses 412, where the request
        expects the entity that its path would lead to."""
        is_strict = self._tools.settings.mismatch_status == HTTPStatus.PRECONDITION_FAILED
        if is_strict and self._tools.preconditions.has_condition(exchange):
            return EntityChangedError(_MISSING, mismatch_status=412)
        return error

    def _upsert(self, exchange: Exchange) -> Response:
        """Creates the entity at the key of the path (OData Protocol 11.4.4)."""
        tools, target = self._tools, exchange.prepared.target
        if tools.preconditions.has_condition(exchange):
            raise EntityChangedError(_MISSING, mismatch_status=412)
        tools.check_path(exchange)
        key = exchange.key_values(target.steps[-1].key)
        parent = tools.parent(exchange)
        payload = read_payload(
            exchange,
            read_document(exchange),
            target.entity_type,
            Operation.CREATE,
            ReaderSettings(supplied=frozenset(key)),
        )
        for name, value in key.items():
            if payload.values.get(name, value) != value:
                raise PayloadError(f"The value of '{name}' contradicts the URL.", target=name)
            definition = target.entity_type.find_property(name)
            fault = None if definition is None else find_value_fault(value, definition)
            if fault is not None:
                raise PayloadError(
                    f"'{name}' cannot have the value of the URL: {fault}.", target=name
                )
        payload = replace(payload, values={**payload.values, **key})
        return tools.writer.create(
            lambda: Place(target.entity_type, parent),
            payload,
            actor_of(exchange),
            lambda _key: self._at_path(exchange, payload),
        )

    def _may_be_linked(self, target: Target) -> bool:
        """Whether an empty link to one entity may be filled by creating that entity."""
        step, entity_set = target.steps[-1], target.entity_set
        if target.kind is not ResourceKind.RELATED_ENTITY or step.navigation is None:
            return False
        is_chosen = not any(item.is_computed for item in target.entity_type.key_properties())
        is_kept = self._tools.writer.links.is_kept_by(target.steps[-2].entity_type, step.navigation)
        return (
            is_chosen and is_kept and entity_set is not None and entity_set.capabilities.insertable
        )

    def _link(self, exchange: Exchange) -> Response:
        """Creates an entity at the end of a link that leads nowhere (OData Protocol 11.4.4)."""
        tools, target = self._tools, exchange.prepared.target
        if tools.preconditions.has_condition(exchange):
            raise EntityChangedError(_MISSING, mismatch_status=412)
        payload = read_payload(
            exchange,
            read_document(exchange),
            target.entity_type,
            Operation.CREATE,
            ReaderSettings(),
        )
        navigation = target.steps[-1].navigation
        if navigation is None:
            raise LookupError(f"{target.steps[-1].name} is no navigation property")
        owner = tools.at(exchange, exchange.request.path.strip("/").rpartition("/")[0])
        linked = EntityPayload(nested={navigation.name: payload})
        return tools.writer.update(
            Addressed(owner.prepared.target, owner.values, Expectation(lambda _stored: None)),
            lambda _stored: linked,
            actor_of(exchange),
            lambda _stored: self._at_path(exchange, payload),
        )

    def _delete(self, exchange: Exchange) -> Response:
        tools, target = self._tools, exchange.prepared.target
        required = target.entity_type.has_entity_tag and tools.settings.require_if_match_on_delete
        expectation = tools.preconditions.expectation(exchange, is_required=required)
        stream = _only_stream(target)
        if stream is not None:
            self._write_stream(exchange, stream, StreamContent(None, ""), is_required=required)
            return exchange.response(204)
        tools.changing(
            exchange,
            lambda: tools.writer.delete(target, exchange.values, expectation, actor_of(exchange)),
        )
        return exchange.response(204)

    # --- streams --------------------------------------------------------------------------

    def _stream(self, exchange: Exchange) -> Response:
        request, target = exchange.request, exchange.prepared.target
        content = StreamContent(None, "")
        if request.method != "DELETE":
            content_type = request.header("content-type") or "application/octet-stream"
            if not self._tools.writer.stream_mapping(target).takes(content_type):
                raise UnsupportedMediaTypeError(
                    "a picture travels as application/octet-stream or as its own media type"
                )
            content = StreamContent(request.body, content_type)
        tag = self._write_stream(exchange, target, content, is_required=True)
        return exchange.response(204).with_header("ETag", write_tag(tag))

    def _write_stream(
        self,
        exchange: Exchange,
        stream: Target,
        content: StreamContent,
        *,
        is_required: bool,
    ) -> str:
        tools = self._tools
        expectation = tools.preconditions.expectation(exchange, is_required=is_required)
        return tools.changing(
            exchange,
            lambda: tools.writer.write_stream(
                stream, exchange.values, expectation, content, actor_of(exchange)
            ),
        )


def predicate_of(target: Target, key: Mapping[str, object]) -> str:
    """The key predicate of an entity, without parentheses."""
    parts = _key_parts(target.entity_type)
    return key_predicate([KeyValue(name, primitive, key[name]) for name, primitive in parts])


@lru_cache(maxsize=512)
def _key_parts(entity_type: EntityType) -> tuple[tuple[str, Primitive], ...]:
    """The properties of a key with the types as which their values are written."""
    types = ((item.name, item.edm_type) for item in entity_type.key_properties())
    return tuple((x, y if isinstance(y, Primitive) else Primitive.STRING) for x, y in types)


def is_upsertable(target: Target) -> bool:
    """Whether an entity may be created at the key of the path: clients choose such keys."""
    entity_set = target.entity_set
    if target.kind is not ResourceKind.ENTITY or entity_set is None:
        return False
    if tuple(part.name for part in target.steps[-1].key) != target.entity_type.all_key_names():
        return False
    return entity_set.is_upsertable


def _only_stream(target: Target) -> Target | None:
    """The stream of an entity that is nothing but a stream: deleting one deletes the other."""
    if target.kind is not ResourceKind.RELATED_ENTITY and target.kind is not ResourceKind.ENTITY:
        return None
    entity_set = target.entity_set
    streams = [item for item in target.entity_type.all_properties() if item.is_stream]
    if entity_set is None or entity_set.capabilities.insertable or len(streams) != 1:
        return None
    return replace(
        target, kind=ResourceKind.STREAM, property_path=(streams[0],), entity_set=entity_set
    )
