"""Values as parameters: the neighbours that stand for them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from odata.sql.storage import Form, Rounding, Storage, beyond_prefix, to_parameter

_CENTS = Storage(Form.SCALED, 2)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("a", "b"),
        ("Öl", "Öm"),
        ("a\ud7ff", "a\ue000"),
        ("a\U0010ffff", "b"),
        ("", "\U0010ffff"),
        ("\U0010ffff", "\U0010ffff\U0010ffff"),
    ],
)
def test_the_text_beyond_a_prefix_is_the_next_by_code_point(prefix, expected):
    assert beyond_prefix(prefix) == expected


@pytest.mark.parametrize(
    ("value", "rounding", "expected"),
    [
        ("1.25", Rounding.EXACT, 125),
        ("1.255", Rounding.FLOOR, 125),
        ("1.255", Rounding.CEILING, 126),
        ("-1.255", Rounding.FLOOR, -126),
        ("1.255", Rounding.EXACT, -(2**63)),
        ("1e30", Rounding.FLOOR, 2**63 - 1),
        ("1e30", Rounding.EXACT, -(2**63)),
    ],
)
def test_a_decimal_between_two_stored_ones_becomes_its_neighbour(value, rounding, expected):
    assert to_parameter(Decimal(value), _CENTS, rounding) == expected
