"""What no answer may be, whatever was asked."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fuzz.request import Request

SLOWEST = 2.0
_DOCUMENTED = (501, 503)
_INSIDE = re.compile(rb'traceback|site-packages|file "/|object at 0x|psycopg|peewee', re.IGNORECASE)
_HTML = re.compile(rb"<html|<!doctype", re.IGNORECASE)
_STATUS_LINE = re.compile(rb"HTTP/1\.1 (\d{3}) ")
# The pages for people.
_PAGES = re.compile(r"/docs/?(\?|$)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and how many seconds it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


def faults_of(request: Request, answer: Answer) -> Iterator[str]:
    """What is wrong with an answer."""
    if answer.status >= 500 and answer.status not in _DOCUMENTED:
        yield f"the status is {answer.status}"
    if answer.status == 503 and "retry-after" not in answer.headers:
        yield "503 does not say when to come again"
    if answer.seconds > SLOWEST:
        yield f"it took {answer.seconds:.1f} s"
    is_page = answer.status == 200 and _PAGES.search(request.target)
    if _HTML.search(answer.body) and not is_page:
        yield "it is HTML"
    if answer.status >= 400 and request.method != "HEAD":
        yield from _refusal_faults(answer)
    elif answer.headers.get("content-type", "").startswith("application/json") and answer.body:
        yield from _document_faults(answer)


def octet_faults(octets: bytes) -> Iterator[str]:
    """What is wrong with all that came back on a connection."""
    for found in _STATUS_LINE.finditer(octets):
        status = int(found[1])
        if status >= 500 and status not in _DOCUMENTED:
            yield f"a status is {status}"
    if octets and not octets.startswith(b"HTTP/1.1 "):
        yield "it is no HTTP"
    if _HTML.search(octets):
        yield "it is HTML"
    if _INSIDE.search(octets):
        yield "it tells what is inside"


def _refusal_faults(answer: Answer) -> Iterator[str]:
    if _INSIDE.search(answer.body):
        yield "it tells what is inside"
    if not answer.headers.get("content-type", "").startswith("application/json"):
        yield "it is no JSON"
    elif not isinstance(_document(answer.body), dict):
        yield "it is no error body"


def _document_faults(answer: Answer) -> Iterator[str]:
    document = _document(answer.body)
    if document is None:
        yield "it is no JSON"
    if isinstance(document, dict) and isinstance(document.get("responses"), list):
        for item in document["responses"]:
            if item["status"] >= 500 and item["status"] not in _DOCUMENTED:
                yield f"the status of a part is {item['status']}"


@functools.lru_cache(maxsize=64)
def _document(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_refuse)
    except ValueError:
        return None


def _refuse(text: str) -> None:
    raise ValueError(text)
