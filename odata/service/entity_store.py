"""Single entities in the database: found, inserted, updated, deleted, logged.

Every change passes here, inside the transaction of the request: the rules before, the
statement that compares the entity tag, the rules behind, the search entry, the log.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from weakref import WeakKeyDictionary

from odata.edm.grants import Right
from odata.edm.model import Capabilities, EntityType, NavigationProperty
from odata.errors import EntityChangedError
from odata.query.change import Change
from odata.query.plan import (
    DynamicRef,
    Expression,
    PropertyRef,
    TagRef,
    child_block,
)
from odata.query.read_plan import ReadPlan
from odata.query.resource import Target
from odata.service.access_check import AccessCheck
from odata.service.actor import Actor
from odata.service.dynamic_documents import (
    documents_of,
    open_values,
    place_document,
)
from odata.service.key_read import key_plan, key_values
from odata.service.recording import LoggedRows, Recorder
from odata.service.sight import ActorSight
from odata.service.stored_read import StoredRead, columns_of, leaves_of
from odata.service.stored_types import place_types, type_names
from odata.service.write_plan import WritePlans
from odata.sql.change_log import ChangeLog
from odata.sql.dialects.base import Dialect
from odata.sql.execution import RowWatch, watch_rows
from odata.sql.mapping import DataSource, EntityMapping
from odata.sql.reader import StatementBuilder
from odata.sql.row_change_text import EMPTY_DOCUMENTS
from odata.sql.row_slots import StoredValues
from odata.sql.rows import TableModel
from odata.sql.search_entries import search_entries
from odata.sql.statement import RequestValues, Statement
from odata.sql.writer import Current, Row, RowWriter

_MOST_READS = 1000


# Made for every change; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Created:
    """A new entity: its key, and what was stored of it, where that is all of it and still as it
    was stored (None: it is to be read)."""

    key: Mapping[str, object]
    stored: StoredValues | None = None


# Made for every change; a frozen one would take several times as long to make.
@dataclass(slots=True)
class StoredEntity:
    """An entity as it is stored before a change; ``row`` are the values in the database, where
    they were read, ``row_after`` those behind the change, where they are known."""

    values: Mapping[str, object]
    key: Mapping[str, object]
    entity_tag: str | None
    entity_type: EntityType
    row: StoredValues | None = None
    row_after: StoredValues | None = None


@dataclass(slots=True)
class _Reads:
    """Statements that read stored entities, by the target they were made for."""

    by_target: dict[int, tuple[Target, StoredRead]] = field(default_factory=dict)
    by_type: WeakKeyDictionary[EntityType, StoredRead] = field(default_factory=WeakKeyDictionary)


class EntityStore:
    """Reads and writes single entities of one data source."""

    def __init__(
        self,
        source: DataSource,
        builder: StatementBuilder,
        dialect: Dialect,
        new_tag: Callable[[], str],
        log: ChangeLog | None,
    ) -> None:
        self.source = source
        self.recorder = Recorder(source, log)
        self._dialect = dialect
        self._builder = builder
        self._new_tag = new_tag
        self._rows = RowWriter(source.database)
        self._search_entries = search_entries(source, dialect)
        self._reads = _Reads()
        self._plans = WritePlans()
        self.access = AccessCheck(source, builder)

    # --- find -----------------------------------------------------------------------------

    def find(self, target: Target, values: RequestValues) -> StoredEntity | None:
        """The entity that a path addresses, kept from other writers; None if there is none."""
        known = self._reads.by_target.get(id(target))
        if known is None or known[0] is not target:
            plan = ReadPlan(target.rows, anchors=target.anchors)
            known = (target, self._stored_read(plan, target.entity_type))
            if len(self._reads.by_target) >= _MOST_READS:
                self._reads.by_target.clear()
            self._reads.by_target[id(target)] = known
        return self._stored(target.entity_type, known[1], values)

    def expect(
        self,
        entity_type: EntityType,
        change: tuple[Mapping[str, object], Collection[str]],
        actor: Actor,
    ) -> None:
        """Have the rows that rules will find come with an entity that is to be updated, of which
        the key and the names of properties are known."""
        sought = self.source.of(entity_type).rules.sought(*change)
        if sought:
            self.rows(actor).expect(sought)

    def is_contained(
        self, entity_type: EntityType, change: tuple[Mapping[str, object], Collection[str]]
    ) -> bool:
        """Whether an update of the names that are known writes to nothing but an entity whose
        whole key is known, and what belongs to it."""
        key, names = change
        mapping = self.source.of(entity_type)
        is_known = bool(names) and key.keys() == set(entity_type.all_key_names())
        return is_known and mapping.write_model is None and mapping.rules.is_contained(names)

    def find_once(self, target: Target, values: RequestValues) -> StoredEntity | None:
        """The entity that a path addresses which is not asked for again."""
        plan = ReadPlan(target.rows, anchors=target.anchors)
        read = self._stored_read(plan, target.entity_type)
        return self._stored(target.entity_type, read, values)

    def select(self, plan: ReadPlan, values: RequestValues, limit: int) -> list[StoredEntity]:
        """At most so many of the entities that a collection's path leads to."""
        rows = ReadPlan(plan.block, anchors=plan.anchors, filters=plan.filters)
        read = self._stored_read(rows, plan.entity_type)
        return list(islice(self._all_stored(plan.entity_type, read, values), limit))

    def related(
        self,
        entity_type: EntityType,
        navigation: NavigationProperty,
        key: Mapping[str, object],
        actor: Actor,
    ) -> list[StoredEntity]:
        """The entities at the other end of a link of one entity."""
        parent = key_plan(self.source, entity_type)
        block = child_block(parent.block.root, navigation)
        read = self._stored_read(ReadPlan(block, anchors=parent.anchors), navigation.target)
        values = key_values(entity_type, key, actor.named)
        return list(self._all_stored(navigation.target, read, values))

    def find_by_key(
        self, entity_type: EntityType, key: Mapping[str, object], actor: Actor
    ) -> StoredEntity | None:
        """The entity of a type and key in the scope of who asks."""
        return self._by_key(entity_type, key, actor.named)

    def _by_key(
        self, entity_type: EntityType, key: Mapping[str, object], named: Mapping[str, object]
    ) -> StoredEntity | None:
        read = self._reads.by_type.get(entity_type)
        if read is None:
            read = self._stored_read(key_plan(self.source, entity_type), entity_type)
            self._reads.by_type[entity_type] = read
        return self._stored(entity_type, read, key_values(entity_type, key, named))

    def _stored_read(self, plan: ReadPlan, entity_type: EntityType) -> StoredRead:
        mapping = self.source.of(entity_type)
        root = plan.block.root
        leaves, documents = tuple(leaves_of(mapping)), tuple(open_values(mapping))
        expressions: list[Expression] = [
            PropertyRef(root, definition, path) for path, definition in leaves
        ]
        expressions += [DynamicRef(root, path, ()) for path in documents]
        named = tuple(type_names(mapping, entity_type, root))
        expressions += named
        columns = [*columns_of(mapping, leaves)]
        columns += [str(mapping.document(path).name) for path in documents]
        columns += [""] * len(named)
        if mapping.entity_tag is not None:
            expressions.append(TagRef(root))
            columns.append(mapping.entity_tag.name)
        read = self._builder.values(plan, expressions, locks=mapping.write_model is None)
        owners = self._owners(plan, mapping)
        return StoredRead(read, tuple(columns), leaves, documents, bool(named), owners)

    def _owners(self, plan: ReadPlan, mapping: EntityMapping) -> Statement | None:
        """What keeps that which the entities of a plan belong to, where rows are kept."""
        owner = mapping.rules.owner() if self._dialect.locks_rows else None
        if owner is None:
            return None
        table, name = owner
        definition = mapping.properties[name].definition
        return self._builder.keeping(plan, PropertyRef(plan.block.root, definition, (name,)), table)

    def _stored(
        self, entity_type: EntityType, read: StoredRead, values: RequestValues
    ) -> StoredEntity | None:
        read.keep_owners(self.source, values)
        row = read.read.first(self.source.database, values)
        if row is None:
            return None
        found = self._of_row(entity_type, read, read.read.typed(row), values)
        if found is not None and found.entity_type is entity_type:
            found.row = StoredValues(read.columns, row)
        return found

    def _all_stored(
        self, entity_type: EntityType, stored_read: StoredRead, values: RequestValues
    ) -> Iterator[StoredEntity]:
        stored_read.keep_owners(self.source, values)
        for row in stored_read.read.read(self.source.database, values):
            found = self._of_row(entity_type, stored_read, row, values)
            if found is not None:
                yield found

    def _of_row(
        self,
        entity_type: EntityType,
        stored_read: StoredRead,
        row: Sequence[object],
        values: RequestValues,
    ) -> StoredEntity | None:
        """The entity of a row; one of a derived type is read as such, if it is still there."""
        mapping = self.source.of(entity_type)
        leaves, documents = stored_read.leaves, stored_read.open_values
        stored = stored_read.values_of(row)
        for path, text in zip(documents, row[len(leaves) :], strict=False):
            if text not in EMPTY_DOCUMENTS or len(path) > 1:
                place_document(stored, path, text)
            elif path:
                stored.setdefault(path[0], {})
        actual = entity_type
        if stored_read.has_types:
            rest = row[len(leaves) + len(documents) :]
            actual = place_types(mapping, entity_type, stored, rest)
        key = {name: stored[name] for name in entity_type.all_key_names()}
        if actual is not entity_type:
            return self._by_key(actual, key, values.named)
        tag = str(row[-1]) if mapping.entity_tag is not None else None
        return StoredEntity(stored, key, tag, entity_type)

    def capabilities(self, entity_type: EntityType) -> Capabilities:
        """What clients may do with the entities of a type."""
        entity_set = self.source.model.set_of(self.source.of(entity_type).entity_type)
        return Capabilities() if entity_set is None else entity_set.capabilities

    # --- change ---------------------------------------------------------------------------

    def insert(
        self, change: Change, actor: Actor, nested: Callable[[], None] | None = None
    ) -> Created:
        """A new entity; ``nested`` writes what hangs below it."""
        mapping = self.source.of(change.entity_type)
        plan, rows = self._plans.of(mapping), self._equip(change, actor)
        self.access.check(Right.INSERT, change.entity_type, actor)
        plan.check_values(change)
        mapping.rules.before_create(change)
        plan.write_items(change)
        documents = plan.write_documents(change, self.source.dynamic_limits)
        plan.check_complete(change)
        hidden = {**self._new_tags(mapping), **documents}
        if mapping.scope is not None:
            hidden[mapping.scope.name] = actor.scope
        new = self._rows.insert(mapping, change.values, hidden)
        table = mapping.write_model or mapping.model
        watch = self._watch(table, new.stored if nested is None else None)
        values, row = change.values, new.row
        change.key = {name: values.get(name, row.get(column)) for name, column in plan.key}
        is_entered = self._search_entries.enter_row(mapping, row, None)
        with rows as entries:
            self.recorder.new_row(table, new, actor, entries)
            if nested is not None:
                change.has_nested = True
                self.recorder.enter(entries, actor)
                nested()
            mapping.rules.after_create(change)
        self.access.check_row(Right.INSERT, change.entity_type, change.key, actor)
        if not is_entered:
            self._search_entries.enter(mapping, change.key)
        return Created(change.key, new.stored if watch and watch.is_untouched else None)

    def update(self, stored: StoredEntity, change: Change, actor: Actor) -> None:
        """Writes the changed values where the entity is still as it was read."""
        mapping = self.source.of(change.entity_type)
        plan, rows = self._plans.of(mapping), self._equip(change, actor)
        self.access.check(Right.UPDATE, change.entity_type, actor)
        is_limited = self.access.is_limited(Right.UPDATE, change.entity_type, actor)
        if is_limited:
            self.access.check_row(Right.UPDATE, change.entity_type, stored.key, actor)
        plan.check_values(change)
        mapping.rules.before_update(change)
        if plan.structured:
            plan.write_items(change)
        documents = plan.write_documents(change, self.source.dynamic_limits)
        change.check()
        hidden = {**self._new_tags(mapping), **documents}
        current = Current(stored.key, actor.scope, stored.entity_tag)
        written = self._rows.update(mapping, current, change.values, hidden)
        # An entity with another key is another one, of which all is told.
        is_whole = bool(documents) or not change.values.keys().isdisjoint(stored.key)
        old: Row = plan.row_of(stored.values, actor.scope, stored.entity_tag)
        if is_whole:
            old |= documents_of(mapping, stored.values)
        table = mapping.write_model or mapping.model
        watch = self._watch(table, written.stored if stored.row is not None else None)
        changed = written.row
        new = {**old, **changed}
        touched = frozenset([name for name, value in changed.items() if old.get(name) != value])
        is_entered = self._search_entries.enter_row(mapping, new, touched)
        with rows as entries:
            self.recorder.row(table, (old, new), actor, entries, touched=touched)
            mapping.rules.after_update(change)
        if is_limited:
            self.access.check_row(Right.UPDATE, change.entity_type, stored.key, actor)
        if not is_entered:
            self._search_entries.enter(mapping, stored.key)
        is_as_written = watch is not None and watch.is_untouched
        stored.row_after = _after(stored.row, written.stored) if is_as_written else None

    def delete(self, stored: StoredEntity, change: Change, actor: Actor) -> None:
        """Removes the entity where it is still as it was read."""
        mapping = self.source.of(change.entity_type)
        rows = self._equip(change, actor)
        self.access.check(Right.DELETE, change.entity_type, actor)
        self.access.check_row(Right.DELETE, change.entity_type, stored.key, actor)
        mapping.rules.before_delete(change)
        change.check()
        current = Current(stored.key, actor.scope, stored.entity_tag)
        row = self._rows.delete(mapping, current)
        if row is None and mapping.write_model is None:
            raise EntityChangedError
        self._search_entries.removed(mapping)
        whole = self._plans.of(mapping).row_of(stored.values, actor.scope, stored.entity_tag)
        old = {**whole, **documents_of(mapping, stored.values), **(row or {})}
        with rows as entries:
            self.recorder.row(mapping.write_model or mapping.model, (old, None), actor, entries)
            mapping.rules.after_delete(change)

    def _watch(self, table: TableModel, stored: StoredValues | None) -> RowWatch | None:
        """Watches the table of a row from now on, where it is known how that was stored."""
        if stored is None:
            return None
        return watch_rows(self.source.database, table._meta.table_name)  # noqa: SLF001 - Peewee's published name for it

    def _equip(self, change: Change, actor: Actor) -> LoggedRows:
        """Give the rules what they write and ask with; gives how they write."""
        change.rows = rows = self.rows(actor)
        change.sight = ActorSight(self.recorder, self.find_by_key, actor)
        return rows

    def rows(self, actor: Actor) -> LoggedRows:
        """How rules write rows on behalf of somebody."""
        return LoggedRows(self.recorder, self._search_entries, self._dialect, actor)

    def _new_tags(self, mapping: EntityMapping) -> dict[str, object]:
        """A new tag by its column; nothing for entities without one, which need no counter."""
        column = mapping.entity_tag
        return {} if column is None else {column.name: self._new_tag()}


def _after(before: StoredValues | None, written: StoredValues | None) -> StoredValues | None:
    """A row behind a change, of which both are known."""
    if before is None or written is None:
        return None
    values = list(before.values)
    for name, value in zip(written.names, written.values, strict=True):
        if name in before.names:
            values[before.names.index(name)] = value
    return StoredValues(before.names, values)
