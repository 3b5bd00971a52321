"""What a caller sees and may do: one view for all callers with the same permissions.

A view has a model of its own (``odata.edm.visible_model``), so whatever it does not show is
unknown to every stage of a request; and limits on rows (``odata.query.row_limits``), which
every statement over its types carries. Rights are asked for where changes pass.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain
from typing import Protocol

from odata.edm.grants import (
    READ,
    Grant,
    Permission,
    Permissions,
    Right,
    Roles,
    Rows,
    common,
    granted,
    open_roles,
    together,
)
from odata.edm.model import EntityType, Model, Operation, OperationKind
from odata.edm.visible_model import names_of, visible_model
from odata.errors import ForbiddenError
from odata.query.grant_check import check_grants
from odata.query.limits import QueryLimits
from odata.query.resource import ScopeRule
from odata.query.row_limits import RowLimits, RowSet, bind_rows
from odata.service.preparation import Preparer
from odata.sql.mapping import DataSource
from odata.sql.reader import StatementBuilder

_MOST_VIEWS = 100
_ACTIONS: Mapping[Right, str] = {
    Right.READ: "read",
    Right.INSERT: "insert",
    Right.UPDATE: "modify",
    Right.DELETE: "delete",
    Right.CALL: "execute",
}
_ATTRIBUTE = re.compile(r"@(\w+)")
_NOTHING = Permission(Right(0))


class RoleBook(Protocol):
    """Where roles are kept that the data source does not declare."""

    def grants_of(self, role: str) -> tuple[Grant, ...]:
        """The grants of a role; none where there is no such role."""


class NoRoles:
    """No roles but those that are declared."""

    def grants_of(self, role: str) -> tuple[Grant, ...]:
        """Nothing."""
        del role
        return ()


@dataclass(eq=False, slots=True)
class View:
    """What callers with the same permissions see (``model``) and may do; ``attributes`` are
    those of the caller that its row conditions ask for. ``limited`` keeps of which types they
    have a right on some entities alone, once that was asked for."""

    model: Model
    preparer: Preparer
    permissions: Permissions
    by_type: Mapping[str, Permission]
    attributes: frozenset[str] = frozenset()
    _row_sets: dict[tuple[Right, str], tuple[RowSet, ...]] = field(default_factory=dict)
    limited: dict[tuple[Right, EntityType], bool] = field(default_factory=dict)
    _granted: frozenset[tuple[Right, str]] = field(init=False)

    def __post_init__(self) -> None:
        """Tell the rights of all types apart."""
        self._granted = frozenset(
            (right, name) for name, item in self.by_type.items() for right in item.rights
        )

    @property
    def scope_rule(self) -> ScopeRule | None:
        """Which types belong to a company-like parent."""
        return self.preparer.scope_rule

    def permission(self, entity_type: EntityType) -> Permission:
        """What is allowed on the entities of a type."""
        return self.by_type.get(entity_type.name, _NOTHING)

    def row_sets(self, right: Right, entity_type: EntityType) -> tuple[RowSet, ...]:
        """Where an entity must be, beside being visible, for a right to hold."""
        return self._row_sets.get((right, entity_type.name), ()) if self._row_sets else ()

    def check(self, right: Right, entity_type: EntityType) -> None:
        """Refuse a right that is not granted on the entities of a type."""
        if (right, entity_type.name) not in self._granted:
            raise denied(right, self._name(entity_type))

    def check_call(self, operation: Operation, name: str) -> None:
        """Refuse an operation that may not be called; a bound function only reads."""
        if operation.is_bound:
            bound_to = operation.parameters[0].edm_type
            permission = self.by_type.get(getattr(bound_to, "name", ""), _NOTHING)
        else:
            permission = self.permissions.get(name, _NOTHING)
        if operation.kind is OperationKind.FUNCTION and READ in permission.rights:
            return
        if not permission.may_call(operation.name):
            raise denied(Right.CALL, operation.name)

    def _name(self, entity_type: EntityType) -> str:
        entity_set = self.model.set_of(entity_type)
        return entity_type.name if entity_set is None else entity_set.name


def denied(right: Right, name: str) -> ForbiddenError:
    """The refusal of what is visible but not granted."""
    return ForbiddenError(
        "Sorry, the current permissions prevented the action. "
        f"({name}: you are not granted to {_ACTIONS[right]}.)"
    )


class Views:
    """The views of one data source by the roles that lead to them."""

    def __init__(
        self,
        source: DataSource,
        builder: StatementBuilder,
        scope_type: str | None,
        limits: QueryLimits,
        book: RoleBook,
    ) -> None:
        self._source = source
        self._builder = builder
        self._scope_type = scope_type
        self._limits = limits
        self._book = book
        if source.roles is not None:
            check_grants(source.model, chain.from_iterable(source.roles.values()))
        self._declared: Roles = open_roles(source.model) if source.roles is None else source.roles
        self._views: OrderedDict[object, View] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, roles: frozenset[str], *, only_visible_scopes: bool) -> View:
        """What callers with these roles see."""
        found = self._views.get((roles, only_visible_scopes))
        if found is not None:
            return found
        return self.of_all(frozenset((roles,)), only_visible_scopes=only_visible_scopes)

    def of_all(self, places: frozenset[frozenset[str]], *, only_visible_scopes: bool) -> View:
        """What callers see who have these roles in several places: what they may see in all."""
        grants = frozenset(self._grants(roles) for roles in places)
        key: object = (grants, only_visible_scopes)
        if len(places) == 1 and next(iter(places)) <= self._declared.keys():
            key = (next(iter(places)), only_visible_scopes)
        found = self._views.get(key)
        if found is None:
            permissions = common(granted(items) for items in grants)
            found = self._view(permissions, only_visible_scopes=only_visible_scopes)
            self._keep(key, found)
        return found

    def _keep(self, key: object, view: View) -> None:
        with self._lock:
            self._views[key] = view
            if len(self._views) > _MOST_VIEWS:
                self._views.popitem(last=False)

    def _grants(self, roles: frozenset[str]) -> tuple[Grant, ...]:
        grants: list[Grant] = []
        for role in sorted(roles):
            declared = self._declared.get(role)
            grants += self._book.grants_of(role) if declared is None else declared
        return tuple(grants)

    # --- making a view --------------------------------------------------------------------

    def _view(self, permissions: Permissions, *, only_visible_scopes: bool) -> View:
        whole = self._source.model
        model = visible_model(whole, permissions)
        by_type: dict[str, Permission] = {}
        for name in model.entity_types:
            names = names_of(whole, whole.entity_types[name])
            readable = [permissions[item] for item in names if item in permissions]
            by_type[name] = reduce(together, readable) if readable else _NOTHING
        preparer = Preparer(model, self._builder, self._scope_rule(model), self._limits)
        attributes = frozenset(
            name
            for permission in by_type.values()
            for rows in permission.rows.values()
            for choice in rows
            for text in choice
            for name in _ATTRIBUTE.findall(text)
        )
        view = View(model, preparer, permissions, by_type, attributes, self._row_sets(by_type))
        for entity_type in model.entity_types.values():
            rows = by_type[entity_type.name].rows.get(READ, ())
            self._limit(entity_type, rows, only_visible_scopes=only_visible_scopes)
        return view

    def _scope_rule(self, model: Model) -> ScopeRule | None:
        name, source = self._scope_type, self._source
        if name is None:
            return None
        parent = model.entity_types.get(name) or source.model.entity_types[name]
        return ScopeRule(parent, lambda item: source.of(item).scope is not None)

    def _row_sets(
        self, by_type: Mapping[str, Permission]
    ) -> dict[tuple[Right, str], tuple[RowSet, ...]]:
        whole = self._source.model
        return {
            (right, name): bind_rows(rows, whole.entity_types[name], whole)
            for name, permission in by_type.items()
            for right, rows in permission.rows.items()
            if right is not READ and rows != permission.rows.get(READ)
        }

    def _limit(self, entity_type: EntityType, rows: Rows, *, only_visible_scopes: bool) -> None:
        """Set the limits of a type of a view."""
        whole = self._source.model
        sets = bind_rows(rows, whole.entity_types[entity_type.name], whole)
        is_scoped = (
            entity_type.name == self._scope_type or self._source.of(entity_type).scope is not None
        )
        limits = RowLimits(sets, only_visible_scopes and is_scoped)
        if limits.sets or limits.only_visible_scopes:
            self._source.row_limits[entity_type] = limits
