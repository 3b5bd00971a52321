"""What the body of a create or an update says, as Python values.

Cites: OData JSON 6 (entity), 8 (navigation), 9 (deep insert and update).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from odata.edm.model import EntityType
from odata.errors import ErrorDetail
from odata.payload.dynamic import DynamicValue


# Made for every change; a frozen one would take several times as long to make.
@dataclass(slots=True)
class EntityPayload:
    """One entity of a body.

    ``values`` are the structural properties to write and ``dynamic`` those that the type
    does not declare. ``binds`` are references to existing entities, as URLs. ``nested`` are
    related entities with content (None: no related entity), ``nested_deltas`` changes to a
    related collection. ``entity_type`` is the type that the body names, or is read as.
    ``key`` holds the key values of a nested entity that exists already.
    ``streams`` are the bytes of stream properties that the body has inline (OData JSON 9).

    ``entity_tag`` is the wire form of the tag in the body: a condition in version 4.01 and
    nothing in 4.0. ``removed`` is the reason of a deleted member of a nested delta.

    ``faults`` is what is wrong with a whole body; the rest holds what could be read of it.
    """

    values: dict[str, object] = field(default_factory=dict)
    dynamic: dict[str, DynamicValue] = field(default_factory=dict)
    binds: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    nested: dict[str, EntityPayload | tuple[EntityPayload, ...] | None] = field(
        default_factory=dict
    )
    nested_deltas: dict[str, tuple[EntityPayload, ...]] = field(default_factory=dict)
    key: dict[str, object] = field(default_factory=dict)
    streams: dict[str, bytes] = field(default_factory=dict)
    entity_type: EntityType | None = field(default=None, compare=False)
    entity_tag: str | None = None
    entity_id: str | None = None
    type_name: str | None = None
    content_id: str | None = None
    removed: str | None = None
    faults: tuple[ErrorDetail, ...] = ()

    @property
    def is_reference(self) -> bool:
        """Whether it only names an existing entity."""
        content = (
            self.values,
            self.dynamic,
            self.binds,
            self.nested,
            self.nested_deltas,
            self.streams,
        )
        return self.entity_id is not None and self.removed is None and not any(content)
