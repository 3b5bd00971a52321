"""``$select`` and ``$expand`` as the members of a row and the levels below it.

Cites: OData URL Conventions 5.1.3 and 5.1.4; reference ``odata.md`` section 3.6, Q1-Q3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import ComplexType, Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.allowed_options import check_nested_options
from odata.query.limits import QueryLimits
from odata.query.names import find_navigation, find_property, unknown_property
from odata.query.plan import (
    Block,
    Expression,
    PropertyRef,
    ScopeRef,
    Source,
    new_block,
)
from odata.query.read_plan import (
    ExpandKind,
    ExpandPlan,
    Link,
    Output,
    OutputComplex,
    OutputStream,
    OutputValue,
    ReadPlan,
    SelectedProperties,
)
from odata.query.resource import ScopeRule
from odata.query.scope import NameScope
from odata.uri import ast
from odata.uri.ast import ExpandSuffix

LevelBinder = Callable[[ReadPlan, ast.QueryOptions, NameScope], None]


@dataclass(frozen=True, slots=True)
class ProjectionContext:
    """What binding a projection needs beside the names: the rule of scopes, the limits, and
    who binds the options of a level."""

    scope_rule: ScopeRule | None
    limits: QueryLimits
    bind_level: LevelBinder
    depth: int = 0


def bind_select(
    plan: ReadPlan, items: tuple[ast.SelectItem, ...], computed: Mapping[str, Expression]
) -> None:
    """Fix the members of a level from its ``$select`` (empty: everything)."""
    source = plan.block.root
    wanted = _wanted(source.entity_type, items, computed)
    outputs: list[Output] = [
        _output(source, definition, (definition.name,), wanted.nested(definition.name))
        for definition in source.entity_type.all_properties()
        if wanted.shows(definition.name)
    ]
    for name, expression in computed.items():
        if wanted.shows(name) and expression.edm_type is not None:
            outputs.append(OutputValue(name, expression, expression.edm_type))
    plan.outputs = tuple(outputs)
    plan.selected = _selected(source.entity_type, items, wanted)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The names that a selection shows; None shows all of them."""

    names: Mapping[str, tuple[ast.SelectItem, ...]] | None

    def shows(self, name: str) -> bool:
        return self.names is None or name in self.names

    def nested(self, name: str) -> tuple[ast.SelectItem, ...]:
        return () if self.names is None else self.names.get(name, ())


def _wanted(
    owner: ComplexType, items: tuple[ast.SelectItem, ...], computed: Mapping[str, Expression]
) -> _Wanted:
    if not items or any(item.path == ("*",) for item in items):
        for item in items:
            _selected_name(owner, item, computed)
        return _Wanted(None)
    names: dict[str, tuple[ast.SelectItem, ...]] = {}
    whole: set[str] = set()
    for item in items:
        name = _selected_name(owner, item, computed)
        deeper = _deeper(item)
        if not deeper:
            whole.add(name)
        names[name] = (*names.get(name, ()), *deeper)
    return _Wanted({name: () if name in whole else nested for name, nested in names.items()})


def _deeper(item: ast.SelectItem) -> tuple[ast.SelectItem, ...]:
    if len(item.path) > 1:
        return (replace(item, path=item.path[1:]),)
    return item.options.select if item.options is not None else ()


def _selected_name(
    owner: ComplexType, item: ast.SelectItem, computed: Mapping[str, Expression]
) -> str:
    name = item.path[0]
    if name == "*" or name in computed:
        return name
    definition = find_property(owner, name)
    if definition is not None:
        if len(item.path) > 1 and not isinstance(definition.edm_type, ComplexType):
            raise UriSemanticError(f"'{name}' has no members", target="$select")
        return definition.name
    navigation = find_navigation(owner, name)
    if navigation is not None:
        return navigation.name
    if "." in name:
        return name
    raise unknown_property(owner, name, "$select")


def _selected(
    entity_type: EntityType, items: tuple[ast.SelectItem, ...], wanted: _Wanted
) -> SelectedProperties:
    if not items:
        return SelectedProperties()
    if wanted.names is None:
        return SelectedProperties(("*",))
    shown = tuple(dict.fromkeys(_spelled(entity_type, item) for item in items))
    hides_key = any(name not in wanted.names for name in entity_type.all_key_names())
    return SelectedProperties(shown, hides_key)


def _spelled(entity_type: EntityType, item: ast.SelectItem) -> str:
    definition = find_property(entity_type, item.path[0])
    first = definition.name if definition is not None else item.path[0]
    return "/".join((first, *item.path[1:]))


def _output(
    source: Source,
    definition: Property,
    path: tuple[str, ...],
    nested: tuple[ast.SelectItem, ...],
) -> Output:
    if definition.is_stream:
        return OutputStream(definition.name, definition)
    if isinstance(definition.edm_type, ComplexType) and not definition.is_collection:
        wanted = _wanted(definition.edm_type, nested, {})
        members = tuple(
            _output(source, member, (*path, member.name), wanted.nested(member.name))
            for member in definition.edm_type.all_properties()
            if wanted.shows(member.name)
        )
        return OutputComplex(definition.name, definition.edm_type, members, definition)
    reference = PropertyRef(source, definition, path)
    return OutputValue(definition.name, reference, definition.edm_type, definition)


