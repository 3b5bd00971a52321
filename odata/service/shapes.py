"""The text of a request as a shape that many requests share, and the literals of this one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from urllib.parse import unquote

from odata.errors import BadRequestError
from odata.query.resource import segment_piece
from odata.uri import lexical
from odata.uri.ast import Literal, LiteralKind, QueryOptions
from odata.uri.percent_encoding import decode
from odata.uri.query_options import find_option, split_query
from odata.uri.shape import lift

# An entity by its GUID, which nothing in the text has to be decoded or looked for.
_BY_GUID = re.compile(rf"([A-Za-z]\w*)\(({lexical.GUID})\)", re.ASCII)
_LIFTED = frozenset({"$filter", "$orderby", "$compute", "$apply", "$expand", "$select"})
_NUMBERS = frozenset({"$top", "$skip"})
_TEXTS = frozenset({"$search"})
_APART = frozenset({"$skiptoken", "$deltatoken"})


# Texts that come again and again: segments with the key of a company, whole queries. Longer
# ones are not kept, so that nobody fills the memory with them.
_KNOWN_SEGMENTS = 2048
_LONGEST_SEGMENT = 200
_KNOWN_QUERIES = 512
_LONGEST_QUERY = 2000


# Made for every request; a frozen one would take several times as long to make.
@dataclass(slots=True)
class RequestShape:
    """``key`` is equal for requests that differ in literals only; ``literals`` are those of
    this request by slot, ``positions`` tells where they stand: (piece, position) to slot.
    ``syntax`` are the options of a caller that has given syntax instead of text."""

    key: tuple[str, ...]
    literals: Sequence[Literal]
    positions: Mapping[tuple[str, int], int]
    options: tuple[tuple[str, str], ...]
    syntax: QueryOptions | None = None

    def with_guid(self, guid: str) -> RequestShape:
        """What reads the entity that a request without options creates under this GUID: as the
        preparation is known, nothing but the literals counts."""
        literal = Literal(LiteralKind.GUID, guid, None, 1, len(guid))
        return RequestShape(self.key, (*self.literals, literal), self.positions, ())


@dataclass(frozen=True, slots=True)
class _Part:
    """The shape of a segment or of a query; ``places`` are those of its literals, in order."""

    key: tuple[str, ...]
    literals: tuple[Literal, ...] = ()
    places: tuple[tuple[str, int], ...] = ()
    options: tuple[tuple[str, str], ...] = ()


class _Collector:
    def __init__(self) -> None:
        self.key: list[str] = []
        self.literals: list[Literal] = []
        self.places: list[tuple[str, int]] = []

    def add(self, piece: str, text: str) -> None:
        """One piece whose literals are lifted."""
        shape = lift(text)
        self.key.append(f"{piece}\0{shape.key}")
        for lifted in shape.literals:
            self.places.append((piece, lifted.start))
            self.literals.append(lifted.as_literal())

    def add_number(self, piece: str, text: str) -> None:
        """``$top`` or ``$skip``."""
        if not (text.isascii() and text.isdigit()):
            # No text of a client may pass for the mark of a number.
            self.key.append(f"{piece}\0\0{text}")
            return
        self.key.append(f"{piece}\0?")
        self.places.append((piece, 0))
        self.literals.append(Literal(LiteralKind.INTEGER, text, None, 0, len(text)))

    def add_text(self, piece: str, text: str) -> None:
        """A value that is a literal as a whole: ``$search``."""
        self.key.append(f"{piece}\0?")
        self.places.append((piece, 0))
        self.literals.append(Literal(LiteralKind.STRING, text, None, 0, len(text)))

    def part(self, options: Iterable[tuple[str, str]] = ()) -> _Part:
        """What was collected."""
        return _Part(tuple(self.key), tuple(self.literals), tuple(self.places), tuple(options))


_NOTHING = _Part(())


def shape_of(path: str, query: str) -> RequestShape:
    """The shape of a percent-encoded path and query."""
    part = _NOTHING
    key, literals, places = part.key, part.literals, part.places
    for index, text in enumerate(path.split("/")):
        part = (_known_segment if len(text) <= _LONGEST_SEGMENT else _segment)(index, text)
        key, literals, places = key + part.key, literals + part.literals, places + part.places
    if query:
        part = (_known_query if len(query) <= _LONGEST_QUERY else _query)(query)
        key, literals, places = key + part.key, literals + part.literals, places + part.places
    return RequestShape(key, literals, dict(zip(places, count())), part.options)


def _segment(index: int, segment: str) -> _Part:
    by_guid = _BY_GUID.fullmatch(segment)
    if by_guid is not None:
        name, key = by_guid.groups()
        piece = segment_piece(index)
        literal = Literal(LiteralKind.GUID, key, None, 1, len(key))
        return _Part((name, f"{piece}\0(?g)"), (literal,), ((piece, 1),))
    collector = _Collector()
    text = decode(segment) if "(" in segment or "%28" in segment else unquote(segment)
    if "\0" in text:
        # It parts the pieces of a key, and no name has it.
        raise BadRequestError("the path holds the character NUL")
    if "(" in text:
        name, parenthesis, rest = text.partition("(")
        collector.key.append(name)
        collector.add(segment_piece(index), parenthesis + rest)
    else:
        collector.key.append(text)
    return collector.part()


def _query(query: str) -> _Part:
    collector = _Collector()
    options: list[tuple[str, str]] = []
    for name, value in split_query(query):
        canonical = name if name.startswith("@") else find_option(name)
        options.append((canonical or name, value))
        if canonical is None:
            continue
        if canonical in _LIFTED or canonical.startswith("@"):
            collector.add(canonical, value)
        elif canonical in _NUMBERS:
            collector.add_number(canonical, value)
        elif canonical in _TEXTS:
            collector.add_text(canonical, value)
        else:
            # A token is no part of the plan; that there is one is.
            collector.key.append(canonical if canonical in _APART else f"{canonical}\0{value}")
    return collector.part(options)


_known_segment = lru_cache(maxsize=_KNOWN_SEGMENTS)(_segment)
_known_query = lru_cache(maxsize=_KNOWN_QUERIES)(_query)
