"""GUIDs of new entities, which begin with the time (RFC 9562, version 7).

Each is greater than those of earlier milliseconds, so that an index takes new keys side by side:
random ones made a new row write a page of its own to every index that holds a key.
"""

from __future__ import annotations

import os
import time

_VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}


def new_guid() -> str:
    """A GUID that nobody has, in its canonical text."""
    instant = f"{time.time_ns() // 1_000_000:012x}"
    digits = os.urandom(10).hex()
    return (
        f"{instant[:8]}-{instant[8:]}-7{digits[:3]}-"
        f"{_VARIANTS[digits[3]]}{digits[4:7]}-{digits[7:19]}"
    )
