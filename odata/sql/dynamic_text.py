"""Documents of dynamic properties: JSON text as it is stored, and as it travels.

A document is one JSON object. A value whose type JSON does not tell has a neighbour before it,
``name@type``, with the name of its type without ``Edm.``; numbers have all their digits and no
exponent. Both databases keep the same text, and one function writes it out for both.

Cites: OData JSON 4.5.3 (type), 7 (structural properties).
"""

from __future__ import annotations

import json
import json.encoder
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from odata.query.row_template import DynamicPart

JsonAny = Any  # any JSON value, with decimals for numbers that have a fraction
Document = Mapping[str, JsonAny]

TYPE = "@type"
_EMPTY = "{}"  # of most rows
_LONG_NUMBERS = frozenset({"Int64", "Decimal", "Collection(Int64)", "Collection(Decimal)"})

_quote: Callable[[str], str] = json.encoder.encode_basestring


def read_document(text: str | None) -> dict[str, JsonAny]:
    """The members of a stored document, annotations included."""
    if not text or text == _EMPTY:
        return {}
    members: dict[str, JsonAny] = json.loads(text, parse_float=Decimal)
    return members


def read_items(text: str) -> list[JsonAny]:
    """The items of a stored collection."""
    items: list[JsonAny] = json.loads(text, parse_float=Decimal)
    return items


def json_text(value: JsonAny) -> str:
    """A value as compact JSON text; decimals keep their digits."""
    return _written(value, as_text=False)


def _written(value: JsonAny, *, as_text: bool) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, int | Decimal):
        digits = format(value, "f") if isinstance(value, Decimal) else str(value)
        return f'"{digits}"' if as_text else digits
    if isinstance(value, float):
        return json.dumps(value)
    if isinstance(value, Mapping):
        members = (
            f"{_quote(name)}:{_written(item, as_text=False)}" for name, item in value.items()
        )
        return "{" + ",".join(members) + "}"
    return "[" + ",".join(_written(item, as_text=as_text) for item in value) + "]"


@lru_cache(maxsize=512)
def dynamic_writer(options: str) -> Callable[[str | None], str]:
    """What writes a document as its ``writer_options`` say."""
    names, prefix, ieee754, has_comma, alone = json.loads(options)
    style = _Style(prefix, ieee754)

    def write_members(text: str | None) -> str:
        if text == _EMPTY:
            return ""
        document = read_document(text)
        chosen = document if names is None else _chosen(document, names)
        members = "".join(f",{item}" for item in style.members(chosen))
        return members if has_comma else members[1:]

    def write_alone(text: str | None) -> str:
        document: JsonAny = read_document(text)
        for name in names[:-1]:
            document = document.get(name) if isinstance(document, dict) else None
        if not isinstance(document, dict) or document.get(names[-1]) is None:
            return "null"
        return "{" + ",".join(style.alone(document, names[-1])) + "}"

    return write_alone if alone else write_members


def writer_options(part: DynamicPart) -> str:
    """How a document is to be written, as one text."""
    return json.dumps([part.names, part.prefix, part.ieee754, part.has_comma, part.alone])


def written_document(text: str | None, options: str) -> str:
    """A document as it travels; a function of SQLite."""
    return dynamic_writer(options)(text)


def _chosen(document: Document, names: Sequence[str]) -> Document:
    wanted = {item for name in names for item in (name + TYPE, name)}
    return {name: value for name, value in document.items() if name in wanted}


class _Style:
    """How values travel: ``prefix`` is that of control information."""

    def __init__(self, prefix: str, ieee754: bool) -> None:  # noqa: FBT001  (a value)
        self._prefix = prefix
        self._ieee754 = ieee754

    def members(self, document: Document) -> Iterator[str]:
        for name, value in document.items():
            if not name.endswith(TYPE):
                declared = document.get(name + TYPE)
                if declared is not None and self._prefix:
                    yield f'"{name}{self._prefix}type":"{self._spelled(declared)}"'
                yield f"{_quote(name)}:{self._value(value, declared)}"

    def alone(self, document: Document, name: str) -> Iterator[str]:
        declared = document.get(name + TYPE)
        if declared is not None and self._prefix:
            yield f'"{self._prefix}type":"{self._spelled(declared)}"'
        yield f'"value":{self._value(document[name], declared)}'

    def _spelled(self, declared: str) -> str:
        return declared if self._prefix == "@" else f"#{declared}"

    def _value(self, value: JsonAny, declared: str | None) -> str:
        if isinstance(value, Mapping):
            return "{" + ",".join(self.members(value)) + "}"
        if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            return "[" + ",".join(self._value(item, None) for item in value) + "]"
        return _written(value, as_text=self._ieee754 and declared in _LONG_NUMBERS)
