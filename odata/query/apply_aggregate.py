"""``aggregate``: one row for all rows, or one for each group.

Values that can be had from the rows as they are stand in one SELECT. The others, those that
``from`` groups first and those of entities that several rows may lead to, have rows of their
own and are put beside the rest.

Cites: OData Data Aggregation 3.2 (aggregate).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from odata.edm.types import Facets, Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.aggregated_items import bind_operand
from odata.query.aggregated_value import (
    METHODS,
    aggregate_value,
    aggregated,
    check_method,
    counted,
    ratio,
)
from odata.query.apply_concat import concatenated
from odata.query.apply_grouping import group_keys, grouped
from odata.query.apply_parents import beside_parents
from odata.query.apply_related import Related, find_related, has_one_owner, join_related
from odata.query.apply_stage import (
    TARGET,
    GroupKey,
    Stage,
    TableColumn,
    property_of,
    type_of,
    wrap,
)
from odata.query.binder import bind_expression
from odata.query.counted_entities import entities_counted
from odata.query.custom_aggregate import resolve_custom
from odata.query.fault_place import placed
from odata.query.plan import NULL, Comparison, Expression, PropertyRef, related_block
from odata.query.set_values import (
    Aggregated,
    Aggregation,
    ItemsValue,
    RelatedValue,
    count_type,
)
from odata.uri import ast
from odata.uri.ast import ComparisonOperator

_OF_EACH = frozenset({"sum", "average"})
_BETWEEN, _VALUE, _PRESENT = "apply_from", "apply_value", "apply_present"


def aggregate_stage(transformation: ast.Aggregate, stage: Stage) -> Stage:
    """One row for all rows, or inside ``groupby`` one for each group."""
    if stage.parents is not None and not stage.is_grouped:
        stage = beside_parents(stage, stage.parents)
    items: list[ast.AggregateItem] = []
    names: dict[str, object] = {}
    for given in transformation.items:
        with placed(stage.names.piece, given.position):
            owner = stage.root.entity_type
            item = entities_counted(resolve_custom(given, owner), owner)
            name = _alias(item)
            stage.check_free(name, names)
        names[name] = item
        items.append(item)
    return _aggregated(items, stage)


def _aggregated(items: Sequence[ast.AggregateItem], stage: Stage) -> Stage:
    apart = [item for item in items if _stands_apart(item, stage)]
    together = [item for item in items if item not in apart]
    if not apart:
        return grouped(stage, (), [_column(item, stage) for item in together])
    outcomes = [_apart(item, stage) for item in apart]
    if together:
        outcomes.insert(0, grouped(stage, (), [_column(item, stage) for item in together]))
    elif stage.partition:
        # Each group is there, whatever its values are made from.
        present = _named(_PRESENT, counted(stage.within))
        outcomes.insert(0, grouped(stage, (), [present]))
    return outcomes[0] if len(outcomes) == 1 else _side_by_side(items, outcomes, stage)


def _side_by_side(
    items: Sequence[ast.AggregateItem], outcomes: Sequence[Stage], stage: Stage
) -> Stage:
    """The values of several stages in one row: each has its own and nulls for the others."""
    joined = concatenated(outcomes, stage)
    table = joined.table_or_rows
    values: list[TableColumn] = []
    for item in items:
        reference = property_of(table, (_alias(item),))
        found = next(one for one in outcomes if one.root.entity_type.find_property(_alias(item)))
        original = property_of(found.table_or_rows, (_alias(item),))
        method = Aggregation.MAX if original.nullable else Aggregation.TOTAL
        value = aggregated(method, reference, ())
        values.append(_named(_alias(item), replace(value, edm_type=type_of(reference))))
    return grouped(joined, (), values)


# --- values of the rows ---------------------------------------------------------------------


def _column(item: ast.AggregateItem, stage: Stage) -> TableColumn:
    with placed(stage.names.piece, item.position):
        return _placed_column(item, stage)


def _placed_column(item: ast.AggregateItem, stage: Stage) -> TableColumn:
    if item.nested:
        raise NotImplementedYetError("aggregates of nested paths are not supported", target=TARGET)
    path = _count_path(item)
    if path is not None:
        value = _count(path, stage)
    elif item.method is None:
        raise UriSemanticError("an aggregated expression needs a method: with ...", target=TARGET)
    else:
        value = _value(item.expression, check_method(item.method, TARGET), stage)
    return _named(_alias(item), value)


def _alias(item: ast.AggregateItem) -> str:
    if item.alias is None:
        raise UriSemanticError("an aggregate needs a name: as ...", target=TARGET)
    return item.alias


def _named(alias: str, value: Expression) -> TableColumn:
    definition = Property(alias, type_of(value), Facets(nullable=value.nullable))
    return TableColumn((alias,), definition, value, is_dynamic=True)


def _count_path(item: ast.AggregateItem) -> ast.Path | None:
    path = item.expression
    if isinstance(path, ast.Path) and isinstance(path.segments[-1], ast.CountSegment):
        return path
    return None


def _count(path: ast.Path, stage: Stage) -> Expression:
    if len(path.segments) == 1:
        return counted(stage.within)
    related = bind_expression(path, stage.names)
    return Aggregated(count_type(), False, Aggregation.TOTAL, related, stage.within)  # noqa: FBT003


def _value(expression: ast.Expression, method: str, stage: Stage) -> Expression:
    if method == "average":
        return ratio(
            _by(Aggregation.SUM, expression, method, stage),
            _by(Aggregation.COUNT, expression, method, stage),
        )
    return _by(METHODS[method], expression, method, stage)


def _by(method: Aggregation, expression: ast.Expression, name: str, stage: Stage) -> Aggregated:
    """First over what is related to a row, if it is, then over the rows of a group."""
    found = find_related(expression, stage)
    if found is None:
        operand = bind_operand(expression, method, name, stage.names)
        return aggregated(operand.method, operand.expression, stage.within)
    block = related_block(found.owner, found.navigation)
    operand = bind_operand(found.rest, method, name, stage.names.with_row(block.root))
    inner = aggregated(operand.method, operand.expression, ())
    related = RelatedValue(inner.edm_type, nullable=True, block=block, value=inner)
    return aggregated(operand.outer, related, stage.within)


# --- values with rows of their own ------------------------------------------------------------


def _stands_apart(item: ast.AggregateItem, stage: Stage) -> bool:
    """Whether the value cannot be had from the rows as they are."""
    if item.froms:
        return True
    found = find_related(item.expression, stage)
    if found is None:
        return False
    if found.leads_on or item.method == "countdistinct":
        return True
    is_added_up = item.method in _OF_EACH or _count_path(item) is not None
    return is_added_up and not has_one_owner(found, stage)


def _apart(item: ast.AggregateItem, stage: Stage) -> Stage:
    return _from(item, stage) if item.froms else _over_entities(item, stage)


def _from(item: ast.AggregateItem, stage: Stage) -> Stage:
    """``x with m from p with n as a``: groups by ``p``, then aggregates what they gave."""
    method, expression, outer = item.method, item.expression, len(stage.partition)
    for index, step in enumerate(item.froms):
        paths = dict.fromkeys(path for later in item.froms[index:] for path in later.paths)
        name = f"{_BETWEEN}_{index}"
        inner = replace(item, expression=expression, method=method, alias=name, froms=())
        keys = group_keys(tuple(paths), stage)
        parted = replace(
            stage, conditions=stage.kept, within=(), partition=(*stage.partition, *keys)
        )
        outcome = _aggregated([inner], parted)
        stage = replace(outcome, partition=outcome.partition[:outer])
        expression, method = ast.Path((ast.NameSegment(name),)), step.method
    last = replace(item, expression=expression, method=method, froms=())
    return grouped(stage, (), (_column(last, stage),))


def _over_entities(item: ast.AggregateItem, stage: Stage) -> Stage:
    """A value over the entities at the end of a path, each of them once."""
    stage, _ = wrap(stage, [])
    last = join_related(item.expression, stage)
    if _count_path(item) is not None:
        once, _ = _each_once(last, None, stage)
        return grouped(once, (), (_named(_alias(item), counted(())),))
    method = check_method(item.method or "", TARGET)
    by = METHODS.get(method, Aggregation.SUM)
    operand = bind_operand(last.rest, by, method, stage.names.with_row(last.source)).expression
    if method == "average" and isinstance(operand, ItemsValue):
        raise NotImplementedYetError(
            "average of the items of entities that several rows lead to is not supported",
            target=TARGET,
        )
    if method in _OF_EACH:
        stage, operand = _each_once(last, operand, stage)
    value = aggregate_value(method, operand, (), TARGET)
    return grouped(stage, (), (_named(_alias(item), value),))


def _each_once(last: Related, operand: Expression | None, stage: Stage) -> tuple[Stage, Expression]:
    """The entities that were joined to the rows, each once, with one value of theirs."""
    keys = tuple(_entity_keys(last))
    there = Comparison(ComparisonOperator.NE, keys[0].expression, NULL)
    stage = replace(stage, conditions=(*stage.conditions, there))
    value = aggregated(Aggregation.MIN, operand or keys[0].expression, ())
    once = grouped(stage, keys, (_named(_VALUE, value),))
    return once, property_of(once.table_or_rows, (_VALUE,))


def _entity_keys(last: Related) -> list[GroupKey]:
    return [
        GroupKey(
            (f"apply_entity_{index}",),
            PropertyRef(last.source, definition, (definition.name,)),
            definition,
            is_hidden=True,
        )
        for index, definition in enumerate(last.source.entity_type.key_properties())
    ]
