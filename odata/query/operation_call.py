"""The call of an action or function: which operation a path names, and what it is handed.

Cites: OData Protocol 11.5 (operations), URL Conventions 4.5 (bound operations).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from odata.edm.model import EntityType, Model, Operation
from odata.edm.types import ComplexType
from odata.query.change import Rows

Key = Mapping[str, object]


class EntityChanges(Protocol):
    """What an operation may do to entities, in the transaction of its call: every change
    passes the rules of its type and is logged."""

    def find(self, type_name: str, key: Key) -> Mapping[str, object] | None:
        """The stored values of an entity of the caller's scope."""

    def create(self, type_name: str, values: Mapping[str, object]) -> Key:
        """The key of a new entity."""

    def update(self, type_name: str, key: Key, values: Mapping[str, object]) -> None:
        """Merges values into an entity."""

    def delete(self, type_name: str, key: Key) -> None:
        """Removes an entity."""


@dataclass(frozen=True, slots=True)
class BoundEntity:
    """One of the entities of the collection that an operation is bound to."""

    key: Key
    values: Mapping[str, object]


def _no_entities() -> tuple[BoundEntity, ...]:
    """What is bound to no collection works on no entities."""
    return ()


@dataclass(frozen=True, slots=True)
class OperationCall:
    """What an operation is handed.

    ``entity`` holds the stored values of the entity that it is bound to and ``key`` its key;
    both are empty where there is none. ``entities`` reads those of the collection that it is
    bound to, as far as the path filters them. ``parameters`` holds a value for each parameter but
    the binding one. ``changes`` writes entities under their rules, ``rows`` writes rows as
    they are. ``now`` is the only clock.
    """

    operation: Operation
    parameters: Mapping[str, object]
    changes: EntityChanges
    rows: Rows
    now: datetime.datetime
    actor: str
    scope: str | None = None
    key: Key | None = None
    entity: Mapping[str, object] | None = None
    entities: Callable[[], tuple[BoundEntity, ...]] = _no_entities


@dataclass(frozen=True, slots=True)
class EntityResult:
    """An entity as the result of an operation; ``is_new`` where the call has created it."""

    key: Key
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class EntitiesResult:
    """Entities as the result of an operation."""

    keys: tuple[Key, ...]


OperationRun = Callable[[OperationCall], object]
"""Gives None, a Python value of the return type, an ``EntityResult`` or an ``EntitiesResult``."""


def bound_operations(
    model: Model, name: str, entity_type: EntityType, *, is_collection: bool
) -> tuple[Operation, ...]:
    """The operations of this name that may be called on such a resource.

    Names are compared as Business Central compares them, whatever their case; without its
    namespace a name is good in the default namespace alone. What is bound to a base type may
    be called on derived ones, unless they have an operation of that name themselves.
    """
    namespace, _, simple = name.rpartition(".")
    if namespace.lower() != model.namespace.lower() and (namespace or not model.default_namespace):
        return ()
    found = tuple(
        item
        for item in model.operations
        if item.is_bound
        and item.name.lower() == simple.lower()
        and item.parameters[0].is_collection == is_collection
    )
    bound_to: ComplexType | None = entity_type
    while bound_to is not None:
        nearest = tuple(item for item in found if item.parameters[0].edm_type is bound_to)
        if nearest:
            return nearest
        bound_to = bound_to.base
    return ()


def imported_operations(model: Model, name: str) -> tuple[Operation, ...]:
    """The unbound operations that an import of this name makes callable, all overloads."""
    found = model.operation_imports.get(name)
    if found is None:
        return ()
    return tuple(
        item for item in model.operations if item.name == found.operation.name and not item.is_bound
    )
