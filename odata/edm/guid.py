"""GUIDs of new entities, which begin with the time (RFC 9562, version 7).

Each is greater than those of earlier milliseconds, so that an index takes new keys side by side:
random ones made a new row write a page of its own to every index that holds a key.
"""

from __future__ import annotations

import os
import time
from collections import deque

_OCTETS = 10
_AT_ONCE = 128
# The random digits of GUIDs to come: to ask the system for those of one takes a third of its time.
# A process must not have those of the one that it comes from.
_ahead: deque[str] = deque()
os.register_at_fork(after_in_child=_ahead.clear)

_VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}


def new_guid() -> str:
    """A GUID that nobody has, in its canonical text."""
    instant = f"{time.time_ns() // 1_000_000:012x}"
    digits = _digits()
    return (
        f"{instant[:8]}-{instant[8:]}-7{digits[:3]}-"
        f"{_VARIANTS[digits[3]]}{digits[4:7]}-{digits[7:19]}"
    )


def _digits() -> str:
    try:
        return _ahead.popleft()
    except IndexError:
        drawn = os.urandom(_OCTETS * _AT_ONCE).hex()
        length = 2 * _OCTETS
        found = [drawn[start : start + length] for start in range(0, len(drawn), length)]
        _ahead.extend(found[1:])
        return found[0]
