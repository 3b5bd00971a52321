"""Strict fields of the numeric types.

Cites: OData JSON 7.1 (numbers), 3.2 (IEEE754Compatible), OData CSDL 7.2.3, 7.2.4
(precision, scale).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from odata.edm.types import INTEGER_RANGES, Primitive, Property
from odata.payload.edm_field import EdmField, refuse
from odata.payload.json_document import JsonValue

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,60}(?:\.[0-9]{1,60})?(?:[eE][+-]?[0-9]{1,3})?")
_LARGEST_SINGLE = 3.4028234663852886e38


class IntegerField(EdmField):
    """Integers of every width, as JSON numbers without fraction and exponent."""

    expects = "a JSON number without fraction"

    def __init__(self, definition: Property, primitive: Primitive) -> None:
        super().__init__(definition)
        self._range = INTEGER_RANGES[primitive]

    def read(self, value: JsonValue) -> object:
        """The number, within the range of its type."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.mismatch()
        lowest, highest = self._range
        if not lowest <= value <= highest:
            refuse(f"The value of '{self.definition.name}' must be between {lowest} and {highest}.")
        return value


class Int64Field(IntegerField):
    """``Edm.Int64``, which may also come as a string (IEEE754Compatible)."""

    def read(self, value: JsonValue) -> object:
        """The number, within the range of its type."""
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            return super().read(int(value))
        return super().read(value)


class DecimalField(EdmField):
    """``Edm.Decimal``, exact; it may also come as a string (IEEE754Compatible)."""

    expects = "a JSON number"

    def read(self, value: JsonValue) -> object:
        """The number, within precision and scale."""
        number = self._number(value)
        whole, fraction = _digits(number)
        name, facets = self.definition.name, self.definition.facets
        fixed = facets.scale if isinstance(facets.scale, int) else None
        if fixed is not None and fraction > fixed:
            refuse(f"The value of '{name}' must not have more than {fixed} decimal places.")
        reserved = fraction if fixed is None else fixed
        if facets.precision is not None and whole + reserved > facets.precision:
            refuse(f"The value of '{name}' must not have more than {facets.precision} digits.")
        return _plain(number, fraction)

    def _number(self, value: JsonValue) -> Decimal:
        if isinstance(value, Decimal):
            return value
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.mismatch()
        if isinstance(value, str) and not _DECIMAL.fullmatch(value):
            self.mismatch()
        return Decimal(value)


class DoubleField(EdmField):
    """``Edm.Double`` and ``Edm.Single``; what JSON has no number for comes as a string."""

    expects = "a JSON number, or one of the strings INF, -INF and NaN"

    _names: ClassVar[Mapping[str, float]] = {"INF": math.inf, "-INF": -math.inf, "NaN": math.nan}
    _largest: ClassVar[float] = math.inf

    def read(self, value: JsonValue) -> object:
        """The nearest floating-point number."""
        if isinstance(value, str) and value in self._names:
            return self._names[value]
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.mismatch()
        number = float(str(value))
        if not math.isfinite(number) or abs(number) > self._largest:
            refuse(f"The value of '{self.definition.name}' is too large for its type.")
        return number


class SingleField(DoubleField):
    """``Edm.Single``."""

    _largest = _LARGEST_SINGLE


def _digits(number: Decimal) -> tuple[int, int]:
    """How many digits stand before and after the point, without leading and trailing zeros."""
    if not number:
        return 0, 0
    _, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    lowest = int(exponent) + len(digits) - len(text)
    return max(0, number.adjusted() + 1), max(0, -lowest)


def _plain(number: Decimal, fraction: int) -> Decimal:
    """The same number without exponent, negative zero and needless zeros after the point."""
    sign, digits, exponent = number.as_tuple()
    power = int(exponent)
    if not number:
        return Decimal(0)
    if power > 0:
        return Decimal((sign, digits + (0,) * power, 0))
    surplus = -power - fraction
    return Decimal((sign, digits[: len(digits) - surplus], -fraction)) if surplus else number
