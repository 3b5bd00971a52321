"""From the text of a system query option to its syntax tree.

One parser serves all options; it is built once and shared by all threads. Texts are decoded;
blanks around them do not count. Positions count characters of the text as given.

Cites: OData URL Conventions 5; the grammar is ``odata.lark``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedInput
from lark.utils import TextSlice

from odata.errors import UriSyntaxError
from odata.uri import ast
from odata.uri.lexical import find_literal
from odata.uri.limits import DEFAULT_LIMITS, ParserLimits, check_length, check_text, check_tree
from odata.uri.parser_tables import Place, keep, kept_tables, place_for
from odata.uri.syntax_error import describe, make_error
from odata.uri.syntax_fault import SyntaxFault
from odata.uri.transformer import UriTransformer

# Which production gives which tree is known to the grammar and its transformer alone.
SyntaxTree = Any

_GRAMMAR = FilePath(__file__).with_name("odata.lark")
_STARTS = (
    *("expression", "orderby_items", "compute_items", "select_items", "expand_items"),
    *("search", "apply", "key_predicates"),
)


@lru_cache(maxsize=1)
def build_parser() -> Lark:
    """The parser of all options; call it at start-up to spare the first request the wait."""
    tables = kept_tables(_GRAMMAR)
    if tables is None or tables.is_file():
        return _parser(tables)
    written = place_for(tables)
    parser = _parser(written)
    if written is not None:
        keep(written, tables)
    return parser


def _parser(tables: FilePath | None) -> Lark:
    """The parser; its tables are read from a file, or written to it where it is not there."""
    return Lark(
        _GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        lexer="contextual",
        start=list(_STARTS),
        transformer=UriTransformer(),
        maybe_placeholders=False,
        cache=False if tables is None else Place(tables),
    )


def parse_expression(
    text: str, *, target: str | None = "$filter", limits: ParserLimits = DEFAULT_LIMITS
) -> ast.Expression:
    """The syntax tree of an expression."""
    tree: ast.Expression = _parse("expression", text, target, limits)
    return tree


def parse_orderby(
    text: str, *, limits: ParserLimits = DEFAULT_LIMITS
) -> tuple[ast.OrderbyItem, ...]:
    """The items of ``$orderby``."""
    items: tuple[ast.OrderbyItem, ...] = _parse("orderby_items", text, "$orderby", limits)
    return items


def parse_compute(
    text: str, *, limits: ParserLimits = DEFAULT_LIMITS
) -> tuple[ast.ComputeItem, ...]:
    """The items of ``$compute``."""
    items: tuple[ast.ComputeItem, ...] = _parse("compute_items", text, "$compute", limits)
    return items


def parse_select(text: str, *, limits: ParserLimits = DEFAULT_LIMITS) -> tuple[ast.SelectItem, ...]:
    """The items of ``$select``."""
    items: tuple[ast.SelectItem, ...] = _parse("select_items", text, "$select", limits)
    return items


def parse_expand(text: str, *, limits: ParserLimits = DEFAULT_LIMITS) -> tuple[ast.ExpandItem, ...]:
    """The items of ``$expand``."""
    items: tuple[ast.ExpandItem, ...] = _parse("expand_items", text, "$expand", limits)
    return items


def parse_search(text: str, *, limits: ParserLimits = DEFAULT_LIMITS) -> ast.SearchExpression:
    """The syntax tree of ``$search``."""
    search: ast.SearchExpression = _parse("search", text, "$search", limits)
    return search


def parse_apply(text: str, *, limits: ParserLimits = DEFAULT_LIMITS) -> ast.Apply:
    """The transformations of ``$apply``."""
    apply: ast.Apply = _parse("apply", text, "$apply", limits)
    return apply


def parse_arguments(
    text: str, *, target: str | None = None, limits: ParserLimits = DEFAULT_LIMITS
) -> tuple[ast.Arguments, ...]:
    """What stands between the parentheses of a path segment: literals and aliases.

    ``text`` includes the parentheses. There are two where a call has a key after it.
    """
    check_length(text, limits, target)
    only = find_literal(text, 1, len(text) - 1) if text[:1] + text[-1:] == "()" else None
    if only is not None and only.kind is not ast.LiteralKind.NULL:
        return (ast.Arguments((ast.Argument(None, only),)),)
    arguments: tuple[ast.Arguments, ...] = _parse("key_predicates", text, target, limits)
    return arguments


def parse_literal(
    text: str, *, target: str | None = None, limits: ParserLimits = DEFAULT_LIMITS
) -> ast.Literal:
    """The literal that the whole text is."""
    check_length(text, limits, target)
    literal = find_literal(text, 0, len(text))
    if literal is None:
        raise make_error(text, target, 0, "expected a literal", ("a literal",))
    return literal


def _parse(start: str, text: str, target: str | None, limits: ParserLimits) -> SyntaxTree:
    check_text(text, limits, target)
    begin = len(text) - len(text.lstrip(" \t"))
    end = max(begin, len(text.rstrip(" \t")))
    try:
        tree = build_parser().parse(TextSlice(text, begin, end), start)
    except UnexpectedInput as fault:
        raise describe(fault, text, target) from fault
    except SyntaxFault as fault:
        raise _refuse(fault, text, target) from fault
    if len(text) > limits.max_depth:  # a level of the tree takes at least one character
        check_tree(tree, limits, target)
    return tree


def _refuse(fault: SyntaxFault, text: str, target: str | None) -> UriSyntaxError:
    return make_error(text, target, max(0, fault.position), fault.reason)
