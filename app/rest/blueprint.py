"""The dialects in the host: their roots, and the descriptions of each."""

from __future__ import annotations

import re

from flask import Blueprint

from app.access_log import AccessLog
from app.bc import Service, create_blueprint
from app.config import Settings
from app.rest.billing import BILLING
from app.rest.dialect import Dialect
from app.rest.field_service import FIELD_SERVICE
from app.rest.handler import RestHandler
from app.rest.order_management import ORDER_MANAGEMENT
from odata.protocol.entity_service import EntityService

DIALECTS: tuple[Dialect, ...] = (FIELD_SERVICE, BILLING, ORDER_MANAGEMENT)


def create_blueprints(
    service: EntityService, settings: Settings, log: AccessLog
) -> list[Blueprint]:
    """The routes of every dialect."""
    return [
        create_blueprint(
            Service(RestHandler(dialect, service), settings, log, _beginning(dialect)),
            dialect.name,
            dialect.mounts,
        )
        for dialect in DIALECTS
    ]


def _beginning(dialect: Dialect) -> re.Pattern[str]:
    """What is the root at the beginning of a raw path."""
    roots = "|".join(re.escape(root) for root in dialect.roots)
    return re.compile(rf"(?:{roots})(?=/)")
