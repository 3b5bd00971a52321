"""What the settings of each part are read with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol, TypeVar

Value = TypeVar("Value")


class Reader(Protocol):
    """What reads variables and collects what is wrong with them."""

    def read(
        self, name: str, default: Value, parse: Callable[[str], Value], expected: str
    ) -> Value:
        """The value of a variable; the default where it is unset, empty or wrong."""

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""

    def words(self, name: str, form: re.Pattern[str], expected: str) -> tuple[str, ...]:
        """Words between commas, each of one form."""

    def boolean(self, name: str, *, default: bool) -> bool:
        """True or false."""
