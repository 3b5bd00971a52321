"""Whether a caller may change an entity: asked where every change passes."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from odata.edm.grants import READ, Right
from odata.edm.model import EntityType
from odata.errors import ForbiddenError
from odata.query.row_limits import InRowSet, RowSet
from odata.service.actor import Actor
from odata.service.key_read import key_plan, key_values
from odata.sql.execution import run
from odata.sql.mapping import DataSource
from odata.sql.reader import StatementBuilder
from odata.sql.statement import Statement


class AccessCheck:
    """Refuses changes that the view of the caller does not allow."""

    def __init__(self, source: DataSource, builder: StatementBuilder) -> None:
        self._source = source
        self._builder = builder
        self._statements: WeakKeyDictionary[EntityType, dict[Right, Statement]] = (
            WeakKeyDictionary()
        )

    def check(self, right: Right, entity_type: EntityType, actor: Actor) -> None:
        """Refuse a right that the caller does not have on the entities of a type."""
        if actor.view is not None:
            actor.view.check(right, entity_type)

    def is_limited(self, right: Right, entity_type: EntityType, actor: Actor) -> bool:
        """Whether the caller has a right on some entities of a type and not on all of them."""
        view = actor.view
        if view is None:
            return False
        known = view.limited.get((right, entity_type))
        if known is None:
            limits = self._source.row_limits.get(entity_type)
            is_seen_in_part = limits is not None and bool(limits.sets)
            known = is_seen_in_part or bool(view.row_sets(right, entity_type))
            view.limited[(right, entity_type)] = known
        return known

    def check_row(
        self, right: Right, entity_type: EntityType, key: Mapping[str, object], actor: Actor
    ) -> None:
        """Refuse an entity, as it is in the database now, that is not one of those for which
        the caller has the right: also after a change, which may have moved it out of them."""
        if actor.view is None or not self.is_limited(right, entity_type, actor):
            return
        own = actor.view.row_sets(right, entity_type)
        if not self._is_found(self._statement(right, entity_type, own), entity_type, key, actor):
            raise ForbiddenError(
                "Sorry, the current permissions prevented the action. "
                f"({entity_type.name}: it is not one of those that are granted to you.)"
            )

    def hides(self, entity_type: EntityType, key: Mapping[str, object], actor: Actor) -> bool:
        """Whether the caller does not see an entity among those of a type that it sees in
        part."""
        limits = self._source.row_limits.get(entity_type)
        if actor.view is None or limits is None or not limits.sets:
            return False
        return not self._is_found(self._statement(READ, entity_type, ()), entity_type, key, actor)

    def _is_found(
        self, statement: Statement, entity_type: EntityType, key: Mapping[str, object], actor: Actor
    ) -> bool:
        values = key_values(entity_type, key, actor.named)
        cursor = run(self._source.database, statement.sql, statement.parameters(values))
        return cursor.fetchone() is not None

    def _statement(
        self, right: Right, entity_type: EntityType, own: tuple[RowSet, ...]
    ) -> Statement:
        known = self._statements.setdefault(entity_type, {})
        found = known.get(right)
        if found is None:
            plan = key_plan(self._source, entity_type)
            plan.filters = tuple(InRowSet.of(plan.block.root, item) for item in own)
            found = known[right] = self._builder.exists(plan)
        return found
