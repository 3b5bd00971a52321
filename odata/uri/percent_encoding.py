"""Percent-decoding, once and strictly.

Cites: OData URL Conventions 2; Reliability Q5.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from odata.errors import UriSyntaxError

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def decode(raw: str, *, target: str | None = None) -> str:
    """The text that ``raw`` encodes; refuses what is no UTF-8."""
    if "%" not in raw and raw.isascii() and "\0" not in raw:
        return raw
    bad = _BAD_ESCAPE.search(raw)
    if bad is not None:
        raise UriSyntaxError(
            f"'{raw[bad.start() : bad.start() + 3]}' is no percent-encoding",
            target=target,
            position=bad.start(),
        )
    try:
        text = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeError as fault:
        raise UriSyntaxError("the URL is not encoded in UTF-8", target=target) from fault
    if "\0" in text:
        raise UriSyntaxError("the URL holds a zero character", target=target)
    return text
