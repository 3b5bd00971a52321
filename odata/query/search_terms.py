"""Words to search for: one normal form of text for what is stored and what is asked.

Text is decomposed (NFKD), folded (so ``Straße`` is ``strasse``), rid of its diacritics, and
cut into tokens: the longest runs of letters, marks and digits. A word of a search matches
tokens that begin with it; a word that is several tokens (``o'neill``, ``a@b.example``)
matches them one after the other, the last one by its beginning; a phrase matches whole
tokens, one after the other, within one property. What has no token restricts nothing.

Cites: OData Protocol 11.2.6.6 (what matches is the service's choice).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

from odata.uri import ast

LONGEST_TOKEN = 100
_MOST_TOKENS = 4_000  # of one row: far below the positions that PostgreSQL counts
_SHORT = 200
_TOKEN_CLASSES = frozenset("LNM")
# Beyond the third plane nothing is assigned but selectors of variants.
_LAST_LETTER, _SELECTORS = 0x3FFFE, 0xE0000
_PLAIN_RUN = re.compile("[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens that follow each other; ``open_ended`` where the last one may go on."""

    texts: tuple[str, ...]
    open_ended: bool


@dataclass(frozen=True, slots=True)
class Together:
    """All of several terms, or (``any_will_do``) one of them at least."""

    terms: tuple[SearchTerm, ...]
    any_will_do: bool = False


@dataclass(frozen=True, slots=True)
class Without:
    """What does not match a term."""

    term: SearchTerm


SearchTerm = Tokens | Together | Without


def tokens_of(text: str) -> tuple[str, ...]:
    """The tokens of a text in their order."""
    return _known_tokens(text) if len(text) <= _SHORT else _tokens_of(text)


def texts_of(values: Iterable[object]) -> list[tuple[str, ...]]:
    """The tokens of each value that has any, up to the most that a row may have."""
    left, texts = _MOST_TOKENS, []
    for value in values:
        if value is None or value == "":
            continue
        tokens = tokens_of(str(value))[:left]
        left -= len(tokens)
        if tokens:
            texts.append(tokens)
    return texts


def _tokens_of(text: str) -> tuple[str, ...]:
    runs = _PLAIN_RUN.findall(text.lower()) if text.isascii() else _runs(_normal(text))
    return tuple(token[:LONGEST_TOKEN] for token in runs)


# Of a row that changes most texts are those that it had; so are cities, of many rows.
_known_tokens = lru_cache(maxsize=4096)(_tokens_of)


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(character for character in folded if unicodedata.category(character) != "Mn")


def _runs(text: str) -> Iterator[str]:
    run: list[str] = []
    for character in text:
        if unicodedata.category(character)[0] in _TOKEN_CLASSES:
            run.append(character)
        elif run:
            yield "".join(run)
            run.clear()
    if run:
        yield "".join(run)


@lru_cache(maxsize=4)
def character_ranges(*categories: str) -> str:
    """The characters of Unicode's categories, by their letters or in full, as a regular
    expression's brackets hold them."""
    ranges: list[str] = []
    first = None
    for code in (*range(_LAST_LETTER + 2), *range(_SELECTORS, _SELECTORS + 0x201)):
        category = unicodedata.category(chr(code))
        if category.startswith(categories) and first is None:
            first = code
        elif not category.startswith(categories) and first is not None:
            ranges.append(chr(first) if code - first == 1 else f"{chr(first)}-{chr(code - 1)}")
            first = None
    return "".join(ranges)


def search_term(expression: ast.SearchExpression) -> SearchTerm | None:
    """What a search expression looks for; None where it restricts nothing."""
    match expression:
        case ast.SearchWord(text):
            return _tokens(text, open_ended=True)
        case ast.SearchPhrase(text):
            return _tokens(text, open_ended=False)
        case ast.SearchNot(operand):
            inner = search_term(operand)
            # PostgreSQL takes some thirty of them in a row and no more.
            if isinstance(inner, Without):
                return inner.term
            return None if inner is None else Without(inner)
        case ast.SearchAnd(operands):
            return _together(operands, any_will_do=False)
        case ast.SearchOr(operands):
            return _together(operands, any_will_do=True)
        case _:
            assert_never(expression)


def _tokens(text: str, *, open_ended: bool) -> Tokens | None:
    texts = tokens_of(text)
    return Tokens(texts, open_ended) if texts else None


def _together(operands: Sequence[ast.SearchExpression], *, any_will_do: bool) -> SearchTerm | None:
    terms = tuple(term for term in map(search_term, operands) if term is not None)
    if not terms:
        return None
    first, *others = terms
    return Together(terms, any_will_do) if others else first
