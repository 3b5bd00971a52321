"""Changes: one transaction each, decided by the entity tag, passed by the rules.

Nothing of a refused change remains. Cites: OData Protocol 11.4, Business Central
reference §8 (order of the checks).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from odata import commits
from odata.edm.grants import READ, Right
from odata.edm.model import EntityType
from odata.errors import NotFoundError, ODataError, TransactionLostError
from odata.payload.entity_payload import EntityPayload
from odata.query.change import OutsideCallError, Parent, Rows
from odata.query.resource import ScopeRule, Target
from odata.service.actor import Actor
from odata.service.deep import DeepWriter
from odata.service.entity_store import Created, EntityStore, StoredEntity
from odata.service.links import Links
from odata.service.streams import StreamContent, StreamWriter
from odata.sql.change_log import ChangeLog
from odata.sql.dialects.base import Dialect
from odata.sql.execution import (
    busy,
    can_end_early,
    can_read_along,
    settle,
    translated_failures,
)
from odata.sql.mapping import DataSource, StreamMapping
from odata.sql.reader import StatementBuilder
from odata.sql.statement import RequestValues
from odata.waiting import before_waiting

Key = Mapping[str, object]
Outcome = TypeVar("Outcome")

# What the log calls the service where it changes something by itself.
_SERVICE = "service"
# How often what was lost is made again: who is second of two goes first then.
_MOST_LOST = 3


# Made for every change; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Expectation:
    """What a change expects of the stored entity: called with it, ``check`` raises where the
    condition does not hold."""

    check: Callable[[StoredEntity], None]


# Made for every change; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Place:
    """Where an entity is created: of which type, and under which other one."""

    entity_type: EntityType
    parent: Parent | None = None


# Made for every change; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Addressed:
    """The entity that a path leads to with the values of a request, as it is expected;
    ``foretell`` gives what is known of its key and of the names of what will change."""

    target: Target
    values: RequestValues
    expectation: Expectation
    foretell: Callable[[], tuple[Key, Collection[str]]] | None = None


BodyReader = Callable[[StoredEntity], EntityPayload]


class Writer:
    """Creates, updates and deletes entities of one data source."""

    def __init__(
        self,
        source: DataSource,
        builder: StatementBuilder,
        dialect: Dialect,
        write_tag: Callable[[int], str],
        scope_rule: ScopeRule | None = None,
        changes_kept: datetime.timedelta = datetime.timedelta(days=30),
    ) -> None:
        self.source = source
        self.dialect = dialect
        self._counter = dialect.counter(source.database)
        self.can_end_early = can_end_early(source.database)
        self._reads_along = can_read_along(source.database)
        self._write_tag = write_tag
        self.log: ChangeLog | None = None
        if source.has_change_log:
            self.log = ChangeLog(source.database, dialect.change_order(), changes_kept)
        self.store = EntityStore(source, builder, dialect, self.new_tag, self.log)
        self.links = Links(self.store, scope_rule)
        self.streams = StreamWriter(self.store, self.new_tag)
        self.deep = DeepWriter(self.store, self.links, self.streams)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction; inside another one, a part of it that can be undone alone."""
        self._draw_tags()
        with translated_failures(), self.dialect.transaction(self.source.database):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A transaction that may write and whose reads all see the same state."""
        self._draw_tags()
        with translated_failures(), self.dialect.snapshot(self.source.database, writes=True):
            yield

    def again_where_lost(self, work: Callable[[], Outcome]) -> Outcome:
        """What is done in transactions that begin and end with it; done again where the database
        has undone one for the sake of others. Inside a transaction all of that is lost with it:
        then it is for who began it."""
        for _ in range(_MOST_LOST):
            try:
                return work()
            except TransactionLostError:
                if self.is_in_transaction:
                    raise
        try:
            return work()
        except TransactionLostError as error:
            raise busy() from error

    @property
    def is_in_transaction(self) -> bool:
        """Whether the thread is inside a transaction already."""
        return bool(self.source.database.transaction_depth())

    def new_tag(self) -> str:
        """A tag that was never used."""
        return self._write_tag(self._counter.next())

    def _draw_tags(self) -> None:
        """Draw tags ahead where few are left, before a transaction begins."""
        counter = self._counter
        if not counter.is_short or self.is_in_transaction:
            return
        with translated_failures(), self.dialect.transaction(self.source.database):
            drawn = counter.draw_ahead()
        counter.keep(drawn)

    def own_rows(self, now: datetime.datetime) -> Rows:
        """How the service itself writes rows, in whatever scope they are."""
        return self.store.rows(Actor(_SERVICE, now, None))

    # --- whole entities -------------------------------------------------------------------

    def create(
        self,
        find_place: Callable[[], Place],
        payload: EntityPayload,
        actor: Actor,
        show: Callable[[Created], Outcome],
        like: object = None,
    ) -> Outcome:
        """Creates an entity with everything nested in the payload; gives what ``show`` makes of
        it before anybody else can change it. Those that are made at one place, which they
        are ``like``, may share a transaction."""

        def work() -> Outcome:
            place = find_place()
            return show(self.deep.create(place.entity_type, payload, actor, place.parent))

        return self._in_transaction(work, like)

    def update(
        self,
        addressed: Addressed,
        read_body: BodyReader,
        actor: Actor,
        show: Callable[[StoredEntity], Outcome],
    ) -> Outcome:
        """Merges a body into the entity that the path addresses; gives what ``show`` makes of it
        before anybody else can change it."""
        target, like = addressed.target, None
        foretold = None
        if self._reads_along and addressed.foretell is not None:
            foretold = addressed.foretell()
            if self.store.is_contained(target.entity_type, foretold):
                like = commits.UpdatesAt((target.entity_type.name, actor.scope))

        def work() -> Outcome:
            if foretold is not None:
                self.store.expect(target.entity_type, foretold, actor)
            stored = self.stored(target, addressed.values)
            addressed.expectation.check(stored)
            self.deep.update_stored(stored, read_body(stored), actor)
            return show(stored)

        return self._in_transaction(work, like)

    def _in_transaction(self, work: Callable[[], Outcome], like: object = None) -> Outcome:
        """What is done in one transaction; once more where somebody outside was to be asked."""
        self._draw_tags()
        try:
            return self._briefly(work, like)
        except OutsideCallError as call:
            if self.is_in_transaction:
                raise
            commits.start_over()
            before_waiting()
            call.make()
        with self.transaction():
            return self._in_order(work)

    def _briefly(self, work: Callable[[], Outcome], like: object) -> Outcome:
        """What is done in a transaction that is soon over: in one that others have begun, or once
        more in its own."""
        database = self.source.database
        try:
            with translated_failures(), self.dialect.brief_transaction(database, like):
                return self._in_order(work)
        except commits.MustBeAloneError:
            with translated_failures(), self.dialect.brief_transaction(database):
                return self._in_order(work)

    def _in_order(self, work: Callable[[], Outcome]) -> Outcome:
        """What is done; where it is refused, what waits to be sent is refused first."""
        try:
            return work()
        except (ODataError, OutsideCallError):
            settle(self.source.database)
            raise

    def sees_all(self, entity_type: EntityType, actor: Actor) -> bool:
        """Whether somebody sees every entity of a type in the own scope."""
        mapping = self.source.of(entity_type)
        is_whole = mapping.write_model is None and not mapping.fixed and mapping.hierarchy is None
        return is_whole and not self.store.access.is_limited(READ, entity_type, actor)

    def delete(
        self, target: Target, values: RequestValues, expectation: Expectation, actor: Actor
    ) -> None:
        """Removes the entity that the path addresses."""
        with self.transaction():
            stored = self.stored(target, values)
            expectation.check(stored)
            self.deep.delete_stored(stored, actor)

    # --- stored entities ------------------------------------------------------------------

    def stored(self, target: Target, values: RequestValues) -> StoredEntity:
        """The entity that the path addresses, kept from other writers; raises where there is
        none."""
        found = self.store.find(target, values)
        if found is None:
            raise NotFoundError(f"Resource not found for the segment '{target.steps[-1].name}'.")
        return found

    def find_stored(self, target: Target, values: RequestValues) -> StoredEntity | None:
        """The entity that the path addresses, if there is one."""
        return self.store.find(target, values)

    # --- streams --------------------------------------------------------------------------

    def stream_mapping(self, target: Target) -> StreamMapping:
        """Where the stream property that the path addresses is kept."""
        found = self.source.of(target.entity_type).properties[target.property_path[-1].name]
        if not isinstance(found, StreamMapping):
            raise TypeError(f"{found.definition.name} is no stream")
        return found

    def write_stream(
        self,
        target: Target,
        values: RequestValues,
        expectation: Expectation,
        content: StreamContent,
        actor: Actor,
    ) -> str:
        """Replaces or removes the bytes of a stream; gives the new tag."""
        with self.transaction():
            stored = self.stored(target, values)
            access = self.store.access
            access.check(Right.UPDATE, target.entity_type, actor)
            access.check_row(Right.UPDATE, target.entity_type, stored.key, actor)
            place = (target.entity_type, self.stream_mapping(target))
            return self.streams.write(place, stored, content, actor, expectation.check)


__all__ = [
    "Actor",
    "Addressed",
    "Created",
    "Expectation",
    "Place",
    "StoredEntity",
    "StreamContent",
    "Writer",
]
