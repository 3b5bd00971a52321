"""To which company-like parent a request belongs, and whether the caller may know it.

A scope that does not exist and one that the caller may not see are answered alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from odata import commits
from odata.edm.model import EntityType
from odata.errors import BadRequestError, NotFoundError
from odata.query.key_predicate import KeyPart
from odata.query.parameters import read_parameter
from odata.query.plan import Constant, Parameter
from odata.query.resource import ScopeRule, Step
from odata.sql.execution import run
from odata.sql.mapping import DataSource, SqlExpression
from odata.sql.nodes import NamedParameter, ParameterNode
from odata.sql.statement import RequestValues, Statement, finish
from odata.uri.ast import Literal

_SCOPE = "scope"
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")


class Scopes:
    """Finds and checks the scope of requests."""

    def __init__(self, source: DataSource, rule: ScopeRule) -> None:
        mapping = source.of(rule.parent)
        self._source = source
        self._database = source.database
        self._model = mapping.model
        self._key = mapping.column(rule.parent.all_key_names()[0])
        self._names = {
            name: mapping.column(name)
            for alternate in rule.parent.alternate_keys
            for name in alternate.property_names
        }
        self._existing: Statement | None = None
        self.rule = rule
        self.set_name = _set_name(source, rule.parent)

    def from_key(
        self, key: tuple[KeyPart, ...], literals: Sequence[Literal], visible: frozenset[str] | None
    ) -> str:
        """The scope that the path names by its key or an alternate key."""
        value = _value(key[0], literals)
        if key[0].name in self._names:
            return self._checked(self._by_name(key[0].name, value), visible)
        scope = str(value)
        if visible is not None and scope not in visible:
            raise unknown_scope()
        return scope

    def from_text(self, text: str | None, visible: frozenset[str] | None) -> str:
        """The scope that an option or a header names by key or name; without one, the only
        scope that there is."""
        if text is None:
            return self._only(visible)
        if _GUID.match(text):
            return self.existing(text.lower(), visible)
        for name in self._names:
            found = self._by_name(name, text)
            if found is not None:
                return self._checked(found, visible)
        raise unknown_scope()

    def holding(
        self, step: Step, literals: Sequence[Literal], visible: frozenset[str] | None
    ) -> str:
        """The scope of the entity that a path at the root names by a key; an alternate key may
        name entities of several scopes, of which one must be chosen."""
        mapping = self._source.of(step.entity_type)
        conditions = [mapping.column(part.name) == _value(part, literals) for part in step.key]
        query = mapping.model.select(mapping.scope).where(*conditions).distinct()
        rows = run(self._database, *query.sql()).fetchall()
        found = [str(row[0]) for row in rows if visible is None or row[0] in visible]
        if not found:
            raise NotFoundError(f"Resource not found for the segment '{step.name}'.")
        if len(found) > 1:
            raise _not_chosen()
        return found[0]

    def existing(self, scope: str, visible: frozenset[str] | None) -> str:
        """The scope, if it exists and may be seen."""
        statement = self._existing_statement()
        parameters = statement.parameters(RequestValues((), {_SCOPE: scope}))
        row = run(self._database, statement.sql, parameters).fetchone()
        return self._checked(None if row is None else str(row[0]), visible)

    def require(self, scope: str, visible: frozenset[str] | None) -> None:
        """Refuse a scope that does not exist or may not be seen: within a transaction at the
        latest where the next statement is read. Of changes in one transaction the first asks."""
        self._checked(scope, visible)
        notes = commits.notes()
        if notes is not None and (self, scope) in notes.known:
            return
        values = RequestValues((), {_SCOPE: scope})
        self._existing_statement().run_unread(self._database, values, _refuse_scope)
        if notes is not None:
            notes.known[self, scope] = True

    def _existing_statement(self) -> Statement:
        if self._existing is None:
            place = ParameterNode(NamedParameter(_SCOPE))
            query = self._model.select(self._key).where(self._key == place)
            self._existing = finish(query, self._database)
        return self._existing

    def _only(self, visible: frozenset[str] | None) -> str:
        query = self._model.select(self._key).limit(2)
        if visible is not None:
            query = query.where(self._key.in_(sorted(visible)))
        found = [row[0] for row in run(self._database, *query.sql()).fetchall()]
        if len(found) != 1:
            raise _not_chosen()
        return str(found[0])

    def _by_name(self, name: str, value: object) -> str | None:
        if value in ("", None):
            return None
        return self._first(self._model.select(self._key).where(self._names[name] == value))

    def _first(self, query: SqlExpression) -> str | None:
        row = run(self._database, *query.sql()).fetchone()
        return None if row is None else str(row[0])

    def _checked(self, scope: str | None, visible: frozenset[str] | None) -> str:
        if scope is None or (visible is not None and scope not in visible):
            raise unknown_scope()
        return scope


def _not_chosen() -> BadRequestError:
    return BadRequestError(
        "You must choose a company with the query option company=[name].",
        target="company",
        code="Internal_CompanyNotFound",
    )


def _refuse_scope() -> None:
    raise unknown_scope()


def unknown_scope() -> NotFoundError:
    """The refusal of a scope that does not exist or may not be seen."""
    return NotFoundError("The company was not found.", code="Internal_CompanyNotFound")


def _value(part: KeyPart, literals: Sequence[Literal]) -> object:
    if isinstance(part.value, Parameter):
        return read_parameter(part.value, literals[part.value.slot])
    return part.value.value if isinstance(part.value, Constant) else None


def _set_name(source: DataSource, parent: EntityType) -> str:
    entity_set = source.model.set_of(parent)
    if entity_set is None:
        raise LookupError(f"{parent.name} has no entity set")
    return entity_set.name
