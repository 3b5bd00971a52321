"""GUIDs of new entities: random ones (RFC 9562, version 4)."""

from __future__ import annotations

import os

_VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}


def new_guid() -> str:
    """A GUID that nobody has, in its canonical text."""
    digits = os.urandom(16).hex()
    return (
        f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-"
        f"{_VARIANTS[digits[16]]}{digits[17:20]}-{digits[20:]}"
    )
