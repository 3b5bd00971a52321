"""Functions that SQLite lacks: exact decimals, Unicode case, instants.

Decimals travel as text. They are for expressions that compute; plain comparisons of stored
decimals never come here.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Mapping
from decimal import Decimal

from odata.sql import value_text

Value = str | int | float | None

CONTEXT = decimal.Context(prec=60, rounding=decimal.ROUND_HALF_UP)
QUOTIENT_DIGITS = Decimal(1).scaleb(-12)
_MICROSECOND = datetime.timedelta(microseconds=1)


def _text(value: Decimal) -> str:
    return format(value, "f")


def _binary(compute: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Value, Value], str | None]:
    def apply(left: Value, right: Value) -> str | None:
        if left is None or right is None:
            return None
        return _text(compute(Decimal(str(left)), Decimal(str(right))))

    return apply


def _divide(left: Decimal, right: Decimal) -> Decimal:
    return CONTEXT.divide(left, right).quantize(QUOTIENT_DIGITS, context=CONTEXT).normalize()


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; null with null."""
    if left is None or right is None:
        return None
    one, other = Decimal(str(left)), Decimal(str(right))
    return (one > other) - (one < other)


def divide_integers(left: int | None, right: int | None) -> int | None:
    """The quotient cut towards zero; a division by zero fails."""
    if left is None or right is None:
        return None
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def modulo_integers(left: int | None, right: int | None) -> int | None:
    """The rest with the sign of the left operand."""
    if left is None or right is None:
        return None
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def _rounding(mode: str) -> Callable[[Value], str | None]:
    def apply(value: Value) -> str | None:
        if value is None:
            return None
        return _text(Decimal(str(value)).quantize(Decimal(1), rounding=mode, context=CONTEXT))

    return apply


def negate(value: Value) -> str | None:
    """The opposite of a decimal."""
    return None if value is None else _text(-Decimal(str(value)))


def number_text(value: Value) -> str | None:
    """The decimal of an integer, a float or a text; null where the text is no number."""
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except decimal.InvalidOperation:
        return None
    return _text(number) if number.is_finite() else None


def lower(value: str | None) -> str | None:
    """Lower case by Unicode's rules."""
    return None if value is None else value.lower()


def upper(value: str | None) -> str | None:
    """Upper case by Unicode's rules."""
    return None if value is None else value.upper()


def add_span(instant: str | None, microseconds: int | None) -> str | None:
    """An instant moved by a duration."""
    if instant is None or microseconds is None:
        return None
    moved = datetime.datetime.fromisoformat(instant) + microseconds * _MICROSECOND
    return moved.isoformat(timespec="microseconds")


def instants_apart(left: str | None, right: str | None) -> int | None:
    """The microseconds from the right instant to the left one."""
    if left is None or right is None:
        return None
    apart = datetime.datetime.fromisoformat(left) - datetime.datetime.fromisoformat(right)
    return apart // _MICROSECOND


def double_text(value: float | None) -> str | None:
    """The shortest JSON text of a double; infinities and NaN as JSON strings."""
    if value is None:
        return None
    if value != value:
        return '"NaN"'
    if value in (float("inf"), float("-inf")):
        return '"INF"' if value > 0 else '"-INF"'
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


FUNCTIONS: Mapping[str, tuple[Callable[..., object], int]] = {
    "odata_add": (_binary(CONTEXT.add), 2),
    "odata_sub": (_binary(CONTEXT.subtract), 2),
    "odata_mul": (_binary(CONTEXT.multiply), 2),
    "odata_div": (_binary(_divide), 2),
    "odata_mod": (_binary(CONTEXT.remainder), 2),
    "odata_compare": (compare, 2),
    "odata_div_int": (divide_integers, 2),
    "odata_mod_int": (modulo_integers, 2),
    "odata_round": (_rounding(decimal.ROUND_HALF_UP), 1),
    "odata_floor": (_rounding(decimal.ROUND_FLOOR), 1),
    "odata_ceiling": (_rounding(decimal.ROUND_CEILING), 1),
    "odata_negate": (negate, 1),
    "odata_number": (number_text, 1),
    "odata_lower": (lower, 1),
    "odata_upper": (upper, 1),
    "odata_add_span": (add_span, 2),
    "odata_apart": (instants_apart, 2),
    "odata_double": (double_text, 1),
    "odata_duration": (value_text.duration_text, 1),
    "odata_base64": (value_text.binary_text, 1),
    "odata_key": (value_text.key_text, 1),
}


def compare_texts(left: str, right: str) -> int:
    """The collation of decimals kept as text."""
    one, other = Decimal(left), Decimal(right)
    return (one > other) - (one < other)
