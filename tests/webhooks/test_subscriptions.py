"""Subscriptions over HTTP: the handshake, renewal, what is refused."""

from __future__ import annotations

import datetime

import pytest

from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY
from models.webhook_tables import Subscription
from tests.integration.callers import with_roles
from tests.integration.service import UNKNOWN_ID, error_of
from tests.webhooks.conftest import CUSTOMERS


def at(text):
    return datetime.datetime.fromisoformat(text)


@pytest.mark.bc(66)
def test_who_answers_the_handshake_is_subscribed_for_three_days(webhooks):
    made = webhooks.subscribe(clientState="secret")

    assert len(webhooks.receiver.handshakes) == 1
    assert made["notificationUrl"] == webhooks.receiver.url
    assert made["resource"] == CUSTOMERS
    assert made["clientState"] == "secret"
    assert made["@odata.etag"]
    created, expiry = at(made["systemCreatedAt"]), at(made["expirationDateTime"])
    assert expiry - created == datetime.timedelta(days=3)


@pytest.mark.parametrize(
    "resource",
    [
        f"companies({CRONUS})/customers",
        f"api/v2.0/companies({CRONUS})/customers",
        f"https://erp.example/v2.0/production/api/v2.0/companies({CRONUS})/customers",
    ],
)
def test_a_resource_may_be_written_in_several_ways(webhooks, resource):
    webhooks.subscribe(resource)
    webhooks.service.post(CUSTOMERS, {"displayName": "New"})
    webhooks.deliver()

    (told,) = webhooks.receiver.told
    assert told["resource"].startswith(f"{CUSTOMERS[1:]}(")


@pytest.mark.parametrize("key", [ADATUM, f"id={ADATUM.upper()}"])
def test_a_single_entity_may_be_followed(webhooks, key):
    webhooks.subscribe(f"{CUSTOMERS}({key})")
    webhooks.service.post(CUSTOMERS, {"displayName": "Another"})
    webhooks.service.patch(f"{CUSTOMERS}({ADATUM})", {"city": f"Macon {len(key)}"})
    webhooks.deliver()

    told = [(item["resource"], item["changeType"]) for item in webhooks.receiver.told]
    assert told == [(f"{CUSTOMERS[1:]}({ADATUM})", "updated")]


@pytest.mark.bc(66)
def test_a_wrong_echo_is_refused(webhooks):
    webhooks.receiver.echo = "something else"

    answer = webhooks.service.post(
        "subscriptions", {"notificationUrl": webhooks.receiver.url, "resource": CUSTOMERS}
    )

    status, code, message = error_of(answer)
    assert (status, code) == (400, "Application_DialogException")
    assert "validationToken" in message
    assert webhooks.subscriptions() == []


def test_a_status_other_than_200_is_refused(webhooks):
    webhooks.receiver.handshake_status = 202
    body = {"notificationUrl": webhooks.receiver.url, "resource": CUSTOMERS}

    assert webhooks.service.post("subscriptions", body).status_code == 400


def test_a_receiver_that_is_late_is_refused_and_locks_nobody_out(webhooks_with):
    webhooks = webhooks_with(webhook_timeout=1)
    webhooks.receiver.patience = 1.5
    body = {"notificationUrl": webhooks.receiver.url, "resource": CUSTOMERS}

    status, _, message = error_of(webhooks.service.post("subscriptions", body))

    assert status == 400
    assert "no answer within 1 seconds" in message


def test_a_renewal_asks_again_and_moves_the_expiry(webhooks):
    made = webhooks.subscribe()
    path = f"subscriptions('{made['subscriptionId']}')"
    answer = webhooks.service.patch(path, {}, tag=made["@odata.etag"])

    assert answer.status_code == 200, answer.text
    assert len(webhooks.receiver.handshakes) == 2
    assert at(answer.json["expirationDateTime"]) >= at(made["expirationDateTime"])
    assert answer.json["@odata.etag"] != made["@odata.etag"]


def test_a_renewal_that_is_not_confirmed_changes_nothing(webhooks):
    made = webhooks.subscribe()
    path = f"subscriptions('{made['subscriptionId']}')"
    webhooks.receiver.echo = ""

    assert webhooks.service.patch(path, {"clientState": "other"}).status_code == 400
    assert webhooks.service.get(path)["clientState"] == ""
    assert webhooks.service.patch(path, {}, tag=None).status_code == 400


def test_a_subscription_that_is_deleted_is_told_nothing_more(webhooks):
    made = webhooks.subscribe()
    webhooks.service.post(CUSTOMERS, {"displayName": "New"})
    assert webhooks.service.delete(f"subscriptions('{made['subscriptionId']}')").status_code == 204

    webhooks.deliver()

    assert webhooks.receiver.told == []


