"""The shape of a text: itself with every literal lifted out.

Two texts of one shape differ in their literals only, so a plan made for the one serves the
other, with the literals as its parameters. The lexical forms are those of the grammar. A
lifted literal that no node of the syntax tree claims (a number of ``$top``, say) makes the
text unfit for a shared plan: ``find_unclaimed``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from odata.uri import lexical
from odata.uri.ast import Literal, LiteralKind
from odata.uri.lexical import read_json_string, unquote
from odata.uri.limits import find_literals
from odata.uri.literals import has_form

MARK = "?"


@dataclass(frozen=True, slots=True)
class LiftedLiteral:
    """A literal with its place in the text; ``text`` is its content, as in ``ast.Literal``."""

    text: str
    start: int
    end: int
    kind: LiteralKind
    type_name: str | None = None

    def as_literal(self) -> Literal:
        """The literal as the parser gives it."""
        return Literal(self.kind, self.text, self.type_name, self.start, self.end - self.start)


@dataclass(frozen=True, slots=True)
class Shape:
    """The text with marks for literals, and the literals in order."""

    key: str
    literals: tuple[LiftedLiteral, ...]


_WORD = rf"[^\W\d][\w.\u0300-\u036F]*(?P<quoted>{lexical.STRING})?"
# Numbers and words of nested options that the syntax tree does not keep as literals.
_PHRASE = r'"(?:[^"\\]|\\.)*"'
_SEARCH = rf'(?:{_PHRASE}|\((?:{_PHRASE}|[^()"])*\)|[^;()"])*'
_VERBATIM = (
    rf"\$?(?i:search)={_SEARCH}|search\({_SEARCH}"
    # Functions may have parameters of these names.
    rf"|\$?(?i:top|skip|levels|count|index)=(?:{lexical.STRING}|{_PHRASE}|[^;)'\"])*"
    r"|(?:top|skip)\([^)]*"
)
_TOKENS = re.compile(
    "|".join(
        (
            rf"(?P<verbatim>{_VERBATIM})",
            rf"(?P<g>{lexical.GUID})",
            rf"(?P<word>{_WORD})",
            rf"(?P<s>{lexical.STRING})",
            rf"(?P<t>{lexical.DATE_TIME_OFFSET})",
            rf"(?P<d>{lexical.DATE})",
            rf"(?P<o>{lexical.TIME_OF_DAY})",
            rf"(?P<f>{lexical.DOUBLE})",
            rf"(?P<n>{lexical.DECIMAL})",
            rf"(?P<i>{lexical.INTEGER})",
            rf"(?P<j>{lexical.JSON_STRING})(?P<colon>[ \t]*:)?",
            # A JSON string that is malformed or has no end.
            r'(?P<odd>"(?:[^"\\]|\\.)*"?)',
            r"(?P<mark>\?)",
        )
    ),
    re.DOTALL,
)
_KINDS: Mapping[str, LiteralKind] = {
    "g": LiteralKind.GUID,
    "s": LiteralKind.STRING,
    "t": LiteralKind.DATE_TIME_OFFSET,
    "d": LiteralKind.DATE,
    "o": LiteralKind.TIME_OF_DAY,
    "f": LiteralKind.DOUBLE,
    "n": LiteralKind.DECIMAL,
    "i": LiteralKind.INTEGER,
}
_PREFIXES: Mapping[str, tuple[LiteralKind, str]] = {
    "duration": (LiteralKind.DURATION, "q"),
    "binary": (LiteralKind.BINARY, "b"),
    "geography": (LiteralKind.GEO, "p"),
    "geometry": (LiteralKind.GEO, "p"),
}
_ENUM = (LiteralKind.ENUM, "e")


def lift(text: str) -> Shape:
    """The shape of an option's decoded text, or of the parenthesised part of a segment.

    A mark in the text itself is doubled, so that no text can pass for a lifted one. Values of
    ``$search`` are not expressions: they have no shape but themselves.
    """
    pieces: list[str] = []
    literals: list[LiftedLiteral] = []
    done = 0
    for match in _TOKENS.finditer(text):
        group = match.lastgroup or ""
        kind = _KINDS.get(group)
        if kind is not None:
            start, end = match.span()
            raw = match.group()
            content = unquote(raw) if kind is LiteralKind.STRING else raw
            literals.append(LiftedLiteral(content, start, end, kind))
            pieces += (text[done:start], MARK, group)
            done = end
        elif group != "word" or match.group("quoted") is not None:
            done = _lift_other(match, done, pieces, literals)
    pieces.append(text[done:])
    return Shape("".join(pieces), tuple(literals))


def find_unclaimed(shape: Shape, tree: object) -> tuple[LiftedLiteral, ...]:
    """The lifted literals that are no literals of the syntax tree of the same text."""
    claimed = {(item.position, item.length) for item in find_literals(tree)}
    return tuple(
        item for item in shape.literals if (item.start, item.end - item.start) not in claimed
    )


def _lift_other(
    match: re.Match[str], done: int, pieces: list[str], literals: list[LiftedLiteral]
) -> int:
    """Handles what is no plain literal; gives the position up to which the text is done."""
    start, end = match.span()
    pieces.append(match.string[done:start])
    if match.group("quoted") is not None:
        return _lift_prefixed(match, pieces, literals)
    if match.group("j") is not None and match.group("colon") is None:
        content = _json_content(match.group("j"))
        if content is not None:
            literals.append(LiftedLiteral(content, start, end, LiteralKind.STRING))
            pieces.append(f"{MARK}j")
            return end
    pieces.append(match.group().replace(MARK, MARK + MARK))
    return end


def _lift_prefixed(match: re.Match[str], pieces: list[str], literals: list[LiftedLiteral]) -> int:
    start, end = match.span()
    prefix = match.string[start : match.start("quoted")]
    content = unquote(match.group("quoted"))
    kind, letter = _PREFIXES.get(prefix.lower(), _ENUM)
    if kind is not LiteralKind.ENUM and not has_form(content, kind):
        pieces.append(match.group().replace(MARK, MARK + MARK))
        return end
    type_name = prefix if kind in (LiteralKind.ENUM, LiteralKind.GEO) else None
    literals.append(LiftedLiteral(content, start, end, kind, type_name))
    pieces.append(f"{prefix}{MARK}{letter}")
    return end


def _json_content(raw: str) -> str | None:
    try:
        return read_json_string(raw)
    except ValueError:
        return None
