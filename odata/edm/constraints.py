"""What a property takes of the values of its type, declared once.

Every write is held against a constraint, and ``$metadata`` and OpenAPI publish the same one, so
what is published cannot differ from what is enforced.

Cites: Validation vocabulary (Pattern, Minimum, Maximum, AllowedValues).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

Known = Callable[[str], object]
"""Gives the value that another property of the entity will have."""
Sentence = Callable[[object, Known], str]
"""The refusal of a value."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The whole text has a form: a regular expression for Python and for ECMAScript, in its
    Unicode mode, too, which knows no needless escapes."""

    form: str
    sentence: Sentence
    code: str = ""

    @property
    def expression(self) -> str:
        """The regular expression with its ends, as it is published."""
        return f"^(?:{self.form})$"

    def allows(self, value: object) -> bool:
        """Whether a value may be written."""
        return not isinstance(value, str) or _compiled(self.form).fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Range:
    """The number is neither below the minimum nor above the maximum."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    code: str = ""

    def allows(self, value: object) -> bool:
        """Whether a value may be written."""
        if not isinstance(value, Decimal | int):
            return True
        return not (self._is_below(value) or self._is_above(value))

    def sentence(self, value: object, known: Known) -> str:
        """The refusal of a value."""
        del known
        is_below = isinstance(value, Decimal | int) and self._is_below(value)
        bound = (
            f"greater than or equal to {self.minimum}"
            if is_below
            else f"less than or equal to {self.maximum}"
        )
        return f"The value must be {bound}. Value: {value}."

    def _is_below(self, value: Decimal | int) -> bool:
        return self.minimum is not None and value < self.minimum

    def _is_above(self, value: Decimal | int) -> bool:
        return self.maximum is not None and value > self.maximum


@dataclass(frozen=True, slots=True)
class Choice:
    """The text is one of these."""

    values: tuple[str, ...]
    sentence: Sentence
    code: str = ""

    def allows(self, value: object) -> bool:
        """Whether a value may be written."""
        return not isinstance(value, str) or value in self.values


Constraint = Pattern | Range | Choice


@lru_cache(maxsize=512)
def _compiled(form: str) -> re.Pattern[str]:
    return re.compile(form)
