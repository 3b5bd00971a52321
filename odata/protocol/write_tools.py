"""What all handlers of changes share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Protocol, TypeVar

from odata.errors import EntityChangedError, ODataError
from odata.protocol.deep_insert import Levels
from odata.protocol.etag import write_tag
from odata.protocol.exchange import Exchange
from odata.protocol.messages import Response, whole_body
from odata.protocol.preconditions import Preconditions
from odata.protocol.preferences import Preference, ReturnPreference
from odata.protocol.reading import entity_response, not_found
from odata.protocol.settings import EngineSettings
from odata.query.change import Parent
from odata.service.actor import Actor
from odata.service.reading import ReadEntity, Reader
from odata.service.writing import Writer
from odata.sql.row_slots import StoredValues
from odata.sql.statement import RequestValues

Outcome = TypeVar("Outcome")
FollowPath = Callable[[Exchange, str, Levels], Exchange]


class AtPath(Protocol):
    """Gives the exchange that addresses another path."""

    def __call__(self, exchange: Exchange, path: str, query: str = "") -> Exchange:
        """The same caller at that path."""


class CheckPath(Protocol):
    """Refuses a path whose parents do not exist."""

    def __call__(self, exchange: Exchange, *, may_wait: bool = False) -> None:
        """Here, or what ``may_wait`` where the next statement of the transaction is read."""


@dataclass(frozen=True, slots=True)
class WriteTools:
    """The collaborators of a change.

    ``follow`` gives the exchange that reads what a suffix adds to the path, ``created`` the one
    that reads what was created there under a key, ``at`` the one
    that addresses another path; ``show`` answers an exchange that reads; ``check_path``
    refuses a path whose parents do not exist.
    """

    reader: Reader
    writer: Writer
    settings: EngineSettings
    preconditions: Preconditions
    follow: FollowPath
    created: FollowPath
    at: AtPath
    show: Callable[[Exchange], Response]
    check_path: CheckPath

    def changing(self, exchange: Exchange, change: Callable[[], Outcome]) -> Outcome:
        """The result of a change; where nothing was found, the parents are looked at first."""
        try:
            return change()
        except ODataError as error:
            if isinstance(error, EntityChangedError):
                error.mismatch_status = self.settings.mismatch_status
            if error.status == HTTPStatus.NOT_FOUND:
                self.check_path(exchange)
            raise

    def parent(self, exchange: Exchange) -> Parent | None:
        """The entity under which a path leads, by its key whatever way the path names it."""
        parent = _parent_of(exchange, self.settings.scope_type)
        if parent is None or set(parent.entity_type.all_key_names()) <= parent.key.keys():
            return parent
        above = self.at(exchange, exchange.request.path.strip("/").rpartition("/")[0])
        stored = self.writer.stored(above.prepared.target, above.values)
        return replace(parent, key=stored.key)

    def represent(
        self,
        exchange: Exchange,
        shown: Exchange,
        status: int,
        values: RequestValues | None = None,
        *,
        is_last: bool = False,
        stored: StoredValues | None = None,
    ) -> Response:
        """The entity after the change, inside its transaction: what others do next is not shown.
        Nothing where the client wants nothing, or where the path leads to it no longer.
        ``values`` are those of what is shown, where they are known. The transaction may end with
        what is the last of it: nothing can be refused any more. What was ``stored`` of the
        entity need not be read."""
        if exchange.preferences.return_ is ReturnPreference.MINIMAL:
            exchange.applied[Preference.RETURN] = "minimal"
            return self._without_body(exchange, shown, is_last=is_last, stored=stored)
        shown.applied |= exchange.applied
        if exchange.preferences.return_ is ReturnPreference.REPRESENTATION:
            shown.applied[Preference.RETURN] = "representation"
        entity = self._entity(shown, values or shown.values, is_last=is_last, stored=stored)
        if entity is None and status == HTTPStatus.CREATED:
            raise not_found(exchange)
        if entity is None:
            return exchange.response(204)
        return entity_response(shown, status, entity)

    def shows_surely(self, exchange: Exchange) -> bool:
        """Whether what is created where a path leads is found there, whatever it is; said only
        where that saves anything."""
        if not self.writer.can_end_early or _parent_of(exchange, self.settings.scope_type):
            return False
        return self.writer.sees_all(exchange.prepared.target.entity_type, actor_of(exchange))

    def stays_there(self, exchange: Exchange) -> bool:
        """Whether an entity is found where a path leads, whatever of it changes; said only where
        that saves anything."""
        target, plan = exchange.prepared.target, exchange.prepared.plan
        step, entity_type = target.steps[-1], target.entity_type
        if not self.writer.can_end_early or plan is None or plan.filters or target.tests:
            return False
        is_by_key = tuple(part.name for part in step.key) == entity_type.all_key_names()
        is_short = _parent_of(exchange, self.settings.scope_type) is None
        return is_by_key and is_short and self.writer.sees_all(entity_type, actor_of(exchange))

    def _entity(
        self,
        shown: Exchange,
        values: RequestValues,
        *,
        is_last: bool,
        stored: StoredValues | None,
    ) -> ReadEntity | None:
        if stored is not None and is_last:
            entity = self.reader.new_entity(shown.prepared, values, stored)
            if entity is not None:
                return entity
        return self.reader.entity(shown.prepared, values, is_last=is_last)

    def _without_body(
        self, exchange: Exchange, shown: Exchange, *, is_last: bool, stored: StoredValues | None
    ) -> Response:
        response = exchange.response(204)
        entity = self._entity(shown, shown.values, is_last=is_last, stored=stored)
        if entity is not None and entity.entity_tag is not None:
            response.headers.append(("ETag", write_tag(entity.entity_tag)))
        return response


def whole(response: Response) -> Response:
    """An answer whose body is read: its transaction may end."""
    response.body = whole_body(response)
    return response


def _parent_of(exchange: Exchange, scope_type: str | None) -> Parent | None:
    """The entity under which the path of a new entity leads, but for its scope."""
    steps = exchange.prepared.target.steps
    navigation = steps[-1].navigation
    if navigation is None or steps[-2].entity_type.name == scope_type:
        return None
    key = exchange.key_values(steps[-2].key)
    return Parent(steps[-2].entity_type, navigation.name, key)


def actor_of(exchange: Exchange) -> Actor:
    """Who makes the change of a request."""
    request = exchange.request
    return Actor(
        request.principal.name,
        exchange.now,
        exchange.scope,
        request.request_id,
        request.service_root,
        exchange.view,
        exchange.caller_values,
        request.address,
    )
