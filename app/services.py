"""What the host needs from the packages below it, put together once a process."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from app.access_log import Events, NoEvents
from app.bc import RequestHandler
from app.config import Settings
from app.directory import Directory
from app.forbidden import note_forbidden
from app.webhooks.handshake import WebReceivers
from app.webhooks.posting import Poster
from app.webhooks.targets import TargetPolicy
from models.access_event import DatabaseEvents
from models.access_role import DatabaseRoles
from models.availability import UNAVAILABLE, check_reachable, discard_broken_connection
from models.connection import Database, open_database
from models.container import build_source
from models.day_keeper import Clock, DayKeeper
from models.entity_definition import DefinitionKeeper
from models.migrate import NewerSchemaError, pending
from models.picture_limits import PictureLimits
from models.subscription_terms import SubscriptionTerms
from odata.edm.model import Model
from odata.payload.json_document import JsonLimits
from odata.protocol.engine import Engine
from odata.protocol.entity_service import EntityService
from odata.protocol.messages import Principal, Request, Response
from odata.protocol.settings import EngineSettings
from odata.sql.mapping import DataSource, DynamicLimits

COMPANY_TYPE = "company"


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators of the host."""

    engine: RequestHandler
    directory: Directory
    is_ready: Callable[[], bool]
    release_connection: Callable[[], None]
    model_of: Callable[[Principal | None], Model] | None = None
    entities: EntityService | None = None
    events: Events = field(default_factory=NoEvents)


def build_services(settings: Settings) -> Services:
    """The services over the database of the settings; nothing connects before it is used."""
    database = open_database(
        settings.database_url, settings.quotas.operation_timeout, settings.quotas.lock_timeout
    )

    def is_ready() -> bool:
        """Whether the database answers and has every table of this version."""
        try:
            check_reachable()
            return not pending(database)
        except NewerSchemaError:
            return False
        except UNAVAILABLE:
            discard_broken_connection()
            return False

    source = _source_of(database, settings)
    clock = _clock_of(settings.today)
    engine = Engine(
        source,
        _engine_settings(settings),
        clock=clock,
        roles=DatabaseRoles(),
        on_forbidden=note_forbidden,
    )
    keepers = (
        DefinitionKeeper(source, engine.writer.transaction),
        DayKeeper(engine.writer.transaction, engine.writer.own_rows, clock),
    )
    handler = _EngineOfToday(engine, keepers)
    return Services(
        handler,
        Directory(),
        is_ready,
        discard_broken_connection,
        engine.model_of,
        EntityService(engine, engine.writer.transaction, prepare=handler.prepare),
        DatabaseEvents(),
    )


def _source_of(database: Database, settings: Settings) -> DataSource:
    """All entity sets, as the settings want them."""
    source = build_source(
        database,
        picture_limits=PictureLimits(
            octets=settings.limits.media_body, pixels=settings.limits.picture_pixels
        ),
        terms=_subscription_terms(settings),
        extra_fields=settings.extra_fields,
        templates=settings.templates,
    )
    source.dynamic_limits = DynamicLimits(
        settings.limits.dynamic_properties, settings.limits.dynamic_bytes
    )
    return source


@dataclass(frozen=True, slots=True)
class _EngineOfToday:
    """The engine over data that are brought to the day first."""

    engine: Engine
    keepers: tuple[DefinitionKeeper, DayKeeper]

    def handle(self, request: Request, /) -> Response:
        """The engine's answer."""
        self.prepare()
        return self.engine.handle(request)

    def prepare(self) -> None:
        """Bring the data to the day."""
        for keeper in self.keepers:
            keeper.keep()


def build_poster(settings: Settings) -> Poster:
    """What sends requests to receivers of notifications."""
    webhooks = settings.webhooks
    return Poster(TargetPolicy(webhooks), webhooks.webhook_timeout)


def _subscription_terms(settings: Settings) -> SubscriptionTerms:
    webhooks = settings.webhooks
    lifetime = datetime.timedelta(days=webhooks.webhook_days)
    receivers = WebReceivers(build_poster(settings))
    return SubscriptionTerms(webhooks.subscriptions, lifetime, receivers)


def _clock_of(today: datetime.date | None) -> Clock:
    """The clock of the service, which may stay on one day: due dates and overdue amounts, what
    is aged and what ``now()`` gives depend on it."""

    def now() -> datetime.datetime:
        moment = datetime.datetime.now(datetime.UTC)
        return moment if today is None else datetime.datetime.combine(today, moment.timetz())

    return now


def _engine_settings(settings: Settings) -> EngineSettings:
    return EngineSettings(
        secret=settings.secret_key.encode(),
        page_size=settings.page_size,
        plan_cache_size=settings.cached_plans,
        limits=settings.query_limits,
        key_as_segment=settings.key_as_segment,
        mismatch_status=settings.etag_mismatch_status,
        require_if_match_on_delete=settings.require_if_match_on_delete,
        plain_enums=settings.enum_style == "plain",
        guard_csv_formulas=settings.guard_csv_formulas,
        scope_type=COMPANY_TYPE,
        put_replaces=False,
        batch_limit=settings.quotas.batch_limit,
        batch_octets=settings.limits.batch_answer,
        query_octets=settings.limits.query_body,
        json=JsonLimits(depth=settings.limits.json_depth),
        changed_entities=settings.quotas.changed_entities,
        operation_entities=settings.quotas.operation_entities,
        changes_kept=settings.retention.changes,
        answers_kept=settings.retention.answers,
        schema_versions=("2.0", "2.1"),
    )
