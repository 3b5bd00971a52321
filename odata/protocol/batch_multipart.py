"""Batches in ``multipart/mixed``, as clients really write and read them.

The reader goes by delimiters alone: lengths of parts are not trusted, lines may end with LF,
text around the delimiters is skipped, a request line may hold raw blanks. What ends too
early is refused.

Cites: OData Protocol 11.7.7 (multipart batch), RFC 2046 5.1, clients reference §3.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from odata.errors import BadRequestError
from odata.protocol.batch_parts import Outcome, Part
from odata.protocol.header_syntax import parse_element
from odata.protocol.messages import whole_body

MULTIPART = "multipart/mixed"
_BOUNDARY = re.compile(r"[ -~]{1,200}")
_EMPTY_LINE = re.compile(rb"(?:\A|\r?\n)\r?\n")
_LINE_END = re.compile(r"\r?\n")
_LEADING = re.compile(rb"\A(?:[ \t]*\r?\n)+")
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"})
_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class _Entity:
    """One part of a multipart body."""

    headers: Mapping[str, str]
    content: bytes

    @property
    def media(self) -> str:
        """The media type in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


# --- requests -------------------------------------------------------------------------------


def read_batch(body: bytes, content_type: str) -> tuple[Part, ...]:
    """The requests of a multipart batch."""
    boundary = _boundary(content_type)
    parts: list[Part] = []
    for number, entity in enumerate(_split(body, boundary)):
        if entity.media == MULTIPART:
            parts += _read_change_set(entity, f"change set {number}", boundary)
        else:
            parts.append(_read_part(entity, None))
    return tuple(parts)


def _read_change_set(entity: _Entity, name: str, outer: str) -> Iterator[Part]:
    boundary = _boundary(entity.headers["content-type"])
    if boundary == outer:
        raise _malformed("a change set has the boundary of the batch")
    seen: set[str] = set()
    for inner in _split(entity.content, boundary):
        part = _read_part(inner, name)
        if part.method in _READING:
            raise _malformed("a change set holds changes only")
        if part.id is not None and part.id in seen:
            raise _malformed(f"the Content-ID {part.id} occurs twice in a change set")
        seen.add(part.id or "")
        yield part


def _boundary(content_type: str) -> str:
    boundary = parse_element(content_type).parameter("boundary")
    if not boundary or not _BOUNDARY.fullmatch(boundary):
        raise _malformed("the Content-Type names no boundary")
    return boundary


def _split(body: bytes, boundary: str) -> list[_Entity]:
    """The parts between the delimiters; text before the first and behind the last is no part."""
    delimiter = re.compile(
        rb"(?:\A|\r?\n)--" + re.escape(boundary.encode("ascii")) + rb"(--)?[ \t]*(?=\r?\n|\Z)"
    )
    entities: list[_Entity] = []
    start: int | None = None
    for found in delimiter.finditer(body):
        if start is not None:
            entities.append(_read_entity(body[start : found.start()]))
        if found[1]:
            return entities
        start = found.end()
    raise _malformed("the closing delimiter of a multipart body is missing")


def _read_entity(content: bytes) -> _Entity:
    # The end of the delimiter's own line.
    content = re.sub(rb"\A\r?\n", b"", content, count=1)
    head, rest = _divide(content)
    return _Entity(_read_headers(head), rest)


def _divide(content: bytes) -> tuple[str, bytes]:
    """What stands before and behind the first empty line."""
    found = _EMPTY_LINE.search(content)
    head, rest = (
        (content, b"") if found is None else (content[: found.start()], content[found.end() :])
    )
    try:
        return head.decode("utf-8"), rest
    except UnicodeDecodeError as error:
        raise _malformed("a header of a part is not UTF-8") from error


def _read_headers(text: str) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in _LINE_END.split(text):
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or "\0" in line or "\r" in line or name != name.strip() or not name:
            raise _malformed(f"'{line[:60]}' is no header")
        headers[name.lower()] = value.strip()
    return headers


def _read_part(entity: _Entity, group: str | None) -> Part:
    if entity.media != "application/http":
        raise _malformed("a part of a batch has the Content-Type application/http")
    head, body = _divide(_LEADING.sub(b"", entity.content))
    line, _, rest = head.replace("\r\n", "\n").partition("\n")
    method, url = _read_request_line(line)
    headers = _read_headers(rest)
    content_id = entity.headers.get("content-id") or headers.get("content-id")
    if method in _READING or method == "DELETE":
        body = b""
    return Part(content_id, method, url, _with_media(headers, body), body, group=group)


def _read_request_line(line: str) -> tuple[str, str]:
    method, *rest = line.split() or ("",)
    if rest and rest[-1].upper().startswith("HTTP/"):
        rest.pop()
    if method.upper() not in _METHODS or not rest:
        raise _malformed(f"'{line[:60]}' is no request line")
    return method.upper(), " ".join(rest)


def _with_media(headers: dict[str, str], body: bytes) -> dict[str, str]:
    """The headers with the type of the body; some clients copy the type of the envelope."""
    media = headers.get("content-type", "")
    if body.strip() and (not media or media.lower().startswith("multipart/")):
        headers["content-type"] = "application/json"
    return headers


def _malformed(reason: str) -> BadRequestError:
    return BadRequestError(f"Invalid batch request: {reason}.")


# --- responses ------------------------------------------------------------------------------


def write_batch(outcomes: list[Outcome]) -> tuple[bytes, str]:
    """The answers as a multipart body, and its Content-Type."""
    boundary = f"batchresponse_{uuid.uuid4()}"
    parts: list[bytes] = []
    for group, members in groupby(outcomes, key=lambda item: item.part.group):
        listed = list(members)
        if group is None:
            parts += [_write_part(item) for item in listed]
        elif any(item.is_failure for item in listed):
            parts.append(_write_part(_spokesman(listed)))
        else:
            parts.append(_write_change_set(listed))
    return _join(parts, boundary), f"{MULTIPART}; boundary={boundary}"


def _spokesman(outcomes: list[Outcome]) -> Outcome:
    """The answer that stands for a change set that failed: that of the request that failed."""
    own = (item for item in outcomes if item.response.status != HTTPStatus.FAILED_DEPENDENCY)
    return next(own, outcomes[0])


def _write_change_set(outcomes: list[Outcome]) -> bytes:
    boundary = f"changesetresponse_{uuid.uuid4()}"
    head = f"Content-Type: {MULTIPART}; boundary={boundary}\r\n\r\n".encode()
    return head + _join([_write_part(item) for item in outcomes], boundary)


def _write_part(outcome: Outcome) -> bytes:
    response = outcome.response
    body = whole_body(response)
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if outcome.part.id is not None:
        lines.append(f"Content-ID: {outcome.part.id}")
    lines += ["", f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if body or response.status != HTTPStatus.NO_CONTENT:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _join(parts: list[bytes], boundary: str) -> bytes:
    opening = f"--{boundary}\r\n".encode()
    return b"".join(opening + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
