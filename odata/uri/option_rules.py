# ruff: noqa: D102  (one method per production of the grammar)
"""From the productions of $orderby, $compute, $select, $expand, $search and nested options."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lark import Token, Transformer, v_args

from odata.uri import ast
from odata.uri.expression_rules import position_of, simple_name
from odata.uri.lexical import unquote
from odata.uri.syntax_fault import SyntaxFault

MAX_COUNT = 2**63 - 1
STAR = "*"

_COUNT_OPTIONS = frozenset({"$filter", "$search"})
_REF_OPTIONS = _COUNT_OPTIONS | {"$orderby", "$skip", "$top", "$count"}
_SELECT_OPTIONS = _REF_OPTIONS | {"$compute", "$select", "$expand"}
_EXPAND_OPTIONS = _SELECT_OPTIONS | {"$levels", "$apply"}
_STAR_OPTIONS = frozenset({"$levels"})
_ALIAS = "@"
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class NestedOption:
    """One option between parentheses; an alias is named with its ``@``."""

    name: str
    value: object
    position: int


@dataclass(frozen=True, slots=True)
class NestedOptions:
    """The options between one pair of parentheses."""

    items: tuple[NestedOption, ...]


@dataclass(frozen=True, slots=True)
class PathName:
    """One step of a select or expand path."""

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class ParameterNames:
    """What tells an overload of a selected function from the others."""

    names: tuple[str, ...]


@v_args(inline=True)
class OptionRules(Transformer[Token, object]):
    """One method per production."""

    def orderby_items(self, *items: ast.OrderbyItem) -> tuple[ast.OrderbyItem, ...]:
        return items

    def orderby_item(
        self, expression: ast.Expression, direction: Token | None = None
    ) -> ast.OrderbyItem:
        descending = direction is not None and direction.strip().lower() == "desc"
        return ast.OrderbyItem(expression, descending)

    def compute_items(self, *items: ast.ComputeItem) -> tuple[ast.ComputeItem, ...]:
        names = [item.name for item in items]
        if len(set(names)) < len(names):
            raise SyntaxFault("a computed property is named twice", items[-1].position)
        return items

    def compute_item(self, expression: ast.Expression, name: Token) -> ast.ComputeItem:
        return ast.ComputeItem(
            expression, simple_name(name, "a computed property"), expression.position
        )

    # --- $select and $expand

    def select_items(self, *items: ast.SelectItem) -> tuple[ast.SelectItem, ...]:
        return items

    def select_item(
        self,
        path: Token | tuple[PathName, ...],
        options: NestedOptions | ParameterNames | None = None,
    ) -> ast.SelectItem:
        if isinstance(path, Token):
            return ast.SelectItem((str(path),), None, position_of(path))
        if isinstance(options, ParameterNames):
            names = _texts(path)
            operation = f"{names[-1]}({','.join(options.names)})"
            return ast.SelectItem((*names[:-1], operation), None, path[0].position)
        nested = build_options(options, _SELECT_OPTIONS, "a selected property")
        return ast.SelectItem(_texts(path), nested, path[0].position)

    def select_path(self, *names: PathName) -> tuple[PathName, ...]:
        return names

    def select_name(self, token: Token) -> PathName:
        return PathName(str(token), position_of(token))

    def parameter_names(self, *names: Token) -> ParameterNames:
        return ParameterNames(tuple(map(str, names)))

    def expand_items(self, *items: ast.ExpandItem) -> tuple[ast.ExpandItem, ...]:
        return items

    def expand_value(self, token: Token) -> ast.ExpandItem:
        return ast.ExpandItem((), ast.ExpandSuffix.VALUE, None, position_of(token))

    def expand_item(
        self, path: tuple[PathName, ...], *tail: Token | NestedOptions
    ) -> ast.ExpandItem:
        suffix = ast.ExpandSuffix.NONE
        options = None
        for part in tail:
            if isinstance(part, Token):
                suffix = ast.ExpandSuffix(str(part))
            else:
                options = part
        allowed = _allowed_options(path, suffix)
        nested = build_options(options, allowed, f"an expanded item{_after(suffix)}")
        return ast.ExpandItem(_texts(path), suffix, nested, path[0].position)

    def expand_path(
        self, first: PathName | tuple[PathName, ...], further: PathName | None = None
    ) -> tuple[PathName, ...]:
        if isinstance(first, PathName):
            return (first,)
        if first[-1].text == STAR:
            raise SyntaxFault("nothing can follow the star", first[-1].position)
        return first if further is None else (*first, further)

    def expand_name(self, token: Token) -> PathName:
        return PathName(str(token), position_of(token))

    # --- options between parentheses

    def options(self, *items: NestedOption) -> NestedOptions:
        return NestedOptions(items)

    def option(self, token: Token, value: object) -> NestedOption:
        name = token.strip().removesuffix("=").removeprefix("$")
        if not name.startswith(_ALIAS):
            name = f"${name.lower()}"
        read = _OPTION_VALUES.get(name)
        if read is not None and isinstance(value, Token):
            value = read(value)
        return NestedOption(name, value, position_of(token))

    def count_segment(self, token: Token, options: NestedOptions | None = None) -> ast.CountSegment:
        nested = build_options(options, _COUNT_OPTIONS, "a count")
        return ast.CountSegment(nested, position_of(token))

    # --- $search

    def search_disjunction(self, *operands: ast.SearchExpression) -> ast.SearchExpression:
        flat: list[ast.SearchExpression] = []
        for operand in operands:
            flat.extend(operand.operands if isinstance(operand, ast.SearchOr) else (operand,))
        return ast.SearchOr(tuple(flat))

    def search_conjunction(self, *operands: ast.SearchExpression) -> ast.SearchExpression:
        flat: list[ast.SearchExpression] = []
        for operand in operands:
            flat.extend(operand.operands if isinstance(operand, ast.SearchAnd) else (operand,))
        return ast.SearchAnd(tuple(flat))

    def search_not(self, operand: ast.SearchExpression) -> ast.SearchExpression:
        return ast.SearchNot(operand)

    def search_word(self, token: Token) -> ast.SearchExpression:
        return ast.SearchWord(str(token))

    def search_phrase(self, token: Token) -> ast.SearchExpression:
        return ast.SearchPhrase(_ESCAPED.sub(r"\1", token[1:-1]))

    def search_incomplete(self, token: Token) -> ast.SearchExpression:
        text = unquote(str(token))
        return ast.SearchPhrase(text.lstrip('"') or text)


def build_options(
    options: NestedOptions | None, allowed: frozenset[str], place: str
) -> ast.QueryOptions | None:
    """The options of an item, each at most once and at its place."""
    if options is None:
        return None
    values: dict[str, object] = {}
    aliases: dict[str, ast.Expression] = {}
    for option in options.items:
        if option.name in values or option.name.removeprefix(_ALIAS) in aliases:
            raise SyntaxFault(f"{option.name} is given twice", option.position)
        if option.name.startswith(_ALIAS) and len(allowed) > len(_REF_OPTIONS):
            aliases[option.name[1:]] = option.value  # type: ignore[assignment]  # by the grammar
        elif option.name in allowed:
            values[option.name] = option.value
        else:
            raise SyntaxFault(f"{place} takes no {option.name}", option.position)
    return make_options(values, aliases)


def make_options(
    values: Mapping[str, object],
    aliases: Mapping[str, ast.Expression],
    custom: tuple[tuple[str, str], ...] = (),
) -> ast.QueryOptions:
    """The options from their values by canonical name."""
    fields = {name[1:]: value for name, value in values.items()}
    return ast.QueryOptions(
        **fields,  # type: ignore[arg-type]  # each value comes from its option's own production
        aliases=dict(aliases),
        custom=custom,
        present=frozenset(values),
    )


def read_count(text: str) -> int | None:
    """A number of items; None where it is none that any service can hold."""
    if not (text.isascii() and text.isdigit()) or len(text.lstrip("0")) > len(str(MAX_COUNT)):
        return None
    number = int(text)
    return number if number <= MAX_COUNT else None


def _allowed_options(path: tuple[PathName, ...], suffix: ast.ExpandSuffix) -> frozenset[str]:
    is_star = path[-1].text == STAR
    if suffix is ast.ExpandSuffix.COUNT:
        if is_star:
            raise SyntaxFault("the star takes $ref only", path[-1].position)
        return _COUNT_OPTIONS
    if suffix is ast.ExpandSuffix.REF:
        return frozenset() if is_star else _REF_OPTIONS
    return _STAR_OPTIONS if is_star else _EXPAND_OPTIONS


def _after(suffix: ast.ExpandSuffix) -> str:
    return f" with /{suffix.value}" if suffix.value else ""


def _texts(path: tuple[PathName, ...]) -> tuple[str, ...]:
    return tuple(name.text for name in path)


def read_digits(token: Token) -> int:
    """The number of a token of digits."""
    number = read_count(str(token))
    if number is None:
        raise SyntaxFault(f"a number up to {MAX_COUNT} is expected", position_of(token))
    return number


def _read_levels(token: Token) -> int:
    return 0 if token.lower() == "max" else read_digits(token)


def _read_boolean(token: Token) -> bool:
    return token.lower() == "true"


_OPTION_VALUES: Mapping[str, Callable[[Token], object]] = {
    "$top": read_digits,
    "$skip": read_digits,
    "$levels": _read_levels,
    "$count": _read_boolean,
}
