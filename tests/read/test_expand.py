"""What expanding costs: statements by level, plans by shape."""

from __future__ import annotations

import json
from collections.abc import Callable

import peewee
import pytest

from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request, Response
from odata.query.limits import QueryLimits

_READER = Principal("reader", frozenset({"reader"}))


@pytest.fixture
def statements(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that run from now on."""
    # Which indexes the database has is asked once a process.
    _get(engine, "employees")
    found: list[str] = []
    database: peewee.Database = engine.source.database
    run: Callable[..., object] = database.execute_sql

    def execute_sql(sql: str, *arguments: object, **options: object) -> object:
        found.append(sql)
        return run(sql, *arguments, **options)

    monkeypatch.setattr(database, "execute_sql", execute_sql)
    return found


def _get(engine: Engine, target: str, **headers: str) -> Response:
    path, _, query = target.partition("?")
    return engine.handle(
        Request("GET", "http://localhost/", path, query, headers, b"", _READER, "1")
    )


@pytest.mark.parametrize(
    ("expand", "count"),
    [
        ("department", 2),
        ("department,manager", 3),
        ("reports($expand=manager($expand=department))", 4),
        ("reports($top=1;$count=true;$orderby=name)", 2),
        ("reports/$count", 2),
        ("manager/$ref,reports/$ref", 3),
        ("reports($levels=2)", 3),
    ],
)
def test_each_expanded_path_is_one_statement(engine, statements, expand, count):
    answer = _get(engine, f"employees?$expand={expand}")

    assert answer.status == 200
    assert len(statements) == count


@pytest.mark.parametrize(
    "query",
    [
        "$expand=manager,department",
        "$expand=reports($expand=manager;$count=true;$top=1),manager/$ref",
        "$expand=reports($levels=2;$select=name),department($expand=employees/$count)",
        "$select=portrait&$expand=reports($expand=department)",
        "$filter=id eq 0&$expand=manager",
        "$orderby=salary desc&$expand=manager($select=salary)",
    ],
)
def test_a_page_that_ends_at_its_top_shows_the_same(engine, query):
    whole = json.loads(_get(engine, f"employees?{query}").body)
    page = json.loads(_get(engine, f"employees?{query}&$top=100").body)
    first = json.loads(_get(engine, f"employees?{query}&$top=1").body)

    assert page["value"] == whole["value"]
    assert first["value"] == whole["value"][:1]


def test_pages_of_related_rows_lead_on(engine):
    target = "departments?$top=9&$expand=employees($select=name;$orderby=name)"
    answer = json.loads(_get(engine, target, Prefer="odata.maxpagesize=9").body)
    cut = json.loads(_get(engine, target, Prefer="odata.maxpagesize=1").body)

    assert [row.get("employees@odata.nextLink") for row in answer["value"]] == [None] * len(
        answer["value"]
    )
    assert cut["value"][0]["employees"] == answer["value"][0]["employees"][:1]


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("assets", 1),
        ("assets/Technical.truck", 1),
        ("assets?$expand=Technical.car/driver,Technical.truck/tow", 3),
        ("employees?$expand=assets/Technical.car($expand=driver)", 3),
        ("employees?$filter=assets/Technical.car/any(c:c/doors gt 2)", 1),
        ("employees?$filter=id eq $root/employees(2)/managerId", 1),
        ("$crossjoin(employees,assets)?$expand=employees,assets", 1),
    ],
)
def test_types_and_roots_cost_no_statement_of_their_own(engine, statements, target, count):
    answer = _get(engine, target.replace(" ", "%20"))

    assert answer.status == 200
    assert len(statements) == count


def test_nothing_is_read_below_an_empty_level(engine, statements):
    _get(engine, "employees?$filter=id%20gt%2099&$expand=reports($expand=manager)")

    assert len(statements) == 1


def test_literals_of_nested_options_share_one_plan(engine):
    first = _get(engine, "departments?$expand=employees($filter=name%20eq%20'Ada')")
    misses = engine.plans.counters.misses
    second = _get(engine, "departments?$expand=employees($filter=name%20eq%20'Bob')")

    assert engine.plans.counters.misses == misses
    assert b"Ada" in first.body
    assert b"Ada" not in second.body
    assert b"Bob" in second.body


def test_a_nested_link_has_the_literals_of_its_own_request(engine):
    for name in ("Zed", "Yip"):
        answer = _get(
            engine,
            f"employees(1)?$expand=reports($filter=name%20ne%20'{name}')",
            prefer="maxpagesize=1",
        )

        assert f"$filter=name%20ne%20'{name}'&$skip=1".encode() in answer.body


def test_a_nested_link_leads_to_the_rest(engine):
    answer = _get(engine, "employees(1)/reports?$skip=1&$select=name")

    assert answer.body.endswith(b'"name":"Cy"}]}')


@pytest.mark.parametrize("depth", [6, 20])
def test_the_depth_is_bounded(engine, depth):
    expand = "$expand=manager"
    for _ in range(depth - 1):
        expand = f"$expand=manager({expand})"

    assert _get(engine, f"employees?{expand}").status == 400


def test_the_star_with_all_levels_ends_at_the_limit(service_of):
    service = service_of(limits=QueryLimits(max_expand_depth=2))

    (entity,) = [service.json("employees(5)?$expand=*($levels=max)")]

    assert entity["manager"]["manager"]["name"] == "Bob"
    assert "manager" not in entity["manager"]["manager"]


def test_streams_that_are_too_large_to_be_sent_inline_are_refused(service_of):
    service = service_of(limits=QueryLimits(max_inline_bytes=4))

    response = service.get("employees?$expand=portrait")

    assert response.status == 400
    assert b"at most 4 are sent inline" in bytes(response.body)
