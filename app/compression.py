"""Answers compressed as the client accepts it, in front of everything else.

Fast levels: the usual ones cost more than it takes to make a page. Short answers and clients on
this machine, a proxy among them, get answers as they are (RFC 9110 8.4, 12.5.3).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Protocol

import brotli
import zstandard
from werkzeug.http import parse_accept_header

from app.config import is_loopback
from app.http import Environ, StartResponse, WsgiApplication

_SHORTEST = 1024
_BODILESS = ("204", "304")
_KINDS = ("application/json", "application/xml", "application/x-ndjson", "text/")
Headers = list[tuple[str, str]]


class Encoder(Protocol):
    """Compresses one answer, piece by piece."""

    def compress(self, data: bytes, /) -> bytes:
        """What can be sent already."""

    def flush(self) -> bytes:
        """What is left."""


class _Brotli:
    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=1)

    def compress(self, data: bytes, /) -> bytes:
        return bytes(self._compressor.process(data))

    def flush(self) -> bytes:
        return bytes(self._compressor.finish())


# In the order of our preference.
_ENCODERS: Mapping[str, Callable[[], Encoder]] = {
    "zstd": lambda: zstandard.ZstdCompressor(level=1).compressobj(),
    "br": _Brotli,
    "gzip": lambda: zlib.compressobj(1, wbits=16 + zlib.MAX_WBITS),
}


class Compression:
    """A WSGI application in front of another; ``wanted`` is ``on``, ``off`` or ``auto``, which
    leaves out clients on this machine."""

    def __init__(self, application: WsgiApplication, wanted: str) -> None:
        self.application = application
        self._wanted = wanted

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """The answer, in the coding that the client likes best of ours."""
        if not self._is_wanted(environ):
            plain: Iterable[bytes] = self.application(environ, start_response)
            return plain
        found: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *_: object) -> None:
            found.append((status, headers))

        body: Iterable[bytes] = self.application(environ, start)
        status, headers = found[-1]
        if not _pays(status, headers):
            start_response(status, headers)
            return body
        headers = [*headers, ("Vary", "Accept-Encoding")]
        coding = chosen_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if coding is None or environ["REQUEST_METHOD"] == "HEAD":
            start_response(status, headers)
            return body
        headers = [item for item in headers if item[0].lower() != "content-length"]
        headers.append(("Content-Encoding", coding))
        pieces = _compressed(body, _ENCODERS[coding]())
        if isinstance(body, tuple):
            # A whole answer stays whole, with its length.
            whole = b"".join(pieces)
            headers.append(("Content-Length", str(len(whole))))
            start_response(status, headers)
            return (whole,)
        start_response(status, headers)
        return pieces

    def _is_wanted(self, environ: Environ) -> bool:
        if self._wanted == "auto":
            return not is_loopback(environ.get("REMOTE_ADDR") or "")
        return self._wanted == "on"


@lru_cache(maxsize=256)
def chosen_coding(accepted: str) -> str | None:
    """The coding of an ``Accept-Encoding`` value that is used; None for the identity."""
    qualities = parse_accept_header(accepted)
    best, best_quality = None, 0.0
    for coding in _ENCODERS:
        quality = max((q for name, q in qualities if name in (coding, "*")), default=0.0)
        if quality > best_quality:
            best, best_quality = coding, quality
    return best


def _pays(status: str, headers: Headers) -> bool:
    """Whether an answer has a body that is worth it."""
    fields = {name.lower(): value for name, value in headers}
    if status[:3] in _BODILESS or "content-encoding" in fields:
        return False
    kind = fields.get("content-type", "")
    if not kind.startswith(_KINDS):
        return False
    length = fields.get("content-length")
    return length is None or int(length) >= _SHORTEST


def _compressed(body: Iterable[bytes], encoder: Encoder) -> Iterator[bytes]:
    try:
        for piece in body:
            ready = encoder.compress(piece)
            if ready:
                yield ready
        yield encoder.flush()
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
