"""What the host needs from the packages below it, put together once a process."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from app.auth import TokenStore
from app.bc import Engine
from app.config import Settings
from models.access import DatabaseTokens
from models.availability import UNAVAILABLE, check_reachable, discard_connection
from models.connection import open_database
from models.database import bind
from models.migrate import NewerSchemaError, pending


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators of the host."""

    engine: Engine
    tokens: TokenStore
    is_ready: Callable[[], bool]
    discard_connection: Callable[[], None]


def build_services(settings: Settings) -> Services:
    """The services over the database of the settings; nothing connects before it is used."""
    database = open_database(settings.database_url)
    bind(database)

    def is_ready() -> bool:
        """Whether the database answers and has every table of this version."""
        try:
            check_reachable()
            return not pending(database)
        except NewerSchemaError:
            return False
        except UNAVAILABLE:
            discard_connection()
            return False

    return Services(_build_engine(settings), DatabaseTokens(), is_ready, discard_connection)


def _build_engine(settings: Settings) -> Engine:
    container = importlib.import_module("models.container")
    engine: Engine = container.build_engine(
        container.EngineSettings(
            database_url=settings.database_url,
            page_size=settings.page_size,
            etag_mismatch_status=settings.etag_mismatch_status,
            require_if_match_on_delete=settings.require_if_match_on_delete,
            enum_style=settings.enum_style,
            secret_key=settings.secret_key,
        )
    )
    return engine
