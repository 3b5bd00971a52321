"""How long, how deep and how wide a text may be before it is refused.

Counting happens on the text, before the parser works on it, and again on a tree that may be
deep; both without recursion (Reliability Q1, Q11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from odata.errors import BadRequestError
from odata.uri.ast import Literal

# A string without its end runs to the end of the text, so that no quote is looked at twice.
_TOKEN = re.compile(
    r"""'(?:[^']|'')*'?|"(?:[^"\\]|\\.)*"?|[\w.$@]+|([(\[{])|([)\]}])|[-+*]""", re.DOTALL
)
_OPEN, _CLOSE = 1, 2


@dataclass(frozen=True, slots=True)
class ParserLimits:
    """Bounds on the text of one option or path."""

    max_length: int = 8192
    max_depth: int = 100
    max_nodes: int = 2000


DEFAULT_LIMITS = ParserLimits()


def check_length(text: str, limits: ParserLimits, target: str | None) -> None:
    """Refuses a text that is longer than it may be."""
    if len(text) > limits.max_length:
        raise BadRequestError(
            f"{target or 'the text'} has more than {limits.max_length} characters", target=target
        )


def check_text(text: str, limits: ParserLimits, target: str | None) -> None:
    """Refuses a text that is too long, too deep or too wide."""
    check_length(text, limits, target)
    depth = count = 0
    for match in _TOKEN.finditer(text):
        if match.lastindex == _OPEN:
            depth += 1
            if depth > limits.max_depth:
                raise _too_deep(limits, target)
        elif match.lastindex == _CLOSE:
            depth -= 1
        else:
            count += 1
    if count > limits.max_nodes:
        raise BadRequestError(
            f"{target or 'the text'} has more than {limits.max_nodes} terms", target=target
        )


def check_tree(tree: object, limits: ParserLimits, target: str | None) -> None:
    """Refuses a tree whose branches are longer than later stages can follow."""
    for _, depth in walk(tree):
        if depth > limits.max_depth:
            raise _too_deep(limits, target)


def find_literals(tree: object) -> Iterator[Literal]:
    """The literals of a tree, wherever they stand."""
    return (node for node, _ in walk(tree) if isinstance(node, Literal))


def walk(tree: object) -> Iterator[tuple[object, int]]:
    """The nodes of a tree, each with its depth."""
    stack = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        names = getattr(node, "__dataclass_fields__", None)
        if names is not None:
            yield node, depth
            stack.extend((getattr(node, name), depth + 1) for name in names)
        elif isinstance(node, tuple):
            stack.extend((item, depth) for item in node)
        elif isinstance(node, Mapping):
            stack.extend((item, depth) for item in node.values())


def _too_deep(limits: ParserLimits, target: str | None) -> BadRequestError:
    return BadRequestError(
        f"{target or 'the text'} is nested deeper than {limits.max_depth} levels", target=target
    )
