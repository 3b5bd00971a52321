"""Random functions of collections mean on both databases what the evaluator says."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expressions.conftest import Service

pytestmark = pytest.mark.slow

_EXAMPLES = int(os.environ.get("KONTOR_EXAMPLES", "60"))
_TRIED = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# The numbers of the things by their ids.
_ROWS = {1: [1, 2, 2, 3], 2: [], 3: [3, 1], 4: []}

Items = Sequence[int | None]


@dataclass(frozen=True)
class Collection:
    """An expression that is a collection, and its items for those of a row."""

    text: str
    items: Callable[[Items], Items]


@dataclass(frozen=True)
class Condition:
    """A condition, and whether a row meets it."""

    text: str
    holds: Callable[[Items], bool]


def _listed(values: list[int | None]) -> Collection:
    return Collection(json.dumps(values, separators=(",", ":")), lambda _row: values)


def _joined(one: Collection, other: Collection) -> Collection:
    return Collection(
        f"concat({one.text},{other.text})", lambda row: [*one.items(row), *other.items(row)]
    )


def _part(of: Collection, start: int, length: int | None) -> Collection:
    if length is None:
        return Collection(f"substring({of.text},{start})", lambda row: of.items(row)[start:])
    text = f"substring({of.text},{start},{length})"
    return Collection(text, lambda row: of.items(row)[start:][:length])


def _place(items: Items, wanted: Items) -> int:
    found = (
        at
        for at in range(len(items) - len(wanted) + 1)
        if list(items[at : at + len(wanted)]) == list(wanted)
    )
    return next(found, -1)


def _is_subsequence(items: Items, wanted: Items) -> bool:
    rest = iter(items)
    return all(any(item == value for item in rest) for value in wanted)


_TESTS: dict[str, Callable[[Items, Items], bool]] = {
    "contains({0},{1})": lambda one, other: _place(one, other) >= 0,
    "startswith({0},{1})": lambda one, other: list(one[: len(other)]) == list(other),
    "endswith({0},{1})": lambda one, other: (
        list(one[max(len(one) - len(other), 0) :]) == list(other)
    ),
    "hassubset({0},{1})": lambda one, other: all(
        list(other).count(item) <= list(one).count(item) for item in other
    ),
    "hassubsequence({0},{1})": _is_subsequence,
    "indexof({0},{1}) eq 1": lambda one, other: _place(one, other) == 1,
    "{0} eq {1}": lambda one, other: list(one) == list(other),
    "{0} ne {1}": lambda one, other: list(one) != list(other),
    "length({0}) gt length({1})": lambda one, other: len(one) > len(other),
    "(2 in {0} or 3 in {1})": lambda one, other: 2 in one or 3 in other,
}

_VALUES = st.lists(st.sampled_from([1, 2, 3, None]), max_size=3)
_COLLECTIONS = st.recursive(
    st.just(Collection("numbers", lambda row: row)) | st.builds(_listed, _VALUES),
    lambda inner: (
        st.builds(_joined, inner, inner)
        | st.builds(_part, inner, st.integers(-3, 3), st.none() | st.integers(0, 3))
    ),
    max_leaves=3,
)


def _condition(test: str, one: Collection, other: Collection, *, is_not: bool) -> Condition:
    text = test.format(one.text, other.text)
    holds = _TESTS[test]
    return Condition(
        f"not ({text})" if is_not else text,
        lambda row: holds(one.items(row), other.items(row)) is not is_not,
    )


_CONDITIONS = st.builds(
    _condition, st.sampled_from(sorted(_TESTS)), _COLLECTIONS, _COLLECTIONS, is_not=st.booleans()
)


@_TRIED
@given(condition=_CONDITIONS)
def test_filter_keeps_what_the_evaluator_keeps(service: Service, condition: Condition) -> None:
    expected = [key for key, row in _ROWS.items() if condition.holds(row)]

    assert service.keys(condition.text) == expected
