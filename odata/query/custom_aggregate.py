"""Custom aggregates: names that the model gives to aggregate expressions.

Cites: OData Data Aggregation 3.2.1.1 (type 4) and 5.2.3 (CustomAggregate).
"""

from __future__ import annotations

from dataclasses import replace

from odata.edm.aggregation import CustomAggregate
from odata.edm.model import EntityType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.names import find_navigation
from odata.uri import ast
from odata.uri.parser import parse_apply

_TARGET = "$apply"


def resolve_custom(item: ast.AggregateItem, entity_type: EntityType) -> ast.AggregateItem:
    """What a custom aggregate stands for; any other aggregate as it is."""
    path = item.expression
    if item.method is not None or not isinstance(path, ast.Path):
        return item
    last = path.segments[-1]
    if not isinstance(last, ast.NameSegment):
        return item
    owner = _owner(path, entity_type)
    declared = {custom.name: custom for custom in owner.custom_aggregates}.get(last.name)
    if declared is None:
        raise UriSemanticError(
            f"'{last.name}' is no custom aggregate of '{owner.qualified_name}': "
            "an aggregated expression needs a method, such as with sum, and a name",
            target=_TARGET,
        )
    meaning = read_custom(declared)
    expression = meaning.expression
    if len(path.segments) > 1:
        if not isinstance(expression, ast.Path):
            raise NotImplementedYetError(
                f"'{last.name}' cannot be aggregated over a path", target=_TARGET
            )
        expression = ast.Path((*path.segments[:-1], *expression.segments))
    return replace(
        item, expression=expression, method=meaning.method, alias=item.alias or declared.name
    )


def _owner(path: ast.Path, entity_type: EntityType) -> EntityType:
    for segment in path.segments[:-1]:
        name = segment.name if isinstance(segment, ast.NameSegment) else ""
        navigation = find_navigation(entity_type, name)
        if navigation is None:
            raise UriSemanticError(
                f"'{name}' leads to no entities whose aggregates could be had", target=_TARGET
            )
        entity_type = navigation.target
    return entity_type


def read_custom(declared: CustomAggregate) -> ast.AggregateItem:
    """The aggregate expression of a declaration."""
    apply = parse_apply(f"aggregate({declared.expression} as {declared.name})")
    (transformation,) = apply.transformations
    if not isinstance(transformation, ast.Aggregate) or len(transformation.items) != 1:
        raise UriSemanticError(f"'{declared.name}' is not one aggregate expression")
    return transformation.items[0]
