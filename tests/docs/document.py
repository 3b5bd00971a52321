"""Fenced blocks of a Markdown document, and what a document shows as an answer.

An answer is shown abridged: members may be left out of an object and the rest of an array,
and ``…`` stands for any text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTED_HOST = "http://127.0.0.1:8080"
_FENCE = re.compile(r"^```(?P<language>[\w#-]+)?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_REQUEST_LINE = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE) (\S+)(?: HTTP/1\.1)?\Z")


@dataclass(frozen=True)
class Block:
    """A fenced block with its language and the line on which its text begins."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Message:
    """An HTTP message as a document shows it."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def status(self) -> int:
        """The status of an answer."""
        return int(self.start.split()[1])


@dataclass(frozen=True)
class Exchange:
    """What really came back."""

    status: int
    headers: dict[str, str]
    body: str


def read(name: str) -> str:
    """The text of a document."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks_of(name: str) -> list[Block]:
    """The fenced blocks of a document in their order."""
    text = read(name)
    return [
        Block(found["language"] or "", found["text"], text.count("\n", 0, found.start()) + 2)
        for found in _FENCE.finditer(text)
    ]


def is_request(block: Block) -> bool:
    """Whether an ``http`` block shows what a client sends."""
    first = block.text.partition("\n")[0]
    return block.language == "http" and _REQUEST_LINE.match(first) is not None


def is_answer(block: Block) -> bool:
    """Whether a block shows what came back."""
    return block.language in ("http", "json", "text") and not is_request(block)


def requests_of(block: Block) -> list[Message]:
    """The requests of an ``http`` block; each begins with its request line."""
    parts: list[list[str]] = []
    for line in block.text.splitlines():
        if _REQUEST_LINE.match(line):
            parts.append([])
        parts[-1].append(line)
    return [message_of("\n".join(lines)) for lines in parts]


def message_of(text: str) -> Message:
    """Start line, header fields and body of a message."""
    head, _, body = text.strip("\n").partition("\n\n")
    start, *lines = head.splitlines()
    fields = (line.partition(":") for line in lines)
    return Message(start, tuple((name.strip(), value.strip()) for name, _, value in fields), body)


def check_answer(shown: Block, actual: Exchange) -> None:
    """Fail where what is shown is not what came back."""
    if shown.language == "text":
        check_lines(shown.text, actual.body)
        return
    body = shown.text
    if shown.language == "http":
        message = message_of(shown.text)
        assert actual.status == message.status, actual.body
        for name, value in message.headers:
            assert _matches(value, actual.headers.get(name.lower())), (name, actual.headers)
        body = message.body
    if body.strip():
        _check_json(json.loads(body), json.loads(actual.body), "$")


def check_lines(shown: str, actual: str) -> None:
    """Fail unless every line that is shown comes in its turn."""
    rest = iter(actual.splitlines())
    for line in shown.splitlines():
        found = any(_matches(line.strip(), other.strip()) for other in rest)
        assert found, f"no line {line!r} in its turn in:\n{actual}"


def _check_json(shown: object, actual: object, place: str) -> None:
    if isinstance(shown, dict):
        assert isinstance(actual, dict), place
        for name, value in shown.items():
            assert name in actual, f"{place} has no {name}"
            _check_json(value, actual[name], f"{place}.{name}")
    elif isinstance(shown, list):
        assert isinstance(actual, list), place
        assert len(shown) <= len(actual), place
        for index, value in enumerate(shown):
            _check_json(value, actual[index], f"{place}[{index}]")
    else:
        assert _matches(shown, actual), f"{place}: {shown!r} is shown, {actual!r} came"


def _matches(shown: object, actual: object) -> bool:
    if not isinstance(shown, str) or not isinstance(actual, str):
        return type(shown) is type(actual) and shown == actual
    pattern = ".*".join(re.escape(part) for part in shown.split("…"))
    return re.fullmatch(pattern, actual, re.DOTALL) is not None
