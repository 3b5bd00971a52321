"""From the raw path of a URL to its segments.

The path is split at the slash first and decoded afterwards, each segment once, so an encoded
slash stays inside its key (OData URL Conventions 2). Positions count characters of the
decoded text between, and with, the parentheses of a segment.
"""

from __future__ import annotations

import re

from odata.errors import BadRequestError, MalformedKeyError, NotFoundError, UriSyntaxError
from odata.uri import ast
from odata.uri.lexical import NAME
from odata.uri.limits import DEFAULT_LIMITS, ParserLimits, check_length
from odata.uri.parser import parse_arguments, parse_expression
from odata.uri.percent_encoding import decode

# Segments that stand for themselves; the others of the standard take parentheses.
_SYSTEM_SEGMENTS = frozenset(
    {"$value", "$ref", "$metadata", "$batch", "$entity", "$all", "$each", "$query"}
)
_CONTAINER_SEGMENTS = frozenset({"$all", "$crossjoin"})
_NAMED = re.compile(rf"(?P<name>{NAME})(?P<arguments>\(.*\))?", re.DOTALL)
_CALLED = re.compile(rf"{NAME}\(")
_CROSSJOIN = re.compile(rf"\([ \t]*{NAME}(?:[ \t]*,[ \t]*{NAME})*[ \t]*\)")
_COUNT = "$count"
_FILTER = "$filter("
_CROSSJOIN_NAME = "$crossjoin"


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
    segments = tuple(
        _segment(text, limits, is_first=index == 0) for index, text in enumerate(texts)
    )
    _check_first(segments)
    return ast.ResourcePath(segments)


def _segment(text: str, limits: ParserLimits, *, is_first: bool) -> ast.ResourceSegment:
    if text.startswith("$"):
        return _system_segment(text, limits)
    match = _NAMED.fullmatch(text)
    if match is None:
        return _key_segment(text, is_first=is_first)
    name, arguments = match["name"], match["arguments"]
    if arguments is None:
        return ast.NameSegment(name, None, 0)
    return ast.NameSegment(name, _arguments(arguments, limits), 0)


def _arguments(text: str, limits: ParserLimits) -> ast.Arguments:
    try:
        return parse_arguments(text, target="the path", limits=limits)
    except UriSyntaxError as fault:
        raise _malformed() from fault


def _key_segment(text: str, *, is_first: bool) -> ast.NameSegment:
    """A key as a segment of its own, whatever characters it has."""
    if _CALLED.match(text):
        raise _malformed()
    if is_first:
        raise NotFoundError(f"Resource not found for the segment '{text}'.")
    return ast.NameSegment(text, None, 0)


def _system_segment(text: str, limits: ParserLimits) -> ast.ResourceSegment:
    if text in _SYSTEM_SEGMENTS:
        return ast.SystemSegment(text, None, 0)
    if text == _COUNT:
        return ast.CountSegment(None, 0)
    if text.startswith(_FILTER) and text.endswith(")"):
        condition = text[len(_FILTER) - 1 :]
        return ast.FilterSegment(parse_expression(condition, target="$filter", limits=limits), 0)
    if text.startswith(_CROSSJOIN_NAME) and _CROSSJOIN.fullmatch(text, len(_CROSSJOIN_NAME)):
        return _crossjoin(text)
    raise NotFoundError(f"Resource not found for the segment '{text}'.")


def _crossjoin(text: str) -> ast.SystemSegment:
    names = text[len(_CROSSJOIN_NAME) + 1 : -1].split(",")
    paths = (ast.Path((ast.NameSegment(name.strip()),)) for name in names)
    items = tuple(ast.Argument(None, path) for path in paths)
    return ast.SystemSegment(_CROSSJOIN_NAME, ast.Arguments(items), 0)


def _check_first(segments: tuple[ast.ResourceSegment, ...]) -> None:
    """A qualified name begins a path only as the container of ``$all`` and ``$crossjoin``."""
    first = segments[0]
    if not isinstance(first, ast.NameSegment) or "." not in first.name:
        return
    for segment in segments[1:]:
        if isinstance(segment, ast.SystemSegment) and segment.name in _CONTAINER_SEGMENTS:
            return
    raise NotFoundError(f"Resource not found for the segment '{first.name}'.")


def _malformed() -> MalformedKeyError:
    return MalformedKeyError("Bad Request - Error in query syntax.")
