"""JSON text, read strictly: what is ambiguous, endless or cannot be stored is refused.

Cites: RFC 8259 (JSON), RFC 7493 (unique names, no unpaired surrogates), OData JSON 4.4
(exact numbers), reliability reference §1.2.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from odata.errors import PayloadError

JsonValue = dict[str, "JsonValue"] | list["JsonValue"] | str | int | Decimal | bool | None
JsonObject = dict[str, JsonValue]

_TOKENS = re.compile(r'"(?:[^"\\]+|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_BRACKETS = re.compile(rb"[\[{]")
# An escape that may stand for half a character or for NUL: such text is looked through.
_SUSPICIOUS = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")
_BLANKS = " \t\n\r"
_EXPONENT = re.compile(r"[eE]([+-]?\d+)")


@dataclass(frozen=True, slots=True, eq=False)
class JsonLimits:
    """How far a document may go: levels of nesting, characters of a number, its exponent."""

    depth: int = 32
    number_length: int = 400
    exponent: int = 400


DEFAULT_LIMITS = JsonLimits()
# What the readers of Python follow without fail; no service allows more.
DEEPEST = JsonLimits(depth=100)


def read_json(body: bytes, limits: JsonLimits = DEFAULT_LIMITS) -> JsonValue:
    """The value of a JSON text; numbers keep all their digits."""
    text = _decode(body)
    if len(_BRACKETS.findall(body)) > limits.depth:
        _check_depth(text, limits.depth)
    value = _parse(text, limits)
    if b"\\u" in body and _SUSPICIOUS.search(body):
        _check_text(value)
    return value


def _decode(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(f"the text is not UTF-8 at byte {error.start}", error)
    if text[:1] == "\ufeff":
        _refuse("the text starts with a byte order mark")
    return text


def _parse(text: str, limits: JsonLimits) -> JsonValue:
    value: JsonValue
    # Most texts are an object and nothing around it, which needs no search for blanks.
    begin = 0 if text[:1] == "{" else len(text) - len(text.lstrip(_BLANKS))
    try:
        value, end = _decoder(limits).raw_decode(text, begin)
        if end != len(text):
            _check_end(text, end)
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        _refuse(f"{reason} at line {error.lineno}, column {error.colno}", error)
    return value


def _check_end(text: str, end: int) -> None:
    rest = text[end:].lstrip(_BLANKS)
    if rest:
        raise json.JSONDecodeError("Extra data", text, len(text) - len(rest))


@lru_cache(maxsize=8)
def _decoder(limits: JsonLimits) -> json.JSONDecoder:
    def read_integer(text: str) -> int:
        _check_number(text, limits)
        return int(text)

    def read_fraction(text: str) -> Decimal:
        _check_number(text, limits)
        return Decimal(text)

    return json.JSONDecoder(
        object_pairs_hook=_unique,
        parse_int=read_integer,
        parse_float=read_fraction,
        parse_constant=_refuse_constant,
    )


def _unique(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = Counter(name for name, _ in pairs)
        repeated = next(name for name, count in names.items() if count > 1)
        raise PayloadError(
            f"Invalid Request Body: the name '{repeated}' occurs twice in one object",
            target=repeated,
        )
    return members


def _check_number(text: str, limits: JsonLimits) -> None:
    if len(text) > limits.number_length:
        _refuse(f"a number of {len(text)} characters is longer than {limits.number_length}")
    exponent = _EXPONENT.search(text)
    if exponent and abs(int(exponent[1])) > limits.exponent:
        _refuse(f"the exponent {exponent[1]} is beyond {limits.exponent}")


def _refuse_constant(name: str) -> NoReturn:
    _refuse(f"{name} is no JSON number")


def _check_depth(text: str, limit: int) -> None:
    """Refuse deep nesting before the recursive parser sees it."""
    depth = 0
    for token in _TOKENS.finditer(text):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        if depth > limit:
            _refuse(f"more than {limit} levels of nesting at character {token.start()}")


def _check_text(value: JsonValue) -> None:
    if isinstance(value, str):
        _check_string(value)
    elif isinstance(value, list):
        for item in value:
            _check_text(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_string(name)
            _check_text(item)


def _check_string(text: str) -> None:
    if "\0" in text:
        _refuse("a text contains the character U+0000")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        _refuse(f"a text contains the unpaired surrogate U+{ord(text[error.start]):04X}", error)


def _refuse(reason: str, cause: Exception | None = None) -> NoReturn:
    raise PayloadError(f"Invalid Request Body: {reason}") from cause
