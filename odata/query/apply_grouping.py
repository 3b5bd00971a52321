"""``aggregate`` and ``groupby``: rows become groups, groups become transient rows.

Cites: OData Data Aggregation 3.2 (aggregate) and 3.10 (groupby).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from odata.edm.model import NavigationProperty
from odata.edm.types import (
    INTEGER_TYPES,
    NUMERIC_TYPES,
    ComplexType,
    EnumType,
    Facets,
    Primitive,
    Property,
    PropertyType,
)
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.apply_stage import (
    TARGET,
    GroupKey,
    Stage,
    TableColumn,
    new_table,
    on_source,
    property_of,
    type_of,
    wrap,
)
from odata.query.binder import bind_expression
from odata.query.names import find_navigation, find_property, unknown_property
from odata.query.plan import Arithmetic, Block, Expression, PropertyRef, Source, related_block
from odata.query.set_values import (
    Aggregated,
    Aggregation,
    DerivedColumn,
    DerivedRows,
    PropertyPath,
    RelatedValue,
    count_type,
)
from odata.uri import ast
from odata.uri.ast import ArithmeticOperator

_METHODS = {
    "sum": Aggregation.SUM,
    "min": Aggregation.MIN,
    "max": Aggregation.MAX,
    "countdistinct": Aggregation.COUNT_DISTINCT,
}
_OF_EACH = frozenset({"sum", "average"})
_BETWEEN = "apply_from"


# --- groupby --------------------------------------------------------------------------------


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
    coarsest = 0 if rollup.has_all else 1
    return [paths[:size] for size in range(len(paths), coarsest - 1, -1)]


def group_keys(paths: Sequence[ast.Path], stage: Stage) -> tuple[GroupKey, ...]:
    """The grouping properties of a list of paths."""
    keys: dict[PropertyPath, GroupKey] = {}
    for path in paths:
        key = _group_key(path, stage)
        if key.path in keys or any(key.path == outer.path for outer in stage.partition):
            raise UriSemanticError(f"'{'/'.join(key.path)}' is grouped twice", target=TARGET)
        keys[key.path] = key
    return tuple(keys.values())


def _group_key(path: ast.Path, stage: Stage) -> GroupKey:
    names = tuple(_canonical(path, stage))
    expression = bind_expression(path, stage.names)
    edm_type = type_of(expression)
    definition = _definition(names[-1], expression)
    is_single = isinstance(edm_type, Primitive | EnumType) and not definition.is_collection
    if not is_single or edm_type in _UNORDERED:
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
            raise NotImplementedYetError("groupby takes paths of properties", target=TARGET)
        name = segment.name
        if name in stage.names.computed and owner is stage.root.entity_type:
            yield name
            continue
        definition, navigation = find_property(owner, name), find_navigation(owner, name)
        if definition is not None:
            owner = definition.edm_type if isinstance(definition.edm_type, ComplexType) else owner
            yield definition.name
        elif navigation is None:
            raise unknown_property(owner, name, TARGET)
        elif navigation.is_collection:
            raise UriSemanticError(
                f"groupby takes single values, and '{name}' is a collection", target=TARGET
            )
        else:
            owner = navigation.target
            yield navigation.name


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
    columns = [TableColumn(key.path, key.definition, key.expression) for key in whole]
    columns = [replace(item, is_dynamic=_is_dynamic(item, stage)) for item in columns]
    columns += values
    conditions = stage.kept if keys or not values else stage.conditions
    cells = tuple(
        DerivedColumn(stage.new_name(), item.expression, item.definition.edm_type)
        for item in columns
    )
    rows = DerivedRows(stage.block, conditions, cells, groups=len(whole))
    source = new_table(stage, columns, rows)
    identity = [key.path for key in whole] or [item.path for item in columns[:1]]
    source.identity = tuple(property_of(source, path) for path in identity)
    partition = tuple(
        GroupKey(key.path, property_of(source, key.path), key.definition) for key in stage.partition
    )
    return replace(on_source(stage, source, {}), partition=partition)


def _is_dynamic(column: TableColumn, stage: Stage) -> bool:
    name = column.path[0]
    table = stage.table
    return name in stage.names.computed or (table is not None and name in table.dynamic)


# --- aggregate ------------------------------------------------------------------------------


def aggregate_stage(transformation: ast.Aggregate, stage: Stage) -> Stage:
    """One row for all rows, or inside ``groupby`` one for each group."""
    items = transformation.items
    if any(item.froms for item in items):
        return _aggregated_from(items, stage)
    if len(items) == 1 and items[0].method == "countdistinct":
        return _distinct(items[0], stage)
    values: dict[str, TableColumn] = {}
    for item in items:
        column = _aggregate(item, stage)
        stage.check_free(column.path[0], values)
        values[column.path[0]] = column
    return grouped(stage, (), tuple(values.values()))


def _distinct(item: ast.AggregateItem, stage: Stage) -> Stage:
    """``countdistinct`` alone: a path through a collection repeats the rows, which is right."""
    stage.check_free(item.alias or "")
    found = _collection(item.expression, stage)
    if found is None:
        return grouped(stage, (), (_aggregate(item, stage),))
    stage, _ = wrap(stage, [])
    found = _collection(item.expression, stage) or found
    source = Source(found.navigation.target, found.owner, found.navigation, stage.block)
    stage.block.joins.append(source)
    operand = bind_expression(found.rest, stage.names.with_row(source))
    value = _aggregated(Aggregation.COUNT_DISTINCT, _checked(operand, "countdistinct"), ())
    return grouped(stage, (), (_named(item.alias, value),))


def _aggregate(item: ast.AggregateItem, stage: Stage) -> TableColumn:
    if item.nested:
        raise NotImplementedYetError("aggregates of nested paths are not supported", target=TARGET)
    path = item.expression if isinstance(item.expression, ast.Path) else None
    if path is not None and isinstance(path.segments[-1], ast.CountSegment):
        value = _count(path, stage)
    elif item.method is None:
        raise _without_method(item)
    elif "." in item.method:
        raise NotImplementedYetError(
            f"the aggregation method {item.method} is not supported", target=TARGET
        )
    else:
        value = _value(item.expression, item.method, stage)
    return _named(item.alias, value)


def _named(alias: str | None, value: Expression) -> TableColumn:
    if alias is None:
        raise UriSemanticError("an aggregate needs a name: as ...", target=TARGET)
    definition = Property(alias, type_of(value), Facets(nullable=value.nullable))
    return TableColumn((alias,), definition, value, is_dynamic=True)


def _without_method(item: ast.AggregateItem) -> Exception:
    path = item.expression
    if isinstance(path, ast.Path) and isinstance(path.segments[0], ast.NameSegment):
        return NotImplementedYetError(
            f"'{path.segments[0].name}' is no custom aggregate of this service: "
            "an aggregated expression needs a method: with ...",
            target=TARGET,
        )
    return UriSemanticError("an aggregated expression needs a method: with ...", target=TARGET)


def _count(path: ast.Path, stage: Stage) -> Expression:
    if len(path.segments) == 1:
        return Aggregated(count_type(), False, Aggregation.COUNT, None, stage.within)  # noqa: FBT003
    found = _collection(path, stage)
    if found is not None:
        _check_counted_once(found, stage)
    related = bind_expression(path, stage.names)
    return Aggregated(count_type(), False, Aggregation.TOTAL, related, stage.within)  # noqa: FBT003


def _value(expression: ast.Expression, method: str, stage: Stage) -> Expression:
    found = _collection(expression, stage)
    if found is None:
        operand = bind_expression(expression, stage.names)
        if method == "average":
            return _average(_checked(operand, method), stage.within)
        return _aggregated(_METHODS[method], _checked(operand, method), stage.within)
    block = related_block(found.owner, found.navigation)
    operand = _checked(bind_expression(found.rest, stage.names.with_row(block.root)), method)
    if method == "countdistinct":
        raise NotImplementedYetError(
            "countdistinct on a path through a collection is supported as the only aggregate",
            target=TARGET,
        )
    if method in _OF_EACH:
        _check_counted_once(found, stage)
    if method == "average":
        return _ratio(
            _over_related(Aggregation.SUM, block, operand, stage),
            _over_related(Aggregation.COUNT, block, operand, stage),
        )
    return _over_related(_METHODS[method], block, operand, stage)


def _over_related(
    method: Aggregation, block: Block, operand: Expression, stage: Stage
) -> Aggregated:
    """First over what is related to a row, then over the rows of a group."""
    inner = _aggregated(method, operand, ())
    related = RelatedValue(inner.edm_type, nullable=True, block=block, value=inner)
    outer = Aggregation.SUM if method is Aggregation.COUNT else method
    return _aggregated(outer, related, stage.within)


def _aggregated(
    method: Aggregation, operand: Expression, within: tuple[Expression, ...]
) -> Aggregated:
    edm_type, nullable = type_of(operand), True
    if method is Aggregation.SUM and edm_type in INTEGER_TYPES:
        edm_type = Primitive.INT64
    elif method is Aggregation.COUNT:
        edm_type, nullable = Primitive.INT64, False
    elif method is Aggregation.COUNT_DISTINCT:
        edm_type, nullable = count_type(), False
    return Aggregated(edm_type, nullable, method, operand, within)


def _average(operand: Expression, within: tuple[Expression, ...]) -> Expression:
    return _ratio(
        _aggregated(Aggregation.SUM, operand, within),
        _aggregated(Aggregation.COUNT, operand, within),
    )


def _ratio(total: Aggregated, count: Aggregated) -> Expression:
    is_floating = total.edm_type in (Primitive.DOUBLE, Primitive.SINGLE)
    result = Primitive.DOUBLE if is_floating else Primitive.DECIMAL
    return Arithmetic(ArithmeticOperator.DIVBY, total, count, result)


def _checked(operand: Expression, method: str) -> Expression:
    """The operand; refuses one that the method does not take."""
    edm_type: PropertyType = type_of(operand)
    if method in ("sum", "average") and edm_type not in NUMERIC_TYPES:
        raise UriSemanticError(f"{method} takes numbers only", target=TARGET)
    is_ordered = isinstance(edm_type, EnumType | Primitive) and edm_type not in _UNORDERED
    if not is_ordered:
        raise UriSemanticError(f"{method} takes primitive values only", target=TARGET)
    return operand


_UNORDERED = frozenset({Primitive.STREAM, Primitive.BINARY})


@dataclass(frozen=True, slots=True)
class _Related:
    """A collection that a path leads through: whose, which, and what of its entities."""

    owner: Source
    navigation: NavigationProperty
    rest: ast.Path


def _check_counted_once(found: _Related, stage: Stage) -> None:
    """Refuse to add up over entities that may be related to several rows.

    Each counts once (Data Aggregation 3.2.1), however many rows lead to it.
    """
    own = {item.property_name for item in found.navigation.constraints}
    has_one_owner = not own or own >= set(stage.root.entity_type.all_key_names())
    if found.owner is not stage.root or not has_one_owner:
        raise NotImplementedYetError(
            f"adding up over '{found.navigation.name}' is not supported here: "
            "several rows may lead to the same entity",
            target=TARGET,
        )


def _collection(expression: ast.Expression, stage: Stage) -> _Related | None:
    """The collection that a path leads through; None without any."""
    if not isinstance(expression, ast.Path) or expression.root is not ast.PathRoot.IMPLICIT:
        return None
    owner, steps = stage.root.entity_type, list[NavigationProperty]()
    for index, segment in enumerate(expression.segments):
        name = segment.name if isinstance(segment, ast.NameSegment) else ""
        navigation = find_navigation(owner, name)
        if navigation is None:
            return None
        if navigation.is_collection:
            owner_source = reduce(Source.join, steps, stage.root)
            return _Related(owner_source, navigation, _rest(expression, index))
        steps.append(navigation)
        owner = navigation.target
    return None


def _rest(path: ast.Path, index: int) -> ast.Path:
    segments = path.segments[index + 1 :]
    if not segments:
        raise UriSemanticError(
            "a path through a collection ends with a property or $count", target=TARGET
        )
    return ast.Path(segments)


def _aggregated_from(items: Sequence[ast.AggregateItem], stage: Stage) -> Stage:
    """``x with m from p with n as a``: groups by ``p``, then aggregates what they gave."""
    if len(items) > 1:
        raise NotImplementedYetError("from is supported in a single aggregate only", target=TARGET)
    (item,) = items
    method, expression = item.method, item.expression
    for index, step in enumerate(item.froms):
        paths = dict.fromkeys(path for later in item.froms[index:] for path in later.paths)
        name = f"{_BETWEEN}_{index}"
        inner = replace(item, expression=expression, method=method, alias=name, froms=())
        keys = group_keys(tuple(paths), stage)
        stage = grouped(stage, keys, (_aggregate(inner, stage),))
        expression, method = ast.Path((ast.NameSegment(name),)), step.method
    last = replace(item, expression=expression, method=method, froms=())
    stage.check_free(item.alias or "")
    return grouped(stage, (), (_aggregate(last, stage),))
