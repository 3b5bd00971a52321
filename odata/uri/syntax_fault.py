"""A fault that a production of the grammar finds, before the option's name is known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class SyntaxFault(Exception):  # noqa: N818  (never leaves odata.uri; the parser translates it)
    """A production that the grammar allows and the standard does not."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


def suggest(name: str, known: Iterable[str]) -> str:
    """``, did you mean ...`` where a known name is close, letter case aside, else nothing."""
    by_lower = {item.lower(): item for item in known}
    matches = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return f", did you mean {by_lower[matches[0]]}" if matches else ""
