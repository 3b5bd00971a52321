"""Keys as path segments of their own, where the host wants them."""

from __future__ import annotations

import json

import pytest

from odata.protocol.engine import Engine
from odata.protocol.key_segments import with_key_predicates
from odata.protocol.messages import Principal, Request
from odata.protocol.settings import EngineSettings
from tests.technical import build_technical

READER = Principal("tester", frozenset({"reader"}))


@pytest.mark.parametrize(
    ("path", "rewritten"),
    [
        ("employees/1", "employees(1)"),
        ("employees/1/", "employees(1)/"),
        ("employees/1/reports/2/name", "employees(1)/reports(2)/name"),
        ("employees(1)/reports/2", "employees(1)/reports(2)"),
        ("departments/SE/R%26D/employees", "departments(country='SE',code='R%26D')/employees"),
        ("departments/SE/it's", "departments(country='SE',code='it%27%27s')"),
        ("departments/SE", "departments/SE"),
        ("employees/$count", "employees/$count"),
        ("employees/$filter(id eq 1)", "employees/$filter(id eq 1)"),
        ("employees/Technical.employee/1", "employees/Technical.employee(1)"),
        ("employees/1/manager/name", "employees(1)/manager/name"),
        ("office/city", "office/city"),
        ("nothing/1", "nothing/1"),
        ("employees", "employees"),
    ],
)
def test_a_key_comes_between_parentheses(service, path, rewritten):
    assert with_key_predicates(path, service.engine.source.model) == rewritten


def test_keys_are_segments_only_where_the_host_wants_it(service):
    database = service.engine.source.database
    settings = EngineSettings(secret=b"segments", key_as_segment=True)
    engine = Engine(build_technical(database), settings)

    def ask(asked: Engine, path: str) -> tuple[int, bytes]:
        request = Request("GET", "http://host/", path, "$select=id", principal=READER)
        response = asked.handle(request)
        body = response.body
        return response.status, body if isinstance(body, bytes) else b"".join(body)

    status, text = ask(engine, "employees/1/reports/3")

    assert (status, json.loads(text)["id"]) == (200, 3)
    assert ask(engine, "employees(1)/reports(3)")[0] == 200
    assert ask(service.engine, "employees/1/reports/3")[0] == 404
