"""What a host may decide about a service."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from odata.payload.json_document import DEFAULT_LIMITS, JsonLimits
from odata.query.limits import QueryLimits


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Settings of one engine.

    ``secret`` signs skip tokens. ``plain_enums`` writes labels instead of encoded names.
    ``mismatch_status`` is 409 or 412. ``scope_type`` names the company-like entity type and
    ``scope_option`` the custom query option and header that choose one at the root.
    ``batch_limit`` is the greatest number of requests in one batch, ``batch_octets`` what their
    answers take together; ``schema_versions`` are what ``$schemaversion`` may name beside the
    star. ``guard_csv_formulas`` keeps spreadsheets from computing texts of comma-separated
    values. ``key_as_segment`` lets keys stand as path segments of their own, too.
    ``put_replaces`` is the standard's PUT of an entity; without it PUT merges as PATCH does.
    ``changes_kept`` is the time for which delta links answer, ``answers_kept`` that for which
    an Idempotency-Key stands for its first answer. ``query_octets`` bounds a query in a body,
    ``json`` the documents that are read; one request changes ``changed_entities`` at most, and
    an operation works on ``operation_entities``.
    """

    secret: bytes
    page_size: int = 20_000
    mismatch_status: int = 409
    require_if_match_on_delete: bool = True
    plain_enums: bool = True
    scope_type: str | None = None
    scope_option: str = "company"
    limits: QueryLimits = field(default_factory=QueryLimits)
    plan_cache_size: int = 1000
    batch_limit: int = 100
    batch_octets: int = 67_108_864
    query_octets: int = 65_536
    json: JsonLimits = DEFAULT_LIMITS
    changed_entities: int = 1000
    operation_entities: int = 10_000
    put_replaces: bool = True
    changes_kept: datetime.timedelta = datetime.timedelta(days=30)
    answers_kept: datetime.timedelta = datetime.timedelta(days=1)
    schema_versions: tuple[str, ...] = ()
    guard_csv_formulas: bool = False
    key_as_segment: bool = False

    @property
    def schema_version(self) -> str | None:
        """The current version of the schema, the last of those that are served."""
        return self.schema_versions[-1] if self.schema_versions else None
