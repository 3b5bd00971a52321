"""One entity of a type by its key in a scope, as a plan with values of its own."""

from __future__ import annotations

from collections.abc import Mapping

from odata.edm.model import EntityType
from odata.edm.types import Primitive
from odata.query.plan import (
    Comparison,
    Expression,
    PropertyRef,
    RuntimeValue,
    ScopeRef,
    new_block,
)
from odata.query.read_plan import ReadPlan
from odata.query.resource import SCOPE
from odata.sql.mapping import DataSource
from odata.sql.statement import RequestValues
from odata.uri.ast import ComparisonOperator


def key_plan(source: DataSource, entity_type: EntityType) -> ReadPlan:
    """The entity whose key and scope are named values."""
    block = new_block(entity_type)
    anchors: list[Expression] = []
    if source.of(entity_type).scope is not None:
        value = RuntimeValue(SCOPE, Primitive.GUID)
        anchors.append(Comparison(ComparisonOperator.EQ, ScopeRef(block.root), value))
    for index, definition in enumerate(entity_type.key_properties()):
        anchors.append(
            Comparison(
                ComparisonOperator.EQ,
                PropertyRef(block.root, definition, (definition.name,)),
                RuntimeValue(f"key{index}", definition.edm_type),
            )
        )
    return ReadPlan(block, anchors=tuple(anchors))


def key_values(
    entity_type: EntityType, key: Mapping[str, object], named: Mapping[str, object]
) -> RequestValues:
    """The values of such a plan; ``named`` are those of the caller, the scope among them."""
    names = entity_type.all_key_names()
    return RequestValues((), {f"key{i}": key[name] for i, name in enumerate(names)} | {**named})
