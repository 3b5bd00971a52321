"""Between WSGI and the engine's messages: targets, headers, answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Response as FlaskResponse

from app.limits import Limits
from odata.errors import BadRequestError, UriTooLongError
from odata.protocol.messages import Response

StartResponse = Any  # WSGI's, with its optional argument
WsgiApplication = Any  # Flask's and WSGI's types name other mappings
Environ = MutableMapping[str, Any]  # WSGI keeps text, streams and flags side by side

_ABSOLUTE_FORM = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AUTHORITY = re.compile(
    r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::[0-9]{1,5})?", re.IGNORECASE
)
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


# Made for every request; a frozen one would take several times as long to make.
@dataclass(slots=True)
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
    if "%" in raw:
        (_check_kept if len(raw) <= _LONGEST_KEPT else _check_decoded)(raw)


def _check_decoded(raw: str) -> None:
    if _BROKEN_ESCAPE.search(raw):
        raise BadRequestError("the request target holds a percent sign without two digits")
    decoded = unquote_to_bytes(raw)
    if b"\0" in decoded:
        raise BadRequestError("the request target holds the character NUL")
    try:
        decoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequestError("the request target is not encoded in UTF-8") from error


# Targets that come again are not decoded again; longer ones are not kept.
_LONGEST_KEPT = 2000
_check_kept = lru_cache(maxsize=512)(_check_decoded)


@lru_cache(maxsize=64)
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
    names = _FIELD_NAMES
    headers: dict[str, str] = {
        name: value for variable, value in environ.items() if (name := names[variable])
    }
    for variable, name in _OF_BODY:
        value = environ.get(variable)
        if value:
            headers[name] = str(value)
    return headers


class _FieldNames(dict[str, str]):
    """The names of header fields by the variables that hold them, blank for other variables;
    found without a call where a variable was seen before."""

    def __missing__(self, variable: str) -> str:
        """The name, kept within bounds: clients choose the names of their fields."""
        is_field = variable.startswith("HTTP_")
        name = variable[5:].replace("_", "-").lower() if is_field else ""
        if len(self) >= _MOST_NAMES:
            self.clear()
        self[variable] = name
        return name


_MOST_NAMES = 512
_FIELD_NAMES = _FieldNames()
_OF_BODY = (("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length"))


@dataclass(slots=True)
class Written:
    """An answer as WSGI takes it."""

    status: str
    headers: list[tuple[str, str]]
    body: Iterable[bytes]


def write_response(response: Response, *, is_head: bool) -> Written:
    """The engine's answer as WSGI takes it. A short stream is sent whole, with its length."""
    status, headers = _STATUS_LINES[response.status], list(response.headers)
    content = response.body
    if not isinstance(content, bytes):
        pieces = _pieces(iter(content))
        content = next(pieces, b"")
        if len(content) >= _PIECE:
            return Written(status, headers, _closed(pieces) if is_head else _chain(content, pieces))
    if response.status not in _BODILESS:
        headers.append(("Content-Length", str(len(content))))
    return Written(status, headers, () if is_head or not content else (content,))


def to_flask(response: Response, *, is_head: bool) -> FlaskResponse:
    """The engine's answer as Flask's."""
    written = write_response(response, is_head=is_head)
    answer = FlaskResponse(written.body, written.status, written.headers)
    answer.automatically_set_content_length = False
    if response.header("content-type") is None:
        del answer.headers["Content-Type"]
    return answer


_BODILESS = frozenset({204, 304})
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_PIECE = 64 * 1024


def _closed(pieces: Generator[bytes, None, None]) -> Iterable[bytes]:
    pieces.close()
    return ()


def _pieces(chunks: Iterator[bytes]) -> Generator[bytes, None, None]:
    """The chunks put together: no piece but the last is short."""
    gathered: list[bytes] = []
    length = 0
    try:
        for chunk in chunks:
            gathered.append(chunk)
            length += len(chunk)
            if length >= _PIECE:
                yield b"".join(gathered)
                gathered, length = [], 0
        yield b"".join(gathered)
    finally:
        if isinstance(chunks, Generator):
            chunks.close()


def _chain(first: bytes, rest: Generator[bytes, None, None]) -> Iterator[bytes]:
    try:
        yield first
        yield from rest
    finally:
        rest.close()
