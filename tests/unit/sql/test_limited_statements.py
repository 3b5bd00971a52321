"""Statements that end with the number of their rows, where a database plans those once."""

from __future__ import annotations

import pytest

from odata.sql.reader import LimitedStatements
from odata.sql.statement import RequestValues, Statement

LIST = Statement("SELECT number WHERE company = %s LIMIT %s", (lambda _: "a", lambda _: 20))
VALUES = RequestValues((), {})


def test_each_number_has_a_statement_of_its_own_which_is_kept():
    limited = LimitedStatements(LIST, "%s")

    found = limited.of(20)

    assert found.sql == "SELECT number WHERE company = %s LIMIT 20"
    assert found.parameters(VALUES) == ["a"]
    assert limited.of(20) is found
    assert limited.of(0).sql.endswith("LIMIT 0")


def test_beyond_some_numbers_the_number_is_a_parameter():
    limited = LimitedStatements(LIST, "%s")
    known = [limited.of(number) for number in range(4)]

    assert limited.of(4) is limited.of(5) is LIST
    assert limited.of(5).parameters(VALUES) == ["a", 20]
    assert [limited.of(number) for number in range(4)] == known


@pytest.mark.parametrize("number", [-1, 1_000_001, 2**70])
def test_a_number_out_of_range_is_left_to_the_database(number):
    assert LimitedStatements(LIST, "%s").of(number) is LIST
