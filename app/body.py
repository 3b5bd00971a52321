"""The body of a request: read whole, within its limit, or refused.

A server hands over what arrived; whether that is all of it is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from gunicorn.http.errors import ParseException

from app.http import Environ
from app.limits import Limits
from odata.errors import (
    BadRequestError,
    ODataError,
    PayloadTooLargeError,
    TimeoutExceededError,
    UnsupportedMediaTypeError,
)

_LENGTH = re.compile(r"[0-9]{1,18}")
_TEXT_TYPES = ("", "application/json", "text/plain", "application/x-www-form-urlencoded")
_BATCH_TYPES = ("multipart/mixed",)
# Fewer than 100,000 bytes are left to the server.
_SHORT_DIGITS = 5
_READ = "kontor.body_read"


class TooLongError(OSError):
    """The server has taken of a body what may be, and does not take the rest."""


class Stream(Protocol):
    """The part of a body stream that is used here."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; fewer only at the end."""


def read_body(environ: Environ, limits: Limits) -> bytes:
    """The whole body, never a part of it: neither cut at the limit nor by a lost connection."""
    environ[_READ] = True
    length = _content_length(environ)
    if length == 0 or (length is None and not environ.get("wsgi.input_terminated")):
        return b""
    try:
        content_type, path = str(environ.get("CONTENT_TYPE", "")), environ["PATH_INFO"]
        return _read_within(environ, length, longest_body(limits, content_type, path))
    except ODataError:
        _force_close(environ)
        raise


def longest_body(limits: Limits, content_type: str, path: str) -> int:
    """How long a body of a type, sent to a path, may be."""
    media_type = _media_type(content_type)
    if media_type in _BATCH_TYPES or path.endswith("/$batch"):
        return limits.batch_body
    return limits.json_body if media_type in _TEXT_TYPES else limits.media_body


@lru_cache(maxsize=256)
def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def leave_unread(environ: Environ) -> None:
    """Answer without having read the body: a long one is not even taken off the connection."""
    if _READ in environ:
        return
    announced = str(environ.get("CONTENT_LENGTH") or "")
    if "HTTP_TRANSFER_ENCODING" in environ or len(announced) > _SHORT_DIGITS:
        _force_close(environ)


def _read_within(environ: Environ, length: int | None, limit: int) -> bytes:
    coding = environ.get("HTTP_CONTENT_ENCODING")
    if coding is not None and coding.strip().lower() != "identity":
        raise UnsupportedMediaTypeError("a body must come without Content-Encoding")
    stream: Stream = environ["wsgi.input"]
    # Where the length is known, nothing is read beyond it to see that there is no more.
    most = limit + 1 if length is None else length
    body = _read_to(stream, most) if length is None or length <= limit else None
    if body is None or len(body) > limit:
        raise PayloadTooLargeError(f"the body is longer than {limit} bytes")
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


def _read_to(stream: Stream, most: int) -> bytes | None:
    """The body, or None where the server knows that it is longer."""
    try:
        return _read(stream, most)
    except TooLongError:
        return None


def _read(stream: Stream, most: int) -> bytes:
    parts, left = [], most
    try:
        while left and (part := stream.read(left)):
            parts.append(part)
            left -= len(part)
    except TooLongError:
        raise
    except (BlockingIOError, TimeoutError) as error:
        raise TimeoutExceededError("the body did not arrive in time") from error
    except (OSError, ParseException) as error:
        # gunicorn decodes chunks while they are read; its faults are of these classes.
        raise BadRequestError("the body is not framed as its headers say") from error
    return b"".join(parts)


def _force_close(environ: Environ) -> None:
    """Have the server close the connection: what is left of the body is no next request."""
    close: Callable[[], None] | None = getattr(environ["wsgi.input"], "force_close", None)
    if close is not None:
        close()
