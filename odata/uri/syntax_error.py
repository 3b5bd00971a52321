"""What a reader is told about a text that the grammar does not know."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from lark import Token
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_interactive_parser import InteractiveParser

from odata.errors import UriSyntaxError
from odata.uri.transformations import is_meant, unknown_transformation

_SHOWN = 80
_WORD = re.compile(r"[ \t]*(?:[\w.$@]+|.)?", re.DOTALL)

# Terminals to words; the first entries that apply are told.
_PHRASES: tuple[tuple[str, AbstractSet[str]], ...] = (
    ("an operator such as eq, ne, gt", {"EQUALITY"}),
    ("a literal or a parameter alias", {"INTEGER"}),
    ("asc or desc", {"DIRECTION"}),
    ("with and a method", {"_WITH"}),
    ("as and a name", {"_AS"}),
    ("AND, OR or a further word", {"_JUXTAPOSITION"}),
    ("a word or a phrase in double quotes", {"WORD"}),
    ("an option such as $filter, $select, $expand", {"FILTER_OPTION"}),
    ("a transformation such as filter, groupby, aggregate", {"_IDENTITY"}),
    ("a number", {"DIGITS"}),
    ("true or false", {"COUNT_VALUE"}),
    ("a positive number or max", {"LEVELS_VALUE"}),
    ("preorder or postorder", {"VISIT"}),
    ("a name", {"NAME"}),
    ("a JSON string", {"JSON_STRING"}),
    ("':'", {"_COLON"}),
    ("','", {"_COMMA"}),
    ("';'", {"_SEMICOLON"}),
    ("')'", {"_RPAR"}),
    ("']'", {"_RBRACKET"}),
    ("'}'", {"_RBRACE"}),
    ("'('", {"_LPAR"}),
    ("'/'", {"_SLASH"}),
)
# What may always follow a name, told only where nothing else may.
_SELF_EVIDENT = ("'('", "'/'")
_MOST_PHRASES = 3
_OPERAND = ("a value, a property or a function",)
_DANGLING = re.compile(
    r"[ \t]+(?:eq|ne|gt|ge|lt|le|and|or|add|sub|mul|div|divby|mod|has|in)[ \t]*", re.IGNORECASE
)
_STRING = re.compile(r"[ \t]*'(?:[^']|'')*'")


def describe(fault: UnexpectedInput, text: str, target: str | None) -> UriSyntaxError:
    """The error of a fault that the parser found."""
    misspelt = _misspelt_transformation(fault)
    if misspelt is not None:
        reason = unknown_transformation(str(misspelt))
        return make_error(text, target, misspelt.start_pos or 0, reason, ("a transformation",))
    start = _locate(fault, text)
    expected = _expected(fault, text[start:])
    end = _end_of_word(text, start)
    return make_error(text, target, end, f"expected {_join(expected)}", expected)


def make_error(
    text: str,
    target: str | None,
    position: int,
    reason: str,
    expected: tuple[str, ...] = (),
) -> UriSyntaxError:
    """A syntax error with its position in the text."""
    return UriSyntaxError(
        f"Syntax error at position {position} in '{_excerpt(text, position)}': {reason}",
        target=target,
        position=position,
        expected=expected,
    )


def _locate(fault: UnexpectedInput, text: str) -> int:
    position = fault.pos_in_stream
    if isinstance(fault, UnexpectedToken):
        position = None if fault.token.type == "$END" else fault.token.start_pos
    return len(text.rstrip()) if position is None else position


def _expected(fault: UnexpectedInput, rest: str) -> tuple[str, ...]:
    if rest.lstrip().startswith("'") and not _STRING.match(rest):
        return ("a closing quote",)
    terminals = _acceptable(fault)
    if "MINUS" in terminals or ("EQUALITY" in terminals and _DANGLING.fullmatch(rest)):
        return _OPERAND
    found = [phrase for phrase, names in _PHRASES if names & terminals]
    telling = [phrase for phrase in found if phrase not in _SELF_EVIDENT] or found
    return tuple(telling[:_MOST_PHRASES]) or ("the end of the text",)


def _misspelt_transformation(fault: UnexpectedInput) -> Token | None:
    """The name before an open parenthesis around the fault that was meant for a transformation:
    with any other name the parser takes what stands inside for arguments."""
    parser = getattr(fault, "interactive_parser", None)
    if not isinstance(parser, InteractiveParser):
        return None
    stack = parser.parser_state.value_stack
    begins = [index for index, value in enumerate(stack) if _is_token(value, "APPLY_OPTION")]
    if not begins and parser.parser_state.parse_conf.start != "apply":
        return None
    first = begins[-1] + 1 if begins else 0
    for name, follower in zip(stack[first:], stack[first + 1 :], strict=False):
        if _is_token(name, "NAME") and _is_token(follower, "_LPAR") and is_meant(str(name)):
            return name if isinstance(name, Token) else None
    return None


def _is_token(value: object, kind: str) -> bool:
    return isinstance(value, Token) and value.type == kind


def _acceptable(fault: UnexpectedInput) -> AbstractSet[str]:
    """The terminals that could have stood at the fault."""
    parser = getattr(fault, "interactive_parser", None)
    if isinstance(parser, InteractiveParser):
        return frozenset(parser.accepts())  # type: ignore[no-untyped-call]  # lark has no types here
    return frozenset()


def _end_of_word(text: str, start: int) -> int:
    match = _WORD.match(text, start)
    return match.end() if match else start


def _join(phrases: tuple[str, ...]) -> str:
    if len(phrases) == 1:
        return phrases[0]
    return f"{', '.join(phrases[:-1])} or {phrases[-1]}"


def _excerpt(text: str, position: int) -> str:
    if len(text) <= _SHOWN:
        return text
    start = max(0, min(position - _SHOWN // 2, len(text) - _SHOWN))
    return f"...{text[start : start + _SHOWN]}..."
