# ruff: noqa: D102  (one method per production of the grammar)
"""From the productions of expressions, paths and calls to the syntax tree."""

from __future__ import annotations

from lark import Token, Transformer, v_args

from odata.uri import ast
from odata.uri.ast import Expression, LiteralKind
from odata.uri.canonical_functions import CANONICAL_FUNCTIONS
from odata.uri.lexical import PATTERNS, read_json_string, read_token
from odata.uri.syntax_fault import SyntaxFault, suggest

# A call with a key after it makes two segments.
PathPart = ast.ExpressionSegment | tuple[ast.ExpressionSegment, ...]

_COMPARISONS = {item.value: item for item in ast.ComparisonOperator}
_ARITHMETIC = {item.value: item for item in ast.ArithmeticOperator}
_ROOTS = {item.value: item for item in ast.PathRoot}
_KINDS = {name: kind for name, (_, kind) in PATTERNS.items()}
_TYPE_CALLS = frozenset({"cast", "isof"})
_LAMBDA_NAMES = frozenset({"any", "all"})
_FLAG_KINDS = frozenset({LiteralKind.ENUM, LiteralKind.STRING, LiteralKind.NULL})


def position_of(token: Token) -> int:
    """Where the word of a token begins, blanks before it aside."""
    start = token.start_pos or 0
    return start + len(token) - len(token.lstrip())


def make_literal(token: Token) -> ast.Literal:
    """The literal of a token."""
    return read_token(_KINDS[token.type], str(token), token.start_pos or 0)


def simple_name(token: Token, role: str) -> str:
    """The token as a name without a namespace."""
    if "." in token:
        raise SyntaxFault(f"{role} has no namespace", position_of(token))
    return str(token)


