"""Functions that SQLite lacks: Unicode case, instants, patterns; numbers and casts beside them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from functools import lru_cache

import re2

from odata.query.search_terms import tokens_of
from odata.sql import value_text
from odata.sql.dialects import sqlite_casts, sqlite_numbers
from odata.sql.dialects.sqlite_numbers import QUOTIENT as CONTEXT
from odata.sql.dialects.sqlite_numbers import compare_texts, double_text
from odata.sql.dialects.sqlite_search_match import searched
from odata.sql.dynamic_text import json_text, read_items, written_document
from odata.sql.items_writer import written_items

__all__ = ["CONTEXT", "FUNCTIONS", "compare_texts", "double_text"]

_MICROSECOND = datetime.timedelta(microseconds=1)
_DAY_LENGTH = 10
_ANY_NUMBER = -1  # of arguments
_MIDNIGHT = "T00:00:00"

CompiledPattern = Callable[[str], object]


def _lower(value: str | None) -> str | None:
    return None if value is None else value.lower()


def _tokens(value: str | None) -> str | None:
    return None if value is None else f" {' '.join(tokens_of(value))} "


def _upper(value: str | None) -> str | None:
    return None if value is None else value.upper()


def _substring(value: str | None, start: int | None) -> str | None:
    if value is None or start is None:
        return None
    return value[start:]


def _substring_of(value: str | None, start: int | None, length: int | None) -> str | None:
    if value is None or start is None or length is None:
        return None
    return value[start:][: max(length, 0)]


@lru_cache(maxsize=100)
def _compiled(pattern: str) -> CompiledPattern:
    options = re2.Options()
    options.log_errors = False
    found: CompiledPattern = re2.compile(pattern, options).search
    return found


def _matches(value: str | None, pattern: str | None) -> bool | None:
    if value is None or pattern is None:
        return None
    return _compiled(pattern)(value) is not None


def _moved(sign: int) -> Callable[[str | None, int | None], str | None]:
    def apply(instant: str | None, microseconds: int | None) -> str | None:
        if instant is None or microseconds is None:
            return None
        length = sign * microseconds * _MICROSECOND
        return (datetime.datetime.fromisoformat(instant) + length).isoformat(
            timespec="microseconds"
        )

    return apply


def _day_moved(sign: int) -> Callable[[str | None, int | None], str | None]:
    move = _moved(sign)

    def apply(day: str | None, microseconds: int | None) -> str | None:
        moved = None if day is None else move(day + _MIDNIGHT, microseconds)
        return None if moved is None else moved[:_DAY_LENGTH]

    return apply


def _apart(left: str | None, right: str | None) -> int | None:
    if left is None or right is None:
        return None
    apart = datetime.datetime.fromisoformat(left) - datetime.datetime.fromisoformat(right)
    return apart // _MICROSECOND


def _array_join(first: str | None, second: str | None) -> str | None:
    if first is None or second is None:
        return None
    inside = (first.strip()[1:-1].strip(), second.strip()[1:-1].strip())
    return f"[{','.join(filter(None, inside))}]"


def _array_part(array: str | None, start: int | None, length: int | None) -> str | None:
    """Items from a place on; a negative length stands for all of them."""
    if array is None or start is None or length is None:
        return None
    items = read_items(array)[start:]
    return json_text(items if length < 0 else items[:length])


FUNCTIONS: Mapping[str, tuple[Callable[..., object], int]] = {
    **sqlite_numbers.FUNCTIONS,
    **sqlite_casts.FUNCTIONS,
    "odata_lower": (_lower, 1),
    "odata_upper": (_upper, 1),
    "odata_tokens": (_tokens, 1),
    "odata_searched": (searched, _ANY_NUMBER),
    "odata_substring": (_substring, 2),
    "odata_substring_of": (_substring_of, 3),
    "odata_matches": (_matches, 2),
    "odata_add_span": (_moved(1), 2),
    "odata_sub_span": (_moved(-1), 2),
    "odata_day_add_span": (_day_moved(1), 2),
    "odata_day_sub_span": (_day_moved(-1), 2),
    "odata_apart": (_apart, 2),
    "odata_duration": (value_text.duration_text, 1),
    "odata_base64": (value_text.binary_text, 1),
    "odata_key": (value_text.key_text, 1),
    "odata_dynamic": (written_document, 2),
    "odata_items": (written_items, 2),
    "odata_array_join": (_array_join, 2),
    "odata_array_part": (_array_part, 3),
}
