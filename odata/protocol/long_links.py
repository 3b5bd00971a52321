"""Next links of queries that are too long for a URL: the query travels packed in the skip token.

A query in a body (``/$query``) may be longer than any URL that a server reads, and its pages are
followed by GET. Like every token, a packed one consists of lower-case letters and digits; it
begins with one that no other token has.

Cites: OData Protocol 11.2.6.7 (the link is opaque), 11.2.11 ($query).
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from odata.errors import BadRequestError

_LONGEST = 8_000  # characters that most servers and proxies let pass
_MARK = "9"
_PACKED = re.compile(r"(?:^|&)(?:\$|%24)?skiptoken=9([a-z2-7]+)$")
_TOKEN = "skiptoken=9"
_BLOCK = 8


def shortened(link: str) -> str:
    """A link with its query packed, where it is too long as it is."""
    if len(link) <= _LONGEST:
        return link
    address, _, query = link.partition("?")
    packed = base64.b32encode(zlib.compress(query.encode("ascii"), 9)).decode("ascii")
    return min(link, f"{address}?$skiptoken={_MARK}{packed.rstrip('=').lower()}", key=len)


def unpacked(query: str, longest: int) -> str:
    """The query that a packed token stands for; any other as it is."""
    found = _PACKED.search(query) if _TOKEN in query else None
    if found is None:
        return query
    text = found[1].upper()
    unpacking = zlib.decompressobj()
    try:
        packed = base64.b32decode(text + "=" * (-len(text) % _BLOCK))
        whole = unpacking.decompress(packed, longest).decode("ascii")
    except (binascii.Error, zlib.error, UnicodeDecodeError) as error:
        raise _refusal() from error
    if not unpacking.eof:
        raise _refusal()
    return "&".join(filter(None, (query[: found.start()], whole)))


def _refusal() -> BadRequestError:
    return BadRequestError(
        "the $skiptoken is none of this service, ask for the first page again", target="$skiptoken"
    )
