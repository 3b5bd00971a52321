"""``groupby``: rows become groups, groups become transient rows.

Cites: OData Data Aggregation 3.10 (groupby).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from odata.edm.model import NavigationProperty
from odata.edm.types import ComplexType, EnumType, Facets, Primitive, Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.apply_stage import (
    TARGET,
    GroupKey,
    Stage,
    TableColumn,
    moved_key,
    new_table,
    on_source,
    property_of,
    type_of,
)
from odata.query.binder import bind_expression
from odata.query.fault_place import placed
from odata.query.names import (
    find_navigation,
    find_property,
    is_dynamic_name,
    unknown_property,
)
from odata.query.plan import EntityRef, Expression, PropertyRef
from odata.query.set_values import DerivedColumn, DerivedRows, PropertyPath
from odata.uri import ast

_OPEN = ComplexType("dynamic", "", is_open=True)  # of what is below a dynamic property


def grouping_sets(grouping: Sequence[ast.Path | ast.Rollup]) -> list[tuple[ast.Path, ...]]:
    """The lists of paths to group by: one, or with ``rollup`` one for each level."""
    sets: list[tuple[ast.Path, ...]] = [()]
    for item in grouping:
        levels = [(item,)] if isinstance(item, ast.Path) else _levels(item)
        sets = [(*before, *level) for before in sets for level in levels]
    return sets


def _levels(rollup: ast.Rollup) -> list[tuple[ast.Path, ...]]:
    if rollup.is_recursive:
        raise NotImplementedYetError("rolluprecursive is not supported", target=TARGET)
    paths = tuple(path for path in rollup.paths if isinstance(path, ast.Path))
    if len(paths) == 1 and not rollup.has_all:
        name = "/".join(
            item.name for item in paths[0].segments if isinstance(item, ast.NameSegment)
        )
        raise UriSemanticError(
            f"rollup takes two paths, or the name of a leveled hierarchy, and '{name}' is none",
            target=TARGET,
        )
    coarsest = 0 if rollup.has_all else 1
    return [paths[:size] for size in range(len(paths), coarsest - 1, -1)]


def group_keys(paths: Sequence[ast.Path], stage: Stage) -> tuple[GroupKey, ...]:
    """The grouping properties of a list of paths."""
    keys: dict[PropertyPath, GroupKey] = {}
    for path in paths:
        with placed(stage.names.piece, path.position):
            for key in _keys_of(path, stage):
                _check_once(key, (*keys, *(outer.path for outer in stage.partition)))
                keys[key.path] = key
    return tuple(keys.values())


def _check_once(key: GroupKey, known: Sequence[PropertyPath]) -> None:
    if key.path in known:
        raise UriSemanticError(f"'{'/'.join(key.path)}' is grouped twice", target=TARGET)


def _keys_of(path: ast.Path, stage: Stage) -> Iterator[GroupKey]:
    """The grouping properties of a path: those of the members, where it ends complex."""
    found = _end_of(path, stage)
    if found is None or found.is_collection or not isinstance(found.edm_type, ComplexType):
        yield _group_key(path, stage)
        return
    for member in found.edm_type.all_properties():
        yield from _keys_of(ast.Path((*path.segments, ast.NameSegment(member.name))), stage)


def _end_of(path: ast.Path, stage: Stage) -> Property | None:
    """The structural property that a path ends with."""
    owner: ComplexType = stage.root.entity_type
    found: Property | None = None
    for name in _canonical(path, stage):
        found, navigation = find_property(owner, name), find_navigation(owner, name)
        if found is not None and isinstance(found.edm_type, ComplexType):
            owner = found.edm_type
        elif navigation is not None:
            owner = navigation.target
    return found


def _group_key(path: ast.Path, stage: Stage) -> GroupKey:
    names = tuple(_canonical(path, stage))
    expression = bind_expression(path, stage.names)
    if isinstance(expression, EntityRef):
        raise NotImplementedYetError(
            f"grouping by the entity '{'/'.join(names)}' is not supported: name its properties",
            target=TARGET,
        )
    edm_type = type_of(expression)
    definition = _definition(names[-1], expression)
    is_single = isinstance(edm_type, Primitive | EnumType) and not definition.is_collection
    if not is_single or edm_type is Primitive.STREAM:
        raise NotImplementedYetError(
            f"grouping by '{'/'.join(names)}' is not supported: it is no primitive value",
            target=TARGET,
        )
    return GroupKey(names, expression, definition)


def _canonical(path: ast.Path, stage: Stage) -> Iterator[str]:
    """The names of a path as the model spells them."""
    owner: ComplexType = stage.root.entity_type
    for segment in path.segments:
        if not isinstance(segment, ast.NameSegment) or "." in segment.name:
            raise NotImplementedYetError(
                "grouping by a path with a cast is not supported: cast what is grouped",
                target=TARGET,
            )
        name = segment.name
        if name in stage.names.computed and owner is stage.root.entity_type:
            yield name
            continue
        found = find_property(owner, name) or find_navigation(owner, name)
        if found is not None:
            _check_key(found)
            owner = _owner_behind(found, owner)
            yield found.name
        elif is_dynamic_name(owner, name):
            owner = _OPEN
            yield name
        else:
            raise unknown_property(owner, name, TARGET, segment.position)


def _check_key(found: Property | NavigationProperty) -> None:
    if found.is_collection:
        raise UriSemanticError(
            f"groupby takes single values, and '{found.name}' is a collection", target=TARGET
        )
    if isinstance(found, Property) and found.is_stream:
        raise NotImplementedYetError(
            f"grouping by the stream '{found.name}' is not supported", target=TARGET
        )


def _owner_behind(found: Property | NavigationProperty, owner: ComplexType) -> ComplexType:
    """The type whose names may follow a step."""
    target = found.target if isinstance(found, NavigationProperty) else found.edm_type
    return target if isinstance(target, ComplexType) else owner


def _definition(name: str, expression: Expression) -> Property:
    facets = Facets(nullable=expression.nullable)
    if not isinstance(expression, PropertyRef):
        return Property(name, type_of(expression), facets)
    definition = expression.definition
    has_unset = definition.has_unset and not expression.nullable
    facets = replace(definition.facets, nullable=expression.nullable)
    return replace(definition, facets=facets, has_unset=has_unset)


def grouped(stage: Stage, keys: Sequence[GroupKey], values: Sequence[TableColumn]) -> Stage:
    """One row for each group: its properties, then its values."""
    whole = (*stage.partition, *keys)
    columns = [
        TableColumn(key.path, key.definition, key.expression, is_hidden=key.is_hidden)
        for key in whole
    ]
    columns = [replace(item, is_dynamic=_is_dynamic(item, stage)) for item in columns]
    columns += values
    conditions = stage.kept if keys or not values else stage.conditions
    cells = tuple(
        DerivedColumn(stage.new_name(), item.expression, item.definition.edm_type)
        for item in columns
    )
    rows = DerivedRows(stage.block, conditions, cells, groups=len(whole))
    source = new_table(stage, columns, rows)
    moved = [moved_key(key, source, cell) for key, cell in zip(whole, cells, strict=False)]
    first = () if moved else (property_of(source, columns[0].path),)
    source.identity = tuple(key.expression for key in moved) or first
    partition = tuple(moved[: len(stage.partition)])
    return replace(on_source(stage, source, {}), partition=partition)


def _is_dynamic(column: TableColumn, stage: Stage) -> bool:
    name = column.path[0]
    table = stage.table
    return name in stage.names.computed or (table is not None and name in table.dynamic)
