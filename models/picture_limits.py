"""How large pictures may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """How large a picture may be."""

    octets: int = 10 * 1024 * 1024
    pixels: int = 50_000_000
