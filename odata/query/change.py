"""A change to one entity, and the rules of the domain that it passes.

The engine reads the payload into a ``Change``, hands it to the rules of its entity type
inside the transaction, and writes what is left in ``values``.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple, Protocol

from odata.edm.model import EntityType
from odata.errors import BadRequestError, ErrorDetail, PayloadError

Table = Any  # a Peewee model class: rules live where Peewee is known, this module does not
Condition = Any  # a Peewee expression


class Operation(Enum):
    """What happens to the entity."""

    CREATE = "created"
    UPDATE = "updated"
    DELETE = "deleted"

    __hash__ = object.__hash__  # without a call of Python


@dataclass(frozen=True, slots=True)
class Parent:
    """The entity under which a contained entity is created."""

    entity_type: EntityType
    navigation: str
    key: Mapping[str, object]


class Sought(NamedTuple):
    """A row that rules find by its columns, as ``Rows.find`` is asked for it."""

    table: Table
    equal: Mapping[str, object]


class Owner(NamedTuple):
    """What entities belong to, and change along with themselves: its table, and the property
    of theirs that has its key."""

    table: Table
    property_name: str


class Rows(Protocol):
    """How rules and operations write rows beside the entity that a request addresses.

    What changes in a published set is entered in the log of changes, in the same transaction.
    """

    def insert(self, table: Table, values: Mapping[str, object]) -> None:
        """A new row; names of columns are those of the model's fields."""

    def update(self, table: Table, values: Mapping[Any, object], *conditions: Condition) -> int:
        """Writes columns of the rows that meet the conditions; their number."""

    def delete(self, table: Table, *conditions: Condition) -> int:
        """Removes the rows that meet the conditions; their number."""

    def find(self, table: Table, equal: Mapping[str, object]) -> Mapping[str, Any] | None:
        """A row whose columns are equal to these values, kept from other writers."""

    def change(self, table: Table, row: Mapping[str, Any], values: Mapping[str, object]) -> None:
        """Writes columns of a row that was found."""


class UnloggedRows:
    """Rows written where no log is kept: bulk loads, and rules that are tried alone."""

    def insert(self, table: Table, values: Mapping[str, object]) -> None:
        """A new row."""
        table.insert(values).execute()

    def update(self, table: Table, values: Mapping[Any, object], *conditions: Condition) -> int:
        """Writes columns; the number of rows."""
        return int(table.update(values).where(*conditions).execute())

    def delete(self, table: Table, *conditions: Condition) -> int:
        """Removes rows; their number."""
        return int(table.delete().where(*conditions).execute())

    def find(self, table: Table, equal: Mapping[str, object]) -> Mapping[str, Any] | None:
        """A row whose columns are equal to these values."""
        row: Mapping[str, Any] | None = table.select().filter(**equal).dicts().first()
        return row

    def change(self, table: Table, row: Mapping[str, Any], values: Mapping[str, object]) -> None:
        """Writes columns of a row that was found."""
        table.set_by_id(row["id"], values)


@dataclass(frozen=True, slots=True)
class VisibleSet:
    """An entity set as who makes a change sees it: ``log_name`` is its name in the log of
    changes (None: they are not logged), ``is_whole`` says whether all of its entities may be
    seen, those of other scopes apart."""

    entity_type: EntityType
    log_name: str | None
    is_scoped: bool
    is_whole: bool


class Sight(Protocol):
    """What who makes a change sees of other entity sets."""

    def find_set(self, name: str) -> VisibleSet | None:
        """The set of this name, where it is visible."""

    def has_entity(
        self, entity_type: EntityType, key: Mapping[str, object], scope: str | None = None
    ) -> bool:
        """Whether there is a visible entity of a type and key: in a scope, or where the change
        is made."""


class NoSight:
    """Nothing is seen: rules that are tried alone."""

    def find_set(self, name: str) -> VisibleSet | None:
        """No set."""
        del name
        return None

    def has_entity(
        self, entity_type: EntityType, key: Mapping[str, object], scope: str | None = None
    ) -> bool:
        """No entity."""
        del entity_type, key, scope
        return False


