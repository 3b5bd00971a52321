"""What who makes a change sees of the rest of the service: what rules ask about references."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from odata.edm.model import EntityType
from odata.query.change import VisibleSet
from odata.service.actor import Actor
from odata.service.recording import Recorder

FindByKey = Callable[[EntityType, Mapping[str, object], Actor], object | None]


# Made for every change; a frozen one would take several times as long to make.
@dataclass(slots=True)
class ActorSight:
    """What an actor sees; ``find`` reads an entity by its key."""

    recorder: Recorder
    find: FindByKey
    actor: Actor

    def find_set(self, name: str) -> VisibleSet | None:
        """The set of this name, where it is visible."""
        source, view = self.recorder.source, self.actor.view
        model = source.model if view is None else view.model
        entity_set = model.entity_sets.get(name)
        if entity_set is None:
            return None
        mapping = source.of(entity_set.entity_type)
        limits = source.row_limits.get(entity_set.entity_type)
        return VisibleSet(
            entity_set.entity_type,
            self.recorder.name(entity_set.entity_type) if mapping.is_logged else None,
            is_scoped=mapping.scope is not None,
            is_whole=limits is None or not limits.sets,
        )

    def has_entity(
        self, entity_type: EntityType, key: Mapping[str, object], scope: str | None = None
    ) -> bool:
        """Whether there is a visible entity of a type and key: in a scope, or in the actor's."""
        actor = replace(self.actor, scope=scope) if scope else self.actor
        return self.find(entity_type, key, actor) is not None
