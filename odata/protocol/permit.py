"""What the caller of a request sees: the view of its roles, in the scope that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from odata.protocol.messages import Principal, Request
from odata.query.row_limits import VISIBLE_SCOPES, attribute_name
from odata.service.views import View, Views
from odata.sql.dialects.base import Dialect

_NOBODY = frozenset[str]()
_NO_VALUES: Mapping[str, object] = {}

FindScope = Callable[[Request], str | None]


# Made for every request; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Permit:
    """The view of a caller, and the scopes that it reaches in it (None: all)."""

    view: View
    scopes: frozenset[str] | None
    values: Mapping[str, object]


class Permits:
    """Gives the permit of each request. ``find_scope`` tells the scope that a request names;
    only callers whose roles differ by scope need it before anything else."""

    def __init__(self, views: Views, dialect: Dialect, find_scope: FindScope) -> None:
        self._views = views
        self._dialect = dialect
        self._find_scope = find_scope

    def of(self, request: Request) -> Permit:
        """What the caller of a request sees."""
        principal = request.principal
        if principal.scopes is None and not principal.roles_in:
            view = self._views.of(principal.roles, only_visible_scopes=False)
            return self._permit(principal, view, None)
        scope = self._find_scope(request) if principal.roles_in else None
        if scope is None:
            return self._permit(principal, self.everywhere(principal), principal.scopes)
        view = self._views.of(roles_at(principal, scope), only_visible_scopes=True)
        return self._permit(principal, view, frozenset((scope,)))

    def everywhere(self, principal: Principal) -> View:
        """What a caller sees in all its scopes together."""
        is_limited = principal.scopes is not None
        if not principal.roles_in:
            return self._views.of(principal.roles, only_visible_scopes=is_limited)
        return self._views.of_all(_places(principal), only_visible_scopes=is_limited)

    def anywhere(self, principal: Principal) -> View:
        """What a caller sees in any of its scopes: for documents that describe the service."""
        roles = principal.roles.union(*principal.roles_in.values())
        return self._views.of(roles, only_visible_scopes=principal.scopes is not None)

    def narrowed(self, permit: Permit, scope: str) -> Mapping[str, object]:
        """The values of a request that is about one scope."""
        if permit.scopes is None:
            return permit.values
        return {**permit.values, VISIBLE_SCOPES: self._dialect.array([scope])}

    def _permit(self, principal: Principal, view: View, scopes: frozenset[str] | None) -> Permit:
        if scopes is None and not view.attributes:
            return Permit(view, None, _NO_VALUES)
        attributes, array = principal.attributes, self._dialect.array
        values = {
            attribute_name(name): array(sorted(attributes.get(name, ())))
            for name in view.attributes
        }
        if scopes is not None:
            values[VISIBLE_SCOPES] = array(sorted(scopes))
        return Permit(view, scopes, values)


def roles_at(principal: Principal, scope: str) -> frozenset[str]:
    """The roles of a caller in one scope."""
    return principal.roles | principal.roles_in.get(scope, _NOBODY)


def _places(principal: Principal) -> frozenset[frozenset[str]]:
    if principal.scopes is None:
        return frozenset((principal.roles,))
    return frozenset(roles_at(principal, scope) for scope in principal.scopes)
