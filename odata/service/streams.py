"""The bytes of stream properties: replaced where they are as they were read, and logged.

The log keeps their length and a digest, not the bytes themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from odata.edm.model import EntityType
from odata.errors import EntityChangedError
from odata.query.change import Change, Operation
from odata.service.actor import Actor
from odata.service.entity_store import EntityStore, StoredEntity
from odata.sql.change_text import OldAndNew
from odata.sql.mapping import StreamChange, StreamMapping

_INLINE_MEDIA = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class StreamContent:
    """New bytes with the type that the client gives them; None removes what is there."""

    octets: bytes | None
    content_type: str


def _anything(_stored: StoredEntity) -> None:
    """No condition."""


class StreamWriter:
    """Writes the stream properties of one data source."""

    def __init__(self, store: EntityStore, new_tag: Callable[[], str]) -> None:
        self._store = store
        self._new_tag = new_tag

    def write_inline(self, change: Change, streams: Mapping[str, bytes], actor: Actor) -> None:
        """Keeps the bytes of stream properties that a payload has inline."""
        properties = self._store.source.of(change.entity_type).properties
        for name, octets in streams.items():
            found = properties[name]
            stored = self._store.find_by_key(change.entity_type, change.key, actor)
            if isinstance(found, StreamMapping) and stored is not None:
                content = StreamContent(octets, _INLINE_MEDIA)
                self.write((change.entity_type, found), stored, content, actor)

    def write(
        self,
        place: tuple[EntityType, StreamMapping],
        stored: StoredEntity,
        content: StreamContent,
        actor: Actor,
        check: Callable[[StoredEntity], None] = _anything,
    ) -> str:
        """Replaces or removes the bytes of a stored entity whose tag passes the check; gives
        the new tag."""
        entity_type, mapping = place
        kept = mapping.store.read(stored.key, actor.scope)
        replaced = None if kept is None else kept.entity_tag
        check(replace(stored, entity_tag=replaced or stored.entity_tag))
        tag = self._new_tag()
        new = (content.octets, content.content_type, tag, actor.now, replaced)
        if not mapping.store.write(StreamChange(stored.key, actor.scope, *new)):
            raise EntityChangedError
        octets = (_told(None if kept is None else kept.content), _told(content.octets))
        self._record(entity_type, stored, {mapping.definition.name: octets}, actor)
        return tag

    def _record(
        self,
        entity_type: EntityType,
        before: StoredEntity,
        octets: Mapping[str, OldAndNew],
        actor: Actor,
    ) -> None:
        """Enters the change of a stream with what it changes of its entity."""
        after = self._store.find_by_key(entity_type, before.key, actor) or before
        values = {name: (before.values.get(name), value) for name, value in after.values.items()}
        changed = {name: pair for name, pair in {**values, **octets}.items() if pair[0] != pair[1]}
        tags = (before.entity_tag or "", after.entity_tag or "")
        if changed or tags[0] != tags[1]:
            self._store.recorder.entity(
                entity_type, before.key, (Operation.UPDATE, changed, tags), actor
            )


def _told(octets: bytes | None) -> object:
    """Enough to tell whether bytes are the same."""
    if octets is None:
        return None
    return {"length": len(octets), "sha256": hashlib.sha256(octets).hexdigest()}
