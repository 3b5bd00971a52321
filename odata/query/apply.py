"""``$apply`` bound: each transformation makes a new stage out of the one before it.

Cites: OData Data Aggregation 3; reference ``odata.md`` section 4.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from odata.edm.types import EnumType, Primitive
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.apply_aggregate import aggregate_stage
from odata.query.apply_concat import concatenated
from odata.query.apply_grouping import group_keys, grouped, grouping_sets
from odata.query.apply_join import joined_stage
from odata.query.apply_parents import parent_keys
from odata.query.apply_ranking import first_rows, ranked, without_first
from odata.query.apply_stage import TARGET, Stage, type_of
from odata.query.apply_these import with_these
from odata.query.binder import bind_computed, bind_condition, bind_expression
from odata.query.collection_value import CollectionValue
from odata.query.dynamic import in_order
from odata.query.fault_place import placed, start_of
from odata.query.plan import Expression
from odata.query.read_plan import OrderTerm, ReadPlan
from odata.query.scope import NameScope
from odata.query.search import bind_search
from odata.uri import ast


def bind_apply(
    apply: ast.Apply, plan: ReadPlan, names: NameScope, piece: str = TARGET
) -> NameScope:
    """Let a plan read the outcome of transformations; gives the names that it has."""
    stage = _run(apply, _first_stage(plan, names, piece))
    plan.block, plan.anchors, plan.filters = stage.block, (), stage.kept
    plan.kept_order = stage.order
    if plan.parents is not None:
        keys = tuple(key.expression for key in stage.partition)
        plan.parents = replace(plan.parents, keys=keys)
    if stage.table is not None or stage.joined:
        plan.identity = stage.identity
        plan.entity_set = None
    return replace(stage.names, piece=names.piece)


def _first_stage(plan: ReadPlan, names: NameScope, piece: str) -> Stage:
    conditions = (*plan.anchors, *plan.filters)
    if plan.parents is None:
        return Stage(plan.block, names.in_piece(piece), conditions)
    return Stage(
        plan.block,
        names,
        (*conditions, *plan.parents.conditions),
        partition=parent_keys(plan.parents.keys),
        parents=plan.parents.rows,
    )


def _run(apply: ast.Apply, stage: Stage) -> Stage:
    for transformation in apply.transformations:
        with placed(stage.names.piece, start_of(transformation)):
            stage = _transformed(transformation, stage)
    return stage


def _transformed(  # noqa: C901, PLR0912  (a closed union)
    transformation: ast.Transformation, stage: Stage
) -> Stage:
    match transformation:
        case ast.ApplyIdentity():
            return stage
        case ast.ApplyFilter():
            return _filtered(transformation, stage)
        case ast.ApplySearch():
            return _searched(transformation, stage)
        case ast.ApplyCompute():
            return _computed(transformation, stage)
        case ast.ApplyOrderby():
            return _ordered(transformation, stage)
        case ast.ApplyTop():
            return first_rows(transformation.count, stage)
        case ast.ApplySkip():
            return without_first(transformation.count, stage)
        case ast.ApplyRank():
            return ranked(transformation, stage)
        case ast.Aggregate():
            return aggregate_stage(transformation, stage)
        case ast.GroupBy():
            return _grouped(transformation, stage)
        case ast.ApplyConcat():
            return concatenated([_run(item, stage) for item in transformation.sequences], stage)
        case ast.ApplyJoin():
            return joined_stage(transformation, stage)
        case ast.ApplyOther():
            raise NotImplementedYetError(
                f"the transformation {transformation.name} is not supported", target=TARGET
            )
        case _:
            assert_never(transformation)


def _filtered(transformation: ast.ApplyFilter, stage: Stage) -> Stage:
    found = with_these(stage, transformation.condition)
    condition = bind_condition(found.expressions[0], found.names)
    return _restricted(found.stage, (condition,))


def _restricted(stage: Stage, conditions: tuple[Expression, ...]) -> Stage:
    if stage.is_grouped:
        return replace(stage, within=(*stage.within, *conditions))
    return replace(stage, conditions=(*stage.conditions, *conditions))


def _searched(transformation: ast.ApplySearch, stage: Stage) -> Stage:
    return _restricted(stage, bind_search(transformation.search, stage.root))


def _computed(transformation: ast.ApplyCompute, stage: Stage) -> Stage:
    for item in transformation.items:
        stage.check_free(item.name)
        found = with_these(stage, item.expression)
        expression = bind_computed(found.expressions[0], found.names)
        if isinstance(expression, CollectionValue):
            raise NotImplementedYetError(
                f"$apply computes single values, not the collection '{item.name}': $compute does",
                target=TARGET,
            )
        stage = found.stage
        type_of(expression)
        known = {**stage.names.computed, item.name: expression}
        stage = replace(stage, names=stage.names.with_computed(known))
    return stage


def _ordered(transformation: ast.ApplyOrderby, stage: Stage) -> Stage:
    terms = tuple(
        OrderTerm(term, item.descending)
        for item in transformation.items
        for term in in_order(_sortable(item.expression, stage))
    )
    return replace(stage, order=(*terms, *stage.order))


def _sortable(expression: ast.Expression, stage: Stage) -> Expression:
    bound = bind_expression(expression, stage.names)
    edm_type = bound.edm_type
    if not isinstance(edm_type, EnumType | Primitive) or edm_type is Primitive.STREAM:
        raise UriSemanticError("orderby takes primitive values only", target=TARGET)
    return bound


def _grouped(transformation: ast.GroupBy, stage: Stage) -> Stage:
    sets = grouping_sets(transformation.grouping)
    outcomes = [_group(paths, transformation.apply, stage) for paths in sets]
    return outcomes[0] if len(outcomes) == 1 else concatenated(outcomes, stage)


def _group(paths: tuple[ast.Path, ...], then: ast.Apply | None, stage: Stage) -> Stage:
    keys = group_keys(paths, stage)
    # A row that was filtered out makes no group, whatever groups stand around.
    stage = replace(stage, conditions=stage.kept, within=())
    if then is None:
        return grouped(stage, keys, ())
    outcome = _run(then, replace(stage, partition=(*stage.partition, *keys)))
    outer = outcome.partition[: len(stage.partition)]
    if any(not key.is_hidden for key in outer):
        return replace(outcome, partition=outer)
    return replace(outcome, partition=outer, conditions=outcome.kept, within=())
