"""POST, PUT and DELETE of references: links between entities that exist.

Cites: OData Protocol 11.4.6 (modifying relationships), OData JSON 14 (entity reference).
"""

from __future__ import annotations

from collections.abc import Callable

from odata.edm.model import EntityType, NavigationProperty
from odata.errors import BadRequestError, PayloadError
from odata.payload.control_information import read_control_information
from odata.payload.json_document import JsonValue
from odata.protocol.change_body import read_document
from odata.protocol.exchange import Exchange
from odata.protocol.messages import Response
from odata.protocol.write_tools import WriteTools, actor_of
from odata.query.resource import ResourceKind
from odata.service.actor import Actor
from odata.service.entity_store import StoredEntity

_Change = Callable[["_Link"], None]


class _Link:
    """The entity that has a navigation property, and that property."""

    __slots__ = ("actor", "entity_type", "navigation", "stored")

    def __init__(self, exchange: Exchange, stored: StoredEntity) -> None:
        steps = exchange.prepared.target.steps
        navigation = steps[-1].navigation
        if navigation is None:
            raise LookupError(f"{steps[-1].name} is no navigation property")
        self.stored = stored
        self.entity_type: EntityType = steps[-2].entity_type
        self.navigation: NavigationProperty = navigation
        self.actor: Actor = actor_of(exchange)


class ReferenceWriter:
    """Answers the methods that change links."""

    def __init__(self, tools: WriteTools) -> None:
        self._tools = tools
        self._links = tools.writer.links
        self._store = tools.writer.store

    def answer(self, exchange: Exchange) -> Response:
        """The answer to POST, PUT or DELETE of ``$ref``."""
        method, target = exchange.request.method, exchange.prepared.target
        if target.kind is ResourceKind.RELATED_ENTITY:
            change = self._clear(exchange) if method == "DELETE" else self._set(exchange)
        elif target.kind is ResourceKind.ENTITY:
            change = self._remove_member(exchange)
        elif method == "DELETE":
            change = self._remove(exchange)
        else:
            change = self._add(exchange, replaces=method == "PUT")
        self._tools.changing(exchange, lambda: self._apply(exchange, change))
        return exchange.response(204)

    def _apply(self, exchange: Exchange, change: _Change) -> None:
        """Runs a change with the entity that has the link, whose tag is the condition."""
        owner = self._owner(exchange)
        expectation = self._tools.preconditions.expectation(owner, is_required=False)
        writer = self._tools.writer
        with writer.transaction():
            stored = writer.stored(owner.prepared.target, owner.values)
            expectation.check(stored)
            change(_Link(exchange, stored))

    def _owner(self, exchange: Exchange) -> Exchange:
        segments = exchange.request.path.strip("/").split("/")
        owner = self._tools.at(exchange, "/".join(segments[:-2]))
        owner.request.headers = exchange.request.headers
        return owner

    # --- single-valued --------------------------------------------------------------------

    def _set(self, exchange: Exchange) -> _Change:
        url = _read_id(read_document(exchange))

        def change(link: _Link) -> None:
            principal = self._links.resolve(url, link.navigation, link.actor)
            values = self._links.foreign_key(link.entity_type, link.navigation, principal)
            self._links.set_values(link.entity_type, link.stored, values, link.actor)

        return change

    def _clear(self, exchange: Exchange) -> _Change:
        if exchange.prepared.options.id is not None:
            raise BadRequestError("$id has no meaning for a single link", target="$id")

        def change(link: _Link) -> None:
            values = self._links.foreign_key(link.entity_type, link.navigation, None)
            self._links.set_values(link.entity_type, link.stored, values, link.actor)

        return change

    # --- collection-valued ----------------------------------------------------------------

    def _add(self, exchange: Exchange, *, replaces: bool) -> _Change:
        document = read_document(exchange)
        urls = _read_ids(document) if replaces else (_read_id(document),)

        def change(link: _Link) -> None:
            members = [self._links.resolve(url, link.navigation, link.actor) for url in urls]
            if replaces:
                kept = [member.key for member in members]
                self._unlink(link, lambda member: member.key not in kept)
            for member in members:
                self._tie(link, member)

        return change

    def _remove(self, exchange: Exchange) -> _Change:
        url = dict(exchange.shape.options).get("$id")

        def change(link: _Link) -> None:
            if url is None:
                self._unlink(link, lambda _member: True)
                return
            named = self._links.resolve(url, link.navigation, link.actor)
            self._unlink(link, lambda member: member.key == named.key)

        return change

    def _remove_member(self, exchange: Exchange) -> _Change:
        target = exchange.prepared.target

        def change(link: _Link) -> None:
            named = self._tools.writer.stored(target, exchange.values)
            self._unlink(link, lambda member: member.key == named.key)

        return change

    def _tie(self, link: _Link, member: StoredEntity) -> None:
        values = self._links.back_key(link.entity_type, link.navigation, link.stored.values)
        self._links.set_values(link.navigation.target, member, values, link.actor)

    def _unlink(self, link: _Link, is_chosen: Callable[[StoredEntity], bool]) -> None:
        related = self._store.related(
            link.entity_type, link.navigation, link.stored.key, link.actor
        )
        for member in filter(is_chosen, related):
            values = self._links.back_key(link.entity_type, link.navigation, None)
            self._links.set_values(link.navigation.target, member, values, link.actor)


def _read_id(document: JsonValue) -> str:
    """The URL in an entity reference."""
    if isinstance(document, dict):
        found = read_control_information(document).id
        if found is not None:
            return found
    raise PayloadError('A reference is a JSON object such as {"@odata.id": "employees(1)"}.')


def _read_ids(document: JsonValue) -> tuple[str, ...]:
    if isinstance(document, dict) and isinstance(document.get("value"), list):
        items = document["value"]
        return tuple(_read_id(item) for item in items) if isinstance(items, list) else ()
    raise PayloadError("References are the array 'value' of a JSON object.", target="value")
