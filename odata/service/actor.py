"""Who changes something."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something, when, in which scope and by which request."""

    name: str
    now: datetime.datetime
    scope: str | None
    request_id: str = ""
    service_root: str = ""
