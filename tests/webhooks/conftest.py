"""The service with receivers on this machine allowed, and the worker, driven round by round."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import peewee
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.cli.notify import build_notifier
from app.config import Settings
from app.factory import create_app
from app.webhook_settings import Webhooks
from app.webhooks.notifier import Notifier
from models.availability import discard_connection
from models.database import bind, database
from models.demo.identifiers import CRONUS
from models.webhook_tables import (
    Subscription,
    WebhookChange,
    WebhookDelivery,
    WebhookMessage,
    WebhookState,
)
from tests.integration.service import Service
from tests.webhooks.receiver import Receiver, receiving

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
NEAR = {"webhook_plain_http": True, "webhook_private_targets": True, "webhook_delay": 0}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@dataclass
class Webhooking:
    """The service, its receiver, and a worker with a clock of its own."""

    service: Service
    receiver: Receiver
    url: str
    settings: Settings
    ahead: datetime.timedelta = datetime.timedelta(0)

    def worker(self) -> Notifier:
        """A worker that begins where the last one stopped."""
        notifier = build_notifier(self.settings, database.obj)
        notifier.clock = lambda: datetime.datetime.now(datetime.UTC) + self.ahead
        return notifier

    def deliver(self) -> None:
        """One round of a worker, which then goes."""
        worker = self.worker()
        worker.work()
        worker.queue.release()

    def later(self, **span: float) -> None:
        """Move the clock of the worker on."""
        self.ahead += datetime.timedelta(**span)

    def subscribe(self, resource: str = CUSTOMERS, **more: object) -> dict:
        """A new subscription of the receiver."""
        body = {"notificationUrl": self.receiver.url, "resource": resource, **more}
        answer = self.service.post("subscriptions", body)
        assert answer.status_code == 201, answer.text
        return answer.json

    def forget(self) -> None:
        """Begin as if nobody had subscribed and nothing been told."""
        for model in (Subscription, WebhookChange, WebhookMessage, WebhookDelivery):
            model.delete().execute()
        WebhookState.update(holder="").execute()
        self.deliver()

    def subscriptions(self) -> list[dict]:
        """All that there are."""
        return self.service.get("subscriptions")["value"]

    def deliveries(self) -> list[tuple]:
        """Attempt, status and outcome of each line of the log."""
        rows = self.service.get("webhookDeliveries")["value"]
        return [(row["attempt"], row["status"], row["outcome"]) for row in rows]


@dataclass(frozen=True)
class _Lasting:
    """A service that outlives a test, with the database that its models are bound to."""

    url: str
    host: Flask
    database: peewee.Database


@pytest.fixture(scope="session")
def lasting_webhooks() -> dict[str, _Lasting]:
    return {}


@pytest.fixture
def webhooks(databases, lasting_webhooks, fill_demo, receiver) -> Iterator[Webhooking]:
    """The service over demo data in which nobody has subscribed yet."""
    name = f"webhooks_{type(databases.host).__name__.lower()}"
    if name not in lasting_webhooks:
        url = databases.host.create(name)
        fill_demo(url)
        host = create_app(Settings(database_url=url, webhooks=Webhooks(**NEAR)))
        lasting_webhooks[name] = _Lasting(url, host, database.obj)
    lasting = lasting_webhooks[name]
    bind(lasting.database)
    found = _webhooking(lasting.host.test_client(), lasting.url, receiver, Webhooks(**NEAR))
    found.forget()
    yield found
    discard_connection()


@pytest.fixture
def webhooks_with(webhooks, start_service) -> Callable[..., Webhooking]:
    """Gives the same service with other settings: ``webhooks_with(webhook_delay=30)``."""

    def start(**changed: object) -> Webhooking:
        own = Webhooks(**{**NEAR, **changed})
        client = start_service(webhooks.url, webhooks=own)
        return _webhooking(client, webhooks.url, webhooks.receiver, own)

    return start


def _webhooking(
    client: FlaskClient, url: str, receiver: Receiver, settings: Webhooks
) -> Webhooking:
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
    return Webhooking(Service(client), receiver, url, Settings(database_url=url, webhooks=settings))
