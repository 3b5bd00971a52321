"""Who changes something."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from odata.query.resource import SCOPE
from odata.service.views import View


# Made for every change; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Actor:
    """Who changes something, when, in which scope, by which request and from which address.

    ``view`` says what it may do (None: the service itself, everything), ``caller_values`` are
    what the limits of the view ask for.
    """

    name: str
    now: datetime.datetime
    scope: str | None
    request_id: str = ""
    service_root: str = ""
    view: View | None = None
    caller_values: Mapping[str, object] = field(default_factory=dict)
    address: str = ""

    @property
    def named(self) -> dict[str, object]:
        """The values of the caller for statements."""
        return {**self.caller_values, SCOPE: self.scope}
