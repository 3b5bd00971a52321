"""The text of a request as a shape that many requests share, and the literals of this one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from odata.query.resource import segment_piece
from odata.uri.ast import Literal, LiteralKind
from odata.uri.percent_encoding import decode
from odata.uri.query_options import find_option, split_query
from odata.uri.shape import lift

_LIFTED = frozenset({"$filter", "$orderby", "$compute", "$apply", "$expand", "$select"})
_NUMBERS = frozenset({"$top", "$skip"})
_APART = frozenset({"$skiptoken", "$deltatoken"})


@dataclass(frozen=True, slots=True)
class RequestShape:
    """``key`` is equal for requests that differ in literals only; ``literals`` are those of
    this request by slot, ``positions`` tells where they stand: (piece, position) to slot."""

    key: tuple[str, ...]
    literals: Sequence[Literal]
    positions: dict[tuple[str, int], int]
    options: tuple[tuple[str, str], ...]


class _Collector:
    def __init__(self) -> None:
        self.key: list[str] = []
        self.literals: list[Literal] = []
        self.positions: dict[tuple[str, int], int] = {}

    def add(self, piece: str, text: str) -> None:
        """One piece whose literals are lifted."""
        shape = lift(text)
        self.key.append(f"{piece}\0{shape.key}")
        for lifted in shape.literals:
            self.positions[piece, lifted.start] = len(self.literals)
            self.literals.append(lifted.as_literal())

    def add_number(self, piece: str, text: str) -> None:
        """``$top`` or ``$skip``."""
        if not (text.isascii() and text.isdigit()):
            self.key.append(f"{piece}\0{text}")
            return
        self.key.append(f"{piece}\0?")
        self.positions[piece, 0] = len(self.literals)
        self.literals.append(Literal(LiteralKind.INTEGER, text, None, 0, len(text)))


def shape_of(path: str, query: str) -> RequestShape:
    """The shape of a percent-encoded path and query."""
    collector = _Collector()
    for index, segment in enumerate(path.split("/")):
        if "(" in segment or "%28" in segment:
            name, parenthesis, rest = decode(segment).partition("(")
            collector.key.append(name)
            collector.add(segment_piece(index), parenthesis + rest)
        else:
            collector.key.append(unquote(segment) if "%" in segment else segment)
    pairs = split_query(query) if query else ()
    options: list[tuple[str, str]] = []
    for name, value in pairs:
        canonical = name if name.startswith("@") else find_option(name)
        options.append((canonical or name, value))
        if canonical is None:
            continue
        if canonical in _LIFTED or canonical.startswith("@"):
            collector.add(canonical, value)
        elif canonical in _NUMBERS:
            collector.add_number(canonical, value)
        else:
            # A token is no part of the plan; that there is one is.
            collector.key.append(canonical if canonical in _APART else f"{canonical}\0{value}")
    return RequestShape(
        tuple(collector.key), collector.literals, collector.positions, tuple(options)
    )
