"""Options that are given as syntax mean what the same options mean as text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from odata.errors import NotFoundError, UriSemanticError
from odata.protocol.entity_service import Caller, EntityService
from odata.protocol.messages import Principal
from odata.uri.ast import ComparisonOperator
from odata.uri.building import (
    all_of,
    any_of,
    compared,
    contains,
    decimal,
    equals,
    expanded,
    options,
    ordered,
    selected,
)

CALLER = Caller(Principal("reader", frozenset({"reader"})))

SAME = [
    (options(), ""),
    (options(top=2), "$top=2"),
    (options(top=2, skip=1, count=True), "$top=2&$skip=1&$count=true"),
    (options(filter=equals("level", 2)), "$filter=level eq 2"),
    (options(filter=equals("isActive", value=True)), "$filter=isActive eq true"),
    (
        options(filter=compared("salary", ComparisonOperator.GT, decimal("1000.5"))),
        "$filter=salary gt 1000.5",
    ),
    (
        options(filter=all_of((equals("level", 2), contains("name", "A'n")))),
        "$filter=level eq 2 and contains(tolower(name),tolower('A''n'))",
    ),
    (
        options(filter=any_of((contains("name", "a"), equals("department/name", "Sales")))),
        "$filter=contains(tolower(name),tolower('a')) or department/name eq 'Sales'",
    ),
    (
        options(orderby=(ordered("salary", descending=True), ordered("name"))),
        "$orderby=salary desc,name",
    ),
    (
        options(
            select=selected(("name", "level")),
            expand=(expanded("department", options(select=selected(("name",)))),),
        ),
        "$select=name,level&$expand=department($select=name)",
    ),
]


@pytest.fixture
def entities(service) -> EntityService:
    engine = service.engine
    return EntityService(engine, engine.writer.transaction, prepare=lambda: None)


@pytest.mark.parametrize(("typed", "text"), SAME)
def test_typed_options_give_what_text_gives(service, entities, typed, text):
    page = entities.page(CALLER, "employees", typed)
    expected: dict[str, Any] = service.json(f"employees?{text}")

    rows = [json.loads(json.dumps(entity.values, default=float)) for entity in page.entities]
    assert rows == expected["value"]
    assert page.count == expected.get("@odata.count")


def test_requests_that_differ_in_values_share_a_plan(service, entities):
    def ask(level: int, text: str) -> None:
        wanted = all_of((equals("level", level), contains("name", text)))
        entities.page(CALLER, "employees", options(filter=wanted, top=level, count=True))

    ask(1, "a")
    counters = service.engine.plans.counters
    before = counters.hits, counters.misses
    ask(2, "b")
    ask(3, "c' or 1 eq 1")

    assert (counters.hits, counters.misses) == (before[0] + 2, before[1])


def test_requests_that_differ_in_more_have_their_own_plans(service, entities):
    counters = service.engine.plans.counters
    for typed, _ in SAME:
        entities.page(CALLER, "employees", typed)

    assert counters.misses >= len(SAME)


def test_a_value_never_becomes_syntax(entities):
    wanted = options(filter=equals("name", "x' or name ne 'x"))

    assert entities.page(CALLER, "employees", wanted).entities == ()


def test_failures_are_raised(entities):
    with pytest.raises(UriSemanticError):
        entities.page(CALLER, "employees", options(filter=equals("nothing", 1)))
    with pytest.raises(NotFoundError):
        entities.entity(CALLER, "employees(999)", options())
