"""Batches in JSON.

Cites: OData JSON 19 (batch requests and responses), Business Central reference §11.1.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from odata.errors import BadRequestError
from odata.payload.json_document import JsonLimits, JsonObject, JsonValue, read_json
from odata.protocol.batch_parts import Outcome, Part
from odata.protocol.batch_url import write_json
from odata.protocol.messages import Response, whole_body

JSON_BATCH = "application/json"
# What stands around the bodies of the parts, which may each use the whole depth.
_AROUND = 8
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BODILESS = frozenset({"GET", "HEAD", "DELETE"})
_TEXT = json.encoder.encode_basestring_ascii
_PLAIN_MEMBERS = frozenset({"id", "method", "url"})
_KNOWN_NAMES = 256


def read_batch(body: bytes, limits: JsonLimits) -> tuple[Part, ...]:
    """The requests of a JSON batch; refuses an envelope that contradicts itself."""
    document = read_json(body, replace(limits, depth=limits.depth + _AROUND))
    if not isinstance(document, dict) or not isinstance(document.get("requests"), list):
        raise _malformed("a batch is a JSON object with the array 'requests'")
    items = document["requests"]
    parts = tuple(map(_read_part, items)) if isinstance(items, list) else ()
    _check_names(parts)
    return parts


def write_batch(outcomes: Iterable[Outcome]) -> bytes:
    """The answers of a batch as JSON."""
    return b'{"responses":[' + b",".join(map(_write_outcome, outcomes)) + b"]}"


# --- requests -------------------------------------------------------------------------------


def _read_part(item: JsonValue) -> Part:
    if not isinstance(item, dict):
        raise _malformed("a request of a batch is a JSON object")
    method, url = item.get("method"), item.get("url")
    if not isinstance(method, str) or not isinstance(url, str):
        raise _malformed("a request of a batch has a method and a URL")
    name = method.upper()
    if name not in _METHODS:
        raise _malformed(f"'{method}' is no method of a batch")
    if item.keys() <= _PLAIN_MEMBERS and name in _BODILESS:
        return Part(_read_name(item.get("id"), "id"), name, url, requires=())
    headers = _read_headers(item.get("headers"))
    body = b"" if name in _BODILESS else _read_content(item, headers)
    return Part(
        _read_name(item.get("id"), "id"),
        name,
        url,
        headers,
        body,
        group=_read_name(item.get("atomicityGroup"), "atomicityGroup"),
        requires=_read_dependencies(item.get("dependsOn")),
        condition=_read_condition(item.get("if")),
    )


def _read_name(value: JsonValue, member: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and value:
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise _malformed(f"'{member}' is a text")
    return str(value)


def _read_condition(value: JsonValue) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _malformed("'if' is a text")
    return value


def _read_headers(value: JsonValue) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _malformed("'headers' is a JSON object")
    headers = {}
    for name, content in value.items():
        text = write_json(content) if isinstance(content, int | bool) else content
        if not isinstance(text, str) or not _TOKEN.fullmatch(name) or re.search(r"[\r\n\0]", text):
            raise _malformed(f"the header '{name[:50]}' is malformed")
        headers[name.lower()] = text.strip()
    return headers


def _read_content(item: JsonObject, headers: dict[str, str]) -> bytes:
    """The octets of a body: JSON, text, or base64url of anything else."""
    if "body" not in item:
        return b""
    value = item["body"]
    media = headers.setdefault("content-type", JSON_BATCH).partition(";")[0].strip().lower()
    if media.endswith("json") or not isinstance(value, str):
        return write_json(value).encode("utf-8", "surrogatepass")
    if media.startswith("text/"):
        return value.encode()
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError) as error:
        raise _malformed("a body that is neither JSON nor text is base64url") from error


def _read_dependencies(value: JsonValue) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _malformed("'dependsOn' is an array of ids")
    names = tuple(_read_name(item, "dependsOn") for item in value)
    return tuple(item for item in names if item is not None)


def _check_names(parts: tuple[Part, ...]) -> None:
    """Ids are unique, groups adjacent and unlike ids, dependencies look back."""
    ids: set[str] = set()
    groups: list[str] = []
    for part in parts:
        if part.id is not None and part.id in ids:
            raise _malformed(f"the id '{part.id}' occurs twice")
        for name in part.requires or ():
            if name not in ids and name not in groups[: _finished(groups, part.group)]:
                raise _malformed(f"dependsOn names '{name}', which is no earlier request")
        if part.id is not None:
            ids.add(part.id)
        if part.group is not None and part.group not in groups[-1:]:
            if part.group in groups:
                raise _malformed(f"the requests of '{part.group}' are not adjacent")
            groups.append(part.group)
        elif part.group is None:
            groups.append("")
    clash = ids & set(groups)
    if clash:
        raise _malformed(f"'{min(clash)}' names a request and a group")


def _finished(groups: list[str], current: str | None) -> int:
    """How many of the groups are complete when a part of ``current`` comes."""
    return len(groups) - 1 if groups[-1:] == [current] else len(groups)


def _malformed(reason: str) -> BadRequestError:
    return BadRequestError(f"Invalid batch request: {reason}.")


# --- responses ------------------------------------------------------------------------------


def _write_outcome(outcome: Outcome) -> bytes:
    part, response = outcome.part, outcome.response
    group = "" if part.group is None else f',"atomicityGroup":{_TEXT(part.group)}'
    headers = {_member(name): value for name, value in response.headers}
    # A quarter of what json.dumps takes: all are texts.
    written = ",".join([f"{name}{_TEXT(value)}" for name, value in headers.items()])
    head = (
        f'{{"id":{"null" if part.id is None else _TEXT(part.id)}{group},'
        f'"status":{response.status},"headers":{{{written}}}'
    )
    if not response.body:
        return f"{head}}}".encode()
    content_type = headers.get(_CONTENT_TYPE, "")
    return b'%b,"body":%b}' % (head.encode(), _write_content(response, content_type))


@lru_cache(maxsize=_KNOWN_NAMES)
def _member(name: str) -> str:
    """The name of a header as that of a member, with its colon."""
    return f"{_TEXT(name.lower())}:"


_CONTENT_TYPE = _member("Content-Type")


@lru_cache(maxsize=_KNOWN_NAMES)
def _media(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _write_content(response: Response, content_type: str) -> bytes:
    media, body = _media(content_type), whole_body(response)
    if media.endswith("json"):
        return body
    if media.startswith("text/"):
        return json.dumps(body.decode("utf-8", "replace")).encode()
    return b'"' + base64.urlsafe_b64encode(body).rstrip(b"=") + b'"'
