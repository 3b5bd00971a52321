"""How entities are counted in ``aggregate``: by ``$count`` behind a path, or by ``countdistinct``.

Both say the same: how many entities a path leads to, each of them once. Behind single steps
that is the number of distinct keys, behind a collection the number of what it holds.

Cites: OData Data Aggregation 3.2.1.3, 3.2.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import Primitive
from odata.query.functions import SIGNATURES
from odata.query.names import find_navigation
from odata.query.plan import Call, Cast, Constant, Expression
from odata.uri import ast

_COUNT_DISTINCT = "countdistinct"
# No key has it, so that no two keys of several parts become the same text.
_BETWEEN = Constant("\x1f", Primitive.STRING)


def entities_counted(item: ast.AggregateItem, owner: EntityType) -> ast.AggregateItem:
    """An aggregate of entities in the spelling that its path needs; any other as it is."""
    path = item.expression
    if not isinstance(path, ast.Path) or len(path.segments) < 1:
        return item
    is_count = isinstance(path.segments[-1], ast.CountSegment)
    steps = _navigation(path.segments[:-1] if is_count else path.segments, owner)
    if not steps:
        return item
    if is_count and not steps[-1].is_collection:
        single = replace(path, segments=path.segments[:-1])
        return replace(item, expression=single, method=_COUNT_DISTINCT)
    if item.method == _COUNT_DISTINCT and steps[-1].is_collection:
        whole = replace(path, segments=(*path.segments, ast.CountSegment(None, path.position)))
        return replace(item, expression=whole, method=None)
    return item


def _navigation(
    segments: Sequence[ast.ExpressionSegment], owner: EntityType
) -> list[NavigationProperty]:
    """The navigation properties that a path consists of; none if there is anything else."""
    steps: list[NavigationProperty] = []
    for segment in segments:
        if not isinstance(segment, ast.NameSegment) or segment.arguments is not None:
            return []
        found = find_navigation(owner, segment.name)
        if found is None:
            return []
        steps.append(found)
        owner = found.target
    return steps


def one_text(values: Sequence[Expression]) -> Expression:
    """Several values as one text, which is null where one of them is; one alone as it is."""
    if len(values) == 1:
        return values[0]
    return reduce(lambda one, other: _joined(_joined(one, _BETWEEN), other), map(_text, values))


def _text(value: Expression) -> Expression:
    return value if value.edm_type is Primitive.STRING else Cast(value, Primitive.STRING)


def _joined(one: Expression, other: Expression) -> Expression:
    signature = SIGNATURES["concat"][0]
    return Call(signature, (one, other), Primitive.STRING)
