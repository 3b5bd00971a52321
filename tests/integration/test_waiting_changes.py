"""Changes that wait for each other: all of them are made, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from models.demo.identifiers import CRONUS
from tests.integration.busy import Line, OneWorker, worker_of
from tests.integration.server import started

COMPANY = f"/api/v2.0/companies({CRONUS})"
AT_ONCE = 6


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def server(request, fill_demo) -> Iterator[OneWorker]:
    host = request.getfixturevalue(f"{request.param}_databases").host
    url = host.create("waiting_changes")
    fill_demo(url)
    with started(url, 1) as server:
        yield OneWorker(server.port, worker_of(server))
    host.drop("waiting_changes")


@pytest.fixture
def customer(server) -> str:
    """A customer with an address."""
    body = {"displayName": "Asked at once", "city": "Rome"}
    return str(server.ask("POST", f"{COMPANY}/customers", body)["id"])


def at_once(server: OneWorker, method: str, target: str, bodies: list[Any]) -> list[Any]:
    """What is answered to requests that arrive together."""
    lines = [Line(server.port) for _ in bodies]
    with server.asleep():
        for line, body in zip(lines, bodies, strict=True):
            line.send(method, target, body)
    answers = [line.read() for line in lines]
    for line in lines:
        line.close()
    return answers


# --- what belongs to one entity ---------------------------------------------------------------

PARTS = {
    "addresses": lambda number: {"city": f"City {number}"},
    "contacts": lambda number: {"displayName": f"Person {number}"},
    "assets": lambda number: {"description": f"Engine {number}"},
    "workOrders": lambda number: {"description": f"Repair {number}"},
    "serviceContracts": lambda number: {"description": f"Care {number}"},
}


@pytest.mark.parametrize("name", PARTS)
def test_parts_of_a_customer_that_are_made_at_once(server, customer, name):
    target = f"{COMPANY}/customers({customer})/{name}"
    answers = at_once(server, "POST", target, list(map(PARTS[name], range(AT_ONCE))))

    assert [status for status, _ in answers] == [201] * AT_ONCE, answers
    rows = server.ask("GET", target)["value"]
    assert {row["id"] for _, row in answers} <= {row["id"] for row in rows}
    assert len({row["integerId"] for row in rows}) == len(rows)
    if name in ("addresses", "contacts"):
        assert [row["isPrimary"] for row in rows].count(True) == 1


@pytest.mark.parametrize(
    ("documents", "lines"),
    [
        ("salesInvoices", "salesInvoiceLines"),
        ("salesOrders", "salesOrderLines"),
        ("salesQuotes", "salesQuoteLines"),
        ("salesCreditMemos", "salesCreditMemoLines"),
    ],
)
def test_lines_of_a_document_that_are_made_at_once(server, customer, documents, lines):
    document = server.ask("POST", f"{COMPANY}/{documents}", {"customerId": customer})["id"]
    target = f"{COMPANY}/{documents}({document})"
    item = server.ask("GET", f"{COMPANY}/items?$top=1&$select=id")["value"][0]["id"]
    line = {"itemId": item, "quantity": 1, "unitPrice": 10}
    answers = at_once(server, "POST", f"{target}/{lines}", [line] * AT_ONCE)

    assert [status for status, _ in answers] == [201] * AT_ONCE, answers
    rows = server.ask("GET", f"{target}/{lines}")["value"]
    assert [row["sequence"] for row in rows] == [10000 * (n + 1) for n in range(AT_ONCE)]
    assert server.ask("GET", target)["totalAmountExcludingTax"] == 10 * AT_ONCE
