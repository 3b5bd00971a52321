"""Text in its normal form, and what a search looks for."""

from __future__ import annotations

import pytest

from odata.query.search_terms import Together, Tokens, Without, search_term, tokens_of
from odata.uri.ast import SearchAnd, SearchNot, SearchOr, SearchPhrase, SearchWord


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Adatum Corporation", ("adatum", "corporation")),
        ("Zürich", ("zurich",)),
        ("Zu\u0308rich", ("zurich",)),
        ("STRASSE", ("strasse",)),
        ("Straße", ("strasse",)),
        ("ΣΊΣΥΦΟΣ", ("σισυφοσ",)),
        ("Σίσυφος", ("σισυφοσ",)),
        ("İstanbul", ("istanbul",)),
        ("ﬁne", ("fine",)),
        ("\uff26\uff55\uff4c\uff4c\uff11", ("full1",)),
        ("東京都", ("東京都",)),
        ("हिन्दी", ("हिनदी",)),
        ("o'neill-smith", ("o", "neill", "smith")),
        ("robert.townes@contoso.com", ("robert", "townes", "contoso", "com")),
        ("+1 (425) 555-0100", ("1", "425", "555", "0100")),
        ("1.250,75 €", ("1", "250", "75")),
        ("naïve_café", ("naive", "cafe")),
        ("  --  ", ()),
        ("", ()),
        ("🙂", ()),
        ("x" * 101, ("x" * 100,)),
    ],
)
def test_text_becomes_tokens(text, tokens):
    assert tokens_of(text) == tokens


_A, _B = SearchWord("a"), SearchWord("b")
_TERM_A, _TERM_B = Tokens(("a",), open_ended=True), Tokens(("b",), open_ended=True)


@pytest.mark.parametrize(
    ("expression", "term"),
    [
        (SearchWord("Corp"), Tokens(("corp",), open_ended=True)),
        (SearchWord("a@b.example"), Tokens(("a", "b", "example"), open_ended=True)),
        (SearchPhrase("Big, Corp"), Tokens(("big", "corp"), open_ended=False)),
        (SearchAnd((_A, _B)), Together((_TERM_A, _TERM_B))),
        (SearchOr((_A, _B)), Together((_TERM_A, _TERM_B), any_will_do=True)),
        (SearchAnd((_A, SearchNot(_B))), Together((_TERM_A, Without(_TERM_B)))),
        (SearchAnd((_A, SearchWord("&"))), _TERM_A),
        (SearchOr((SearchWord("-"), SearchNot(_B))), Without(_TERM_B)),
        (SearchNot(SearchWord("!")), None),
        (SearchPhrase("--"), None),
    ],
)
def test_a_search_becomes_a_term(expression, term):
    assert search_term(expression) == term
