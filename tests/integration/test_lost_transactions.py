"""Changes that PostgreSQL undoes for the sake of others: they are made again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient

from models.availability import discard_connection
from models.demo.identifiers import CRONUS
from tests.integration.service import ANY_TAG, COMPANY, Service, customer, customer_id

pytestmark = pytest.mark.postgresql

CUSTOMER = customer("10000")
# So many changes of addresses, from the next one on, end as one of two does that wait for each
# other. What a sequence has given is not undone with them.
_LOSING = """
CREATE SEQUENCE changes MINVALUE -100 START 1;
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('changes') <= 0 THEN
        RAISE deadlock_detected USING MESSAGE = 'deadlock detected';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lose AFTER UPDATE ON customer_address FOR EACH ROW EXECUTE FUNCTION lose();
"""


@dataclass
class Losing:
    """The service, and another connection to its database."""

    service: Service
    url: str
    connection: psycopg.Connection[Any]

    def run(self, sql: str, *values: object) -> None:
        self.connection.execute(sql.encode(), values or None)

    def value(self, sql: str, *values: object) -> Any:
        found = self.connection.execute(sql.encode(), values or None).fetchone()
        return None if found is None else found[0]

    def lose(self, times: int) -> None:
        """Have so many changes of addresses be lost from now on."""
        self.run("SELECT setval('changes', %s, false)", 1 - times)

    def address(self) -> str:
        """The id of the primary address."""
        (found,) = self.service.rows("$filter=isPrimary", f"{CUSTOMER}/addresses")
        return str(found["id"])

    def logged(self) -> int:
        """How many changes of addresses the log has."""
        sql = "SELECT COUNT(*) FROM change_log WHERE entity_set = 'customerAddresses'"
        return int(self.value(sql))


@pytest.fixture
def losing(
    postgresql_databases, fill_demo, start_service: Callable[..., FlaskClient]
) -> Iterator[Losing]:
    url = postgresql_databases.copy_of("demo", fill_demo)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_LOSING.encode())
        yield Losing(Service(start_service(url)), url, connection)
    postgresql_databases.drop_all()


def _batch(*requests: tuple[str, Any], **named: str) -> Any:
    parts = [
        {
            "id": str(number),
            "method": "PATCH",
            "url": url,
            "headers": {"content-type": "application/json", "if-match": "*"},
            "body": body,
            **named,
        }
        for number, (url, body) in enumerate(requests)
    ]
    return {"requests": parts}


NAME = {"displayName": "Changed"}
CITY = {"city": "Oslo"}
ALONE = _batch((CUSTOMER, NAME), (CUSTOMER, CITY))
GROUP = _batch((CUSTOMER, NAME), (CUSTOMER, CITY), atomicityGroup="g")
KEY = {"Idempotency-Key": "of-this-test"}
SNAPSHOT = {"Isolation": "snapshot"}
EACH = {"Prefer": "continue-on-error"}
# Requests that change the primary address: method, target, body and header fields.
CHANGES = {
    "customer": ("PATCH", CUSTOMER, CITY, ANY_TAG),
    "address": ("PATCH", f"{COMPANY}/customerAddresses({{address}})", CITY, ANY_TAG),
    "each of them": ("PATCH", f"{CUSTOMER}/addresses/$each", CITY, EACH),
    "batch": ("POST", "$batch", ALONE, {}),
    "group": ("POST", "$batch", GROUP, {}),
    "snapshot": ("POST", "$batch", ALONE, SNAPSHOT),
    "group in a snapshot": ("POST", "$batch", GROUP, SNAPSHOT),
    "batch under a key": ("POST", "$batch", ALONE, KEY),
    "group under a key": ("POST", "$batch", GROUP, KEY),
    "dialect": ("PATCH", "/customers/{integer}", CITY, {"Company": CRONUS}),
}


def ask(losing: Losing, name: str) -> tuple[int, Any]:
    """Status and JSON of the answer to one of these requests."""
    method, target, body, headers = CHANGES[name]
    service = losing.service
    named = {"address": losing.address(), "integer": service.get(CUSTOMER)["integerId"]}
    answer = service.send(
        method,
        target.format(**named),
        {"Content-Type": "application/json", **headers},
        data=json.dumps(body).encode(),
    )
    return answer.status_code, json.loads(answer.data) if answer.data else {}


def statuses(document: Any) -> list[int]:
    """The statuses of the answers in a batch."""
    return [part["status"] for part in document.get("responses", ())]


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_lost_is_made_again(losing, name):
    address = losing.address()
    losing.lose(2)
    status, document = ask(losing, name)

    assert status in (200, 204), document
    assert set(statuses(document)) <= {200}
    assert losing.service.get(CUSTOMER)["city"] == "Oslo"
    assert losing.service.get(f"{COMPANY}/customerAddresses({address})")["city"] == "Oslo"
    assert losing.logged() == 1


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_lost_again_and_again_is_refused(losing, name):
    shown = losing.service.get(CUSTOMER)
    losing.lose(50)
    status, document = ask(losing, name)

    if status == 200:
        failed = statuses(document)[-1]
        assert document["responses"][-1]["headers"]["retry-after"] == "1"
    else:
        failed = status
    assert failed == 503, document
    # Once, and three times more.
    assert losing.value("SELECT last_value FROM changes") == 4 - 50
    kept = {**shown, **NAME} if name == "batch" else shown
    assert losing.service.get(CUSTOMER)["displayName"] == kept["displayName"]
    assert losing.service.get(CUSTOMER)["city"] == kept["city"]


def test_of_two_that_wait_for_each_other_both_are_made(losing):
    body = _batch((CUSTOMER, CITY), (customer("20000"), CITY), atomicityGroup="g")
    keep = b"SELECT 1 FROM customer WHERE id = %s FOR UPDATE"
    with psycopg.connect(losing.url) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SET deadlock_timeout = '1min'")
        other.execute(keep, (customer_id("20000"),))
        # It takes the first customer, and waits for the second.
        asked = pool.submit(_post_apart, losing, body)
        _wait_for_waiting(losing)
        other.execute(keep, (customer_id("10000"),))
        other.commit()
        document = asked.result(timeout=30)
    assert statuses(document) == [200, 200]
    assert [part["body"]["city"] for part in document["responses"]] == ["Oslo", "Oslo"]


def _an_address(losing: Losing) -> tuple[str, str, str]:
    """Its key, and the table and the key of what it belongs to."""
    return losing.address(), "customer", customer_id("10000")


def _a_line(losing: Losing) -> tuple[str, str, str]:
    """The same of a line of an order."""
    service = losing.service
    order = service.post(f"{COMPANY}/salesOrders", {"customerId": customer_id("10000")}).get_json()
    (item,) = service.rows("$top=1&$select=id", f"{COMPANY}/items")
    lines = f"{COMPANY}/salesOrders({order['id']})/salesOrderLines"
    line = service.post(lines, {"itemId": item["id"], "quantity": 1}).get_json()
    return line["id"], "sales_order", order["id"]


@pytest.mark.parametrize("change", [{}, None], ids=["changed", "removed"])
@pytest.mark.parametrize(
    ("entity_set", "table", "make"),
    [
        ("customerAddresses", "customer_address", _an_address),
        ("salesOrderLines", "sales_order_line", _a_line),
    ],
)
def test_what_an_entity_belongs_to_is_kept_first(losing, entity_set, table, make, change):
    """Who keeps the owner and wants the entity would wait both ways else."""
    key, owner, owner_key = make(losing)
    target = f"{COMPANY}/{entity_set}({key})"
    keep = "SELECT 1 FROM {} WHERE id = %s FOR UPDATE NOWAIT"
    with psycopg.connect(losing.url) as other, ThreadPoolExecutor(1) as pool:
        other.execute(keep.format(owner).encode(), (owner_key,))
        asked = pool.submit(_send_apart, losing, target, change)
        _wait_for_waiting(losing)
        other.execute(keep.format(table).encode(), (key,))
        other.commit()
        assert asked.result(timeout=30) in (200, 204)


def test_what_was_read_under_a_snapshot_and_has_changed_is_read_again(losing):
    body = {
        "requests": [
            {"id": "1", "method": "GET", "url": f"{CUSTOMER}?$select=displayName"},
            _batch((CUSTOMER, CITY))["requests"][0] | {"id": "2"},
        ]
    }
    with psycopg.connect(losing.url) as other, ThreadPoolExecutor(1) as pool:
        name = "UPDATE customer SET display_name = 'Theirs' WHERE id = %s"
        other.execute(name.encode(), (customer_id("10000"),))
        asked = pool.submit(_post_apart, losing, body, Isolation="snapshot")
        _wait_for_waiting(losing)
        other.commit()
        first, second = asked.result(timeout=30)["responses"]
    assert (first["status"], first["body"]["displayName"]) == (200, "Theirs")
    assert (second["status"], second["body"]["displayName"]) == (200, "Theirs")


def _post_apart(losing: Losing, body: Any, **headers: str) -> Any:
    try:
        return json.loads(losing.service.post("$batch", body, **headers).data)
    finally:
        discard_connection()


def _send_apart(losing: Losing, target: str, change: Any) -> int:
    """The status of a PATCH, or of a DELETE where there is nothing to change."""
    try:
        if change is None:
            return losing.service.delete(target).status_code
        return losing.service.patch(target, change).status_code
    finally:
        discard_connection()


def _wait_for_waiting(losing: Losing) -> None:
    """Until somebody waits for a row."""
    waiting = (
        "SELECT COUNT(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    end = time.monotonic() + 20
    while not losing.value(waiting):
        assert time.monotonic() < end, "nobody waits"
        time.sleep(0.01)