@v_args(inline=True)
class ExpressionRules(Transformer[Token, object]):
    """One method per production, loosest operator first."""

    def disjunction(self, *operands: Expression) -> Expression:
        return _chain(ast.LogicalOperator.OR, operands)

    def conjunction(self, *operands: Expression) -> Expression:
        return _chain(ast.LogicalOperator.AND, operands)

    def comparison(self, left: Expression, operator: Token, right: Expression) -> Expression:
        word = _COMPARISONS[operator.strip().lower()]
        return ast.Comparison(word, left, right, position_of(operator))

    def arithmetic(self, left: Expression, operator: Token, right: Expression) -> Expression:
        word = _ARITHMETIC[operator.strip().lower()]
        return ast.Arithmetic(word, left, right, position_of(operator))

    def negation(self, token: Token, operand: Expression) -> Expression:
        return ast.Not(operand, position_of(token))

    def negative(self, token: Token, operand: Expression) -> Expression:
        return ast.Negate(operand, position_of(token))

    def has(self, left: Expression, operator: Token, right: Expression) -> Expression:
        is_member = isinstance(right, ast.Literal) and right.kind in _FLAG_KINDS
        if not is_member and not isinstance(right, ast.AliasReference):
            raise SyntaxFault("has takes an enumeration member", right.position)
        return ast.Has(left, right, position_of(operator))

    def in_collection(self, left: Expression, operator: Token, right: Expression) -> Expression:
        if isinstance(right, ast.Literal):
            raise SyntaxFault("in takes a list in parentheses or a collection", right.position)
        return ast.In(left, right, position_of(operator))

    def in_list(self, left: Expression, operator: Token, *items: Expression) -> Expression:
        position = position_of(operator)
        if len(items) == 1 and not isinstance(items[0], ast.Literal):
            return ast.In(left, items[0], position)
        for item in items:
            if not isinstance(item, ast.Literal | ast.AliasReference):
                raise SyntaxFault("a list to the right of in holds literals only", item.position)
        start = items[0].position if items else position
        return ast.In(left, ast.ListExpression(items, start), position)

    def literal(self, token: Token) -> ast.Literal:
        return make_literal(token)

    def case(self, token: Token, *branches: ast.CaseBranch) -> Expression:
        return ast.Case(branches, position_of(token))

    def branch(self, condition: Expression, value: Expression) -> ast.CaseBranch:
        return ast.CaseBranch(condition, value)

    def json_object(self, token: Token, *members: ast.JsonMember) -> Expression:
        names = [member.name for member in members]
        if len(set(names)) < len(names):
            raise SyntaxFault("a JSON object names a member twice", position_of(token))
        return ast.JsonObject(members, position_of(token))

    def json_member(self, name: Token, value: Expression) -> ast.JsonMember:
        return ast.JsonMember(_json_text(name), value)

    def json_array(self, token: Token, *items: Expression) -> Expression:
        return ast.JsonArray(items, position_of(token))

    def json_string(self, token: Token) -> ast.Literal:
        start = token.start_pos or 0
        return ast.Literal(LiteralKind.STRING, _json_text(token), None, start, len(token))

    # --- paths and calls

    def root(self, token: Token) -> ast.Path:
        return ast.Path((), _ROOTS[str(token)], position_of(token))

    def alias(self, token: Token) -> ast.AliasReference:
        found = self.alias_or_annotation(token)
        if isinstance(found, ast.AliasReference):
            return found
        raise SyntaxFault("a parameter alias is a simple name", position_of(token))

    def alias_or_annotation(self, token: Token) -> ast.AliasReference | ast.AnnotationSegment:
        if "." in token or "#" in token:
            return self.annotation(token)
        return ast.AliasReference(token[1:], position_of(token))

    def annotation(self, token: Token) -> ast.AnnotationSegment:
        term, _, qualifier = token[1:].partition("#")
        return ast.AnnotationSegment(term, qualifier or None, position_of(token))

    def path(self, start: PathPart | ast.Path, *parts: PathPart) -> Expression:
        rest = _flatten(parts)
        for segment in rest:
            if isinstance(segment, ast.NameSegment) and segment.arguments is not None:
                _check_keys(segment, segment.arguments)
        if isinstance(start, ast.Path):
            return ast.Path(rest, start.root, start.position)
        segments = (*_flatten((start,)), *rest)
        first = segments[0]
        if isinstance(first, ast.AliasReference) and len(segments) == 1:
            return first
        if isinstance(first, ast.NameSegment) and first.arguments is not None:
            called = _call(first, first.arguments)
            if called is not None and len(segments) > 1:
                raise SyntaxFault(f"the value of {first.name} has no members", first.position)
            if called is not None:
                return called
        return ast.Path(segments, ast.PathRoot.IMPLICIT, first.position)

    def name_segment(self, name: Token, arguments: ast.Arguments | None = None) -> ast.NameSegment:
        return ast.NameSegment(str(name), arguments, name.start_pos or 0)

    def keyed_call(
        self, name: Token, arguments: ast.Arguments, key: ast.Arguments
    ) -> tuple[ast.ExpressionSegment, ...]:
        called = self.name_segment(name, arguments)
        if not key.items:
            raise SyntaxFault("a key has at least one value", called.position)
        return (called, ast.NameSegment("", key, called.position))

    def arguments(self, *items: ast.Argument) -> ast.Arguments:
        names = [item.name for item in items]
        if None in names and any(names):
            raise SyntaxFault("either all arguments have names or none", items[0].value.position)
        if any(names) and len(set(names)) < len(names):
            raise SyntaxFault("an argument is given twice", items[-1].value.position)
        return ast.Arguments(items)

    def key_predicate(self, *items: ast.Argument) -> ast.Arguments:
        return self.arguments(*items)

    def key_predicates(self, *predicates: ast.Arguments) -> tuple[ast.Arguments, ...]:
        return predicates

    def named_argument(self, name: Token, value: Expression) -> ast.Argument:
        return ast.Argument(simple_name(name, "a parameter"), value)

    def argument(self, value: Expression) -> ast.Argument:
        return ast.Argument(None, value)

    def lambda_segment(
        self, operator: Token, variable: Token | None = None, body: Expression | None = None
    ) -> ast.LambdaSegment:
        word = ast.LambdaOperator(operator.lower())
        if variable is None and word is ast.LambdaOperator.ALL:
            raise SyntaxFault("all needs a variable and a condition", position_of(operator))
        name = None if variable is None else simple_name(variable, "a lambda variable")
        return ast.LambdaSegment(word, name, body, position_of(operator))

    def filter_segment(self, token: Token, condition: Expression) -> ast.FilterSegment:
        return ast.FilterSegment(condition, position_of(token))


