"""How long the runs are: short ones belong to every test run."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field


@dataclass
class Extent:
    """At most so many changes and kills, and no longer than so many seconds."""

    patches: int = field(default_factory=lambda: int(os.environ.get("PATCHES", "150")))
    kills: int = field(default_factory=lambda: int(os.environ.get("KILLS", "3")))
    seconds: float = field(default_factory=lambda: float(os.environ.get("SECONDS", "60")))
    begun: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() - self.begun > self.seconds
