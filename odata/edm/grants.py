"""Grants: what a role may do with an entity set, and what several grants allow together.

Nothing is allowed that no grant names: a set without a grant to read it is not there at all.
Grants of one caller add up; ``common`` keeps what is allowed in every one of several places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Flag, auto
from functools import reduce

from odata.edm.model import Model


class Right(Flag):
    """What may be done with the entities of a set; ``CALL`` is for actions and functions."""

    READ = auto()
    INSERT = auto()
    UPDATE = auto()
    DELETE = auto()
    CALL = auto()

    __hash__ = object.__hash__  # without a call of Python


READ = Right.READ
WRITE = Right.READ | Right.INSERT | Right.UPDATE | Right.DELETE | Right.CALL


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights on one entity set, singleton or operation import (or on an entity type that has
    no set), by its name.

    ``hidden`` are properties and navigation properties that it does not show. ``rows`` is a
    condition as in ``$filter`` that entities must fulfil: ``customerId in @customer`` speaks
    of the caller's attribute ``customer``. ``operations`` limits ``CALL`` to these names.
    """

    target: str
    rights: Right = READ
    hidden: frozenset[str] = frozenset()
    rows: str = ""
    operations: frozenset[str] | None = None


Roles = Mapping[str, tuple[Grant, ...]]


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """What a role may do with the set that declares it; the rest is that of a ``Grant``."""

    role: str
    rights: Right = READ
    hidden: frozenset[str] = frozenset()
    rows: str = ""
    operations: frozenset[str] | None = None

    def on(self, target: str) -> Grant:
        """The grant on the set of this name."""
        return Grant(target, self.rights, self.hidden, self.rows, self.operations)


# Conditions of which one must hold; of several such choices, one condition each.
Choice = frozenset[str]
Rows = tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Permission:
    """What the grants of a caller allow together on one set.

    ``rows`` holds for each right what entities must fulfil, where that is not everything.
    """

    rights: Right
    hidden: frozenset[str] = frozenset()
    rows: Mapping[Right, Rows] = field(default_factory=dict)
    operations: frozenset[str] | None = None

    def rows_for(self, right: Right) -> Rows:
        """What entities must fulfil for a right; those that may not be read are not there."""
        own, readable = self.rows.get(right, ()), self.rows.get(READ, ())
        return own if own == readable else (*readable, *own)

    def may_call(self, operation: str) -> bool:
        """Whether the operation of this name may be called."""
        if Right.CALL not in self.rights:
            return False
        return self.operations is None or operation in self.operations


Permissions = Mapping[str, Permission]


def granted(grants: Iterable[Grant]) -> dict[str, Permission]:
    """What grants allow together, by the name of the set."""
    by_target: dict[str, list[Grant]] = {}
    for grant in grants:
        by_target.setdefault(grant.target, []).append(grant)
    united = {name: _united(items) for name, items in by_target.items()}
    return {name: item for name, item in united.items() if item.rights & (READ | Right.CALL)}


def _united(grants: list[Grant]) -> Permission:
    rights = reduce(lambda known, grant: known | grant.rights, grants, Right(0))
    rows: dict[Right, Rows] = {}
    for right in rights:
        conditions = frozenset(grant.rows for grant in grants if right in grant.rights)
        if "" not in conditions:
            rows[right] = (conditions,)
    calling = [grant.operations for grant in grants if Right.CALL in grant.rights]
    named = [names for names in calling if names is not None]
    operations = frozenset().union(*named) if len(named) == len(calling) else None
    return Permission(rights, _hidden(grants), rows, operations)


def _hidden(grants: list[Grant]) -> frozenset[str]:
    """What no grant shows. A grant of some rows shows nothing of the others, so only grants
    of all rows can show what another one hides."""
    reading = [grant for grant in grants if READ in grant.rights]
    whole = [grant.hidden for grant in reading if not grant.rows]
    if whole:
        return whole[0].intersection(*whole[1:])
    return frozenset[str]().union(*(grant.hidden for grant in reading))


def common(places: Iterable[Permissions]) -> dict[str, Permission]:
    """What is allowed in every one of several places; nothing where there is no place."""
    listed = list(places)
    if not listed:
        return {}
    names = set(listed[0]).intersection(*listed[1:])
    return {name: reduce(together, (place[name] for place in listed)) for name in sorted(names)}


def together(one: Permission, other: Permission) -> Permission:
    """What both allow."""
    operations = one.operations
    if operations is None or other.operations is None:
        operations = other.operations if operations is None else operations
    else:
        operations &= other.operations
    rights = one.rights & other.rights
    rows = {
        right: tuple(dict.fromkeys((*one.rows.get(right, ()), *other.rows.get(right, ()))))
        for right in rights
    }
    kept = {right: choices for right, choices in rows.items() if choices}
    return Permission(rights, one.hidden | other.hidden, kept, operations)


# --- declaring ------------------------------------------------------------------------------


def grants_on(
    targets: Iterable[str],
    rights: Right,
    *,
    hidden: Mapping[str, frozenset[str]] | None = None,
    rows: Callable[[str], str] | None = None,
) -> tuple[Grant, ...]:
    """The same rights on several sets; ``hidden`` and ``rows`` tell what differs by set."""
    return tuple(
        Grant(
            target,
            rights,
            (hidden or {}).get(target, frozenset()),
            "" if rows is None else rows(target),
        )
        for target in targets
    )


def declared_roles(declared: Iterable[tuple[str, Iterable[RoleGrant]]]) -> Roles:
    """The roles that sets declare beside their names; a role has the grants of all sets."""
    roles: dict[str, tuple[Grant, ...]] = {}
    for target, grants in declared:
        for grant in grants:
            roles[grant.role] = (*roles.get(grant.role, ()), grant.on(target))
    return roles


def open_roles(model: Model) -> Roles:
    """The roles of a model that declares none: readers read everything, writers and
    administrators change it, too."""
    names = [*model.entity_sets, *model.singletons, *model.operation_imports]
    with_set = {item.entity_type.name for item in model.entity_sets.values()}
    names += [name for name in model.entity_types if name not in with_set]
    reading, writing = grants_on(names, READ), grants_on(names, WRITE)
    return {"reader": reading, "writer": writing, "administrator": writing}
