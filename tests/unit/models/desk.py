"""Changes that pass through the rules of an entity set to its table."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from models.connection import open_database
from models.demo import fill
from models.demo.identifiers import CRONUS
from models.schema import bring_up
from odata.query.change import Change, Operation, Parent
from odata.query.constraint_check import check_constraints
from odata.sql.mapping import ColumnMapping, DataSource, EntityMapping

NOW = datetime.datetime(2025, 3, 1, 12, 30, 15, 123_456, tzinfo=datetime.UTC)
NEW_TAG = "a-new-tag"
Given = Mapping[str, object]


def prepare_demo(url: str) -> None:
    """The schema and the demo companies."""
    database = open_database(url)
    bring_up(database)
    fill(database)
    database.close()


@dataclass
class Desk:
    """Hands changes to the rules, and what they let pass to the tables."""

    source: DataSource
    company: str = CRONUS

    def create(self, set_name: str, given: Given, parent: Parent | None = None) -> Change:
        """A new entity that has passed its rules and is stored."""
        change = self._change(Operation.CREATE, set_name, given)
        change.parent = parent
        mapping = self._mapping(set_name)
        check_constraints(change)
        mapping.rules.before_create(change)
        change.check()
        row = {"company_id": self.company, "etag": NEW_TAG, **self._columns(mapping, change)}
        mapping.model.insert(row).execute()
        change.key = {"id": change.values["id"]}
        mapping.rules.after_create(change)
        return change

    def update(self, set_name: str, key: str, given: Given) -> Change:
        """A stored entity after a change that has passed its rules."""
        change = self._change(Operation.UPDATE, set_name, given, key)
        mapping = self._mapping(set_name)
        check_constraints(change)
        mapping.rules.before_update(change)
        change.check()
        model = mapping.model
        model.update({"etag": NEW_TAG, **self._columns(mapping, change)}).where(
            model.id == key
        ).execute()
        mapping.rules.after_update(change)
        return change

    def delete(self, set_name: str, key: str) -> Change:
        """The change that has removed an entity."""
        change = self._change(Operation.DELETE, set_name, {}, key)
        mapping = self._mapping(set_name)
        mapping.rules.before_delete(change)
        change.check()
        mapping.model.delete().where(mapping.model.id == key).execute()
        mapping.rules.after_delete(change)
        return change

    def under_customer(self, key: str) -> Parent:
        """The parent of an entity that is created below a customer."""
        return Parent(self.source.model.entity_types["customer"], "defaultDimensions", {"id": key})

    def stored(self, set_name: str, key: str) -> dict[str, object]:
        """The properties of a stored entity."""
        mapping = self._mapping(set_name)
        row = mapping.model.get(mapping.model.id == key)
        return {
            name: getattr(row, item.column.name)
            for name, item in mapping.properties.items()
            if isinstance(item, ColumnMapping)
        }

    def _change(
        self, operation: Operation, set_name: str, given: Given, key: str | None = None
    ) -> Change:
        return Change(
            operation,
            self._mapping(set_name).entity_type,
            dict(given),
            NOW,
            key={} if key is None else {"id": key},
            scope=self.company,
            current=None if key is None else self.stored(set_name, key),
            given=frozenset(given),
        )

    def _mapping(self, set_name: str) -> EntityMapping:
        return self.source.of_set(self.source.model.entity_sets[set_name])

    def _columns(self, mapping: EntityMapping, change: Change) -> dict[str, object]:
        return {
            name[1:] if name.startswith(".") else mapping.column(name).name: value
            for name, value in change.values.items()
        }
