"""``$crossjoin``: every combination of the entities of several sets, chosen by options.

Cites: OData URL Conventions 4.15.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from odata.edm.model import EntityType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.allowed_options import check_nested_options
from odata.query.binder import bind_condition
from odata.query.levels import BindingContext, bound_of, order_of
from odata.query.names import did_you_mean
from odata.query.path_filter import bind_path_filters
from odata.query.plan import Block, PropertyRef, Source
from odata.query.read_plan import ReadPlan
from odata.query.scope import NameScope
from odata.query.select_expand import bind_select
from odata.query.target import Target
from odata.uri import ast
from odata.uri.ast import ExpandSuffix

_STAR = "*"
_UNSERVED = ("$apply", "$compute", "$search")
_ROW = EntityType("ComplexType", "Edm")  # what names without a set would belong to


@dataclass(frozen=True, slots=True, eq=False)
class CrossedMember:
    """One set of a combination; ``read`` describes its entity where that is shown, else there
    is a link."""

    name: str
    source: Source
    read: ReadPlan | None = None
    is_reference: bool = False


@dataclass(eq=False, slots=True)
class CrossJoinPlan(ReadPlan):
    """The combinations of the members that the options choose."""

    members: tuple[CrossedMember, ...] = ()


def bind_cross_join(
    target: Target, options: ast.QueryOptions, names: NameScope, context: BindingContext
) -> CrossJoinPlan:
    """The plan that reads a cross join with its options."""
    for name in _UNSERVED:
        if name in options.present:
            raise NotImplementedYetError(f"{name} of a cross join is not supported", target=name)
    most = context.limits.max_joined_sets
    if len(target.steps) > most:
        raise UriSemanticError(f"a cross join names at most {most} sets", target="$crossjoin")
    sources = _sources(target)
    names = replace(names, row=Source(_ROW), request_row=Source(_ROW), variables=sources)
    plan = CrossJoinPlan(target.rows, anchors=target.anchors)
    plan.filters = bind_path_filters(target, names)
    if options.filter is not None:
        plan.filters += (bind_condition(options.filter, names.in_piece("$filter")),)
    plan.identity = tuple(key for source in sources.values() for key in _keys(source))
    plan.order = order_of(plan, options.orderby, names.in_piece("$orderby"), context.limits)
    plan.top = bound_of(options.top, "$top", names)
    plan.skip = bound_of(options.skip, "$skip", names)
    plan.with_count = bool(options.count)
    plan.members = tuple(_members(sources, options, names))
    return plan


def _sources(target: Target) -> dict[str, Source]:
    block = target.rows
    listed = (block.root, *block.crossed)
    return {step.name: source for step, source in zip(target.steps, listed, strict=True)}


def _keys(source: Source) -> Iterator[PropertyRef]:
    for definition in source.entity_type.key_properties():
        yield PropertyRef(source, definition, (definition.name,))


def _members(
    sources: dict[str, Source], options: ast.QueryOptions, names: NameScope
) -> Iterator[CrossedMember]:
    """What each combination shows of each set."""
    selected = _selected(sources, options.select)
    expanded = _expanded(sources, options.expand)
    for name, source in sources.items():
        item = expanded.get(name)
        if item is not None and item.suffix is ExpandSuffix.REF:
            yield CrossedMember(name, source, ReadPlan(Block(source)), is_reference=True)
            continue
        inner = item.options.select if item is not None and item.options is not None else ()
        chosen = (*inner, *selected.get(name, ()))
        if item is None and not chosen:
            yield CrossedMember(name, source)
            continue
        read = ReadPlan(Block(source))
        bind_select(read, chosen, replace(names.in_piece("$select"), variables={}, row=source))
        yield CrossedMember(name, source, read)


def _selected(
    sources: dict[str, Source], items: tuple[ast.SelectItem, ...]
) -> dict[str, tuple[ast.SelectItem, ...]]:
    """The items by set, each below it; a set alone selects its link, which is there anyway."""
    found: dict[str, tuple[ast.SelectItem, ...]] = {}
    for item in items:
        name, *rest = item.path
        if name == _STAR:
            continue
        _check_name(sources, name, "$select")
        below = item.options.select if item.options is not None else ()
        if rest:
            below = (replace(item, path=tuple(rest)),)
        found[name] = (*found.get(name, ()), *below)
    return found


def _expanded(
    sources: dict[str, Source], items: tuple[ast.ExpandItem, ...]
) -> dict[str, ast.ExpandItem]:
    found: dict[str, ast.ExpandItem] = {}
    for item in items:
        if item.path == (_STAR,):
            found |= {name: item for name in sources if name not in found}
            continue
        name = item.path[0]
        _check_name(sources, name, "$expand")
        if len(item.path) > 1 or item.suffix not in (ExpandSuffix.NONE, ExpandSuffix.REF):
            raise NotImplementedYetError(
                f"$expand of a cross join takes '{name}' or '{name}/$ref'", target="$expand"
            )
        if item.options is not None:
            check_nested_options(item.options, item.suffix, is_collection=False)
            _check_options(item.options)
        if name in found and found[name].path != (_STAR,):
            raise UriSemanticError(f"'{name}' is expanded twice", target="$expand")
        found[name] = item
    return found


def _check_options(options: ast.QueryOptions) -> None:
    for name in sorted(options.present - {"$select"}):
        raise NotImplementedYetError(
            f"{name} inside the $expand of a cross join is not supported", target="$expand"
        )


def _check_name(sources: dict[str, Source], name: str, target: str) -> None:
    if name not in sources:
        raise UriSemanticError(
            f"'{name}' is no entity set of the cross join." + did_you_mean(name, sources),
            target=target,
        )
