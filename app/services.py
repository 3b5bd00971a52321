"""What the host needs from the packages below it, put together once a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.auth import TokenStore
from app.bc import Engine
from app.config import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators of the host."""

    engine: Engine
    tokens: TokenStore
    is_ready: Callable[[], bool]
    discard_connection: Callable[[], None]


def build_services(settings: Settings) -> Services:
    """The services over the database of the settings."""
    raise NotImplementedError(settings.database_url)
