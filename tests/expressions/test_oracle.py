"""Random expressions over random rows mean on both databases what the evaluator says.

``KONTOR_EXAMPLES`` asks for more than the few hundred that every run tries.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from models.connection import open_database
from odata.protocol.messages import Principal, Request
from tests.expressions import model, oracle
from tests.expressions.conftest import Service
from tests.expressions.oracle import Node, Row

# The strategies are large; nobody reads their names.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgresql,
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),
]

_EXAMPLES = int(os.environ.get("KONTOR_EXAMPLES", "250"))
_SEED, _COUNT = 20250601, 40
_ROOT = "http://host/api/"
_READER = Principal("tester", frozenset({"reader"}))

_TRIED = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


_PAGED = settings(_TRIED, max_examples=max(1, _EXAMPLES // 6))


class Witnesses:
    """The same rows in Python and on both databases."""

    def __init__(self, rows: list[Row], services: list[Service]) -> None:
        self.rows = rows
        self.services = services


def _linked(rows: list[dict[str, object]]) -> list[Row]:
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        row["parent"] = by_id.get(row["parent_id"])
        row["children"] = sum(other["parent_id"] == row["id"] for other in rows)
    return list(rows)


@pytest.fixture(scope="module")
def witnesses(sqlite_databases, postgresql_databases) -> Iterator[Witnesses]:
    rows = oracle.random_rows(_SEED, _COUNT)
    databases = []
    services = []
    for kind in (sqlite_databases, postgresql_databases):
        database = open_database(kind.host.create("oracle"))
        databases.append(database)
        model.create_tables(database)
        for row in rows:
            model.Thing.create(**row)
        services.append(Service(model.build_engine(database)))
    yield Witnesses(_linked(rows), services)
    for database in databases:
        database.close()


def _keys(service: Service, condition: str) -> list[int]:
    return service.keys(condition)


@_TRIED
@given(condition=oracle.conditions)
def test_filters_keep_the_same_rows(witnesses: Witnesses, condition: Node) -> None:
    note(condition.text)
    expected = [row["id"] for row in witnesses.rows if condition.evaluate(row) is True]
    found = [_keys(service, condition.text) for service in witnesses.services]
    assert found == [expected, expected]


@_TRIED
@given(expression=oracle.sortable)
def test_orders_are_the_same(witnesses: Witnesses, expression: Node) -> None:
    note(expression.text)

    def place(row: Row) -> tuple[object, ...]:
        value = expression.evaluate(row)
        return (0, row["id"]) if value is None else (1, value, row["id"])

    expected = [row["id"] for row in sorted(witnesses.rows, key=place)]
    for service in witnesses.services:
        answer = service.ask(orderby=f"{expression.text},id", select="id")
        assert answer.status == 200, answer.body
        assert [row["id"] for row in answer.body["value"]] == expected


def _page(service: Service, query: str, size: int) -> dict[str, object]:
    headers = {"prefer": f"maxpagesize={size}"}
    request = Request("GET", _ROOT, "things", query, headers, b"", _READER)
    response = service.engine.handle(request)
    body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
    assert response.status == 200, body
    page: dict[str, object] = json.loads(body)
    return page


def _paged(service: Service, query: str, size: int) -> list[list[int]]:
    pages: list[list[int]] = []
    link: object = query
    while isinstance(link, str):
        page = _page(service, link.rpartition("?")[2], size)
        rows = page["value"]
        assert isinstance(rows, list)
        pages.append([row["id"] for row in rows])
        link = page.get("@odata.nextLink")
    return pages


@_PAGED
@given(
    condition=st.none() | oracle.conditions,
    expression=oracle.sortable,
    descending=st.booleans(),
    bounds=st.tuples(st.integers(0, 5), st.none() | st.integers(1, 40)),
    size=st.integers(4, 41),
)
def test_pages_put_together_are_the_whole(
    witnesses: Witnesses,
    condition: Node | None,
    expression: Node,
    descending: bool,
    bounds: tuple[int, int | None],
    size: int,
) -> None:
    def place(row: Row) -> tuple[object, ...]:
        value = expression.evaluate(row)
        return (0,) if value is None else (1, value)

    skip, top = bounds
    kept = [row for row in witnesses.rows if condition is None or condition.evaluate(row) is True]
    kept.sort(key=place, reverse=descending)
    whole = [row["id"] for row in kept][skip:][:top]
    order = f"{expression.text} desc" if descending else expression.text
    parts = {"$orderby": f"{order},id", "$select": "id", "$skip": str(skip)}
    parts |= {} if condition is None else {"$filter": condition.text}
    parts |= {} if top is None else {"$top": str(top)}
    query = "&".join(f"{name}={quote(text)}" for name, text in parts.items())
    note(query)

    for service in witnesses.services:
        pages = _paged(service, query, size)
        assert [key for page in pages for key in page] == whole
        assert all(len(page) == size for page in pages[:-1])
