"""Random expressions over random rows mean on both databases what the evaluator says.

``KONTOR_EXAMPLES`` asks for more than the few hundred that every run tries.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, note, settings

from models.connection import open_database
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

_TRIED = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


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
