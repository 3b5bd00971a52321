"""Changes entered in the log: of rows that the engine writes, and of rows that rules write.

Every write of a published row passes here, in its own transaction, so there is no change
without an entry and no entry without a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any
from weakref import WeakKeyDictionary

from odata.edm.model import EntityType
from odata.errors import EntityChangedError
from odata.query.change import Condition, Operation, Sought
from odata.service.actor import Actor
from odata.sql.change_log import ChangeLog, NewEntry, made_by, new_entry
from odata.sql.change_text import OldAndNew, keys_of, write_properties
from odata.sql.dialects.base import Dialect
from odata.sql.execution import read_along
from odata.sql.found_rows import FoundRows
from odata.sql.mapping import DataSource
from odata.sql.new_row_entries import NamedSet, NewRowEntries, new_row_entries
from odata.sql.publication import Publication, publications
from odata.sql.row_entries import RowEntries
from odata.sql.row_slots import NewRow
from odata.sql.rows import Row, RowStatements, TableModel, fields_of, identity
from odata.sql.search_entries import SearchEntries

Field = Any  # a Peewee field

_MOST_SHAPES = 500
_MOST_NEW = 100


class Recorder:
    """Enters changes in the log of one data source, if it has one."""

    def __init__(self, source: DataSource, log: ChangeLog | None) -> None:
        self.source = source
        self.log = log
        self.rows = RowStatements(source.database)
        self._publications: dict[TableModel, tuple[Publication, ...]] = {}
        self._fields: dict[TableModel, list[Field]] = {}
        self._told: dict[tuple[TableModel, frozenset[str] | None], RowEntries] = {}
        self._new: dict[tuple[TableModel, tuple[str, ...]], NewRowEntries | None] = {}
        self._names: WeakKeyDictionary[EntityType, str] = WeakKeyDictionary()

    def publications(self, table: TableModel) -> tuple[Publication, ...]:
        """The types that show the rows of a table."""
        found = self._publications.get(table)
        if found is None:
            found = self._publications[table] = publications(self.source, table)
        return found

    def fields(self, table: TableModel) -> list[Field]:
        """What is read of the rows of a table: their keys, and what is shown of them."""
        found = self._fields.get(table)
        if found is None:
            shown = (item.fields for item in self.publications(table))
            found = self._fields[table] = fields_of(table, chain.from_iterable(shown))
        return found

    def new_row(
        self, table: TableModel, new: NewRow, actor: Actor, gathered: list[NewEntry] | None
    ) -> None:
        """A row that was inserted; its entries are written now, or with others that are
        ``gathered``."""
        if self.log is None:
            return
        telling = self._telling_new(table, new)
        entries = None if telling is None else telling.of(new.row)
        if entries is None:
            self.row(table, (None, new.row), actor, gathered)
        elif gathered is None:
            self.enter(entries, actor)
        else:
            gathered += entries

    def _telling_new(self, table: TableModel, new: NewRow) -> NewRowEntries | None:
        """What tells of rows like a new one, where they have something in common."""
        if new.given is None:
            return None
        shape = (table, new.given)
        if shape not in self._new:
            if len(self._new) >= _MOST_NEW:
                self._new.clear()
            self._new[shape] = new_row_entries(self._sets(table, None), new)
        return self._new[shape]

    def row(
        self,
        table: TableModel,
        old_and_new: tuple[Row | None, Row | None],
        actor: Actor,
        gathered: list[NewEntry] | None = None,
        *,
        touched: frozenset[str] | None = None,
    ) -> None:
        """A row that was inserted, updated or deleted; its entries are written now, or with
        others that are ``gathered``. ``touched`` are the fields that differ, where they are
        known."""
        if self.log is None:
            return
        old, new = old_and_new
        if old is None or new is None:
            touched = None
        elif touched is None:
            touched = _differing(old, new)
        shape = (table, touched)
        telling = self._told.get(shape)
        if telling is None:
            if len(self._told) >= _MOST_SHAPES:
                self._told.clear()
            telling = self._told[shape] = RowEntries(self._sets(table, touched), touched)
        entries = telling.of(old, new)
        if gathered is None:
            self.enter(entries, actor)
        else:
            gathered += entries

    def _sets(self, table: TableModel, touched: frozenset[str] | None) -> list[NamedSet]:
        """What tells of a row of a table; of an update the types that show or depend on a field
        that differs."""
        return [
            (item, self.name(item.mapping.entity_type))
            for item in self.publications(table)
            if touched is None or item.may_tell(touched)
        ]

    def enter(self, entries: list[NewEntry], actor: Actor) -> None:
        """Writes entries, of which none is left then."""
        if self.log is not None and entries:
            made = made_by(actor.name, actor.now, actor.request_id, actor.address)
            self.log.record(entries, made, actor.now)
            entries.clear()

    def entity(
        self,
        entity_type: EntityType,
        key: Mapping[str, object],
        change: tuple[Operation, Mapping[str, OldAndNew], tuple[str, str]],
        actor: Actor,
    ) -> None:
        """A change of one entity whose row is not at hand: operation, properties, tags."""
        operation, properties, tags = change
        place = (self.scope(entity_type, actor.scope), self.name(entity_type))
        told = (operation, write_properties(properties), tags)
        self.enter([new_entry(place, keys_of(tuple(key.values())), told)], actor)

    def name(self, entity_type: EntityType) -> str:
        """Under which name the log keeps changes to entities of a type: that of the set with
        the entities of all types that it is derived from."""
        found = self._names.get(entity_type)
        if found is None:
            found = self._names[entity_type] = self._name(entity_type)
        return found

    def _name(self, entity_type: EntityType) -> str:
        declared, model = self.source.of(entity_type).entity_type, self.source.model
        entity_set = model.set_of(_root(declared)) or model.set_of(declared)
        return entity_type.name if entity_set is None else entity_set.name

    def scope(self, entity_type: EntityType, scope: str | None) -> str:
        """Under which scope the log keeps changes to entities of a type."""
        return scope or "" if self.source.of(entity_type).scope is not None else ""


class LoggedRows:
    """Rows that rules and operations write: each change is entered in the log.

    What is about to change is read first and kept from other writers; what has changed is
    what the statement itself returns. As a context it writes all entries at its end.
    """

    def __init__(
        self, recorder: Recorder, search_entries: SearchEntries, dialect: Dialect, actor: Actor
    ) -> None:
        self._recorder = recorder
        self._search_entries = search_entries
        self._locks_rows = dialect.locks_rows
        self._actor = actor
        self._rows = recorder.rows
        self._gathered: list[NewEntry] | None = None

    def __enter__(self) -> list[NewEntry]:
        """Gather the entries of all rows that are written from now on, and those that are
        added."""
        self._gathered = []
        return self._gathered

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Write them together, but for those of a change that is refused."""
        gathered, self._gathered = self._gathered, None
        if gathered and error is None:
            self._recorder.enter(gathered, self._actor)

    def insert(self, table: TableModel, values: Mapping[str, object]) -> None:
        """A new row."""
        new = self._rows.insert(table, values, self._recorder.fields(table))
        self._recorder.new_row(table, new, self._actor, self._gathered)
        self._note_text(table, new.row, None)

    def update(
        self, table: TableModel, values: Mapping[Any, object], *conditions: Condition
    ) -> int:
        """Writes columns of the rows that meet the conditions; their number."""
        fields = self._recorder.fields(table)
        before: dict[tuple[object, ...], Row] = {}
        if self._recorder.publications(table):
            stored = self._rows.select(table, conditions, fields, locks=self._locks_rows)
            before = {identity(table, row): row for row in stored}
        changed = self._rows.update(table, (values, conditions), fields)
        if self._recorder.publications(table):
            for row in changed:
                self._enter(table, _before(before, identity(table, row)), row)
        return len(changed)

    def delete(self, table: TableModel, *conditions: Condition) -> int:
        """Removes the rows that meet the conditions; their number."""
        removed = self._rows.delete(table, conditions, self._recorder.fields(table))
        for row in removed:
            self._recorder.row(table, (row, None), self._actor, self._gathered)
            for publication in self._recorder.publications(table):
                self._search_entries.removed(publication.mapping)
        return len(removed)

    def find(self, table: TableModel, equal: Mapping[str, object]) -> Row | None:
        """A row whose columns are equal to these values, kept from other writers."""
        return self._finding(table, equal).first(equal)

    def expect(self, sought: Iterable[Sought]) -> None:
        """Have rows that will be found fetched with the next statement that is read."""
        reads = [self._finding(*item).read(item.equal) for item in sought]
        read_along(self._rows.database, reads)

    def _finding(self, table: TableModel, equal: Mapping[str, object]) -> FoundRows:
        fields = self._recorder.fields(table)
        return self._rows.finding(table, tuple(equal), fields, locks=self._locks_rows)

    def change(self, table: TableModel, row: Row, values: Mapping[str, object]) -> None:
        """Writes columns of a row that was found."""
        written = self._rows.change(table, row, values)
        touched = frozenset([name for name, value in written.items() if row.get(name) != value])
        self._enter(table, row, {**row, **written}, touched)

    def _enter(
        self,
        table: TableModel,
        old: Row,
        new: Row,
        touched: frozenset[str] | None = None,
    ) -> None:
        changed = (old, new)
        self._recorder.row(table, changed, self._actor, self._gathered, touched=touched)
        self._note_text(table, new, touched)

    def _note_text(self, table: TableModel, new: Row, touched: frozenset[str] | None) -> None:
        """Have what is searched of a row follow it."""
        for publication in self._recorder.publications(table):
            mapping = publication.mapping
            if mapping.model is table:
                self._search_entries.enter_written(mapping, new, touched)


def _root(entity_type: EntityType) -> EntityType:
    base = entity_type.base
    return _root(base) if isinstance(base, EntityType) else entity_type


def _differing(old: Row, new: Row) -> frozenset[str]:
    """The fields whose values differ."""
    if old.keys() == new.keys():
        return frozenset([name for name, value in new.items() if old[name] != value])
    return frozenset([name for name in {**old, **new} if old.get(name) != new.get(name)])


def _before(stored: Mapping[tuple[object, ...], Row], identity: tuple[object, ...]) -> Row:
    """The row as it was read; one that another writer has added since is a conflict."""
    found = stored.get(identity)
    if found is None:
        raise EntityChangedError
    return found