def _chain(operator: ast.LogicalOperator, operands: tuple[Expression, ...]) -> ast.Logical:
    flat: list[Expression] = []
    for operand in operands:
        if isinstance(operand, ast.Logical) and operand.operator is operator:
            flat.extend(operand.operands)
        else:
            flat.append(operand)
    return ast.Logical(operator, tuple(flat), operands[0].position)


def _flatten(parts: tuple[PathPart, ...]) -> tuple[ast.ExpressionSegment, ...]:
    flat: list[ast.ExpressionSegment] = []
    for part in parts:
        flat.extend(part if isinstance(part, tuple) else (part,))
    return tuple(flat)


def _json_text(token: Token) -> str:
    try:
        return read_json_string(str(token))
    except ValueError as fault:
        raise SyntaxFault("the JSON string holds half a character", position_of(token)) from fault


def _call(segment: ast.NameSegment, arguments: ast.Arguments) -> Expression | None:
    """The call of a canonical function; None where the segment is a key or another function."""
    name = segment.name.lower()
    if name in _TYPE_CALLS:
        return _type_call(name, arguments, segment.position)
    if name in CANONICAL_FUNCTIONS:
        return _function_call(name, arguments, segment.position)
    if name in _LAMBDA_NAMES:
        raise SyntaxFault(f"{name} needs a collection before it", segment.position)
    _check_keys(segment, arguments)
    return None


def _function_call(name: str, arguments: ast.Arguments, position: int) -> Expression:
    arity = CANONICAL_FUNCTIONS[name]
    if not arity.least <= len(arguments.items) <= arity.most:
        raise SyntaxFault(f"{name} takes {arity}", position)
    if any(item.name for item in arguments.items):
        raise SyntaxFault(f"the arguments of {name} have no names", position)
    if name == "isdefined" and not isinstance(arguments.items[0].value, ast.Path):
        raise SyntaxFault("isdefined takes the path of a property", position)
    return ast.FunctionCall(name, tuple(item.value for item in arguments.items), position)


def _check_keys(segment: ast.NameSegment, arguments: ast.Arguments) -> None:
    """Outside canonical functions, an argument without a name is part of a key."""
    if segment.name == "Collection":
        return
    for item in arguments.items:
        if item.name is None and not isinstance(item.value, ast.Literal | ast.AliasReference):
            hint = suggest(segment.name.lower(), CANONICAL_FUNCTIONS)
            raise SyntaxFault(f"unknown function {segment.name}{hint}", segment.position)


def _type_call(name: str, arguments: ast.Arguments, position: int) -> Expression:
    values = [item.value for item in arguments.items if item.name is None]
    if len(values) != len(arguments.items):
        values = []
    match values:
        case [type_value]:
            operand = None
        case [operand, type_value]:
            pass
        case _:
            raise SyntaxFault(f"{name} takes an optional value and a type", position)
    type_name = _type_name(type_value)
    if type_name is None:
        raise SyntaxFault(f"{name} takes the name of a type", type_value.position)
    if name == "cast":
        return ast.Cast(operand, type_name, position)
    return ast.IsOf(operand, type_name, position)


def _type_name(value: Expression) -> str | None:
    if not isinstance(value, ast.Path) or len(value.segments) != 1:
        return None
    segment = value.segments[0]
    if not isinstance(segment, ast.NameSegment):
        return None
    if segment.arguments is None:
        return segment.name
    if segment.name != "Collection" or len(segment.arguments.items) != 1:
        return None
    item_type = _type_name(segment.arguments.items[0].value)
    return f"Collection({item_type})" if item_type else None
