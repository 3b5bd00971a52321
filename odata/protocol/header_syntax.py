"""Lists and parameters in the values of HTTP headers.

Cites: RFC 9110 5.6 (lists, quoted strings, parameters).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a list: ``name=value`` and its parameters, names in lower case."""

    name: str
    value: str
    parameters: tuple[tuple[str, str], ...]

    def parameter(self, name: str) -> str | None:
        """The first value of a parameter."""
        return next((value for key, value in self.parameters if key == name), None)


def split_unquoted(text: str, separator: str) -> Iterator[str]:
    """The stripped parts between separators that stand outside quoted strings."""
    start = 0
    is_quoted = is_escaped = False
    for position, character in enumerate(text):
        if is_escaped:
            is_escaped = False
        elif character == "\\":
            is_escaped = is_quoted
        elif character == '"':
            is_quoted = not is_quoted
        elif character == separator and not is_quoted:
            yield text[start:position].strip()
            start = position + 1
    yield text[start:].strip()


def parse_elements(header: str) -> tuple[Element, ...]:
    """The elements of a list header; empty ones are skipped (RFC 9110 5.6.1.2)."""
    return tuple(parse_element(part) for part in split_unquoted(header, ",") if part)


def parse_element(text: str) -> Element:
    """One ``name=value;parameter=value`` with its quotes taken off."""
    head, *rest = split_unquoted(text, ";")
    name, value = _pair(head)
    return Element(name, value, tuple(_pair(part) for part in rest if part))


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), _unquoted(value.strip())


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':  # noqa: PLR2004 - both quotes
        return text
    content = iter(text[1:-1])
    return "".join(next(content, "") if character == "\\" else character for character in content)
