"""Exact decimals, integers of 64 bits and doubles for SQLite, as PostgreSQL computes them.

Decimals travel as text. An error raised here becomes a refused request.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable, Mapping
from decimal import Decimal

Value = str | int | float | None
Function = Callable[..., object]

# Far more digits than any literal has; what would not fit exactly is refused.
EXACT = decimal.Context(
    prec=1000, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.Overflow]
)
QUOTIENT = decimal.Context(
    prec=400,
    rounding=decimal.ROUND_HALF_UP,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
_QUOTIENT_DIGITS = Decimal(1).scaleb(-12)
_LEAST, _MOST = -(2**63), 2**63 - 1
_PLAIN_EXPONENTS = range(-4, 15)


def plain_text(value: Decimal) -> str:
    """The decimal without an exponent and without a negative zero."""
    return format(value or value.copy_abs(), "f")


def _decimal(value: Value) -> Decimal:
    return Decimal(value) if isinstance(value, str | int) else Decimal(repr(value))


def _binary(compute: Callable[[Decimal, Decimal], Decimal]) -> Function:
    def apply(left: Value, right: Value) -> str | None:
        if left is None or right is None:
            return None
        return plain_text(compute(_decimal(left), _decimal(right)))

    return apply


def _divide(left: Decimal, right: Decimal) -> Decimal:
    return QUOTIENT.divide(left, right).quantize(_QUOTIENT_DIGITS, context=QUOTIENT).normalize()


def _compare(left: Value, right: Value) -> int | None:
    if left is None or right is None:
        return None
    one, other = _decimal(left), _decimal(right)
    return (one > other) - (one < other)


def _same(left: Value, right: Value) -> bool:
    if left is None or right is None:
        return left is right
    return _decimal(left) == _decimal(right)


def compare_texts(left: str, right: str) -> int:
    """The collation of decimals kept as text."""
    one, other = Decimal(left), Decimal(right)
    return (one > other) - (one < other)


def _rounding(mode: str) -> Function:
    def apply(value: Value) -> str | None:
        if value is None:
            return None
        return plain_text(_decimal(value).quantize(Decimal(1), rounding=mode, context=QUOTIENT))

    return apply


def _negate(value: Value) -> str | None:
    return None if value is None else plain_text(_decimal(value).copy_negate())


# --- integers -------------------------------------------------------------------------------


def checked(value: int) -> int:
    """The integer, if it has 64 bits."""
    if not _LEAST <= value <= _MOST:
        raise OverflowError(value)
    return value


def _integers(compute: Callable[[int, int], int]) -> Function:
    def apply(left: int | None, right: int | None) -> int | None:
        if left is None or right is None:
            return None
        return checked(compute(left, right))

    return apply


def _truncated(left: int, right: int) -> int:
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _rest(left: int, right: int) -> int:
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def _scaled_span(compute: Callable[[Decimal, Decimal], Decimal]) -> Function:
    def apply(span: int | None, factor: Value) -> int | None:
        if span is None or factor is None:
            return None
        length = compute(Decimal(span), _decimal(factor))
        return checked(int(length.quantize(Decimal(1), context=QUOTIENT)))

    return apply


# --- doubles --------------------------------------------------------------------------------


def _reals(compute: Callable[[float, float], float]) -> Function:
    def apply(left: float | None, right: float | None) -> float | None:
        if left is None or right is None:
            return None
        result = compute(float(left), float(right))
        if math.isinf(result) and not (math.isinf(left) or math.isinf(right)):
            raise OverflowError(result)
        return None if math.isnan(result) else result

    return apply


def _multiplied(left: float, right: float) -> float:
    result = left * right
    if result == 0 and left != 0 and right != 0:
        raise OverflowError(result)
    return result


def _divide_reals(left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    if right == 0:
        return math.copysign(math.inf, left) if left else None
    result = left / right
    if math.isinf(result) and not math.isinf(left):
        raise OverflowError(result)
    if result == 0 and left != 0 and not math.isinf(right):
        raise OverflowError(result)
    return None if math.isnan(result) else result


def _rest_of_reals(left: float | None, right: float | None) -> float | None:
    if left is None or right is None or right == 0 or math.isinf(left):
        return None
    if math.isinf(right):
        return left
    one, other = Decimal(repr(float(left))), Decimal(repr(float(right)))
    return float(EXACT.remainder(one, other))


def _real_rounding(compute: Callable[[float], float]) -> Function:
    def apply(value: float | None) -> float | None:
        if value is None or math.isinf(value):
            return value
        return compute(value) + 0.0

    return apply


def _half_away(value: float) -> float:
    return math.copysign(math.floor(abs(value) + 0.5), value)


def real_text(value: float | None) -> str | None:
    """The shortest text of a double, with an exponent where PostgreSQL writes one."""
    if value is None:
        return None
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    shortest = Decimal(repr(float(value))).normalize()
    sign, digits, _ = shortest.as_tuple()
    exponent = shortest.adjusted()
    if not shortest or exponent in _PLAIN_EXPONENTS:
        return format(shortest, "f")
    written = "".join(map(str, digits))
    fraction = f".{written[1:]}" if len(written) > 1 else ""
    return f"{'-' if sign else ''}{written[0]}{fraction}e{exponent:+03d}"


def double_text(value: float | None) -> str | None:
    """The shortest JSON text of a double; infinities and NaN as JSON strings."""
    if value is None:
        return None
    if math.isnan(value):
        return '"NaN"'
    if math.isinf(value):
        return '"INF"' if value > 0 else '"-INF"'
    return repr(float(value)).removesuffix(".0")


def number_text(value: Value) -> str | None:
    """The decimal of an integer, a float or a text; null where the text is no number."""
    if value is None:
        return None
    try:
        number = _decimal(value)
    except decimal.InvalidOperation:
        return None
    return plain_text(number) if number.is_finite() else None


FUNCTIONS: Mapping[str, tuple[Function, int]] = {
    "odata_add": (_binary(EXACT.add), 2),
    "odata_sub": (_binary(EXACT.subtract), 2),
    "odata_mul": (_binary(EXACT.multiply), 2),
    "odata_div": (_binary(_divide), 2),
    "odata_mod": (_binary(EXACT.remainder), 2),
    "odata_compare": (_compare, 2),
    "odata_same": (_same, 2),
    "odata_round": (_rounding(decimal.ROUND_HALF_UP), 1),
    "odata_floor": (_rounding(decimal.ROUND_FLOOR), 1),
    "odata_ceiling": (_rounding(decimal.ROUND_CEILING), 1),
    "odata_negate": (_negate, 1),
    "odata_number": (number_text, 1),
    "odata_add_int": (_integers(int.__add__), 2),
    "odata_sub_int": (_integers(int.__sub__), 2),
    "odata_mul_int": (_integers(int.__mul__), 2),
    "odata_div_int": (_integers(_truncated), 2),
    "odata_mod_int": (_integers(_rest), 2),
    "odata_mul_span": (_scaled_span(EXACT.multiply), 2),
    "odata_div_span": (_scaled_span(QUOTIENT.divide), 2),
    "odata_add_real": (_reals(float.__add__), 2),
    "odata_sub_real": (_reals(float.__sub__), 2),
    "odata_mul_real": (_reals(_multiplied), 2),
    "odata_div_real": (_divide_reals, 2),
    "odata_mod_real": (_rest_of_reals, 2),
    "odata_round_real": (_real_rounding(_half_away), 1),
    "odata_floor_real": (_real_rounding(math.floor), 1),
    "odata_ceiling_real": (_real_rounding(math.ceil), 1),
    "odata_real_text": (real_text, 1),
    "odata_double": (double_text, 1),
}
