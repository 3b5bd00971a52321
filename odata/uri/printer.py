"""From the syntax tree back to text that parses to the same tree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import assert_never
from urllib.parse import quote as percent_encode

from odata.uri import ast
from odata.uri.ast import LiteralKind
from odata.uri.lexical import quote

_SAFE = "$'()*,:;@/!-._~"
_ATOMS = (
    ast.Literal
    | ast.Path
    | ast.AliasReference
    | ast.FunctionCall
    | ast.Cast
    | ast.IsOf
    | ast.Case
    | ast.JsonObject
    | ast.JsonArray
)
_PREFIXES = {LiteralKind.DURATION: "duration", LiteralKind.BINARY: "binary"}


def print_expression(expression: ast.Expression) -> str:
    """The expression as text, not yet percent-encoded."""
    match expression:
        case ast.Literal():
            return print_literal(expression)
        case ast.Path():
            return _path(expression)
        case ast.AliasReference(name):
            return f"@{name}"
        case ast.FunctionCall(name, arguments):
            return f"{name}({_commas(map(print_expression, arguments))})"
        case ast.Cast(operand, type_name):
            return f"cast({_typed(operand, type_name)})"
        case ast.IsOf(operand, type_name):
            return f"isof({_typed(operand, type_name)})"
        case ast.Case(branches):
            return f"case({_commas(map(_branch, branches))})"
        case ast.JsonObject(members):
            return f"{{{_commas(map(_json_member, members))}}}"
        case ast.JsonArray(items):
            return f"[{_commas(map(_json_value, items))}]"
        case _:
            return _operation(expression)


Operation = (
    ast.Comparison
    | ast.Logical
    | ast.Not
    | ast.Negate
    | ast.Arithmetic
    | ast.In
    | ast.Has
    | ast.ListExpression
)


def _operation(expression: Operation) -> str:
    match expression:
        case ast.Comparison(operator, left, right) | ast.Arithmetic(operator, left, right):
            return f"{_operand(left)} {operator.value} {_operand(right)}"
        case ast.Logical(operator, operands):
            return f" {operator.value} ".join(map(_operand, operands))
        case ast.Not(operand):
            return f"not ({print_expression(operand)})"
        case ast.Negate(operand):
            return f"-({print_expression(operand)})"
        case ast.In(left, right):
            return f"{_operand(left)} in {_operand(right)}"
        case ast.Has(left, right):
            return f"{_operand(left)} has {_operand(right)}"
        case ast.ListExpression(items):
            return f"({_commas(map(print_expression, items))})"
        case _:
            assert_never(expression)


def print_literal(literal: ast.Literal) -> str:
    """The literal as a token."""
    match literal.kind:
        case LiteralKind.STRING:
            return quote(literal.text)
        case LiteralKind.ENUM | LiteralKind.GEO:
            return f"{literal.type_name or ''}{quote(literal.text)}"
        case LiteralKind.DURATION | LiteralKind.BINARY:
            return f"{_PREFIXES[literal.kind]}'{literal.text}'"
        case _:
            return literal.text


def print_arguments(arguments: ast.Arguments) -> str:
    """The arguments with their parentheses."""
    items = (
        print_expression(item.value)
        if item.name is None
        else f"{item.name}={print_expression(item.value)}"
        for item in arguments.items
    )
    return f"({_commas(items)})"


def print_orderby(items: Iterable[ast.OrderbyItem]) -> str:
    """The value of ``$orderby``."""
    return _commas(map(_orderby_item, items))


def _orderby_item(item: ast.OrderbyItem) -> str:
    text = print_expression(item.expression)
    if not item.descending:
        return text
    # A property named not at the end would negate the keyword.
    return f"({text}) desc" if text.endswith("not") else f"{text} desc"


def print_compute(items: Iterable[ast.ComputeItem]) -> str:
    """The value of ``$compute``."""
    return _commas(f"{print_expression(item.expression)} as {item.name}" for item in items)


def print_select(items: Iterable[ast.SelectItem]) -> str:
    """The value of ``$select``."""
    return _commas("/".join(item.path) + _nested(item.options) for item in items)


def print_expand(items: Iterable[ast.ExpandItem]) -> str:
    """The value of ``$expand``."""
    return _commas(
        "/".join((*item.path, *filter(None, (item.suffix.value,)))) + _nested(item.options)
        for item in items
    )


def print_search(search: ast.SearchExpression) -> str:
    """The value of ``$search``."""
    match search:
        case ast.SearchWord(text):
            return "(NOT)" if text == "NOT" else text
        case ast.SearchPhrase(text):
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case ast.SearchNot(operand):
            return f"NOT {_search_operand(operand)}"
        case ast.SearchAnd(operands):
            return " AND ".join(map(_search_operand, operands))
        case ast.SearchOr(operands):
            return " OR ".join(map(_search_operand, operands))
        case _:
            assert_never(search)


def _search_operand(search: ast.SearchExpression) -> str:
    text = print_search(search)
    return f"({text})" if isinstance(search, ast.SearchAnd | ast.SearchOr) else text


def print_apply(apply: ast.Apply) -> str:
    """The value of ``$apply``."""
    return "/".join(map(_transformation, apply.transformations))


def _transformation(item: ast.Transformation) -> str:
    match item:
        case ast.Aggregate(items):
            return f"aggregate({_commas(map(_aggregate_item, items))})"
        case ast.GroupBy(grouping, then):
            rest = f",{print_apply(then)}" if then else ""
            return f"groupby(({_commas(map(_grouping, grouping))}){rest})"
        case ast.ApplyRank(method, amount, by):
            return f"{method}({print_expression(amount)},{print_expression(by)})"
        case ast.ApplyConcat(sequences):
            return f"concat({_commas(map(print_apply, sequences))})"
        case ast.ApplyIdentity():
            return "identity"
        case ast.ApplyJoin(method, path, alias, apply):
            rest = f",{print_apply(apply)}" if apply else ""
            return f"{method}({print_expression(path)} as {alias}{rest})"
        case ast.ApplyOther(name, text):
            return f"{name}({text})"
        case _:
            return _option_transformation(item)


OptionTransformation = (
    ast.ApplyFilter
    | ast.ApplyCompute
    | ast.ApplySearch
    | ast.ApplyOrderby
    | ast.ApplyTop
    | ast.ApplySkip
)


def _option_transformation(item: OptionTransformation) -> str:
    """A transformation that is a system query option elsewhere."""
    match item:
        case ast.ApplyFilter(condition):
            return f"filter({print_expression(condition)})"
        case ast.ApplyCompute(items):
            return f"compute({print_compute(items)})"
        case ast.ApplySearch(search):
            return f"search({print_search(search)})"
        case ast.ApplyOrderby(items):
            return f"orderby({print_orderby(items)})"
        case ast.ApplyTop(count):
            return f"top({count})"
        case ast.ApplySkip(count):
            return f"skip({count})"
        case _:
            assert_never(item)


def _grouping(item: ast.Path | ast.Rollup) -> str:
    if isinstance(item, ast.Path):
        return print_expression(item)
    name = "rolluprecursive" if item.is_recursive else "rollup"
    whole = ("$all",) if item.has_all else ()
    return f"{name}({_commas((*whole, *map(print_expression, item.paths)))})"


def _aggregate_item(item: ast.AggregateItem) -> str:
    method = f" with {item.method}" if item.method else ""
    froms = "".join(map(_aggregate_from, item.froms))
    alias = f" as {item.alias}" if item.alias else ""
    return f"{print_expression(item.expression)}{method}{froms}{alias}"


def _aggregate_from(item: ast.AggregateFrom) -> str:
    method = f" with {item.method}" if item.method else ""
    return f" from {_commas(map(print_expression, item.paths))}{method}"


# --- options ---------------------------------------------------------------------------------


def _print_optional(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _print_levels(value: int) -> str:
    return str(value) if value else "max"


_PRINTERS: Mapping[str, Callable[..., str]] = {
    "filter": print_expression,
    "orderby": print_orderby,
    "select": print_select,
    "expand": print_expand,
    "compute": print_compute,
    "search": print_search,
    "apply": print_apply,
    "levels": _print_levels,
}
_NAMES = (
    *("apply", "compute", "search", "filter", "count", "orderby", "skip", "top", "levels"),
    *("expand", "select", "index", "format", "schemaversion", "id", "skiptoken", "deltatoken"),
)


def print_options(options: ast.QueryOptions) -> str:
    """The options as the query part of a URL, percent-encoded."""
    pairs = (*_pairs(options), *options.custom)
    return "&".join(
        f"{percent_encode(name, safe=_SAFE)}={percent_encode(value, safe=_SAFE + '=')}"
        for name, value in pairs
    )


def _pairs(options: ast.QueryOptions) -> list[tuple[str, str]]:
    """Names and values of the options and aliases that were given, in one fixed order."""
    pairs = []
    for name in _NAMES:
        if f"${name}" in options.present:
            printer = _PRINTERS.get(name, _print_optional)
            pairs.append((f"${name}", printer(getattr(options, name))))
    aliases = options.aliases.items()
    pairs.extend((f"@{name}", print_expression(value)) for name, value in aliases)
    return pairs


def _nested(options: ast.QueryOptions | None) -> str:
    if options is None:
        return ""
    return f"({';'.join(f'{name}={value}' for name, value in _pairs(options))})"


# --- parts of expressions --------------------------------------------------------------------


def _commas(texts: Iterable[str]) -> str:
    return ",".join(texts)


def _operand(expression: ast.Expression) -> str:
    text = print_expression(expression)
    is_closed = isinstance(expression, _ATOMS | ast.ListExpression)
    return text if is_closed else f"({text})"


def _typed(operand: ast.Expression | None, type_name: str) -> str:
    return type_name if operand is None else f"{print_expression(operand)},{type_name}"


def _branch(branch: ast.CaseBranch) -> str:
    # With blanks, so that two numbers make no time of day.
    return f"{print_expression(branch.condition)} : {print_expression(branch.value)}"


def _json_member(member: ast.JsonMember) -> str:
    return f"{_json_text(member.name)}:{_json_value(member.value)}"


def _json_value(value: ast.Expression) -> str:
    if isinstance(value, ast.Literal) and value.kind is LiteralKind.STRING:
        return _json_text(value.text)
    return print_expression(value)


def _json_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _path(path: ast.Path) -> str:
    steps = [path.root.value] if path.root.value else []
    for segment in path.segments:
        text = _segment(segment)
        if text.startswith("("):  # the key of a call's result has no name
            steps[-1] += text
        else:
            steps.append(text)
    return "/".join(steps)


def _segment(segment: ast.ExpressionSegment) -> str:
    match segment:
        case ast.NameSegment(name, arguments) | ast.SystemSegment(name, arguments):
            return name if arguments is None else name + print_arguments(arguments)
        case ast.CountSegment(options):
            return f"$count{_nested(options)}"
        case ast.LambdaSegment(operator, variable, body):
            inner = "" if body is None else f"{variable}:{print_expression(body)}"
            return f"{operator.value}({inner})"
        case ast.FilterSegment(condition, key=key):
            after = "" if key is None else print_arguments(key)
            return f"$filter({print_expression(condition)}){after}"
        case ast.AnnotationSegment(term, qualifier):
            return f"@{term}#{qualifier}" if qualifier else f"@{term}"
        case ast.AggregateSegment(items):
            return f"aggregate({_commas(map(_aggregate_item, items))})"
        case ast.AliasReference(name):
            return f"@{name}"
        case _:
            assert_never(segment)
