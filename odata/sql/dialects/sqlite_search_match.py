"""What FTS5 is asked, asked of one row that FTS5 does not know yet.

Of FTS5's notation these read what the dialect writes: phrases, an asterisk behind those that are
open at their end, and operators within parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from odata.query.search_terms import texts_of
from odata.sql.dialects.sqlite_search import document

Test = Callable[[str], bool]

_PART = re.compile(r'"([^"]*)"( \*)?|([()])| (AND|OR|NOT) ')
_CLOSED = ")"


def searched(match: str, *values: object) -> bool:
    """Whether a row with these values of its searchable columns is found."""
    return _test(match)(_document(values))


@lru_cache(maxsize=1024)
def _document(values: tuple[object, ...]) -> str:
    return f" {document(texts_of(values))} "


@lru_cache(maxsize=64)
def _test(match: str) -> Test:
    return _expression(_PART.finditer(match))


def _expression(parts: Iterator[re.Match[str]]) -> Test:
    """The test of a phrase, or of what stands up to the parenthesis that closes."""
    part = next(parts)
    if part[1] is not None:
        return _phrase(f" {part[1]}" if part[2] else f" {part[1]} ")
    tests = [_expression(parts)]
    operator = ""
    for following in parts:
        if following[3] == _CLOSED:
            break
        operator = following[4]
        tests.append(_expression(parts))
    return _joined(operator, tests)


def _phrase(text: str) -> Test:
    return lambda found: text in found


def _joined(operator: str, tests: list[Test]) -> Test:
    if operator == "OR":
        return lambda found: any(test(found) for test in tests)
    if operator == "NOT":
        wanted, *others = tests
        return lambda found: wanted(found) and not any(test(found) for test in others)
    return lambda found: all(test(found) for test in tests)
