"""Operations run: the entity they are bound to is found and held, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from odata.edm.grants import Right
from odata.edm.model import EntityType, Operation
from odata.errors import BadRequestError, NotFoundError, NotImplementedYetError
from odata.payload.entity_payload import EntityPayload
from odata.query.operation_call import BoundEntity, Key, OperationCall
from odata.query.read_plan import ReadPlan
from odata.query.resource import Target
from odata.service.actor import Actor
from odata.service.entity_store import StoredEntity
from odata.service.writing import Addressed, Writer
from odata.sql.statement import RequestValues

Outcome = TypeVar("Outcome")


class WriterChanges:
    """Changes to entities on behalf of an operation."""

    def __init__(self, writer: Writer, actor: Actor) -> None:
        self._writer = writer
        # What an operation does in its own course is the service's doing, not the caller's.
        self._actor = replace(actor, view=None)

    def find(self, type_name: str, key: Key) -> Mapping[str, object] | None:
        """The stored values of an entity of the caller's scope."""
        found = self._find(self._type(type_name), key)
        return None if found is None else found.values

    def create(self, type_name: str, values: Mapping[str, object]) -> Key:
        """The key of a new entity."""
        payload = EntityPayload(values=dict(values))
        return self._writer.deep.create(self._type(type_name), payload, self._actor, None).key

    def update(self, type_name: str, key: Key, values: Mapping[str, object]) -> None:
        """Merges values into an entity."""
        entity_type = self._type(type_name)
        payload = EntityPayload(values=dict(values))
        self._writer.deep.update_stored(self._existing(entity_type, key), payload, self._actor)

    def delete(self, type_name: str, key: Key) -> None:
        """Removes an entity."""
        entity_type = self._type(type_name)
        self._writer.deep.delete_stored(self._existing(entity_type, key), self._actor)

    def _type(self, name: str) -> EntityType:
        return self._writer.source.model.entity_types[name]

    def _find(self, entity_type: EntityType, key: Key) -> StoredEntity | None:
        return self._writer.store.find_by_key(entity_type, key, self._actor)

    def _existing(self, entity_type: EntityType, key: Key) -> StoredEntity:
        found = self._find(entity_type, key)
        if found is None:
            raise NotFoundError(f"There is no {entity_type.name} with this key.")
        return found


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls with which parameters; ``members`` reads the collection that the call is
    bound to, where it is bound to one."""

    actor: Actor
    parameters: Mapping[str, object]
    members: ReadPlan | None = None


class OperationRunner:
    """Runs the operations of one data source."""

    def __init__(self, writer: Writer, most_entities: int) -> None:
        self._writer = writer
        self._most = most_entities

    def run(
        self,
        operation: Operation,
        addressed: Addressed,
        call: Caller,
        show: Callable[[object], Outcome],
    ) -> Outcome:
        """What ``show`` makes of the result of a call, before anybody else can change it."""
        run = self._writer.source.runs.get(operation.origin or operation)
        if run is None:
            raise NotImplementedYetError(f"the operation {operation.name} cannot be called yet")
        actor, target, values = call.actor, addressed.target, addressed.values
        with self._writer.transaction():
            stored = self._bound(operation, target, values)
            if stored is not None:
                access = self._writer.store.access
                access.check_row(Right.CALL, target.entity_type, stored.key, actor)
                addressed.expectation.check(stored)
            result = run(
                OperationCall(
                    operation,
                    call.parameters,
                    WriterChanges(self._writer, actor),
                    self._writer.store.rows(actor),
                    actor.now,
                    actor.name,
                    actor.scope,
                    stored.key if stored is not None else None,
                    stored.values if stored is not None else None,
                    lambda: self._members(target.entity_type, call, values),
                )
            )
            return show(result)

    def _members(
        self, entity_type: EntityType, call: Caller, values: RequestValues
    ) -> tuple[BoundEntity, ...]:
        """The entities of the collection that a call is bound to."""
        if call.members is None:
            return ()
        store = self._writer.store
        found = store.select(call.members, values, self._most + 1)
        if len(found) > self._most:
            raise BadRequestError(
                f"The operation would work on more than {self._most} entities; filter them "
                "by /$filter(...) in the path.",
            )
        for item in found:
            store.access.check_row(Right.CALL, entity_type, item.key, call.actor)
        return tuple(BoundEntity(item.key, item.values) for item in found)

    def _bound(
        self, operation: Operation, target: Target, values: RequestValues
    ) -> StoredEntity | None:
        if not operation.is_bound or operation.parameters[0].is_collection:
            return None
        return self._writer.stored(target, values)
