"""The head of a request, read by gunicorn in fewer steps where it is a plain one.

gunicorn looks at each octet and name anew with what HTTP allows at all; most requests have a
target in origin form and fields whose names everybody sends. Those are taken as they are; with
whatever else stands in a head, all of it is gunicorn's to read or to refuse.
"""

from __future__ import annotations

import re

from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser

_LINE = re.compile(
    r"(GET|HEAD|POST|PATCH|PUT|DELETE|OPTIONS) "
    r'((/(?!/)[!"$->@-~]*)(?:\?([!"$-~]*))?) '
    r"HTTP/1\.1"
)
# None of them asks for anything of gunicorn but Content-Length, which it reads afterwards.
_USUAL = re.compile(r"[A-Za-z-]+").findall(
    """
    Accept Accept-Charset Accept-Encoding Accept-Language Authorization Cache-Control
    Client-Request-Id Connection Content-Length Content-Type Cookie Data-Access-Intent Dnt Host
    Idempotency-Key If-Match If-Modified-Since If-None-Match Isolation OData-Isolation
    OData-MaxVersion OData-Version Origin Pragma Prefer Priority Range Referer Request-Id
    Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site Traceparent Tracestate User-Agent X-Api-Key
    X-Correlation-Id X-Forwarded-For X-Real-Ip X-Request-Id X-Requested-With
    """
)
_NAMES = {
    spelt.encode(): name.upper() for name in _USUAL for spelt in (name, name.lower(), name.upper())
}
_BLANKS = " \t"


class Head(Request):  # type: ignore[misc]  # gunicorn has no type information
    """A request as gunicorn knows it."""

    def parse_request_line(self, line_bytes: bytes) -> None:
        """Read the first line (RFC 9112 3)."""
        match = _LINE.fullmatch(line_bytes.decode("latin-1"))
        if match is None:
            super().parse_request_line(line_bytes)
            return
        self.method, self.uri, self.path, query = match.groups()
        self.query, self.fragment = query or "", ""
        self.version = (1, 1)

    def parse_headers(self, data: bytes, from_trailer: bool = False) -> list[tuple[str, str]]:  # noqa: FBT001, FBT002 - gunicorn's
        """The fields (RFC 9112 5), with names in capital letters."""
        lines = data.split(b"\r\n")
        found = [line.partition(b":") for line in lines]
        names = [_NAMES.get(name) if colon else None for name, colon, _ in found]
        if from_trailer or None in names or not self._are_plain(data, lines):
            fields: list[tuple[str, str]] = super().parse_headers(data, from_trailer)
            return fields
        return [
            (name, value.decode("latin-1").strip(_BLANKS))
            for name, (_, _, value) in zip(names, found, strict=True)
            if name is not None
        ]

    def _are_plain(self, data: bytes, lines: list[bytes]) -> bool:
        """Whether there are no more and no longer lines than may be, and nothing within them
        that ends one elsewhere."""
        ends = len(lines) - 1
        return (
            ends < self.limit_request_fields
            and len(max(lines, key=len)) + 2 <= self.limit_request_field_size
            and data.count(b"\r") == data.count(b"\n") == ends
            and b"\0" not in data
        )


class HeadParser(RequestParser):  # type: ignore[misc]  # gunicorn has no type information
    """gunicorn's parser of one connection."""

    mesg_class = Head
