"""Paths inside expressions: properties, navigation, lambda operators, counts.

Cites: OData URL Conventions 5.1.1.13-5.1.1.15.
"""

from __future__ import annotations

from dataclasses import dataclass

from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import ComplexType, Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.names import find_navigation, find_property, unknown_property
from odata.query.plan import (
    NULL,
    Block,
    CountOf,
    EntityRef,
    Exists,
    Expression,
    PropertyRef,
    Source,
    related_block,
)
from odata.query.scope import NameScope
from odata.query.search import bind_search
from odata.uri import ast
from odata.uri.ast import LambdaOperator, PathRoot

_MAX_STEPS = 20


@dataclass(slots=True)
class _Collection:
    """A collection that a path has reached and not yet left."""

    block: Block
    filters: tuple[Expression, ...] = ()


def bind_path(path: ast.Path, scope: NameScope) -> Expression:
    """The bound value of a member path."""
    if len(path.segments) > _MAX_STEPS:
        raise UriSemanticError(f"a path has at most {_MAX_STEPS} steps", target=scope.piece)
    source, rest = _start(path, scope)
    if isinstance(source, Source):
        return _walk(source, rest, scope)
    if rest:
        raise unknown_property(scope.row.entity_type, _segment_name(rest[0]), scope.piece)
    return source


def _start(
    path: ast.Path, scope: NameScope
) -> tuple[Source | Expression, tuple[ast.ExpressionSegment, ...]]:
    if path.root is PathRoot.IT:
        return scope.request_row, path.segments
    if path.root is PathRoot.THIS:
        return scope.row, path.segments
    if path.root is not PathRoot.IMPLICIT:
        raise NotImplementedYetError(
            f"{path.root.value} in expressions is not supported", target=scope.piece
        )
    first = path.segments[0]
    if isinstance(first, ast.NameSegment) and first.arguments is None:
        if first.name in scope.variables:
            return scope.variables[first.name], path.segments[1:]
        if first.name in scope.computed:
            return scope.computed[first.name], path.segments[1:]
    return scope.row, path.segments


def _walk(
    source: Source, segments: tuple[ast.ExpressionSegment, ...], scope: NameScope
) -> Expression:
    current: Source | _Collection = source
    for index, segment in enumerate(segments):
        if isinstance(current, _Collection):
            outcome = _in_collection(current, segment, scope)
        elif isinstance(segment, ast.NameSegment):
            outcome = _member(current, segment, segments[index + 1 :], scope)
        elif isinstance(segment, ast.AnnotationSegment):
            return NULL
        else:
            raise _misplaced(segment, scope)
        if not isinstance(outcome, Source | _Collection):
            return outcome
        current = outcome
    if isinstance(current, Source):
        return EntityRef(current)
    raise UriSemanticError(
        f"'{_segment_name(segments[-1])}' is a collection: use any, all or $count",
        target=scope.piece,
    )


def _member(
    source: Source,
    segment: ast.NameSegment,
    rest: tuple[ast.ExpressionSegment, ...],
    scope: NameScope,
) -> Source | _Collection | Expression:
    if segment.arguments is not None or "." in segment.name:
        return _call_or_cast(source, segment, scope)
    definition = find_property(source.entity_type, segment.name)
    if definition is not None:
        return _property(source, definition, rest, scope)
    navigation = find_navigation(source.entity_type, segment.name)
    if navigation is None:
        raise unknown_property(source.entity_type, segment.name, scope.piece)
    return _navigate(source, navigation)


def _navigate(source: Source, navigation: NavigationProperty) -> Source | _Collection:
    if navigation.is_collection:
        return _Collection(related_block(source, navigation))
    return source.join(navigation)


def _property(
    source: Source,
    definition: Property,
    rest: tuple[ast.ExpressionSegment, ...],
    scope: NameScope,
) -> Expression:
    path: tuple[str, ...] = (definition.name,)
    for segment in rest:
        if not isinstance(definition.edm_type, ComplexType):
            raise _after_value(definition, segment, scope)
        if not isinstance(segment, ast.NameSegment) or segment.arguments is not None:
            raise _misplaced(segment, scope)
        member = find_property(definition.edm_type, segment.name)
        if member is None:
            raise unknown_property(definition.edm_type, segment.name, scope.piece)
        definition = member
        path = (*path, member.name)
    if not definition.is_filterable and not definition.is_stream:
        raise UriSemanticError(
            f"'{definition.name}' cannot be used in expressions", target=scope.piece
        )
    return PropertyRef(source, definition, path)


def _after_value(
    definition: Property, segment: ast.ExpressionSegment, scope: NameScope
) -> Exception:
    if definition.is_collection:
        return NotImplementedYetError(
            f"operations on the collection '{definition.name}' are not supported",
            target=scope.piece,
        )
    return UriSemanticError(
        f"'{definition.name}' has no member '{_segment_name(segment)}'", target=scope.piece
    )


def _call_or_cast(source: Source, segment: ast.NameSegment, scope: NameScope) -> Source:
    found = scope.model.find_type(segment.name)
    if isinstance(found, EntityType):
        if found is source.entity_type:
            return source
        raise NotImplementedYetError("casts to derived types are not supported", target=scope.piece)
    if segment.arguments is None:
        raise unknown_property(source.entity_type, segment.name, scope.piece)
    raise NotImplementedYetError(
        f"'{segment.name}(...)' inside an expression is not supported", target=scope.piece
    )


def _in_collection(
    collection: _Collection, segment: ast.ExpressionSegment, scope: NameScope
) -> _Collection | Expression:
    match segment:
        case ast.CountSegment():
            return _count(collection, segment, scope)
        case ast.LambdaSegment():
            return _lambda(collection, segment, scope)
        case ast.FilterSegment():
            inner = scope.with_row(collection.block.root)
            condition = scope.bind_condition(segment.condition, inner)
            return _Collection(collection.block, (*collection.filters, condition))
        case _:
            raise UriSemanticError(
                f"'{_segment_name(segment)}' cannot follow a collection: use any, all or $count",
                target=scope.piece,
            )


def _count(collection: _Collection, segment: ast.CountSegment, scope: NameScope) -> Expression:
    options = segment.options
    filters = collection.filters
    if options is not None and options.filter is not None:
        inner = scope.with_row(collection.block.root)
        filters = (*filters, scope.bind_condition(options.filter, inner))
    if options is not None:
        filters = (*filters, *bind_search(options.search, collection.block.root))
    return CountOf(collection.block, filters)


def _lambda(collection: _Collection, segment: ast.LambdaSegment, scope: NameScope) -> Expression:
    is_all = segment.operator is LambdaOperator.ALL
    if segment.body is None or segment.variable is None:
        if is_all:
            raise UriSemanticError("all needs a condition", target=scope.piece)
        return Exists(collection.block, None, collection.filters)
    inner = scope.with_variable(segment.variable, collection.block.root)
    body = scope.bind_condition(segment.body, inner)
    return Exists(collection.block, body, collection.filters, is_all=is_all)


def _misplaced(segment: ast.ExpressionSegment, scope: NameScope) -> Exception:
    return UriSemanticError(
        f"'{_segment_name(segment)}' cannot stand at this place of a path", target=scope.piece
    )


def _segment_name(segment: ast.ExpressionSegment) -> str:
    match segment:
        case ast.NameSegment() | ast.SystemSegment():
            return segment.name
        case ast.CountSegment():
            return "$count"
        case ast.LambdaSegment():
            return segment.operator.value
        case ast.FilterSegment():
            return "$filter"
        case ast.AnnotationSegment():
            return f"@{segment.term}"
