"""``$expand`` as the levels below a level.

Cites: OData URL Conventions 5.1.3; reference ``odata.md`` section 3.6, Q3 and Q11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from odata.edm.model import EntityType, Model, NavigationProperty
from odata.errors import UriSemanticError
from odata.query.allowed_options import check_nested_options
from odata.query.apply_parents import parents_of
from odata.query.apply_these import uses_these
from odata.query.expand_origin import block_with_origin, names_origin
from odata.query.expand_path import bind_expand_path, split_path
from odata.query.expand_streams import bind_streams
from odata.query.fault_place import placed
from odata.query.limits import QueryLimits
from odata.query.plan import (
    Comparison,
    PropertyRef,
    RuntimeValue,
    ScopeRef,
    Source,
    new_block,
)
from odata.query.read_plan import ExpandKind, ExpandPlan, Link, ReadPlan, Way
from odata.query.resource import ScopeRule
from odata.query.scope import NameScope
from odata.query.target import SCOPE, scope_anchor
from odata.uri import ast
from odata.uri.ast import ComparisonOperator, ExpandSuffix

LevelBinder = Callable[[ReadPlan, ast.QueryOptions, NameScope], None]

_STAR = "*"
_TARGET = "$expand"
_MAX_LEVELS = 0  # how the syntax tree writes ``$levels=max``
_BOUNDLESS = 1_000  # of levels that are looked up, not made


@dataclass(slots=True)
class ExpandContext:
    """What binding the levels of a request needs beside the names: the rule of scopes, the
    limits, who binds the options of a level, whether pages are small. ``width`` counts the
    expanded properties of all levels together."""

    scope_rule: ScopeRule | None
    limits: QueryLimits
    bind_level: LevelBinder
    is_paged: bool = False
    width: int = 0


def bind_expand(
    plan: ReadPlan,
    items: tuple[ast.ExpandItem, ...],
    scope: NameScope,
    context: ExpandContext,
    depth: int = 0,
) -> None:
    """Fix the levels below a level from its ``$expand``."""
    limits = context.limits
    if depth >= limits.max_expand_depth:
        items = tuple(item for item in items if not _goes_on(item))
    if not items:
        return
    if depth >= limits.max_expand_depth:
        raise UriSemanticError(
            f"$expand goes at most {limits.max_expand_depth} levels deep", target=_TARGET
        )
    expands: dict[NavigationProperty, ExpandPlan] = {}
    related = bind_streams(plan, items, context.scope_rule)
    for item in _spread(plan.entity_type, related, scope.model):
        context.width += 1
        if context.width > limits.max_expand_width:
            raise UriSemanticError(
                f"$expand names at most {limits.max_expand_width} properties", target=_TARGET
            )
        with placed(_TARGET, item.position):
            expand = _expand_item(plan, item, scope, context, depth)
        if expand.navigation in expands:
            raise UriSemanticError(
                f"'{expand.name}' is expanded twice", target=_TARGET, position=item.position
            )
        expands[expand.navigation] = expand
    plan.expands = tuple(expands.values())


def _goes_on(item: ast.ExpandItem) -> bool:
    """Whether an item is the star with ``$levels=max``, which ends at the limit."""
    levels = item.options.levels if item.options is not None else None
    return item.path == (_STAR,) and levels == _MAX_LEVELS


def find_nested_options(
    items: tuple[ast.ExpandItem, ...], path: tuple[str, ...]
) -> ast.QueryOptions:
    """The options of the item that a path of navigation properties leads to, each with the
    casts around it."""
    text, *rest = path
    name = split_path(tuple(text.split("/")))[1]
    options = ast.NO_OPTIONS
    for item in items:
        if "/".join(item.path).lower() == text.lower():
            options = item.options or ast.NO_OPTIONS
            break
        if item.path == (_STAR,):
            options = _options_of_star(item)
    if not rest:
        return options
    return find_nested_options(_items_below(options, name, depth=0, limit=_BOUNDLESS), tuple(rest))


def find_nested_suffix(
    items: tuple[ast.ExpandItem, ...], path: tuple[str, ...]
) -> ast.ExpandSuffix:
    """What the item that a path leads to shows: entities, references or a number."""
    *before, text = path
    if before:
        name = split_path(tuple(before[-1].split("/")))[1]
        options = find_nested_options(items, tuple(before))
        items = _items_below(options, name, depth=0, limit=_BOUNDLESS)
    suffix = ast.ExpandSuffix.NONE
    for item in items:
        if "/".join(item.path).lower() == text.lower():
            return item.suffix
        if item.path == (_STAR,):
            suffix = item.suffix
    return suffix


def _spread(
    entity_type: EntityType, items: tuple[ast.ExpandItem, ...], model: Model
) -> Iterator[ast.ExpandItem]:
    """The items with the star replaced by the properties that no item names."""
    if all(item.path != (_STAR,) for item in items):
        yield from items
        return
    row = Source(entity_type)
    named = {
        bind_expand_path(item, row, model).navigation for item in items if item.path != (_STAR,)
    }
    for item in items:
        if item.path != (_STAR,):
            yield item
            continue
        options = _options_of_star(item)
        for path, navigation in _all_navigation(entity_type):
            if navigation not in named:
                yield replace(item, path=path, options=options)


def _all_navigation(
    entity_type: EntityType,
) -> Iterator[tuple[tuple[str, ...], NavigationProperty]]:
    """The navigation properties of a type and of those derived from it, with their paths."""
    for navigation in entity_type.all_navigation():
        yield (navigation.name,), navigation
    for derived in entity_type.entity_types()[1:]:
        for navigation in derived.navigation:
            yield (derived.qualified_name, navigation.name), navigation


def _options_of_star(item: ast.ExpandItem) -> ast.QueryOptions:
    """``*($levels=2)`` expands everything below as ``*($levels=1)`` does."""
    levels = item.options.levels if item.options is not None else None
    if levels is None or levels == 1:
        return ast.NO_OPTIONS
    deeper = levels - 1 if levels else _MAX_LEVELS
    options = ast.QueryOptions(levels=deeper, present=frozenset({"$levels"}))
    return ast.QueryOptions(
        expand=(ast.ExpandItem((_STAR,), options=options),), present=frozenset({"$expand"})
    )


_KINDS = {
    ExpandSuffix.NONE: ExpandKind.ENTITIES,
    ExpandSuffix.REF: ExpandKind.REFERENCES,
    ExpandSuffix.COUNT: ExpandKind.COUNT,
}


def _expand_item(
    plan: ReadPlan,
    item: ast.ExpandItem,
    scope: NameScope,
    context: ExpandContext,
    depth: int,
) -> ExpandPlan:
    path = bind_expand_path(item, plan.block.root, scope.model)
    navigation = path.navigation
    options = item.options or ast.NO_OPTIONS
    check_nested_options(options, item.suffix, is_collection=navigation.is_collection)
    way = (plan.way or Way(path.parent.entity_type)).to(navigation)
    block, origin = new_block(path.entity_type), None
    if names_origin(options, scope.aliases):
        block, origin = block_with_origin(way, path.entity_type)
    links = _joined_links(plan.block.root, navigation, block.root) or _links(
        path.parent, navigation, block.root, context.scope_rule
    )
    read = ReadPlan(block, scope.model.set_of(path.entity_type))
    expand = ExpandPlan(path.name, navigation, _KINDS[item.suffix], read, links)
    expand.owner, expand.presence = path.parent.entity_type, path.presence
    expand.path = path.text
    expand.top, expand.skip = options.top, options.skip or 0
    expand.with_count = bool(options.count)
    expand.is_whole = origin is not None
    if navigation.is_collection and not expand.is_whole and expand.kind is not ExpandKind.COUNT:
        # What hangs on a scope as a whole may be any number of rows.
        expand.is_paged = context.is_paged or any(
            isinstance(link.child, ScopeRef) for link in links[:1]
        )
    expand.read.way = way
    inner = scope.expanded(block.root, origin).with_nested_aliases(options.aliases)
    if options.apply is not None or uses_these(options.filter):
        parents = new_block(path.parent.entity_type)
        related = new_block(path.entity_type)
        beginnings = _links(parents.root, navigation, related.root, context.scope_rule)
        expand.read.parents = parents_of(links, (parents, beginnings), block, navigation)
    context.bind_level(expand.read, options, inner)
    if expand.read.parents is not None:
        keys = expand.read.parents.keys
        expand.links = tuple(map(Link, (link.parent for link in links), keys))
    elif _is_in_scope_of_request(plan):
        _anchor_scope(expand)
    if expand.kind is ExpandKind.ENTITIES:
        _bind_below(expand, options, inner, context, depth + 1)
    return expand


def _bind_below(
    expand: ExpandPlan,
    options: ast.QueryOptions,
    scope: NameScope,
    context: ExpandContext,
    depth: int,
) -> None:
    read, name = expand.read, expand.navigation.name
    below = _items_below(options, name, depth, context.limits.max_expand_depth)
    if options.levels is not None and options.levels != 1:
        own = read.entity_type.find_navigation(name)
        if own is None:
            raise UriSemanticError(
                f"$levels needs a recursive navigation property, and '{name}' is none",
                target=_TARGET,
            )
        expand.is_recursive = True
    bind_expand(read, below, scope, context, depth)
    if expand.is_recursive:
        for item in read.expands:
            item.is_repeated = item.navigation.name == name


def _items_below(
    options: ast.QueryOptions, name: str, depth: int, limit: int
) -> tuple[ast.ExpandItem, ...]:
    """The expansions of a level, with ``$levels`` unrolled by one; ``max`` ends where what is
    expanded at each level would pass the limit."""
    levels = options.levels
    if levels is None or levels == 1:
        return options.expand
    if levels == _MAX_LEVELS and depth + _depth_of(options.expand) >= limit:
        return options.expand
    deeper = replace(options, levels=levels - 1 if levels else _MAX_LEVELS)
    return (*options.expand, ast.ExpandItem((name,), options=deeper))


def _depth_of(items: tuple[ast.ExpandItem, ...]) -> int:
    """How many levels items expand at least."""
    deepest = 0
    for item in items:
        options = item.options or ast.NO_OPTIONS
        deepest = max(deepest, (options.levels or 1) + _depth_of(options.expand))
    return deepest


# --- links ----------------------------------------------------------------------------------


def _links(
    parent: Source, navigation: NavigationProperty, child: Source, rule: ScopeRule | None
) -> tuple[Link, ...]:
    """The pairs of values that tie the rows of both ends; the scope among them."""
    is_scoped = rule is not None and rule.is_scoped(navigation.target)
    links = tuple(
        Link(_ref(parent, item.property_name), _ref(child, item.referenced_name))
        for item in navigation.constraints
    )
    if rule is None or not is_scoped:
        return links
    if rule.is_scoped(parent.entity_type):
        return (*links, Link(ScopeRef(parent), ScopeRef(child)))
    if links:
        return links
    key = parent.entity_type.key_properties()[0]
    return (Link(PropertyRef(parent, key, (key.name,)), ScopeRef(child)),)


def _is_in_scope_of_request(plan: ReadPlan) -> bool:
    """Whether all rows of a level belong to the scope that the request has chosen."""
    return any(
        isinstance(item, Comparison)
        and item.operator is ComparisonOperator.EQ
        and isinstance(item.left, ScopeRef)
        and item.left.source is plan.block.root
        and isinstance(item.right, RuntimeValue)
        and item.right.name == SCOPE
        for item in plan.anchors
    )


def _anchor_scope(expand: ExpandPlan) -> None:
    """Tie related rows to the scope of the request, which their parents have in common, instead
    of comparing it for each of them."""
    kept = tuple(link for link in expand.links if not isinstance(link.parent, ScopeRef))
    if kept and len(kept) < len(expand.links):
        expand.links = kept
        expand.read.anchors = (*expand.read.anchors, scope_anchor(expand.read.block.root))


def _joined_links(row: Source, navigation: NavigationProperty, child: Source) -> tuple[Link, ...]:
    """The keys that tie what ``$apply`` has joined to the rows; none for other properties."""
    joined = row.joined(navigation.name)
    if joined is None or joined.navigation is None or joined.navigation is navigation:
        return ()
    return tuple(
        Link(_ref(joined, name), _ref(child, name)) for name in child.entity_type.all_key_names()
    )


def _ref(source: Source, name: str) -> PropertyRef:
    return PropertyRef(source, source.entity_type.property_named(name), (name,))
