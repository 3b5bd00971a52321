"""Changes to many entities in one request: ``$each``, and delta payloads of a collection.

All changes of a request are one transaction. With ``Prefer: continue-on-error`` each entity
is on its own, and those that failed are returned with what went wrong.

Cites: OData Protocol 11.4.11 (update a collection), 11.4.13 (set-based operations).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from odata.errors import (
    BadRequestError,
    EntityChangedError,
    ODataError,
    PayloadError,
    TransactionLostError,
)
from odata.payload.control_information import read_control_information
from odata.payload.entity_payload import EntityPayload
from odata.payload.json_document import JsonObject, JsonValue
from odata.payload.reader import no_object
from odata.payload.reader_settings import ReaderSettings
from odata.protocol.batch import Transaction
from odata.protocol.batch_url import write_json
from odata.protocol.change_body import read_changes, read_document, read_payload
from odata.protocol.etag import Tags, names_tag, parse_if_match
from odata.protocol.exchange import Exchange
from odata.protocol.messages import Response
from odata.protocol.preferences import Preference
from odata.protocol.versions import V4_01
from odata.protocol.write_tools import WriteTools, actor_of
from odata.query.change import Operation, Parent
from odata.query.resource import ResourceKind, Suffix
from odata.service.entity_store import StoredEntity
from odata.service.nested_faults import NestedFaults

_DELTA = "$delta"
_EXCEPTION = "@Core.DataModificationException"


def is_delta(exchange: Exchange) -> bool:
    """Whether a request sends a delta payload to a collection; only version 4.01 has one."""
    request, target = exchange.request, exchange.prepared.target
    return (
        request.method == "PATCH"
        and target.kind is ResourceKind.COLLECTION
        and target.suffix is Suffix.NONE
        and (request.header("odata-version") or "").startswith(V4_01)
        and target.entity_set is not None
        and target.entity_set.capabilities.updatable
    )


class CollectionWriter:
    """Answers changes to collections."""

    def __init__(self, tools: WriteTools) -> None:
        self._tools = tools

    # --- each -----------------------------------------------------------------------------

    def change_each(self, exchange: Exchange) -> Response:
        """PATCH or DELETE of every entity that the path leads to."""
        _check_conditions(exchange)
        is_delete = exchange.request.method == "DELETE"
        document = {} if is_delete else read_document(exchange)
        if not isinstance(document, dict):
            raise no_object(document)
        failures = _Failures(exchange, self._tools.writer.transaction)
        with self._tools.writer.transaction():
            for stored in self._members(exchange):
                with failures.collected(_key_of(stored)):
                    self._change(exchange, stored, None if is_delete else document)
        return failures.answer()

    def _members(self, exchange: Exchange) -> list[StoredEntity]:
        plan = exchange.prepared.read_plan
        store, values = self._tools.writer.store, exchange.values
        most = self._tools.settings.changed_entities
        found = store.select(plan, values, most + 1)
        if not found:
            self._tools.check_path(exchange)
        if len(found) > most:
            raise BadRequestError(
                f"The request would change more than {most} entities; filter them.",
                target="$each",
            )
        return found

    def _change(
        self, exchange: Exchange, stored: StoredEntity, document: JsonObject | None
    ) -> None:
        deep = self._tools.writer.deep
        if document is None:
            deep.delete_stored(stored, actor_of(exchange))
            return
        payload = read_changes(exchange, document, stored)
        deep.update_stored(stored, payload, actor_of(exchange))

    # --- deltas ---------------------------------------------------------------------------

    def apply_delta(self, exchange: Exchange) -> Response:
        """PATCH of a collection: entities are updated, created and removed as listed."""
        self._tools.check_path(exchange)
        items = _items(read_document(exchange), self._tools.settings.changed_entities)
        begin = self._tools.writer.transaction
        failures, faults = _Failures(exchange, begin), NestedFaults()
        with begin():
            parent = self._tools.parent(exchange)
            for index, item in enumerate(items):
                with faults.of("value", index), begin(), failures.collected(item):
                    self._apply(exchange, item, parent)
            faults.check()
        return failures.answer()

    def _apply(self, exchange: Exchange, item: JsonObject, parent: Parent | None) -> None:
        stored = self._named(exchange, item)
        information = read_control_information(item)
        if stored is not None and information.etag is not None:
            condition = parse_if_match(information.etag)
            if not names_tag(condition, stored.entity_tag):
                status = self._tools.settings.mismatch_status
                raise EntityChangedError(mismatch_status=status, current_tag=stored.entity_tag)
        if information.removed is not None:
            if stored is not None:
                self._remove(exchange, stored, parent, is_deleted=information.removed == "deleted")
        elif stored is not None:
            payload = read_changes(exchange, item, stored)
            if parent is not None:
                self._tie(stored, payload, parent)
            self._tools.writer.deep.update_stored(stored, payload, actor_of(exchange))
        else:
            self._create(exchange, item, parent)

    def _tie(self, stored: StoredEntity, payload: EntityPayload, parent: Parent) -> None:
        """Have an entity belong to the collection, as one that is created there."""
        values = self._tools.writer.deep.values_under(parent, stored.entity_type)
        links = {name: value for name, value in values.items() if stored.values[name] != value}
        if links and parent.entity_type.navigation_named(parent.navigation).contains_target:
            raise PayloadError(f"An entity of '{parent.navigation}' belongs to another entity.")
        payload.values.update(links)

    def _remove(
        self, exchange: Exchange, stored: StoredEntity, parent: Parent | None, *, is_deleted: bool
    ) -> None:
        """Deletes an entity; one that only leaves a collection loses its link."""
        writer, actor = self._tools.writer, actor_of(exchange)
        if parent is not None and not is_deleted:
            navigation = parent.entity_type.navigation_named(parent.navigation)
            values = writer.deep.values_under(parent, stored.entity_type)
            if any(stored.values[name] != value for name, value in values.items()):
                return
            if not navigation.contains_target:
                unset = writer.links.back_key(parent.entity_type, navigation, None)
                writer.links.set_values(stored.entity_type, stored, unset, actor)
                return
        writer.deep.delete_stored(stored, actor)

    def _create(self, exchange: Exchange, item: JsonObject, parent: Parent | None) -> None:
        writer, entity_type = self._tools.writer, exchange.prepared.target.entity_type
        is_computed = any(part.is_computed for part in entity_type.key_properties())
        is_named = any(name in item for name in entity_type.all_key_names())
        if "@id" in item or "@odata.id" in item or (is_computed and is_named):
            raise PayloadError("An entity of the delta does not exist.")
        supplied = writer.deep.values_under(parent, entity_type) if parent is not None else ()
        settings = ReaderSettings(supplied=frozenset(supplied))
        payload = read_payload(exchange, item, entity_type, Operation.CREATE, settings)
        writer.deep.create(entity_type, payload, actor_of(exchange), parent)

    def _named(self, exchange: Exchange, item: JsonObject) -> StoredEntity | None:
        """The stored entity that an item names by id or by key."""
        store, target = self._tools.writer.store, exchange.prepared.target
        information = read_control_information(item)
        if information.id is not None:
            return self._tools.writer.links.find(
                information.id, target.entity_type, actor_of(exchange)
            )
        names = target.entity_type.all_key_names()
        if not all(item.get(name) is not None for name in names):
            return None
        key = {name: item[name] for name in names}
        return store.find_by_key(target.entity_type, key, actor_of(exchange))


class _Failures:
    """What went wrong with single entities, where the client wants to go on."""

    def __init__(self, exchange: Exchange, begin: Transaction) -> None:
        self._exchange = exchange
        self._begin = begin
        self._goes_on = bool(exchange.preferences.continue_on_error)
        self._items: list[JsonValue] = []

    @contextmanager
    def collected(self, item: JsonObject) -> Iterator[None]:
        """One entity; its failure ends the request unless the client wants to go on."""
        if not self._goes_on:
            yield
            return
        try:
            with self._begin():
                yield
        except TransactionLostError:
            raise
        except ODataError as error:
            self._items.append({**item, _EXCEPTION: self._exception(item, error)})

    def _exception(self, item: JsonObject, error: ODataError) -> JsonObject:
        is_delete = self._exchange.request.method == "DELETE" or "@removed" in item
        return {
            "failedOperation": "delete" if is_delete else "update",
            "responseCode": error.http_status,
            "info": {"code": error.code, "message": error.message},
        }

    def answer(self) -> Response:
        """204, or the entities that failed."""
        exchange = self._exchange
        if self._goes_on:
            exchange.applied[Preference.CONTINUE_ON_ERROR] = ""
        if not self._items:
            return exchange.response(204)
        name = exchange.prepared.target.steps[-1].name
        body: JsonObject = {
            f"{exchange.prepared.style.prefix}context": (
                f"{exchange.request.service_root}$metadata#{name}/{_DELTA}"
            ),
            "value": self._items,
        }
        content_type = exchange.representation.content_type
        return exchange.response(200, write_json(body).encode(), content_type)


def _check_conditions(exchange: Exchange) -> None:
    """Refuse the tag of one entity where many are changed."""
    if exchange.request.header("if-none-match") is not None:
        raise BadRequestError("'If-None-Match' has no meaning for '$each'.", target="If-None-Match")
    if isinstance(parse_if_match(exchange.request.header("if-match")), Tags):
        raise BadRequestError(
            "The tag of one entity is no condition for '$each'.", target="If-Match"
        )


def _items(document: JsonValue, most: int) -> list[JsonObject]:
    """The members of a delta payload (OData JSON 15)."""
    if not isinstance(document, dict):
        raise no_object(document)
    context = document.get("@context", document.get("@odata.context"))
    if not isinstance(context, str) or not context.endswith(_DELTA):
        raise PayloadError("The context URL of a delta payload ends with '#$delta'.")
    value = document.get("value")
    if not isinstance(value, list):
        raise PayloadError("A delta payload has the array 'value'.", target="value")
    if len(value) > most:
        raise PayloadError(f"A delta payload lists at most {most} entities.")
    items = [item for item in value if isinstance(item, dict)]
    if len(items) != len(value):
        raise PayloadError("A member of a delta payload is a JSON object.", target="value")
    return items


def _key_of(stored: StoredEntity) -> JsonObject:
    """The key of an entity as a failure tells it."""
    return {
        name: value if isinstance(value, str | int) else str(value)
        for name, value in stored.key.items()
    }