def property_output(source: Source, definition: Property, path: tuple[str, ...]) -> Output:
    """One property of a row with all its members."""
    return _output(source, definition, path, ())


# --- expand ---------------------------------------------------------------------------------


def bind_expand(
    plan: ReadPlan,
    items: tuple[ast.ExpandItem, ...],
    scope: NameScope,
    context: ProjectionContext,
) -> None:
    """Fix the levels below a level from its ``$expand``."""
    if not items:
        return
    if context.depth >= context.limits.max_expand_depth:
        raise UriSemanticError(
            f"$expand goes at most {context.limits.max_expand_depth} levels deep", target="$expand"
        )
    listed = tuple(_spread(plan.entity_type, items))
    if len(listed) > context.limits.max_expand_width:
        raise UriSemanticError(
            f"$expand names at most {context.limits.max_expand_width} properties", target="$expand"
        )
    seen: set[str] = set()
    expands: list[ExpandPlan] = []
    for item in listed:
        expand = _expand_item(plan, item, scope, context)
        if expand.navigation.name in seen:
            raise UriSemanticError(
                f"'{expand.navigation.name}' is expanded twice", target="$expand"
            )
        seen.add(expand.navigation.name)
        expands.append(expand)
    plan.expands = tuple(expands)


def _spread(entity_type: EntityType, items: tuple[ast.ExpandItem, ...]) -> list[ast.ExpandItem]:
    named = {item.path[0] for item in items if item.path != ("*",)}
    spread: list[ast.ExpandItem] = []
    for item in items:
        if item.path != ("*",):
            spread.append(item)
            continue
        spread += [
            replace(item, path=(navigation.name,))
            for navigation in entity_type.all_navigation()
            if navigation.name not in named
        ]
    return spread


_KINDS = {
    ExpandSuffix.NONE: ExpandKind.ENTITIES,
    ExpandSuffix.REF: ExpandKind.REFERENCES,
    ExpandSuffix.COUNT: ExpandKind.COUNT,
}


def _expand_item(
    plan: ReadPlan, item: ast.ExpandItem, scope: NameScope, context: ProjectionContext
) -> ExpandPlan:
    if len(item.path) > 1 or item.suffix is ExpandSuffix.VALUE:
        raise NotImplementedYetError(
            f"'{'/'.join(item.path)}' cannot be expanded", target="$expand"
        )
    name = item.path[0]
    navigation = find_navigation(plan.entity_type, name)
    if navigation is None:
        raise unknown_property(plan.entity_type, name, "$expand")
    options = item.options or ast.NO_OPTIONS
    check_nested_options(options, item.suffix, is_collection=navigation.is_collection)
    block = new_block(navigation.target)
    read = ReadPlan(block)
    links = _links(plan.block, navigation, block, context)
    expand = ExpandPlan(_asked_name(navigation, name), navigation, _KINDS[item.suffix], read, links)
    expand.top, expand.skip = options.top, options.skip or 0
    expand.with_count = bool(options.count) or item.suffix is ExpandSuffix.COUNT
    _bind_deeper(expand, options, scope, context)
    return expand


def _bind_deeper(
    expand: ExpandPlan, options: ast.QueryOptions, scope: NameScope, context: ProjectionContext
) -> None:
    read = expand.read
    inner = scope.with_row(read.block.root)
    context.bind_level(read, options, inner)
    if expand.kind is not ExpandKind.ENTITIES:
        return
    below = replace(context, depth=context.depth + 1)
    bind_expand(read, _levels(expand, options), inner, below)


def _levels(expand: ExpandPlan, options: ast.QueryOptions) -> tuple[ast.ExpandItem, ...]:
    """The expansions of a level, with ``$levels`` unrolled by one."""
    if options.levels is None or options.levels == 1:
        return options.expand
    if expand.navigation.target.find_navigation(expand.navigation.name) is None:
        raise UriSemanticError(
            f"$levels needs a recursive navigation, and '{expand.name}' is none", target="$expand"
        )
    if options.levels == 0:
        raise NotImplementedYetError("$levels=max is not supported", target="$expand")
    deeper = replace(options, levels=options.levels - 1)
    return (*options.expand, ast.ExpandItem((expand.navigation.name,), options=deeper))


def _asked_name(navigation: NavigationProperty, name: str) -> str:
    return name if name in navigation.aliases else navigation.name


def _links(
    parent: Block, navigation: NavigationProperty, child: Block, context: ProjectionContext
) -> tuple[Link, ...]:
    rule = context.scope_rule
    if not navigation.constraints and rule is not None and rule.is_scoped(navigation.target):
        key = parent.root.entity_type.key_properties()[0]
        reference = PropertyRef(parent.root, key, (key.name,))
        return (Link(reference, ScopeRef(child.root)),)
    return tuple(
        Link(_ref(parent.root, item.property_name), _ref(child.root, item.referenced_name))
        for item in navigation.constraints
    )


def _ref(source: Source, name: str) -> PropertyRef:
    definition = source.entity_type.find_property(name)
    if definition is None:
        raise LookupError(f"{source.entity_type.name}.{name}")
    return PropertyRef(source, definition, (name,))
