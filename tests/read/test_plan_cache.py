"""How much is kept of what requests need once: bounded, whatever is asked."""

from __future__ import annotations

import pytest

from odata.protocol.engine import Engine
from odata.protocol.settings import EngineSettings
from tests.read.conftest import Service
from tests.technical import build_technical


@pytest.fixture
def small(engine: Engine) -> Service:
    """The service with room for five preparations."""
    source = build_technical(engine.source.database)
    return Service(Engine(source, EngineSettings(secret=b"technical", plan_cache_size=5)))


def test_shapes_take_no_more_room_than_there_is(small: Service):
    for count in range(1, 10):
        condition = " or ".join(["id gt 0"] * count)
        assert len(small.json(f"employees?$filter={condition}")["value"]) == 5

    assert len(small.engine.plans) == 5


def test_variants_of_one_shape_take_room_too(small: Service):
    names = {
        "A": ["Ada"],
        "B": ["Bob"],
        "C": ["Cy"],
        "D": ["Di"],
        "E": ["Ed"],
        "[AE]": ["Ada", "Ed"],
    }

    for pattern, expected in [*names.items(), *names.items()]:
        found = small.json(f"employees?$filter=matchesPattern(name,'^{pattern}')")["value"]
        assert [item["name"] for item in found] == expected
        small.json("employees(1)")

    assert 0 < len(small.engine.plans) <= 5
