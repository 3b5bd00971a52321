"""The head of an answer, written by gunicorn in fewer steps.

gunicorn checks each name and value of a field by itself and writes the date for each answer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from email.utils import formatdate
from functools import lru_cache

from gunicorn.http.wsgi import HEADER_VALUE_RE, Response
from gunicorn.util import is_hoppish

_LENGTH = "Content-Length"
_MOST_NAMES = 256
_BLANKS = " \t"


class AnswerHead(Response):  # type: ignore[misc]  # gunicorn has no type information
    """An answer as gunicorn writes it."""

    # Names of fields that gunicorn has sent before.
    _known = frozenset[str]()

    def process_headers(self, headers: Sequence[tuple[str, str]]) -> None:
        """Take the fields; raises gunicorn's errors for what is no name or value of one."""
        if not (self._known.issuperset([name for name, _ in headers]) and _are_values(headers)):
            # gunicorn finds what is none.
            super().process_headers(headers)
            self._learn()
            return
        for name, value in headers:
            if name == _LENGTH:
                self.response_length = int(value)
            self.headers.append((name, value.strip(_BLANKS)))

    def _learn(self) -> None:
        """Know the names that were sent, but those that gunicorn treats by their value."""
        if len(self._known) < _MOST_NAMES:
            sent = {name for name, _ in self.headers if name == _LENGTH or not _is_special(name)}
            AnswerHead._known |= sent


def _are_values(headers: Sequence[tuple[str, str]]) -> bool:
    """Whether no value holds what stands in none, a line end say."""
    return HEADER_VALUE_RE.fullmatch("".join([value for _, value in headers])) is not None


def _is_special(name: str) -> bool:
    return name.lower() == _LENGTH.lower() or is_hoppish(name)


def http_date(timestamp: float | None = None) -> str:
    """The time as header fields write it (RFC 9110 5.6.7)."""
    return _date(int(time.time() if timestamp is None else timestamp))


_date = lru_cache(maxsize=2)(lambda second: formatdate(second, usegmt=True))
