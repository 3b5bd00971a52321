"""Callers who see a part of a model of one's own: derived types, links to oneself, singletons."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from odata.edm.check import ModelError
from odata.edm.grants import READ, Grant
from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request
from odata.protocol.settings import EngineSettings
from tests.technical import build_technical

ROOT = "http://localhost/"
Ask = Callable[..., tuple[int, Any]]
READER = ("employees", "departments", "parcels", "assets", "office")


@pytest.fixture
def ask_as(engine: Engine) -> Any:
    """Asks as a caller with some grants: ``ask_as(grant, ...)(path, query, name=(...))``."""
    database = engine.source.database

    def caller(*grants: Grant) -> Ask:
        source = build_technical(database)
        source.roles = {"some": grants}
        seen = Engine(source, EngineSettings(secret=b"x"))

        def ask(path: str, query: str = "", **attributes: tuple[str, ...]) -> tuple[int, Any]:
            principal = Principal("some", frozenset({"some"}), attributes=attributes)
            request = Request("GET", ROOT, path, query, {}, b"", principal, "1")
            response = seen.handle(request)
            body = response.body
            text = body if isinstance(body, bytes) else b"".join(body)
            return response.status, json.loads(text) if text[:1] == b"{" else text

        return ask

    return caller


def ids(answer: tuple[int, Any]) -> list[int]:
    assert answer[0] == 200, answer
    return [row["id"] for row in answer[1]["value"]]


def test_derived_types_come_with_the_set_of_their_base(ask_as):
    ask = ask_as(Grant("assets"))

    assert ids(ask("assets/Technical.sportsCar")) == [2]
    assert 2 in ids(ask("assets"))


def test_entities_of_a_derived_type_with_a_set_of_its_own_are_granted_with_it(ask_as):
    without, both = ask_as(Grant("assets")), ask_as(Grant("assets"), Grant("trucks"))

    assert ids(without("assets")) == [1, 2, 4]
    assert ids(both("assets")) == [1, 2, 3, 4]
    assert without("assets/Technical.truck")[0] == 404
    assert without("assets", "$filter=isof(Technical.truck)")[0] == 400


def test_a_hidden_property_of_a_base_type_is_hidden_in_derived_ones(ask_as):
    ask = ask_as(Grant("assets", hidden=frozenset({"name"})))

    assert all("name" not in row for row in ask("assets")[1]["value"])
    assert ask("assets/Technical.car", "$filter=name%20ne%20null")[0] == 400
    assert ask("assets", "$filter=Technical.car/name%20ne%20null")[0] == 400


def test_rows_hold_for_derived_types(ask_as):
    ask = ask_as(Grant("assets", rows="id le 2"))

    assert set(ids(ask("assets"))) <= {1, 2}
    assert set(ids(ask("assets/Technical.car"))) <= {1, 2}
    assert ask("assets/$count")[1] in (b"1", b"2")


def test_a_link_to_ones_own_type_is_limited_at_both_ends(ask_as):
    ask = ask_as(Grant("employees", rows="id ne 1"))

    everybody = ask("employees", "$expand=manager($select=id)&$select=id")[1]["value"]

    assert {row["id"] for row in everybody} == {2, 3, 4, 5}
    assert {row["id"]: row["manager"] and row["manager"]["id"] for row in everybody} == {
        2: None,
        3: None,
        4: 2,
        5: 4,
    }
    assert ids(ask("employees", "$filter=manager/id%20eq%201")) == []
    assert ids(ask("employees", "$filter=manager%20eq%20null")) == [2, 3]
    assert ask("employees(2)/manager")[0] == 204
    assert ask("employees(1)")[0] == 404
    assert ask("employees(1)/name")[0] == 404


def test_a_condition_may_follow_links_that_the_caller_does_not_see(ask_as):
    ask = ask_as(Grant("employees", rows="manager/name in @boss", hidden=frozenset({"manager"})))

    assert ids(ask("employees", boss=("Ada",))) == [2, 3]
    assert ids(ask("employees", boss=("Ada", "Bob"))) == [2, 3, 4]
    assert ids(ask("employees")) == []
    assert ask("employees", "$expand=manager")[0] == 400


def test_a_singleton_is_granted_by_its_name(ask_as):
    assert ask_as(Grant("employees"))("office")[0] == 404
    assert ask_as(Grant("office"))("office")[0] == 200


def test_an_open_type_that_hides_something_is_closed(ask_as):
    ask = ask_as(Grant("parcels", READ))
    names = [name for name in ask("parcels")[1]["value"][0] if not name.startswith("@")]
    hidden = next(name for name in names if name != "id")

    closed = ask_as(Grant("parcels", hidden=frozenset({hidden})))

    assert closed("parcels", f"$filter={hidden}%20eq%20null")[0] == 400
    assert closed("parcels", "$filter=neverDeclared%20eq%20null")[0] == 400
    assert hidden not in closed("parcels")[1]["value"][0]


def test_aggregation_counts_what_is_visible(ask_as):
    ask = ask_as(Grant("departments"), Grant("employees", rows="level ne null"))

    total = ask("employees", "$apply=aggregate($count%20as%20n)")[1]["value"][0]["n"]
    by_link = ask("departments", "$filter=employees/$count%20gt%200")[1]["value"]

    assert total == len(ids(ask("employees"))) == 3
    assert [row["name"] for row in by_link] == ["People", "Research"]


def test_an_engine_refuses_grants_of_what_is_not_there(ask_as):
    with pytest.raises(ModelError, match="employes"):
        ask_as(Grant("employes"))
