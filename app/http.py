"""Between WSGI and the engine's messages: targets, headers, answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Response as FlaskResponse

from app.config import Limits
from odata.errors import BadRequestError, UriTooLongError
from odata.protocol.messages import Response

Environ = MutableMapping[str, Any]  # WSGI keeps text, streams and flags side by side

_ABSOLUTE_FORM = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AUTHORITY = re.compile(
    r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::[0-9]{1,5})?", re.IGNORECASE
)
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Target:
    """The request target as it was sent: nothing decoded, nothing normalised."""

    path: str
    query: str
    authority: str


def read_target(environ: Environ, limits: Limits) -> Target:
    """The raw target; refuses what cannot be decoded, once and strictly (RFC 3986 2.1)."""
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"])
    if len(raw) > limits.url:
        raise UriTooLongError(f"the request target is longer than {limits.url} characters")
    authority = str(environ.get("HTTP_HOST", ""))
    absolute = _ABSOLUTE_FORM.match(raw)
    if absolute:
        # RFC 9112 3.2.2: the authority of the target stands above the Host header.
        authority, raw = absolute.group(1), raw[absolute.end() :] or "/"
    _check_escapes(raw)
    path, _, query = raw.partition("?")
    return Target(path, query, authority or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}")


def _check_escapes(raw: str) -> None:
    if not raw.isascii() or "#" in raw:
        raise BadRequestError("the request target holds a character that must be percent-encoded")
    if "%" not in raw:
        return
    if _BROKEN_ESCAPE.search(raw):
        raise BadRequestError("the request target holds a percent sign without two digits")
    decoded = unquote_to_bytes(raw)
    if b"\0" in decoded:
        raise BadRequestError("the request target holds the character NUL")
    try:
        decoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequestError("the request target is not encoded in UTF-8") from error


def check_authority(authority: str, is_trusted: Callable[[str], bool]) -> None:
    """Refuse a host that is malformed or not ours; links repeat it."""
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise BadRequestError("the host of the request is malformed")
    if not is_trusted(match["host"].lower()):
        raise BadRequestError(
            "the host of the request is not served here; KONTOR_TRUSTED_HOSTS names those that are"
        )


def read_headers(environ: Environ) -> dict[str, str]:
    """The header fields by lower-case name."""
    headers = {
        name[5:].replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for variable, name in (("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length")):
        if environ.get(variable):
            headers[name] = str(environ[variable])
    return headers


def to_flask(response: Response, *, head: bool) -> FlaskResponse:
    """The engine's answer as Flask's; Werkzeug itself leaves out a whole body for HEAD."""
    body = response.body
    answer = FlaskResponse(
        body if isinstance(body, bytes) else _streamed(body, head=head),
        response.status,
        response.headers,
    )
    if response.header("content-type") is None:
        del answer.headers["Content-Type"]
    if head and not isinstance(body, bytes):
        answer.automatically_set_content_length = False
    return answer


def _streamed(body: Iterable[bytes], *, head: bool) -> Iterable[bytes]:
    # The first chunk is computed while a failure can still be answered with its status.
    chunks = iter(body)
    first = next(chunks, b"")
    if head:
        _close(chunks)
        return ()
    return _chain(first, chunks)


def _chain(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield first
        yield from chunks
    finally:
        _close(chunks)


def _close(chunks: Iterator[bytes]) -> None:
    if isinstance(chunks, Generator):
        chunks.close()