@pytest.mark.parametrize(
    "resource",
    [
        f"companies({CRONUS})/nothing",
        f"companies({UNKNOWN_ID})/customers",
        "customers",
        f"companies({CRONUS})/customers({UNKNOWN_ID})",
        f"companies({MY_COMPANY})/customers({ADATUM})",
        f"companies({CRONUS})/customers(number={ADATUM})",
        f"companies({CRONUS})/customers(10000)",
        f"companies({CRONUS})/customers({ADATUM})/picture",
        f"companies({CRONUS})/customers?$filter=number eq '1'",
        f"companies({CRONUS})/agedAccountsReceivables",
        "auditEntries",
        "",
    ],
)
def test_a_resource_that_cannot_be_followed_is_refused(webhooks, resource):
    body = {"notificationUrl": webhooks.receiver.url, "resource": resource}

    assert webhooks.service.post("subscriptions", body).status_code == 400
    assert webhooks.receiver.handshakes == []


RESOURCES = f"/api/microsoft/runtime/beta/companies({CRONUS})/webhookSupportedResources"
# The list of the reference (§13); purchases are not kept here.
NAMED = """
accounts companyInformation countriesRegions currencies customerPaymentJournals customers
dimensions employees generalLedgerEntries itemCategories items journals paymentMethods
paymentTerms salesCreditMemos salesInvoices salesOrders salesQuotes shipmentMethods
unitsOfMeasure vendors
"""


def test_all_that_is_listed_can_be_followed(webhooks):
    answer = webhooks.service.get(RESOURCES, "$filter=resource eq 'v2.0*'")
    names = [row["resource"].removeprefix("v2.0/") for row in answer["value"]]
    assert answer["value"][0].keys() == {"resource"}
    assert sorted(set(NAMED.split()) - set(names)) == []

    for name in names:
        webhooks.subscribe(f"companies({CRONUS})/{name}")


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("resource eq 'v2.0/*Terms'", ["paymentTerms"]),
        ("resource eq 'v2.0/vendors'", ["vendors"]),
        ("resource eq 'v2.0/vendor'", []),
        ("resource eq 'v2+0/vendors'", []),
        ("resource eq 'v1.0*'", []),
        ("resource eq 'v2.0/u*' and resource ne '*s'", ["unitsOfMeasure"]),
        ("endswith(resource,'/vendors')", ["vendors"]),
    ],
)
def test_a_star_stands_for_any_characters_in_names_of_resources(webhooks, condition, found):
    rows = webhooks.service.rows(f"$filter={condition}", RESOURCES)
    names = [row["resource"].removeprefix("v2.0/") for row in rows]

    assert names == found


def test_what_a_caller_may_not_see_it_cannot_follow(webhooks):
    caller = with_roles(webhooks.service, "writer", companies=frozenset({CRONUS}))
    url = webhooks.receiver.url
    other = f"companies({MY_COMPANY})/customers"

    refused = caller.post("subscriptions", {"notificationUrl": url, "resource": other})
    taken = caller.post("subscriptions", {"notificationUrl": url, "resource": CUSTOMERS})

    assert (refused.status_code, taken.status_code) == (400, 201)


def test_the_state_of_a_client_is_kept_up_to_its_length(webhooks):
    webhooks.subscribe(clientState="x" * 2048)
    body = {
        "notificationUrl": webhooks.receiver.url,
        "resource": CUSTOMERS,
        "clientState": "x" * 2049,
    }

    assert webhooks.service.post("subscriptions", body).status_code == 400


def test_there_is_an_upper_bound_which_the_expired_do_not_count_for(webhooks_with):
    webhooks = webhooks_with(subscriptions=1)
    webhooks.subscribe()
    body = {"notificationUrl": webhooks.receiver.url, "resource": CUSTOMERS}

    assert webhooks.service.post("subscriptions", body).status_code == 400
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    Subscription.update(expires_at=past).execute()
    webhooks.subscribe()


def test_a_batch_of_changes_that_belong_together_cannot_wait_for_a_receiver(webhooks):
    part = {
        "id": "1",
        "method": "POST",
        "url": "subscriptions",
        "atomicityGroup": "g",
        "headers": {"Content-Type": "application/json"},
        "body": {"notificationUrl": webhooks.receiver.url, "resource": CUSTOMERS},
    }
    together = webhooks.service.post("$batch", {"requests": [part]})
    alone = webhooks.service.post("$batch", {"requests": [{**part, "atomicityGroup": None}]})

    assert together.json["responses"][0]["status"] == 400
    assert alone.status_code in (200, 400)
    assert webhooks.receiver.told == []


def test_the_log_of_changes_does_not_show_the_state_of_a_client(webhooks):
    webhooks.subscribe(clientState="secret")

    assert "secret" not in webhooks.service.ask("auditEntries").text
