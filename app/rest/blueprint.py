"""The dialects in the host: their roots, and the descriptions of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from flask import Blueprint, g

from app.access_log import AccessLog
from app.admission import Admitted
from app.bc import Service, create_blueprint
from app.config import Settings
from app.documentation import Members, ModelOf, description_response, page_response
from app.reading_list import Page
from app.rest.billing import BILLING
from app.rest.dialect import Dialect
from app.rest.field_service import FIELD_SERVICE
from app.rest.handler import RestHandler
from app.rest.openapi import describe
from app.rest.order_management import ORDER_MANAGEMENT
from odata.protocol.entity_service import EntityService

DIALECTS: tuple[Dialect, ...] = (FIELD_SERVICE, BILLING, ORDER_MANAGEMENT)
DOCUMENTATION_PATHS = frozenset(
    f"/{dialect.name}/{page}" for dialect in DIALECTS for page in ("openapi.json", "docs")
)
_MOST_DESCRIPTIONS = 48


def listed_pages() -> Iterator[Page]:
    """The pages of the dialects, for the list of what there is to read."""
    for dialect in DIALECTS:
        root = f"/{dialect.name}"
        yield Page(dialect.title, dialect.description, f"{root}/docs", f"{root}/openapi.json")


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


def create_documentation(model_of: ModelOf) -> Blueprint:
    """The description and the page of every dialect: of what the caller sees."""
    blueprint = Blueprint("rest_documentation", __name__)
    known = {dialect.name: dialect for dialect in DIALECTS}
    describe_once = lru_cache(maxsize=_MOST_DESCRIPTIONS)(describe)

    def described(name: str) -> Members:
        admitted: Admitted | None = g.get("admitted")
        principal = None if admitted is None else admitted.principal
        return describe_once(known[name], model_of(principal))

    for name in known:
        blueprint.add_url_rule(
            f"/{name}/openapi.json",
            f"{name}_description",
            lambda name=name: description_response(described(name)),
        )
        blueprint.add_url_rule(
            f"/{name}/docs", f"{name}_page", lambda name=name: page_response(described(name))
        )
    return blueprint


def _beginning(dialect: Dialect) -> re.Pattern[str]:
    """What is the root at the beginning of a raw path."""
    roots = "|".join(re.escape(root) for root in dialect.roots)
    return re.compile(rf"(?:{roots})(?=/)")
