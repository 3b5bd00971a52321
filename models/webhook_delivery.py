"""The log of deliveries, as administrators read it: whom a notification has reached."""

from __future__ import annotations

from models.company import READ_ONLY
from models.grants import LOG
from models.surroundings import Surroundings
from models.webhook_tables import WebhookDelivery
from odata.sql.expose import Exposure, column


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``webhookDeliveries``."""
    model = WebhookDelivery
    return Exposure(
        model,
        "webhookDelivery",
        "webhookDeliveries",
        properties=(
            column(model.sequence, computed=True),
            column(model.subscription_id, computed=True),
            column(model.notification_url, computed=True),
            column(model.notifications, computed=True),
            column(model.attempt, computed=True),
            column(model.status, computed=True),
            column(model.outcome, computed=True),
            column(model.detail, computed=True),
            column(model.correlation_id, computed=True),
            column(model.at, "attemptedAt", computed=True),
            column(model.milliseconds, computed=True),
        ),
        key=("sequence",),
        default_order=("sequence",),
        capabilities=READ_ONLY,
        is_logged=False,
        grants=LOG,
    )
