"""Changes: one transaction each, decided by the entity tag, passed by the rules.

Nothing of a refused change remains. Cites: OData Protocol 11.4, Business Central
reference §8 (order of the checks).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from odata.edm.model import EntityType
from odata.errors import EntityChangedError, NotFoundError
from odata.payload.entity_payload import EntityPayload
from odata.query.change import Change, Operation, Parent
from odata.query.plan import Expression, PropertyRef, TagRef
from odata.query.read_plan import ReadPlan
from odata.query.resource import Target
from odata.sql import writer
from odata.sql.dialects.base import Dialect
from odata.sql.execution import translated_failures
from odata.sql.mapping import (
    ColumnMapping,
    DataSource,
    EntityMapping,
    ExpressionMapping,
    StreamChange,
    StreamMapping,
    StreamStore,
)
from odata.sql.reader import StatementBuilder
from odata.sql.search import SearchEntries
from odata.sql.statement import RequestValues


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something, when, and in which scope."""

    name: str
    now: datetime.datetime
    scope: str | None


@dataclass(frozen=True, slots=True)
class StoredEntity:
    """An entity as it is stored before a change."""

    values: Mapping[str, object]
    key: Mapping[str, object]
    entity_tag: str | None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a change expects of the stored entity: called with its tag, it raises where the
    condition does not hold; ``is_exact`` says that one tag is expected, not any."""

    check: Callable[[str | None], None]
    is_exact: bool


BodyReader = Callable[[StoredEntity], EntityPayload]


class Writer:
    """Creates, updates and deletes entities of one data source."""

    def __init__(
        self,
        source: DataSource,
        builder: StatementBuilder,
        dialect: Dialect,
        write_tag: Callable[[int], str],
    ) -> None:
        self.source = source
        self.builder = builder
        self.dialect = dialect
        self._counter = dialect.counter(source.database)
        self._search_entries = SearchEntries(source.database, dialect)
        self._write_tag = write_tag

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction; inside another one, a part of it that can be undone alone."""
        with translated_failures(), self.dialect.transaction(self.source.database):
            yield

    def new_tag(self) -> str:
        """A tag that was never used."""
        return self._write_tag(self._counter.next())

    # --- create -----------------------------------------------------------------------

    def create(
        self, entity_type: EntityType, payload: EntityPayload, actor: Actor, parent: Parent | None
    ) -> Mapping[str, object]:
        """The key of a new entity, created with everything nested in the payload."""
        with self.transaction():
            return self._create(entity_type, payload, actor, parent)

    def _create(
        self, entity_type: EntityType, payload: EntityPayload, actor: Actor, parent: Parent | None
    ) -> Mapping[str, object]:
        mapping = self.source.of(entity_type)
        change = Change(
            Operation.CREATE,
            entity_type,
            dict(payload.values),
            actor.now,
            scope=actor.scope,
            given=frozenset(payload.values),
            parent=parent,
            actor=actor.name,
        )
        if parent is not None:
            change.values |= self._link_values(parent, mapping)
        mapping.rules.before_create(change)
        change.check()
        chosen = writer.insert(mapping, change.values, self._hidden(mapping, actor))
        change.values.setdefault(entity_type.all_key_names()[0], chosen)
        key = {name: change.values[name] for name in entity_type.all_key_names()}
        change.key = key
        self._create_nested(entity_type, key, payload, actor)
        mapping.rules.after_create(change)
        self._search_entries.enter(mapping, key)
        return key

    def _create_nested(
        self,
        entity_type: EntityType,
        key: Mapping[str, object],
        payload: EntityPayload,
        actor: Actor,
    ) -> None:
        for name, nested in payload.nested.items():
            navigation = entity_type.navigation_named(name)
            if nested is None:
                continue
            items = nested if isinstance(nested, tuple) else (nested,)
            for item in items:
                parent = Parent(entity_type, navigation.name, key)
                self._create(navigation.target, item, actor, parent)

    def _link_values(self, parent: Parent, mapping: EntityMapping) -> dict[str, object]:
        navigation = parent.entity_type.navigation_named(parent.navigation)
        return {
            item.referenced_name: parent.key[item.property_name]
            for item in navigation.constraints
            if item.property_name in parent.key and item.referenced_name in mapping.properties
        }

    def _hidden(self, mapping: EntityMapping, actor: Actor) -> dict[str, Any]:
        hidden: dict[str, Any] = {}
        if mapping.entity_tag is not None:
            hidden[mapping.entity_tag.name] = self.new_tag()
        if mapping.scope is not None:
            hidden[mapping.scope.name] = actor.scope
        return hidden

    # --- update and delete --------------------------------------------------------------

    def update(
        self,
        target: Target,
        values: RequestValues,
        expectation: Expectation,
        read_body: BodyReader,
        actor: Actor,
    ) -> Mapping[str, object]:
        """Merges a body into the entity that the path addresses; gives its key afterwards."""
        with self.transaction():
            stored = self.stored(target, values)
            expectation.check(stored.entity_tag)
            payload = read_body(stored)
            change = self._change(Operation.UPDATE, target, stored, actor)
            change.values = dict(payload.values)
            change.given = frozenset(payload.values)
            mapping = self.source.of(target.entity_type)
            mapping.rules.before_update(change)
            change.check()
            hidden: dict[str, Any] = {}
            if mapping.entity_tag is not None:
                hidden[mapping.entity_tag.name] = self.new_tag()
            where = (stored.key, actor.scope, stored.entity_tag)
            if not writer.update(mapping, where, change.values, hidden):
                raise EntityChangedError()
            mapping.rules.after_update(change)
            self._search_entries.enter(mapping, stored.key)
            return stored.key

    def delete(
        self, target: Target, values: RequestValues, expectation: Expectation, actor: Actor
    ) -> None:
        """Removes the entity that the path addresses."""
        with self.transaction():
            stored = self.stored(target, values)
            expectation.check(stored.entity_tag)
            change = self._change(Operation.DELETE, target, stored, actor)
            mapping = self.source.of(target.entity_type)
            mapping.rules.before_delete(change)
            change.check()
            where = (stored.key, actor.scope, stored.entity_tag)
            if not writer.delete(mapping, where) and mapping.write_model is None:
                raise EntityChangedError()
            mapping.rules.after_delete(change)

    def _change(
        self, operation: Operation, target: Target, stored: StoredEntity, actor: Actor
    ) -> Change:
        return Change(
            operation,
            target.entity_type,
            {},
            actor.now,
            key=stored.key,
            scope=actor.scope,
            current=stored.values,
            actor=actor.name,
        )

    # --- stored entities ----------------------------------------------------------------

    def stored(self, target: Target, values: RequestValues) -> StoredEntity:
        """The entity that the path addresses, kept from other writers; raises where there is
        none."""
        found = self.find_stored(target, values)
        if found is None:
            raise NotFoundError(f"Resource not found for the segment '{target.steps[-1].name}'.")
        return found

    def find_stored(self, target: Target, values: RequestValues) -> StoredEntity | None:
        """The entity that the path addresses, if there is one."""
        mapping = self.source.of(target.entity_type)
        names = _stored_names(mapping)
        expressions: list[Expression] = [_reference(target, name) for name in names]
        if mapping.entity_tag is not None:
            expressions.append(TagRef(target.root))
        plan = ReadPlan(target.rows, target.entity_set, target.anchors)
        read = self.builder.values(plan, expressions, locks=mapping.write_model is None)
        row = next(read.read(self.source.database, values), None)
        if row is None:
            return None
        stored = dict(zip(names, row, strict=False))
        tag = str(row[-1]) if mapping.entity_tag is not None else None
        key = {name: stored[name] for name in target.entity_type.all_key_names()}
        return StoredEntity(stored, key, tag)

    def stream_store(self, target: Target) -> StreamStore:
        """The store of the stream property that the path addresses."""
        found = self.source.of(target.entity_type).properties[target.property_path[-1].name]
        if not isinstance(found, StreamMapping):
            raise TypeError(f"{found.definition.name} is no stream")
        return found.store

    def write_stream(
        self,
        target: Target,
        values: RequestValues,
        expectation: Expectation,
        content: tuple[bytes | None, str],
        actor: Actor,
    ) -> str:
        """Replaces or (None) removes the bytes of a stream; gives the new tag."""
        with self.transaction():
            stored = self.stored(target, values)
            store = self.stream_store(target)
            kept = store.read(stored.key, actor.scope)
            expectation.check(kept.entity_tag if kept is not None else stored.entity_tag)
            tag = self.new_tag()
            octets, content_type = content
            change = StreamChange(stored.key, actor.scope, octets, content_type, tag, actor.now)
            store.write(change)
            return tag


def _stored_names(mapping: EntityMapping) -> Sequence[str]:
    return tuple(
        name
        for name, found in mapping.properties.items()
        if isinstance(found, ColumnMapping | ExpressionMapping)
    )


def _reference(target: Target, name: str) -> PropertyRef:
    return PropertyRef(target.root, target.entity_type.property_named(name), (name,))
