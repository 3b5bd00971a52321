"""Notifications: what is told, when, and what becomes of it where nobody listens."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from app.webhooks.notifier import read_silence
from models.demo.identifiers import ADATUM
from models.webhook_tables import WebhookMessage
from tests.integration.callers import with_roles
from tests.webhooks.conftest import CUSTOMERS

PATH = CUSTOMERS[1:]


def create(webhooks, name="New"):
    answer = webhooks.service.post(CUSTOMERS, {"displayName": name})
    assert answer.status_code == 201, answer.text
    return answer.json


def change(webhooks, key, **values):
    assert webhooks.service.patch(f"{CUSTOMERS}({key})", values).status_code == 200


def told(webhooks):
    """Which change of which entity has been told."""
    return [(item["resource"], item["changeType"]) for item in webhooks.receiver.told]


@pytest.mark.bc(66)
def test_a_change_is_told_once_with_all_that_the_reference_names(webhooks):
    made = webhooks.subscribe(clientState="secret")
    created = create(webhooks)
    webhooks.deliver()
    webhooks.deliver()

    assert webhooks.receiver.bodies == [
        {
            "value": [
                {
                    "subscriptionId": made["subscriptionId"],
                    "clientState": "secret",
                    "expirationDateTime": made["expirationDateTime"],
                    "resource": f"{PATH}({created['id']})",
                    "changeType": "created",
                    "lastModifiedDateTime": created["lastModifiedDateTime"],
                }
            ]
        }
    ]
    (headers,) = webhooks.receiver.headers
    assert headers["Content-Type"] == "application/json"
    assert headers["x-ms-correlation-id"] == headers["clientRequestId"]
    assert webhooks.deliveries() == [(1, 202, "delivered")]


def test_what_is_refused_is_not_told(webhooks):
    webhooks.subscribe()
    assert webhooks.service.post(CUSTOMERS, {"displayName": ""}).status_code == 400
    webhooks.deliver()

    assert webhooks.receiver.told == []


def test_changes_of_other_sets_and_companies_are_not_told(webhooks):
    webhooks.subscribe(CUSTOMERS.replace("customers", "vendors"))
    create(webhooks)
    webhooks.deliver()

    assert webhooks.receiver.told == []


def test_changes_of_one_entity_are_merged_within_the_delay(webhooks_with):
    webhooks = webhooks_with(webhook_delay=30)
    webhooks.subscribe()
    kept, gone = create(webhooks), create(webhooks)
    change(webhooks, kept["id"], city="Macon")
    change(webhooks, ADATUM, city="Macon")
    webhooks.deliver()
    change(webhooks, ADATUM, city="Atlanta")
    webhooks.service.delete(f"{CUSTOMERS}({gone['id']})")
    webhooks.deliver()
    assert webhooks.receiver.told == []

    webhooks.later(seconds=31)
    webhooks.deliver()

    assert sorted(told(webhooks)) == sorted(
        [(f"{PATH}({kept['id']})", "created"), (f"{PATH}({ADATUM})", "updated")]
    )


@pytest.mark.parametrize(
    ("heads", "lines"),
    [
        ("salesInvoices", "salesInvoiceLines"),
        ("salesOrders", "salesOrderLines"),
        ("salesQuotes", "salesQuoteLines"),
        ("salesCreditMemos", "salesCreditMemoLines"),
    ],
)
def test_a_change_of_a_line_is_told_of_its_document(webhooks, heads, lines):
    documents = CUSTOMERS.replace("customers", heads)
    service = webhooks.service
    body = {"customerId": ADATUM, lines: [{"description": "One"}, {"description": "Two"}]}
    document = service.post(documents, body).json
    path = f"{documents}({document['id']})"
    webhooks.deliver()
    webhooks.subscribe(documents)
    first, second = service.get(f"{path}/{lines}")["value"]

    def says(change, answer):
        assert answer.status_code < 300, answer.text
        webhooks.deliver()
        item = webhooks.receiver.told.pop() if webhooks.receiver.told else {}
        webhooks.receiver.bodies.clear()
        assert item.get("changeType") == change

    line = f"{path}/{lines}({first['id']})"
    says("updated", service.patch(line, {"description": "Other words"}))
    assert service.get(path)["@odata.etag"] == document["@odata.etag"]
    says(None, service.patch(line, {"description": "Other words"}))
    says("updated", service.post(f"{path}/{lines}", {"description": "Three"}))
    says("updated", service.delete(f"{path}/{lines}({second['id']})"))
    says("deleted", service.delete(path))
    says("created", service.post(documents, body))


def test_a_change_that_changes_nothing_is_not_told(webhooks):
    webhooks.subscribe()
    city = webhooks.service.get(f"{CUSTOMERS}({ADATUM})")["city"]
    change(webhooks, ADATUM, city=city)
    webhooks.deliver()

    assert webhooks.receiver.told == []


def test_more_than_a_thousand_changes_are_one_of_the_collection(webhooks, monkeypatch):
    monkeypatch.setattr("models.webhook_changes.MOST_ENTITIES", 3)
    webhooks.subscribe()
    rows = [create(webhooks, f"New {number}") for number in range(4)]
    webhooks.deliver()

    (item,) = webhooks.receiver.told
    assert item["changeType"] == "collection"
    path, _, query = item["resource"].partition("?")
    assert path == PATH
    assert query.startswith("$filter=lastModifiedDateTime%20gt%20")
    found = webhooks.service.ask(f"/{item['resource']}").json["value"]
    assert {row["id"] for row in rows} <= {row["id"] for row in found}
    assert len(found) < 10


def test_subscriptions_of_one_address_share_a_request(webhooks):
    webhooks.subscribe(clientState="a")
    webhooks.subscribe(clientState="b")
    create(webhooks)
    webhooks.deliver()

    (body,) = webhooks.receiver.bodies
    assert sorted(item["clientState"] for item in body["value"]) == ["a", "b"]


@pytest.mark.bc(66)
@pytest.mark.parametrize("status", [408, 429, 503])
def test_a_receiver_in_trouble_is_tried_again(webhooks, status):
    webhooks.subscribe()
    webhooks.receiver.status = status
    first = create(webhooks)
    webhooks.deliver()
    second = create(webhooks)
    webhooks.deliver()
    webhooks.receiver.status = 200
    webhooks.later(seconds=61)
    webhooks.deliver()
    webhooks.deliver()

    paths = [f"{PATH}({row['id']})" for row in (first, first, second)]
    assert told(webhooks) == [(path, "created") for path in paths]
    assert webhooks.deliveries() == [
        (1, status, "retried"),
        (2, 200, "delivered"),
        (1, 200, "delivered"),
    ]


def test_a_receiver_is_left_alone_for_as_long_as_it_asks(webhooks):
    vendors = CUSTOMERS.replace("customers", "vendors")
    webhooks.subscribe()
    webhooks.subscribe(vendors)
    webhooks.receiver.status, webhooks.receiver.retry_after = 429, "120"
    create(webhooks)
    webhooks.deliver()
    webhooks.receiver.status = 200
    assert webhooks.service.post(vendors, {"displayName": "New"}).status_code == 201
    webhooks.later(seconds=61)
    webhooks.deliver()
    assert len(webhooks.receiver.bodies) == 1

    webhooks.later(seconds=60)
    webhooks.deliver()

    sets = [path.rpartition("/")[2].partition("(")[0] for path, _ in told(webhooks)]
    assert (sets[0], sorted(sets[1:])) == ("customers", ["customers", "vendors"])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("Tue, 10 Mar 2026 09:01:30 GMT", 90),
        ("Tue, 10 Mar 2026 08:00:00 GMT", 0),
        ("99999999999999999999", 86_400),
        ("soon", 0),
        ("", 0),
    ],
)
def test_how_long_a_receiver_asks_to_wait(text, seconds):
    now = datetime.datetime(2026, 3, 10, 9, tzinfo=datetime.UTC)

    assert read_silence(text, now).total_seconds() == seconds


@pytest.mark.bc(66)
@pytest.mark.parametrize("status", [301, 404, 410])
def test_a_receiver_that_says_no_loses_its_subscription(webhooks, status):
    webhooks.subscribe()
    webhooks.receiver.status = status
    webhooks.receiver.location = f"http://127.0.0.1:{webhooks.receiver.port}/elsewhere"
    create(webhooks)
    webhooks.deliver()

    assert len(webhooks.receiver.bodies) == 1
    assert webhooks.subscriptions() == []
    assert webhooks.deliveries() == [(1, status, "refused")]
    assert WebhookMessage.select().count() == 0


def test_after_36_hours_of_silence_it_is_given_up(webhooks_with):
    webhooks = webhooks_with(webhook_days=5)
    webhooks.subscribe()
    webhooks.receiver.status = 500
    create(webhooks)
    webhooks.deliver()
    for minutes in (1, 1, 10, 100, 1000, 1000):
        assert len(webhooks.subscriptions()) == 1
        webhooks.later(minutes=minutes, seconds=1)
        webhooks.deliver()

    assert webhooks.subscriptions() == []
    outcomes = [outcome for _, _, outcome in webhooks.deliveries()]
    assert outcomes == ["retried"] * 6 + ["givenUp"]


def test_what_is_over_is_removed_and_told_nothing(webhooks):
    webhooks.subscribe()
    create(webhooks)
    webhooks.later(days=3, seconds=1)
    webhooks.deliver()

    assert webhooks.receiver.told == []
    assert webhooks.subscriptions() == []
    assert webhooks.deliveries() == [(0, 0, "expired")]


def test_the_log_of_deliveries_is_for_administrators(webhooks):
    statuses = [
        with_roles(webhooks.service, role).ask("webhookDeliveries").status_code
        for role in ("reader", "writer", "administrator")
    ]

    assert statuses == [404, 404, 200]


def test_one_worker_works_at_a_time_and_another_takes_over(webhooks):
    webhooks.subscribe()
    create(webhooks)
    first, second = webhooks.worker(), webhooks.worker()
    object.__setattr__(second.queue, "holder", "another")
    first._holds()
    second.work()
    assert webhooks.receiver.told == []

    webhooks.later(seconds=16)
    second.work()

    assert len(webhooks.receiver.told) == 1


@contextmanager
def start_worker(webhooks):
    environment = {name: value for name, value in os.environ.items() if "KONTOR" not in name}
    environment |= {
        "KONTOR_DATABASE_URL": webhooks.url,
        "KONTOR_WEBHOOK_DELAY": "0",
        "KONTOR_WEBHOOK_PLAIN_HTTP": "true",
        "KONTOR_WEBHOOK_PRIVATE_TARGETS": "true",
        "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path]),  # noqa: PTH109 - as a text
    }
    with subprocess.Popen(
        [sys.executable, "-c", "from app.cli import main; main()", "notify"],
        env=environment,
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_worker_that_is_killed_loses_nothing(webhooks):
    webhooks.subscribe()
    webhooks.receiver.patience = 1.0
    created = [create(webhooks, f"New {number}")["id"] for number in range(3)]
    with start_worker(webhooks) as process:
        wait_for(lambda: WebhookMessage.select().exists())
        process.send_signal(signal.SIGKILL)
    webhooks.receiver.patience = 0.0
    created.append(create(webhooks)["id"])
    webhooks.later(seconds=16)
    webhooks.deliver()
    webhooks.deliver()

    found = {item["resource"] for item in webhooks.receiver.told}
    assert found == {f"{PATH}({key})" for key in created}


def test_a_worker_delivers_by_itself_and_ends_when_it_is_asked_to(webhooks):
    webhooks.subscribe()
    with start_worker(webhooks) as process:
        create(webhooks)
        wait_for(lambda: webhooks.receiver.told)
        process.terminate()
        assert process.wait(10) == 0


def wait_for(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_position_moves_on_where_nobody_has_subscribed(webhooks):
    create(webhooks)
    webhooks.deliver()
    webhooks.subscribe()
    webhooks.deliver()

    assert json.dumps(webhooks.receiver.told) == "[]"
