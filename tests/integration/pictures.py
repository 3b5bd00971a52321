"""Small pictures for tests."""

from __future__ import annotations

import io

from PIL import Image


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """A picture of one colour."""
    octets = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(octets, kind)
    return octets.getvalue()


PNG = picture(5, 4)
JPEG = picture(7, 3, "JPEG")
