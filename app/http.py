"""Between WSGI and the engine's messages: targets, headers, bodies, answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from flask import Response as FlaskResponse
from gunicorn.http.errors import ParseException

from app.config import Limits
from odata.errors import (
    BadRequestError,
    ODataError,
    PayloadTooLargeError,
    TimeoutExceededError,
    UnsupportedMediaTypeError,
    UriTooLongError,
)
from odata.protocol.messages import Response

Environ = Mapping[str, Any]  # WSGI keeps text, streams and flags side by side

_ABSOLUTE_FORM = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LENGTH = re.compile(r"[0-9]{1,18}")
_AUTHORITY = re.compile(
    r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::[0-9]{1,5})?", re.IGNORECASE
)
_TEXT_TYPES = ("", "application/json", "text/plain", "application/x-www-form-urlencoded")
_BATCH_TYPES = ("multipart/mixed",)
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Stream(Protocol):
    """The part of a body stream that is used here."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; fewer only at the end."""


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


def read_body(environ: Environ, limits: Limits) -> bytes:
    """The whole body, never a part of it: neither cut at the limit nor by a lost connection."""
    length = _content_length(environ)
    if length == 0 or (length is None and not environ.get("wsgi.input_terminated")):
        return b""
    if environ.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() != "identity":
        raise UnsupportedMediaTypeError("a body must come without Content-Encoding")
    limit = _limit(environ, limits)
    if length is not None and length > limit:
        raise _too_large(limit)
    body = _read(environ["wsgi.input"], limit + 1)
    if len(body) > limit:
        raise _too_large(limit)
    if length is not None and len(body) != length:
        raise BadRequestError("the body is shorter than its Content-Length")
    return body


def _content_length(environ: Environ) -> int | None:
    text = environ.get("CONTENT_LENGTH") or ""
    if not text:
        return None
    # Python's int() would also take signs, blanks and digits of other scripts.
    if not _LENGTH.fullmatch(text):
        raise BadRequestError("Content-Length must be a whole number")
    return int(text)


def _limit(environ: Environ, limits: Limits) -> int:
    media_type = str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
    if media_type in _BATCH_TYPES or environ["PATH_INFO"].endswith("/$batch"):
        return limits.batch_body
    return limits.json_body if media_type in _TEXT_TYPES else limits.media_body


def _read(stream: Stream, most: int) -> bytes:
    parts, left = [], most
    try:
        while left and (part := stream.read(left)):
            parts.append(part)
            left -= len(part)
    except (BlockingIOError, TimeoutError) as error:
        raise TimeoutExceededError("the body did not arrive in time") from error
    except (OSError, ParseException) as error:
        # gunicorn decodes chunks while they are read; its faults are of these classes.
        raise BadRequestError("the body is not framed as its headers say") from error
    return b"".join(parts)


def _too_large(limit: int) -> ODataError:
    return PayloadTooLargeError(f"the body is longer than {limit} bytes")


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
