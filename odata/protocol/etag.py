"""Weak entity tags and the conditions that name them.

Cites: OData Protocol 8.2.4 (If-Match), 8.2.5 (If-None-Match), RFC 9110 8.8.3,
Business Central reference §3.3 (the form of a tag), §8 (what is answered).
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from dataclasses import dataclass
from typing import NoReturn, assert_never

from odata.errors import PreconditionInvalidError

# Coprime to ten, so that counters below 10**19 and their tags pair off one to one.
_SCRAMBLE = 6_180_339_887_498_948_483
_COUNTERS = 10**19

_ELEMENT = re.compile(r'[ \t]*(?:(?:W/)?"([!#-~\x80-\U0010ffff]+)"[ \t]*)?(,|\Z)')

_REFUSAL = (
    "Could not validate the client concurrency token required by the service. "
    "Please provide a valid token in the client request."
)
_ADVICE = (
    "Send the header {header} with the value of @odata.etag from the latest response "
    "for this entity, or {header}: * for whatever version is stored."
)
_BODY_ADVICE = "The @odata.etag in the body is not read as a condition."


@dataclass(frozen=True, slots=True)
class Absent:
    """No condition."""


@dataclass(frozen=True, slots=True)
class AnyTag:
    """``*``: the entity exists, in whatever version."""


ABSENT, _ANY_TAG = Absent(), AnyTag()


@dataclass(frozen=True, slots=True)
class Tags:
    """One of these opaque texts."""

    texts: frozenset[str]


TagCondition = Absent | AnyTag | Tags


def tag_text(counter: int) -> str:
    """The opaque text for a value of the database-wide counter of writes.

    It looks like one of Business Central's: base64 of a length, as many digits and a tail.
    """
    digits = counter * _SCRAMBLE % _COUNTERS
    return b2a_base64(f"'19;{digits:019}1;00;'".encode(), newline=False).decode()


def write_tag(text: str) -> str:
    """The entity tag as it stands in headers and in ``@odata.etag``."""
    return f'W/"{text}"'


def parse_if_match(header: str | None) -> TagCondition:
    """The condition of an ``If-Match`` header, compared weakly."""
    return _parse_condition(header, "If-Match")


def parse_if_none_match(header: str | None) -> TagCondition:
    """The condition of an ``If-None-Match`` header, compared weakly."""
    return _parse_condition(header, "If-None-Match")


def names_tag(condition: TagCondition, text: str | None) -> bool:
    """Whether the condition names this stored tag; None is an entity without one."""
    match condition:
        case Absent():
            return False
        case AnyTag():
            return True
        case Tags():
            return text in condition.texts
        case _:
            assert_never(condition)


def missing_if_match(*, tag_in_body: bool = False) -> PreconditionInvalidError:
    """The refusal of a change without the ``If-Match`` that it needs."""
    advice = [_REFUSAL, _ADVICE.format(header="If-Match")]
    if tag_in_body:
        advice.append(_BODY_ADVICE)
    return PreconditionInvalidError(" ".join(advice), target="If-Match")


def _parse_condition(header: str | None, name: str) -> TagCondition:
    if header is None:
        return ABSENT
    if header.strip() == "*":
        return _ANY_TAG
    texts = _parse_tags(header, name)
    if not texts:
        _refuse(name)
    return Tags(texts)


def _parse_tags(header: str, name: str) -> frozenset[str]:
    texts = set()
    position = 0
    separator = ","
    while separator:
        found = _ELEMENT.match(header, position)
        if found is None:
            _refuse(name)
        text, separator = found.groups()
        if text:
            texts.add(text)
        position = found.end()
    return frozenset(texts)


def _refuse(name: str) -> NoReturn:
    raise PreconditionInvalidError(f"{_REFUSAL} {_ADVICE.format(header=name)}", target=name)
