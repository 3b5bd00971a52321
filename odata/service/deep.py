"""What hangs below an entity in one payload: created, linked, updated or removed with it.

Cites: OData Protocol 11.4.2.2 (deep insert), 11.4.3.1 (deep update), OData JSON 8.5 (bind).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from odata.edm.model import EntityType, NavigationProperty
from odata.errors import EntityChangedError, PayloadError
from odata.payload.entity_payload import EntityPayload
from odata.query.change import Change, Operation, Parent
from odata.service.actor import Actor
from odata.service.body_faults import refusal_of_all
from odata.service.dynamic_documents import PLAIN, written_values
from odata.service.entity_store import Created, EntityStore, StoredEntity
from odata.service.links import Links
from odata.service.nested_faults import NestedFaults
from odata.service.streams import StreamWriter
from odata.sql.execution import settle

Key = Mapping[str, object]


class DeepWriter:
    """Writes whole payloads: an entity with its links and with what is nested in it."""

    def __init__(self, store: EntityStore, links: Links, streams: StreamWriter) -> None:
        self._store = store
        self._links = links
        self._streams = streams

    # --- create ---------------------------------------------------------------------------

    def create(
        self, entity_type: EntityType, payload: EntityPayload, actor: Actor, parent: Parent | None
    ) -> Created:
        """A new entity with everything nested in its payload."""
        if payload.faults:
            settle(self._store.source.database)
            readable = replace(payload, faults=())
            raise refusal_of_all(
                payload.faults, lambda: self.create(entity_type, readable, actor, parent)
            )
        entity_type = payload.entity_type or entity_type
        values = {**payload.key, **written_values(payload)}
        change = Change(
            Operation.CREATE,
            entity_type,
            values,
            actor.now,
            scope=actor.scope,
            given=frozenset(values),
            parent=parent,
            actor=actor.name,
        )
        self._set_links(change, payload, actor)
        if parent is not None:
            _place_under(change, self.values_under(parent, entity_type))
        self._links.check_visible(change, actor)

        def below() -> None:
            self._streams.write_inline(change, payload.streams, actor)
            self._create_below(change, payload, actor)

        is_deep = payload.streams or payload.nested or payload.binds
        return self._store.insert(change, actor, below if is_deep else None)

    def values_under(self, parent: Parent, entity_type: EntityType) -> dict[str, object]:
        """The values by which an entity belongs to that under which a path leads."""
        navigation = parent.entity_type.navigation_named(parent.navigation)
        known = self._store.source.of(entity_type).properties
        return {
            item.referenced_name: parent.key[item.property_name]
            for item in navigation.constraints
            if item.property_name in parent.key and item.referenced_name in known
        }

    def _set_links(self, change: Change, payload: EntityPayload, actor: Actor) -> None:
        """The foreign keys that bound and nested single entities stand for."""
        if not (payload.binds or payload.nested):
            return
        entity_type = change.entity_type
        values: dict[str, object] = {}
        faults = NestedFaults()
        for name, url in payload.binds.items():
            navigation = entity_type.navigation_named(name)
            if isinstance(url, str):
                principal = self._links.resolve(url, navigation, actor)
                values |= self._links.foreign_key(entity_type, navigation, principal)
        for name, nested in payload.nested.items():
            navigation = entity_type.navigation_named(name)
            if not self._links.is_kept_by(entity_type, navigation):
                continue
            if nested is None and change.operation is Operation.UPDATE:
                values |= self._links.foreign_key(entity_type, navigation, None)
            elif isinstance(nested, EntityPayload):
                with faults.of(name):
                    principal = self._principal(change, navigation, nested, actor)
                    values |= self._links.foreign_key(entity_type, navigation, principal)
        faults.check()
        change.values |= values
        change.given |= frozenset(values)

    def _principal(
        self, change: Change, navigation: NavigationProperty, nested: EntityPayload, actor: Actor
    ) -> StoredEntity:
        """The entity at the other end: the related one, updated, or a new one."""
        if change.operation is Operation.UPDATE:
            related = self._store.related(change.entity_type, navigation, change.key, actor)
            if related and nested.key.items() <= related[0].key.items():
                self._update_nested(navigation, related[0], nested, actor)
                return related[0]
        self._check_insertable(navigation)
        created = self.create(navigation.target, nested, actor, None)
        return self._created(navigation.target, created.key, actor)

    def _created(self, entity_type: EntityType, key: Key, actor: Actor) -> StoredEntity:
        found = self._store.find_by_key(entity_type, key, actor)
        if found is None:
            raise EntityChangedError
        return found

    def _create_below(self, change: Change, payload: EntityPayload, actor: Actor) -> None:
        settle(self._store.source.database)
        entity_type, faults = change.entity_type, NestedFaults()
        for name, nested in payload.nested.items():
            navigation = entity_type.navigation_named(name)
            if nested is None or self._links.is_kept_by(entity_type, navigation):
                continue
            if isinstance(nested, EntityPayload):
                with faults.of(name):
                    self._create_member(change, navigation, nested, actor)
                continue
            for index, item in enumerate(nested):
                with faults.of(name, index):
                    self._create_member(change, navigation, item, actor)
        faults.check()
        self._bind_below(change, payload, actor)

    def _create_member(
        self, change: Change, navigation: NavigationProperty, item: EntityPayload, actor: Actor
    ) -> None:
        if item.is_reference:
            self._link(change, navigation, item.entity_id or "", actor)
            return
        self._create_under(change, navigation, item, actor)

    def _create_under(
        self, change: Change, navigation: NavigationProperty, item: EntityPayload, actor: Actor
    ) -> None:
        self._check_insertable(navigation)
        parent = Parent(change.entity_type, navigation.name, change.key)
        self.create(navigation.target, item, actor, parent)

    def _check_insertable(self, navigation: NavigationProperty) -> None:
        """Refuse to create what clients do not create at its own URL either."""
        if not self._store.capabilities(navigation.target).insertable:
            raise PayloadError(f"Entities of '{navigation.name}' are not created by clients.")

    def _bind_below(self, change: Change, payload: EntityPayload, actor: Actor) -> None:
        for name, urls in payload.binds.items():
            if isinstance(urls, tuple):
                for url in urls:
                    self._link(change, change.entity_type.navigation_named(name), url, actor)

    def _link(self, change: Change, navigation: NavigationProperty, url: str, actor: Actor) -> None:
        member = self._links.resolve(url, navigation, actor)
        after = {**(change.current or {}), **change.values, **change.key}
        values = self._links.back_key(change.entity_type, navigation, after)
        self._links.set_values(navigation.target, member, values, actor)

    # --- update ---------------------------------------------------------------------------

    def update_stored(self, stored: StoredEntity, payload: EntityPayload, actor: Actor) -> None:
        """Merges a payload into an entity and brings what hangs below it to the payload."""
        if payload.faults:
            readable = replace(payload, faults=())
            raise refusal_of_all(
                payload.faults, lambda: self.update_stored(stored, readable, actor)
            )
        if payload.entity_type is not stored.entity_type:
            _check_type(stored, payload)
        change = Change(
            Operation.UPDATE,
            stored.entity_type,
            written_values(payload),
            actor.now,
            key=stored.key,
            scope=actor.scope,
            current=stored.values,
            given=frozenset({*payload.values, *payload.dynamic}),
            actor=actor.name,
        )
        self._set_links(change, payload, actor)
        self._links.check_visible(change, actor)
        _merge_complex(change, stored)
        if change.values or not payload.streams:
            self._store.update(stored, change, actor)
        if payload.streams:
            self._streams.write_inline(change, payload.streams, actor)
            stored.row_after = None
        if payload.nested or payload.nested_deltas or payload.binds:
            self._update_below(change, payload, actor)
            stored.row_after = None

    def _update_below(self, change: Change, payload: EntityPayload, actor: Actor) -> None:
        settle(self._store.source.database)
        entity_type, faults = change.entity_type, NestedFaults()
        for name, nested in payload.nested.items():
            navigation = entity_type.navigation_named(name)
            if isinstance(nested, tuple):
                self._replace_members(change, navigation, nested, actor, faults)
            elif nested is not None and not self._links.is_kept_by(entity_type, navigation):
                with faults.of(name):
                    self._update_single(change, navigation, nested, actor)
        for name, items in payload.nested_deltas.items():
            navigation = entity_type.navigation_named(name)
            self._apply_all(change, navigation, items, actor, faults)
        faults.check()
        self._bind_below(change, payload, actor)

    def _update_single(
        self, change: Change, navigation: NavigationProperty, item: EntityPayload, actor: Actor
    ) -> None:
        related = self._store.related(change.entity_type, navigation, change.key, actor)
        if related:
            self._update_nested(navigation, related[0], item, actor)
        else:
            self._create_under(change, navigation, item, actor)

    def _update_nested(
        self, navigation: NavigationProperty, stored: StoredEntity, new: EntityPayload, actor: Actor
    ) -> None:
        """Merges a payload into an entity below; one that clients do not change may be named."""
        if self._store.capabilities(navigation.target).updatable or new.faults:
            self.update_stored(stored, new, actor)
        elif new.values or new.dynamic or new.nested or new.binds:
            raise PayloadError(f"Entities of '{navigation.name}' are not changed by clients.")

    def _replace_members(
        self,
        change: Change,
        navigation: NavigationProperty,
        items: tuple[EntityPayload, ...],
        actor: Actor,
        faults: NestedFaults,
    ) -> None:
        """The collection becomes what the payload lists (OData Protocol 11.4.3.1)."""
        related = self._store.related(change.entity_type, navigation, change.key, actor)
        kept = {tuple(item.values()) for item in self._named_keys(navigation, items, actor)}
        for member in related:
            if tuple(member.key.values()) in kept:
                continue
            # The rules may have changed it when another was removed: who inherits a rank does.
            present = self._store.find_by_key(navigation.target, member.key, actor)
            if present is not None:
                self._remove(change, navigation, present, actor)
        self._apply_all(change, navigation, items, actor, faults)

    def _apply_all(
        self,
        change: Change,
        navigation: NavigationProperty,
        items: tuple[EntityPayload, ...],
        actor: Actor,
        faults: NestedFaults,
    ) -> None:
        for index, item in enumerate(items):
            with faults.of(navigation.name, index):
                self._apply(change, navigation, item, actor)

    def _named_keys(
        self, navigation: NavigationProperty, items: tuple[EntityPayload, ...], actor: Actor
    ) -> list[Key]:
        keys: list[Key] = []
        for item in items:
            if item.entity_id is not None:
                keys.append(self._links.resolve(item.entity_id, navigation, actor).key)
            elif item.key:
                keys.append(item.key)
        return keys

    def _apply(
        self, change: Change, navigation: NavigationProperty, item: EntityPayload, actor: Actor
    ) -> None:
        """One member of a nested collection: removed, updated, linked or created."""
        member = self._member(navigation, item, actor)
        if item.removed is not None:
            if member is not None:
                is_deleted = item.removed == "deleted"
                self._remove(change, navigation, member, actor, is_deleted=is_deleted)
            return
        if member is None:
            self._create_under(change, navigation, item, actor)
            return
        after = {**(change.current or {}), **change.values, **change.key}
        links = self._links.back_key(change.entity_type, navigation, after)
        if any(member.values.get(name) != value for name, value in links.items()):
            if navigation.contains_target:
                raise PayloadError(f"An entity of '{navigation.name}' belongs to another entity.")
            item.values.update(links)
        if not item.is_reference or item.values:
            self._update_nested(navigation, member, item, actor)

    def _member(
        self, navigation: NavigationProperty, item: EntityPayload, actor: Actor
    ) -> StoredEntity | None:
        if item.entity_id is not None:
            return self._links.resolve(item.entity_id, navigation, actor)
        names = navigation.target.all_key_names()
        if not all(name in item.key for name in names):
            return None
        found = self._store.find_by_key(navigation.target, item.key, actor)
        is_chosen = not any(part.is_computed for part in navigation.target.key_properties())
        if found is None and item.removed is None and not is_chosen:
            raise PayloadError(f"An entity of '{navigation.name}' does not exist.")
        return found

    def _remove(
        self,
        change: Change,
        navigation: NavigationProperty,
        member: StoredEntity,
        actor: Actor,
        *,
        is_deleted: bool = False,
    ) -> None:
        """Deletes a contained or deleted member; another one loses its link alone."""
        if navigation.contains_target or is_deleted:
            if not self._store.capabilities(navigation.target).deletable:
                raise PayloadError(f"Entities of '{navigation.name}' are not removed by clients.")
            self.delete_stored(member, actor)
            return
        values = self._links.back_key(change.entity_type, navigation, None)
        self._links.set_values(navigation.target, member, values, actor)

    # --- delete ---------------------------------------------------------------------------

    def delete_stored(self, stored: StoredEntity, actor: Actor) -> None:
        """Removes an entity."""
        change = Change(
            Operation.DELETE,
            stored.entity_type,
            {},
            actor.now,
            key=stored.key,
            scope=actor.scope,
            current=stored.values,
            actor=actor.name,
        )
        self._store.delete(stored, change, actor)


def _place_under(change: Change, values: Mapping[str, object]) -> None:
    """Tie a new entity to that of the URL; refused where the body names another one."""
    for name, value in values.items():
        definition = change.entity_type.find_property(name)
        unset = None if definition is None else definition.unset
        if change.values.get(name) not in (None, unset, value):
            change.fault(f"The value of '{name}' contradicts the URL.", target=name)
    change.check()
    change.values.update(values)


def _check_type(stored: StoredEntity, payload: EntityPayload) -> None:
    """Refuse an update that names another type: entities keep theirs."""
    named = payload.entity_type
    if named is not None and not stored.entity_type.is_a(named):
        raise PayloadError(
            f"The entity is of type '{stored.entity_type.qualified_name}', "
            f"not '{named.qualified_name}'; the type of an entity cannot be changed.",
            target="@odata.type",
        )


def _merge_complex(change: Change, stored: StoredEntity) -> None:
    """Complex values merge member by member; the change then holds them whole."""
    if PLAIN.issuperset(map(type, change.values.values())):
        return
    for name, value in change.values.items():
        before = stored.values.get(name)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            change.values[name] = _merged(before, value)


def _merged(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    merged = dict(before)
    for name, value in after.items():
        known = merged.get(name)
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            merged[name] = _merged(known, value)
        else:
            merged[name] = value
    return merged
