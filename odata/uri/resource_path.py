"""From the raw path of a URL to its segments.

The path is split at the slash first and decoded afterwards, each segment once, so an encoded
slash stays inside its key (OData URL Conventions 2). Positions count characters of the
decoded text between, and with, the parentheses of a segment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from odata.errors import (
    BadRequestError,
    ErrorDetail,
    MalformedKeyError,
    NotFoundError,
    UriSyntaxError,
)
from odata.uri import ast
from odata.uri.lexical import JSON_STRING, NAME, STRING
from odata.uri.limits import DEFAULT_LIMITS, ParserLimits, check_length
from odata.uri.parser import parse_arguments, parse_expression
from odata.uri.percent_encoding import decode

_SYSTEM_SEGMENTS = frozenset({"$value", "$ref", "$each", "$query"})
_ROOT_SEGMENTS = frozenset({"$metadata", "$batch", "$entity", "$all", "$crossjoin"})
_LONE_SEGMENTS = frozenset({"$metadata", "$batch"})
_NAMED = re.compile(rf"(?P<name>{NAME})(?P<arguments>\(.*\))?", re.DOTALL)
_CALLED = re.compile(rf"{NAME}\(")
_CROSSJOIN = re.compile(rf"\([ \t]*{NAME}(?:[ \t]*,[ \t]*{NAME})*[ \t]*\)")
# What may hold parentheses without opening any, and parentheses.
_PARENTHESES = re.compile(rf"{STRING}|{JSON_STRING}|[()]")
_COUNT = "$count"
_FILTER = "$filter("
_CROSSJOIN_NAME = "$crossjoin"
# A call and the key of one of its results.
_MOST_ARGUMENTS = 2


def parse_resource_path(
    raw_path: str, *, limits: ParserLimits = DEFAULT_LIMITS
) -> ast.ResourcePath:
    """The segments of a raw path, relative to the service root; one trailing slash is ignored."""
    check_length(raw_path, limits, "the path")
    trimmed = raw_path.removesuffix("/")
    if not trimmed:
        return ast.ResourcePath(())
    pieces = trimmed.split("/")
    if len(pieces) > limits.max_depth:
        raise BadRequestError(f"the path has more than {limits.max_depth} segments")
    if "" in pieces:
        raise UriSyntaxError("the path has an empty segment")
    texts = [decode(piece, target="the path") for piece in pieces]
    segments: list[ast.ResourceSegment] = []
    for text in texts:
        segments.extend(_segments(text, limits, is_first=not segments))
    _check_places(segments)
    return ast.ResourcePath(tuple(segments))


def _segments(
    text: str, limits: ParserLimits, *, is_first: bool
) -> tuple[ast.ResourceSegment, ...]:
    if text.startswith("$"):
        return (_system_segment(text, limits),)
    match = _NAMED.fullmatch(text)
    if match is None:
        return (_key_segment(text, is_first=is_first),)
    name, arguments = match["name"], match["arguments"]
    if arguments is None:
        return (ast.NameSegment(name, None, 0),)
    called, *keys = _arguments(arguments, limits)
    further = (ast.NameSegment("", key, 0) for key in keys)
    return (ast.NameSegment(name, called, 0), *further)


def _arguments(text: str, limits: ParserLimits) -> tuple[ast.Arguments, ...]:
    try:
        found = parse_arguments(text, target="the path", limits=limits)
    except UriSyntaxError as fault:
        raise _malformed(fault.as_detail()) from fault
    is_keyless = any(not further.items for further in found[1:])
    if len(found) > _MOST_ARGUMENTS or is_keyless or any(map(_has_null_key, found)):
        raise _malformed()
    return found


def _has_null_key(arguments: ast.Arguments) -> bool:
    return any(
        item.name is None
        and isinstance(item.value, ast.Literal)
        and item.value.kind is ast.LiteralKind.NULL
        for item in arguments.items
    )


def _key_segment(text: str, *, is_first: bool) -> ast.NameSegment:
    """A key as a segment of its own, whatever characters it has."""
    if _CALLED.match(text):
        raise _malformed()
    if is_first:
        raise _not_found(text)
    return ast.NameSegment(text, None, 0)


def _system_segment(text: str, limits: ParserLimits) -> ast.ResourceSegment:
    if text in _SYSTEM_SEGMENTS or (text in _ROOT_SEGMENTS and text != _CROSSJOIN_NAME):
        return ast.SystemSegment(text, None, 0)
    if text == _COUNT:
        return ast.CountSegment(None, 0)
    if text.startswith(_FILTER) and text.endswith(")"):
        return _filter_segment(text[len(_FILTER) - 1 :], limits)
    if text.startswith(_CROSSJOIN_NAME) and _CROSSJOIN.fullmatch(text, len(_CROSSJOIN_NAME)):
        return _crossjoin(text)
    if text.startswith(_FILTER):
        raise NotFoundError(
            f"Resource not found for the segment '{text}': a condition that has a slash stands in "
            "an alias, as in $filter(@condition)?@condition=..."
        )
    raise _not_found(text)


def _filter_segment(text: str, limits: ParserLimits) -> ast.FilterSegment:
    end = _closing(text)
    condition = parse_expression(text[:end], target="/$filter", limits=limits)
    if not text.startswith("(", end):
        return ast.FilterSegment(condition, 0)
    key, *others = _arguments(text[end:], limits)
    if others or not key.items:
        raise _malformed()
    return ast.FilterSegment(condition, 0, key)


def _closing(text: str) -> int:
    """The end of the parentheses that a text begins with, or of the text."""
    depth = 0
    for found in _PARENTHESES.finditer(text):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        if depth == 0:
            return found.end()
    return len(text)


def _crossjoin(text: str) -> ast.SystemSegment:
    names = text[len(_CROSSJOIN_NAME) + 1 : -1].split(",")
    paths = (ast.Path((ast.NameSegment(name.strip()),)) for name in names)
    items = tuple(ast.Argument(None, path) for path in paths)
    return ast.SystemSegment(_CROSSJOIN_NAME, ast.Arguments(items), 0)


def _check_places(segments: Sequence[ast.ResourceSegment]) -> None:
    """A path begins at the service root, and only there are the segments of the root."""
    first, *rest = segments
    if not isinstance(first, ast.NameSegment | ast.SystemSegment):
        raise _not_found(_COUNT if isinstance(first, ast.CountSegment) else "$filter")
    if isinstance(first, ast.NameSegment):
        is_misplaced = "." in first.name
    else:
        is_misplaced = first.name not in _ROOT_SEGMENTS
    if is_misplaced or (rest and first.name in _LONE_SEGMENTS):
        raise _not_found(first.name)
    for segment in rest:
        if isinstance(segment, ast.SystemSegment) and segment.name in _ROOT_SEGMENTS:
            raise _not_found(segment.name)


def _not_found(text: str) -> NotFoundError:
    return NotFoundError(f"Resource not found for the segment '{text}'.")


def _malformed(*details: ErrorDetail) -> MalformedKeyError:
    return MalformedKeyError("Bad Request - Error in query syntax.", details=details)
