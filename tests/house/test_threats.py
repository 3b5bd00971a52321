"""Each row of the threat model is proved by tests that begin with its name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
_LAST = {"q": 13, "k": 4, "b": 7, "l": 7, "x": 4, "e": 6, "i": 8, "a": 4, "d": 9, "f": 8}
ROWS = (
    *(f"{letter}{number}" for letter, last in _LAST.items() for number in range(1, last + 1)),
    *("h1", "h2", "h6", "h7", *(f"g{number}" for number in range(1, 6))),
)
_NAME = re.compile(r"def test_((?:[a-z]\d+_)+)")


@pytest.fixture(scope="module")
def proved() -> set[str]:
    """The rows that names of tests begin with."""
    texts = (path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    return {row for text in texts for names in _NAME.findall(text) for row in names.split("_")}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_a_test_of_its_name(proved: set[str], row: str):
    assert row in proved
