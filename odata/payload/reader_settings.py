"""What the reader of a body knows beside the body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from odata.query.change import Operation


class ReadOnlyHandling(Enum):
    """What becomes of a new value for a property that clients cannot write."""

    REFUSE = "refuse"
    IGNORE = "ignore"


# Made for every change; a frozen one would take several times as long to make.
@dataclass(slots=True)
class ReaderSettings:
    """What the reader knows beside the body.

    ``key`` is the key in the URL of an update and ``current`` the stored values, where they
    are at hand: read-only properties may be sent back with them. ``supplied`` are properties
    that the URL of a create gives, so that the body need not.
    """

    read_only: ReadOnlyHandling = ReadOnlyHandling.REFUSE
    key: Mapping[str, object] = field(default_factory=dict)
    current: Mapping[str, object] = field(default_factory=dict)
    supplied: frozenset[str] = frozenset()
    max_faults: int = 100


DEFAULT_SETTINGS = ReaderSettings()


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a body an entity stands, and what is being done there."""

    operation: Operation
    odata_version: str
    settings: ReaderSettings
    path: str = ""
    is_nested: bool = False

    @property
    def allows_content(self) -> bool:
        """Whether related entities may stand inside: updates of 4.0 have none (JSON 8.5)."""
        return self.operation is Operation.CREATE or self.odata_version != "4.0"

    def target(self, name: str) -> str:
        """The path of a member from the root of the body."""
        return f"{self.path}/{name}" if self.path else name
