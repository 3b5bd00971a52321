"""On what terms receivers are notified."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Protocol

from odata.errors import RuleError

NOTIFICATION_URL = "notificationUrl"


class Receivers(Protocol):
    """How those are asked who want to be notified."""

    def check(self, url: str) -> None:
        """Refuse an address to which nothing may be sent."""

    def confirm(self, url: str) -> None:
        """Refuse an address whose owner does not answer the handshake."""


class NoReceivers:
    """Nobody can be notified: where no host stands around the models."""

    def check(self, url: str) -> None:
        """Refuse every address."""
        del url
        raise RuleError("Notifications are not sent by this service.", target=NOTIFICATION_URL)

    confirm = check


@dataclass(frozen=True, slots=True)
class SubscriptionTerms:
    """How many there may be, how long each lasts, and who asks receivers."""

    most: int = 200
    lifetime: datetime.timedelta = datetime.timedelta(days=3)
    receivers: Receivers = field(default_factory=NoReceivers)
