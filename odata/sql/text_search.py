"""``$search`` on texts without entries of their own: their words, cut by the database.

Each text is cut, where it is read, into the same tokens as those of entities.
"""

from __future__ import annotations

from typing import assert_never

import peewee

from odata.query.search_terms import SearchTerm, Together, Tokens, Without
from odata.query.text_search import TextMatch
from odata.sql.nodes import ConstantParameter, ParameterNode, SqlExpression, all_of, any_of, sql
from odata.sql.operands import OperandCompiler
from odata.sql.storage import Form, Storage


def text_match(match: TextMatch, compiler: OperandCompiler) -> SqlExpression:
    """SQL that is true where the texts match, and never null."""
    texts = [compiler.dialect.search_tokens(compiler.canonical(text).node) for text in match.texts]
    return _matches(match.term, texts, compiler)


def _matches(
    term: SearchTerm, texts: list[SqlExpression], compiler: OperandCompiler
) -> SqlExpression:
    match term:
        case Tokens():
            return any_of([_found(term, text, compiler) for text in texts])
        case Without():
            return sql("(NOT {0})", _matches(term.term, texts, compiler))
        case Together():
            parts = [_matches(part, texts, compiler) for part in term.terms]
            return any_of(parts) if term.any_will_do else all_of(parts)
        case _:
            assert_never(term)


def _found(tokens: Tokens, text: SqlExpression, compiler: OperandCompiler) -> SqlExpression:
    """Each token of a text has a blank before it and one behind it."""
    sought = f" {' '.join(tokens.texts)}{'' if tokens.open_ended else ' '}"
    place: peewee.Node = ParameterNode(ConstantParameter(sought))
    parameter = compiler.dialect.parameter(place, Storage(Form.TEXT))
    return compiler.false_if_null(compiler.dialect.call("contains", Form.TEXT, text, parameter))
