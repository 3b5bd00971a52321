"""Subscriptions: who is told of changes to an entity set, and where (reference §13)."""

from __future__ import annotations

import datetime
import threading
import uuid

from models.base import milliseconds
from models.grants import WEBHOOKS
from models.subscription_resource import read_resource
from models.subscription_terms import NOTIFICATION_URL, SubscriptionTerms
from models.surroundings import Surroundings
from models.webhook_tables import OWNED, Subscription, WebhookState
from odata.edm.annotations import IS_URL
from odata.edm.model import Capabilities
from odata.errors import RuleError
from odata.query.change import Change, OutsideCallError, Rules
from odata.sql.expose import Exposure, column

_LONGEST = 2048
# The same caller has the same id everywhere.
_NAMES = uuid.UUID("6f1c1f0e-6a4b-4a8e-9f55-2d0c7a1c9b11")
_URL, _EXPIRY = NOTIFICATION_URL, "expirationDateTime"


class _Confirmed(threading.local):
    """The handshake that was made between the two tries of a change of this thread."""

    handshake: tuple[str, datetime.datetime, str] | None = None


class SubscriptionRules(Rules):
    """The handshake, the resource, the expiry, the number of subscriptions."""

    def __init__(self, terms: SubscriptionTerms) -> None:
        self._terms = terms
        self._confirmed = _Confirmed()

    def before_create(self, change: Change) -> None:
        """Check everything, then have the receiver asked."""
        self._follow(change)
        self._check_url(change)
        self._check_number(change)
        self._shake_hands(change)
        user = str(uuid.uuid5(_NAMES, change.actor))
        change.values |= {
            "subscriptionId": uuid.uuid4().hex,
            "userId": user,
            "systemCreatedAt": milliseconds(change.now),
            "systemCreatedBy": user,
        }
        self._renew(change)

    def before_update(self, change: Change) -> None:
        """Every update is a renewal: the receiver is asked again."""
        self._follow(change)
        self._check_url(change)
        self._shake_hands(change)
        self._renew(change)

    def after_delete(self, change: Change) -> None:
        """What was to be told is told to nobody."""
        for table in OWNED:
            change.rows.delete(table, table.subscription_id == change.key["subscriptionId"])

    def _follow(self, change: Change) -> None:
        followed = read_resource(str(change.value("resource")), change.sight)
        change.values |= {
            ".path": followed.path,
            ".scope": followed.scope,
            ".entity_set": followed.entity_set,
            ".is_key_quoted": followed.is_key_quoted,
            ".has_instants": followed.has_instants,
            ".entity_key": followed.entity_key,
        }

    def _check_url(self, change: Change) -> None:
        url = str(change.value(_URL))
        if len(url) > _LONGEST:
            raise RuleError(
                f"The notification URL is longer than {_LONGEST} characters.", target=_URL
            )
        self._terms.receivers.check(url)

    def _check_number(self, change: Change) -> None:
        # Whoever comes second waits here, so that both do not find the last free place.
        WebhookState.update(subscriptions=WebhookState.subscriptions + 1).execute()
        alive = Subscription.select().where(Subscription.expires_at > change.now).count()
        if alive >= self._terms.most:
            raise RuleError(
                f"The maximum number of subscriptions, {self._terms.most}, has been reached."
            )

    def _shake_hands(self, change: Change) -> None:
        handshake = (str(change.value(_URL)), change.now, change.actor)
        confirmed, self._confirmed.handshake = self._confirmed.handshake, None
        if confirmed == handshake:
            return

        def ask() -> None:
            self._terms.receivers.confirm(handshake[0])
            self._confirmed.handshake = handshake

        raise OutsideCallError(ask)

    def _renew(self, change: Change) -> None:
        now = milliseconds(change.now)
        change.values |= {
            _EXPIRY: now + self._terms.lifetime,
            "timestamp": int(now.timestamp() * 1000),
            "lastModifiedDateTime": now,
            "systemModifiedAt": now,
            "systemModifiedBy": str(uuid.uuid5(_NAMES, change.actor)),
        }


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``subscriptions``."""
    model = Subscription
    return Exposure(
        model,
        "subscription",
        "subscriptions",
        properties=(
            column(model.subscription_id, computed=True),
            column(model.notification_url, required=True, annotations=((IS_URL, True),)),
            column(model.resource, required=True),
            column(model.timestamp, computed=True, nullable=True),
            column(model.user_id, computed=True, nullable=True),
            column(model.last_modified, "lastModifiedDateTime", computed=True, nullable=True),
            column(model.client_state, unset=""),
            column(model.expires_at, _EXPIRY, computed=True, nullable=True),
            column(model.created_at, "systemCreatedAt", computed=True, nullable=True),
            column(model.created_by, "systemCreatedBy", computed=True, nullable=True),
            column(model.modified_at, "systemModifiedAt", computed=True, nullable=True),
            column(model.modified_by, "systemModifiedBy", computed=True, nullable=True),
        ),
        key=("subscriptionId",),
        entity_tag=model.etag,
        default_order=("subscriptionId",),
        capabilities=Capabilities(),
        rules=SubscriptionRules(around.terms),
        # The log of changes would show the state that a receiver knows its notifications by.
        is_logged=False,
        grants=WEBHOOKS,
    )
