"""The settings: environment variables named ``KONTOR_...``, read once and checked."""

from __future__ import annotations

import datetime
import functools
import hashlib
import ipaddress
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar
from urllib.parse import urlsplit

from app.identity_settings import Identity, identity_faults, read_identity
from app.limits import Limits, read_limits
from app.query_settings import read_query_limits
from app.retention import Retention, read_retention
from app.webhook_settings import Webhooks, read_webhooks
from models.extra_fields import ExtraField, ExtraFieldsError, read_extra_fields
from models.templates import Template, TemplatesError, read_templates
from odata.query.limits import QueryLimits

PREFIX = "KONTOR_"
# Known to everybody: it signs page tokens of a service that only this machine can reach.
DEVELOPMENT_SECRET = hashlib.sha256(b"kontor development secret").hexdigest()

_LOG_LEVELS = ("debug", "info", "warning", "error")
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_SECRET_LENGTH = 32
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_ORIGIN = re.compile(r"\*|https?://[a-z0-9.-]+(?::\d+)?", re.IGNORECASE)
_NETWORK = re.compile(r"\*|[0-9a-f.:]+(?:/\d{1,3})?", re.IGNORECASE)
_DATABASE = re.compile(r"sqlite:///.+|postgres(?:ql)?://.+")

Value = TypeVar("Value")


class SettingsError(Exception):
    """Settings that contradict their rules; one sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class Mode(Enum):
    """How strict the service is about its surroundings."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """How much one caller may ask and how long an answer may take, in requests and seconds; a
    limit of 0 is no bound (Business Central reference §14). Processes count together in a
    directory."""

    rate_limit: int = 0
    rate_window: int = 300
    concurrent_limit: int = 0
    queue_limit: int = 95
    queue_timeout: int = 480
    operation_timeout: int = 30
    lock_timeout: int = 5
    batch_limit: int = 100
    changed_entities: int = 1000
    operation_entities: int = 10_000
    quota_directory: str | None = None

    @property
    def are_set(self) -> bool:
        """Whether requests are counted at all."""
        return bool(self.rate_limit or self.concurrent_limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where and with how many hands the service listens."""

    bind: str = "127.0.0.1"
    port: int = 8080
    workers: int = 2
    threads: int = 4
    forwarded_allow_ips: tuple[str, ...] = ()

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can connect."""
        return is_loopback(self.bind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of the service."""

    mode: Mode = Mode.DEVELOPMENT
    database_url: str = "sqlite:///var/kontor.db"
    secret_key: str = DEVELOPMENT_SECRET
    public_url: str | None = None
    trusted_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ("*",)
    page_size: int = 20000
    cached_plans: int = 1000
    etag_mismatch_status: int = 409
    enum_style: str = "plain"
    require_if_match_on_delete: bool = True
    guard_csv_formulas: bool = False
    compression: str = "auto"
    log_level: str = "info"
    log_format: str = "json"
    hsts_seconds: int = 31_536_000
    server: Server = Server()
    limits: Limits = field(default_factory=Limits)
    identity: Identity = field(default_factory=Identity)
    quotas: Quotas = Quotas()
    query_limits: QueryLimits = field(default_factory=QueryLimits)
    webhooks: Webhooks = field(default_factory=Webhooks)
    key_as_segment: bool = False
    retention: Retention = field(default_factory=Retention)
    extra_fields: tuple[ExtraField, ...] = ()
    templates: tuple[Template, ...] = ()
    today: datetime.date | None = None

    @property
    def is_production(self) -> bool:
        """Whether nothing that is meant for trying out may be accepted."""
        return self.mode is Mode.PRODUCTION

    @property
    def has_known_secret(self) -> bool:
        """Whether everybody could sign in the name of the service."""
        return self.secret_key == DEVELOPMENT_SECRET


_DEFAULT = Settings()


def read_settings() -> Settings:
    """The settings of the environment; raises ``SettingsError`` with a sentence for each fault."""
    reader = _Reader()
    settings = _read(reader)
    faults = [*reader.faults, *_contradictions(settings)]
    if faults:
        raise SettingsError(faults)
    return settings