class OutsideCallError(BadRequestError):
    """Raised by a rule that must ask somebody outside first.

    The writer undoes what it has begun, calls ``make`` while nothing is locked, and tries
    again. A change that is a part of a larger one cannot wait so: then this is its refusal.
    """

    def __init__(self, make: Callable[[], None]) -> None:
        super().__init__("this change asks somebody outside and must be a request of its own")
        self.make = make


@dataclass(slots=True)
class Change:
    """One create, update or delete on its way to the database.

    ``values`` maps property names to Python values; rules may add to it and alter it, hidden
    columns included (by the name of the model's field, prefixed with a dot: ``".etag"``).
    ``given`` are the properties that the client sent. ``current`` holds the stored values
    before the change. ``scope`` is the key of the company, where there is one. ``now`` is
    the only clock a rule may read. ``rows`` writes the rows of other entities, ``sight`` tells
    which of them who makes the change may see. ``has_nested`` says that something was created
    below a new entity before the rules that follow it up. ``drawn`` are numbers that rules
    have drawn with others, for rows that they add later.
    """

    operation: Operation
    entity_type: EntityType
    values: dict[str, object]
    now: datetime.datetime
    key: Mapping[str, object] = field(default_factory=dict)
    scope: str | None = None
    current: Mapping[str, object] | None = None
    given: frozenset[str] = frozenset()
    parent: Parent | None = None
    actor: str = ""
    faults: list[ErrorDetail] = field(default_factory=list)
    rows: Rows = field(default_factory=UnloggedRows)
    sight: Sight = field(default_factory=NoSight)
    has_nested: bool = False
    drawn: dict[str, int] = field(default_factory=dict)

    def value(self, name: str) -> object:
        """The value that the property will have after the change."""
        if name in self.values:
            return self.values[name]
        return self.current.get(name) if self.current is not None else None

    def is_given(self, name: str) -> bool:
        """Whether the client sent this property."""
        return name in self.given

    def fault(self, message: str, *, target: str, code: str = "") -> None:
        """Note a fault; all of them are refused together."""
        self.faults.append(ErrorDetail(code or "Application_DialogException", message, target))

    def check(self) -> None:
        """Refuse the change if faults were noted."""
        if self.faults:
            raise refusal(self.faults)


def refusal(faults: list[ErrorDetail]) -> BadRequestError:
    """All faults of a change as one error that speaks like the first of them."""
    first = faults[0]
    details = tuple(faults) if len(faults) > 1 else ()
    return PayloadError(first.message, target=first.target, code=first.code, details=details)


class Rules:
    """Rules of one entity type; every method may alter the change, note faults or raise.

    All run inside the transaction of the change. ``after_*`` see the stored values in
    ``change.values`` merged over ``change.current``.
    """

    def before_create(self, change: Change) -> None:
        """Fill in what the client left out and check what it sent."""

    def before_update(self, change: Change) -> None:
        """Check and complete an update."""

    def before_delete(self, change: Change) -> None:
        """Refuse a delete, or remove what depends on the entity."""

    def owner(self) -> Owner | None:
        """What changes with each entity: whoever changes or removes one keeps that first, since
        of two that take both in different orders each would wait for the other."""
        return None

    def sought(self, key: Mapping[str, object], names: Collection[str]) -> tuple[Sought, ...]:
        """The rows that an update of such properties will find: they may be fetched with the
        entity. ``key`` is what its URL says of its key."""
        del key, names
        return ()

    def is_contained(self, names: Collection[str]) -> bool:
        """Whether an update of such properties writes to nothing but the entity and what is
        ``sought``, mostly, and to no column whose values are unique."""
        del names
        return False

    def after_create(self, change: Change) -> None:
        """Follow up on a new row."""

    def after_update(self, change: Change) -> None:
        """Follow up on a changed row."""

    def after_delete(self, change: Change) -> None:
        """Follow up on a removed row."""


NO_RULES = Rules()
