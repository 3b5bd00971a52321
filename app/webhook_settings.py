"""The settings of webhooks: who may be notified, when, and for how long it is tried."""

from __future__ import annotations

from dataclasses import dataclass

from app.settings_reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """Days, seconds and hours are in the names; ``private_targets`` lets receivers be on this
    machine and in private networks, ``plain_http`` lets them do without https."""

    subscriptions: int = 200
    webhook_days: int = 3
    webhook_delay: int = 30
    webhook_timeout: int = 5
    webhook_retry_hours: int = 36
    webhook_log_days: int = 30
    webhook_plain_http: bool = False
    webhook_private_targets: bool = False
    webhook_worker: bool = True


def read_webhooks(reader: Reader) -> Webhooks:
    """The settings of webhooks."""
    default = Webhooks()
    return Webhooks(
        subscriptions=reader.number("MAX_SUBSCRIPTIONS", default.subscriptions, 0, 10_000),
        webhook_days=reader.number("WEBHOOK_DAYS", default.webhook_days, 1, 365),
        webhook_delay=reader.number("WEBHOOK_DELAY", default.webhook_delay, 0, 3600),
        webhook_timeout=reader.number("WEBHOOK_TIMEOUT", default.webhook_timeout, 1, 30),
        webhook_retry_hours=reader.number(
            "WEBHOOK_RETRY_HOURS", default.webhook_retry_hours, 0, 720
        ),
        webhook_log_days=reader.number("WEBHOOK_LOG_DAYS", default.webhook_log_days, 1, 3650),
        webhook_plain_http=reader.boolean("WEBHOOK_PLAIN_HTTP", default=default.webhook_plain_http),
        webhook_private_targets=reader.boolean(
            "WEBHOOK_PRIVATE_TARGETS", default=default.webhook_private_targets
        ),
        webhook_worker=reader.boolean("WEBHOOK_WORKER", default=default.webhook_worker),
    )
