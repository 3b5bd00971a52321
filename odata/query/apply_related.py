"""Paths of ``aggregate`` that lead through collections of related entities.

Cites: OData Data Aggregation 3.2.1 (each entity counts once).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from odata.edm.model import NavigationProperty
from odata.errors import UriSemanticError
from odata.query.apply_stage import TARGET, Stage
from odata.query.names import find_navigation
from odata.query.plan import Source
from odata.uri import ast


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection that a path leads through: whose, which, and what of its entities."""

    owner: Source
    navigation: NavigationProperty
    rest: ast.Path

    @property
    def leads_on(self) -> bool:
        """Whether the path goes through a further collection."""
        owner = self.navigation.target
        for segment in self.rest.segments:
            name = segment.name if isinstance(segment, ast.NameSegment) else ""
            navigation = find_navigation(owner, name)
            if navigation is None:
                return False
            if navigation.is_collection:
                return True
            owner = navigation.target
        return False


@dataclass(frozen=True, slots=True)
class Related:
    """The entities at the end of a path, joined to the rows, and what of them is meant."""

    source: Source
    rest: ast.Path


def find_related(expression: ast.Expression, stage: Stage) -> Collection | None:
    """The first collection that a path leads through; None without any."""
    return _first_collection(expression, stage.root)


def _first_collection(expression: ast.Expression, root: Source) -> Collection | None:
    if not isinstance(expression, ast.Path) or expression.root is not ast.PathRoot.IMPLICIT:
        return None
    owner, steps = root.entity_type, list[NavigationProperty]()
    for index, segment in enumerate(expression.segments):
        name = segment.name if isinstance(segment, ast.NameSegment) else ""
        navigation = find_navigation(owner, name)
        if navigation is None:
            return None
        if navigation.is_collection:
            owner_source = reduce(Source.join, steps, root)
            return Collection(owner_source, navigation, _rest(expression, index))
        steps.append(navigation)
        owner = navigation.target
    return None


def join_related(expression: ast.Expression, stage: Stage) -> Related:
    """All collections of a path joined to the rows of a stage, which repeats them."""
    source, rest = stage.root, expression
    while (found := _first_collection(rest, source)) is not None:
        source = Source(found.navigation.target, found.owner, found.navigation, stage.block)
        stage.block.joins.append(source)
        rest = found.rest
    if not isinstance(rest, ast.Path):
        raise UriSemanticError("a path was expected", target=TARGET)
    return Related(source, rest)


def has_one_owner(found: Collection, stage: Stage) -> bool:
    """Whether at most one row leads to each entity of a collection."""
    own = {item.property_name for item in found.navigation.constraints}
    is_exclusive = not own or own >= set(stage.root.entity_type.all_key_names())
    return found.owner is stage.root and is_exclusive


def _rest(path: ast.Path, index: int) -> ast.Path:
    segments = path.segments[index + 1 :]
    if not segments:
        raise UriSemanticError(
            "a path through a collection ends with a property or $count", target=TARGET
        )
    return ast.Path(segments)