class _Reader:
    """Reads variables and collects what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def read(
        self, name: str, default: Value, parse: Callable[[str], Value], expected: str
    ) -> Value:
        """The value of a variable; the default where it is unset, empty or wrong."""
        text = os.environ.get(f"{PREFIX}{name}", "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            shown = "" if name == "SECRET_KEY" else f", not {text!r}"
            self.faults.append(f"{PREFIX}{name} must be {expected}{shown}")
            return default

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        expected = f"a whole number from {least} to {most}"
        return self.read(name, default, lambda text: _bounded(text, least, most), expected)

    def choice(self, name: str, default: str, *choices: str) -> str:
        """One of a few words."""
        return self.read(name, default, lambda text: _one_of(text, choices), _or(choices))

    def boolean(self, name: str, *, default: bool) -> bool:
        """True or false."""
        return self.read(name, default, _boolean, "true or false")

    def words(self, name: str, form: re.Pattern[str], expected: str) -> tuple[str, ...]:
        """Words between commas, each of one form."""
        return self.read(name, (), lambda text: _words(text, form), expected)


def _read(reader: _Reader) -> Settings:
    mode = Mode(reader.choice("MODE", _DEFAULT.mode.value, *(mode.value for mode in Mode)))
    development = mode is Mode.DEVELOPMENT
    origins = reader.words("CORS_ORIGINS", _ORIGIN, "* or origins such as https://shop.example")
    secret = reader.read(
        "SECRET_KEY", "", _secret, f"a text of at least {_SECRET_LENGTH} characters"
    )
    return Settings(
        mode=mode,
        database_url=reader.read(
            "DATABASE_URL",
            _DEFAULT.database_url,
            lambda text: _matching(text, _DATABASE),
            "sqlite:///path or postgresql://user@host/name",
        ),
        secret_key=secret or (DEVELOPMENT_SECRET if development else ""),
        public_url=reader.read(
            "PUBLIC_URL", None, _base_url, "an address such as https://erp.example"
        ),
        trusted_hosts=reader.words("TRUSTED_HOSTS", _HOST, "host names without ports"),
        cors_origins=origins or (_DEFAULT.cors_origins if development else ()),
        page_size=reader.number("PAGE_SIZE", _DEFAULT.page_size, 1, 20000),
        cached_plans=reader.number("CACHED_PLANS", _DEFAULT.cached_plans, 10, 100_000),
        etag_mismatch_status=int(reader.choice("ETAG_MISMATCH_STATUS", "409", "409", "412")),
        enum_style=reader.choice("ENUM_STYLE", _DEFAULT.enum_style, "plain", "encoded"),
        require_if_match_on_delete=reader.boolean(
            "REQUIRE_IF_MATCH_ON_DELETE", default=_DEFAULT.require_if_match_on_delete
        ),
        guard_csv_formulas=reader.boolean(
            "GUARD_CSV_FORMULAS", default=_DEFAULT.guard_csv_formulas
        ),
        compression=reader.choice("COMPRESSION", _DEFAULT.compression, "auto", "on", "off"),
        log_level=reader.choice("LOG_LEVEL", _DEFAULT.log_level, *_LOG_LEVELS),
        log_format=reader.choice("LOG_FORMAT", _DEFAULT.log_format, "json", "plain"),
        hsts_seconds=reader.number("HSTS_SECONDS", _DEFAULT.hsts_seconds, 0, 10**9),
        server=_read_server(reader),
        limits=read_limits(reader),
        identity=read_identity(reader),
        quotas=_read_quotas(reader),
        query_limits=read_query_limits(reader),
        webhooks=read_webhooks(reader),
        key_as_segment=reader.boolean("KEY_AS_SEGMENT", default=_DEFAULT.key_as_segment),
        retention=read_retention(reader),
        extra_fields=_read_extra_fields(reader),
        templates=_read_templates(reader),
        today=reader.read("TODAY", None, datetime.date.fromisoformat, "a day such as 2026-03-31"),
    )


def _read_extra_fields(reader: _Reader) -> tuple[ExtraField, ...]:
    path = reader.read("EXTRA_FIELDS", "", str, "the path of a file")
    try:
        return read_extra_fields(path) if path else ()
    except ExtraFieldsError as error:
        reader.faults += (f"{PREFIX}EXTRA_FIELDS: {fault}" for fault in error.faults)
        return ()


def _read_templates(reader: _Reader) -> tuple[Template, ...]:
    path = reader.read("TEMPLATES", "", str, "the path of a file")
    try:
        return read_templates(path) if path else ()
    except TemplatesError as error:
        reader.faults += (f"{PREFIX}TEMPLATES: {fault}" for fault in error.faults)
        return ()


def _read_server(reader: _Reader) -> Server:
    default = _DEFAULT.server
    return Server(
        bind=reader.read("BIND", default.bind, _address, "an IP address or localhost"),
        port=reader.number("PORT", default.port, 0, 65535),
        workers=reader.number("WORKERS", default.workers, 1, 256),
        threads=reader.number("THREADS", default.threads, 1, 256),
        forwarded_allow_ips=reader.read(
            "FORWARDED_ALLOW_IPS", (), _networks, "addresses of proxies, or *"
        ),
    )


def _read_quotas(reader: _Reader) -> Quotas:
    default = _DEFAULT.quotas
    return Quotas(
        rate_limit=reader.number("RATE_LIMIT", default.rate_limit, 0, 1_000_000),
        rate_window=reader.number("RATE_WINDOW", default.rate_window, 1, 86_400),
        concurrent_limit=reader.number("CONCURRENT_LIMIT", default.concurrent_limit, 0, 1000),
        queue_limit=reader.number("QUEUE_LIMIT", default.queue_limit, 0, 1000),
        queue_timeout=reader.number("QUEUE_TIMEOUT", default.queue_timeout, 0, 3600),
        operation_timeout=reader.number("OPERATION_TIMEOUT", default.operation_timeout, 1, 3600),
        lock_timeout=reader.number("LOCK_TIMEOUT", default.lock_timeout, 1, 600),
        batch_limit=reader.number("BATCH_LIMIT", default.batch_limit, 1, 10_000),
        changed_entities=reader.number("MAX_CHANGED_ENTITIES", default.changed_entities, 1, 10_000),
        operation_entities=reader.number(
            "MAX_OPERATION_ENTITIES", default.operation_entities, 1, 100_000
        ),
        quota_directory=reader.read(
            "QUOTA_DIRECTORY", default.quota_directory, str, "the path of a directory"
        ),
    )


def _contradictions(settings: Settings) -> list[str]:
    faults = identity_faults(settings.identity, PREFIX)
    if not settings.is_production:
        return faults
    if not settings.secret_key:
        faults.append(f"{PREFIX}SECRET_KEY must be set in production")
    if settings.today is not None:
        faults.append(f"{PREFIX}TODAY is for tests and must not be set in production")
    if settings.has_known_secret:
        faults.append(f"{PREFIX}SECRET_KEY must not be the one of development in production")
    if settings.public_url is None and not settings.trusted_hosts:
        faults.append(f"{PREFIX}PUBLIC_URL or {PREFIX}TRUSTED_HOSTS must be set in production")
    return faults


@functools.lru_cache(maxsize=1024)
def is_loopback(address: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _bounded(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text) or not least <= int(text) <= most:
        raise ValueError(text)
    return int(text)


def _one_of(text: str, choices: tuple[str, ...]) -> str:
    if text.lower() not in choices:
        raise ValueError(text)
    return text.lower()


def _matching(text: str, form: re.Pattern[str]) -> str:
    if not form.fullmatch(text):
        raise ValueError(text)
    return text


def _words(text: str, form: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(_matching(word.strip(), form) for word in text.split(",") if word.strip())


def _networks(text: str) -> tuple[str, ...]:
    words = _words(text, _NETWORK)
    for word in words:
        if word != "*":
            ipaddress.ip_network(word, strict=False)
    return words


def _boolean(text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise ValueError(text)
    return _BOOLEANS[text.lower()]


def _secret(text: str) -> str:
    if len(text) < _SECRET_LENGTH:
        raise ValueError
    return text


def _address(text: str) -> str:
    if text != "localhost":
        ipaddress.ip_address(text)
    return text


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(text)
    return text.rstrip("/")


def _or(choices: tuple[str, ...]) -> str:
    return " or ".join(choices)
