"""Paths inside expressions: properties, navigation, lambda operators, counts.

Cites: OData URL Conventions 5.1.1.13-5.1.1.15.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from odata.edm.identifier import is_identifier
from odata.edm.model import NavigationProperty
from odata.edm.types import Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.collection_value import CollectionValue
from odata.query.item_path import InnerItems, is_structured_item, walk_item
from odata.query.member_step import (
    is_dynamic_member,
    misplaced,
    segment_name,
    sub_member,
)
from odata.query.names import (
    find_navigation,
    find_property,
    is_dynamic_name,
    unknown_property,
)
from odata.query.parameter_alias import spelled_out
from odata.query.plan import (
    NULL,
    Block,
    CountOf,
    DynamicRef,
    EntityRef,
    Exists,
    Expression,
    ItemList,
    ItemRef,
    Items,
    PropertyRef,
    Source,
    related_block,
)
from odata.query.root_path import RootValue, resolve_root, root_entity
from odata.query.scope import NameScope
from odata.query.search import bind_search
from odata.query.type_cast import cast_source, derived_type
from odata.query.value_path import Values, lambda_body, not_of_collection, over_values, within
from odata.uri import ast
from odata.uri.ast import PathRoot


@dataclass(frozen=True, slots=True)
class Entities:
    """A collection of entities that a path has reached and not yet left."""

    block: Block
    filters: tuple[Expression, ...] = ()


_Place = Source | Entities | Values


def bind_path(path: ast.Path, scope: NameScope) -> Expression:
    """The bound value of a member path."""
    reached = _reach(path, scope)
    if isinstance(reached, Source):
        return EntityRef(reached)
    if isinstance(reached, Entities | Values):
        name = segment_name(path.segments[-1])
        raise UriSemanticError(
            f"'{name}' is a collection: use any, all or $count", target=scope.piece
        )
    return reached


def bind_place(path: ast.Path, scope: NameScope) -> Expression | Items | Entities:
    """What a member path leads to: a value, or a collection as a whole."""
    reached = _reach(path, scope)
    match reached:
        case Source():
            return EntityRef(reached)
        case Values():
            return reached.whole()
        case _:
            return reached


def bind_collection(path: ast.Path, scope: NameScope) -> tuple[Block, tuple[Expression, ...]]:
    """The related entities that a member path leads to, and what they must meet."""
    reached = _reach(path, scope)
    if isinstance(reached, Entities):
        return reached.block, reached.filters
    raise UriSemanticError("a collection of entities was expected", target=scope.piece)


def _reach(path: ast.Path, scope: NameScope) -> _Place | Expression:
    spelled, scope = spelled_out(path, scope)
    if spelled is None:
        return NULL
    path = spelled
    most = scope.budget.limits.max_path_steps
    if len(path.segments) > most:
        raise UriSemanticError(f"a path has at most {most} steps", target=scope.piece)
    if path.root is PathRoot.ROOT:
        return _reach_from_root(path, scope)
    source, rest = _start(path, scope)
    if isinstance(source, Source):
        return _walk(source, rest, scope)
    if not rest:
        return source
    if isinstance(source, CollectionValue):
        return over_values(Values(Items(source)), rest, scope)
    if not isinstance(source, ItemRef):
        raise unknown_property(
            scope.row.entity_type, segment_name(rest[0]), scope.piece, rest[0].position
        )
    found = walk_item(source, rest, scope)
    if isinstance(found, InnerItems):
        return over_values(Values(found.items), found.rest, scope)
    return found


def _reach_from_root(path: ast.Path, scope: NameScope) -> _Place | Expression:
    reached = resolve_root(path.segments, scope)
    if not reached.is_single:
        return _walk(Entities(reached.block, reached.conditions), reached.rest, scope)
    found = _walk(reached.block.root, reached.rest, scope)
    if isinstance(found, Values):
        whole = ItemList(found.items, found.filters)
        return Values(Items(RootValue.of(reached.block, reached.conditions, whole)))
    if isinstance(found, Source):
        return root_entity(reached, found)
    if isinstance(found, Entities) or found.edm_type is None:
        raise NotImplementedYetError(
            "$root gives single values here: name a property, or count or test a collection",
            target=scope.piece,
        )
    return RootValue.of(reached.block, reached.conditions, found)


def _start(
    path: ast.Path, scope: NameScope
) -> tuple[Source | Expression, tuple[ast.ExpressionSegment, ...]]:
    if path.root is PathRoot.IT and scope.request_item is not None:
        return scope.request_item, path.segments
    if path.root is PathRoot.IT:
        if scope.request_row is None:
            raise NotImplementedYetError("$it inside $expand is not supported", target=scope.piece)
        return scope.request_row, path.segments
    if path.root is PathRoot.THIS:
        return (scope.item, path.segments) if scope.item is not None else _of_row(path, scope)
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
    if scope.item is not None:
        return _of_item(scope.item, path, scope), path.segments
    return _of_row(path, scope)


def _of_row(path: ast.Path, scope: NameScope) -> tuple[Source, tuple[ast.ExpressionSegment, ...]]:
    """The row, and the steps that lead from it: first those to the value that holds names."""
    if scope.holder is None:
        return scope.row, path.segments
    steps = (ast.NameSegment(name) for name in scope.holder.path)
    return scope.holder.source, (*steps, *path.segments)


def _of_item(item: ItemRef, path: ast.Path, scope: NameScope) -> ItemRef:
    """The item that a bare name belongs to; primitive values have no names."""
    if is_structured_item(item):
        return item
    raise UriSemanticError(
        f"'{segment_name(path.segments[0])}' is no name here: the items are values of type "
        f"{item.edm_type.qualified_name}, and $this is one of them",
        target=scope.piece,
    )


def _walk(
    source: Source | Entities, segments: tuple[ast.ExpressionSegment, ...], scope: NameScope
) -> _Place | Expression:
    current: Source | Entities = source
    for index, segment in enumerate(segments):
        outcome = _step(current, segment, segments[index + 1 :], scope)
        if not isinstance(outcome, Source | Entities):
            return outcome
        current = outcome
    return current


def _step(
    current: Source | Entities,
    segment: ast.ExpressionSegment,
    rest: tuple[ast.ExpressionSegment, ...],
    scope: NameScope,
) -> _Place | Expression:
    if isinstance(current, Entities):
        return _in_collection(current, segment, scope)
    if isinstance(segment, ast.NameSegment):
        return _member(current, segment, rest, scope)
    if isinstance(segment, ast.AnnotationSegment):
        return NULL
    raise misplaced(segment, scope)


def _member(
    source: Source,
    segment: ast.NameSegment,
    rest: tuple[ast.ExpressionSegment, ...],
    scope: NameScope,
) -> _Place | Expression:
    if segment.arguments is not None or "." in segment.name:
        return _call_or_cast(source, segment, scope)
    definition = find_property(source.entity_type, segment.name)
    if definition is not None:
        return _property(source, definition, rest, scope)
    navigation = find_navigation(source.entity_type, segment.name)
    if navigation is not None:
        return _navigate(source, navigation)
    if not is_dynamic_name(source.entity_type, segment.name):
        raise unknown_property(source.entity_type, segment.name, scope.piece, segment.position)
    return _dynamic(DynamicRef(source, (), ()), (segment, *rest), scope)


def _navigate(source: Source, navigation: NavigationProperty) -> Source | Entities:
    if navigation.is_collection:
        return Entities(related_block(source, navigation))
    return source.join(navigation)


def _property(
    source: Source,
    definition: Property,
    rest: tuple[ast.ExpressionSegment, ...],
    scope: NameScope,
) -> Values | Expression:
    path: tuple[str, ...] = (definition.name,)
    used = 0
    for segment in rest:
        if definition.is_collection:
            break
        if isinstance(segment, ast.AnnotationSegment):
            return NULL
        if is_dynamic_member(definition.edm_type, segment):
            return _dynamic(DynamicRef(source, path, ()), rest[used:], scope)
        step, definition = sub_member(definition, segment, scope)
        path = (*path, step)
        used += 1
    if not definition.is_filterable and not definition.is_stream:
        raise UriSemanticError(
            f"'{definition.name}' cannot be used in expressions", target=scope.piece
        )
    reference = PropertyRef(source, definition, path)
    if not definition.is_collection:
        return reference
    return over_values(Values(Items(reference)), rest[used:], scope)


def _dynamic(
    reference: DynamicRef, steps: tuple[ast.ExpressionSegment, ...], scope: NameScope
) -> Values | Expression:
    """What dynamic steps lead to: what follows a name decides whether it is a collection."""
    for index, segment in enumerate(steps):
        if isinstance(segment, ast.AnnotationSegment):
            return NULL
        if not isinstance(segment, ast.NameSegment):
            return over_values(Values(Items(reference)), steps[index:], scope)
        if segment.arguments is not None or not is_identifier(segment.name):
            raise misplaced(segment, scope)
        reference = replace(reference, names=(*reference.names, segment.name))
    return reference


def _call_or_cast(source: Source, segment: ast.NameSegment, scope: NameScope) -> Source:
    found = derived_type(scope.model, segment.name, source.entity_type, scope.piece)
    if found is not None and segment.arguments is None:
        return cast_source(source, found, scope.piece)
    if segment.arguments is None:
        raise unknown_property(source.entity_type, segment.name, scope.piece, segment.position)
    raise NotImplementedYetError(
        f"'{segment.name}(...)' inside an expression is not supported", target=scope.piece
    )


def _cast_collection(collection: Entities, segment: ast.NameSegment, scope: NameScope) -> Entities:
    root = collection.block.root
    found = derived_type(scope.model, segment.name, root.entity_type, scope.piece)
    if found is None or segment.arguments is not None:
        raise not_of_collection(segment, scope)
    root.narrow(found)
    return collection


def _in_collection(
    collection: Entities, segment: ast.ExpressionSegment, scope: NameScope
) -> Entities | Expression:
    match segment:
        case ast.CountSegment():
            return CountOf(collection.block, _counted(collection, segment.options, scope))
        case ast.LambdaSegment():
            return _lambda(collection, segment, scope)
        case ast.FilterSegment():
            condition = within(segment.condition, scope.with_row(collection.block.root))
            return Entities(collection.block, (*collection.filters, condition))
        case ast.NameSegment():
            return _cast_collection(collection, segment, scope)
        case _:
            raise not_of_collection(segment, scope)


def _counted(
    collection: Entities, options: ast.QueryOptions | None, scope: NameScope
) -> tuple[Expression, ...]:
    root, filters = collection.block.root, collection.filters
    if options is None:
        return filters
    if options.filter is not None:
        filters = (*filters, within(options.filter, scope.with_row(root)))
    return (*filters, *bind_search(options.search, root))


def _lambda(collection: Entities, segment: ast.LambdaSegment, scope: NameScope) -> Expression:
    is_all, body = lambda_body(segment, scope)
    if body is None or segment.variable is None:
        return Exists(collection.block, None, collection.filters)
    inner = scope.with_variable(segment.variable, collection.block.root)
    return Exists(collection.block, within(body, inner), collection.filters, is_all=is_all)
