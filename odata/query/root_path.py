"""``$root``: values of entities anywhere in the service, read as any other request reads them.

Such a path stands for a SELECT of its own, over what the caller may see and no more.
Cites: OData URL Conventions 5.1.1.14.4 ($root).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from odata.edm.model import EntityType
from odata.errors import NotFoundError, NotImplementedYetError, UriSemanticError
from odata.query.key_predicate import KeyPart
from odata.query.plan import (
    Block,
    Comparison,
    EntityRef,
    Expression,
    PropertyRef,
    RuntimeValue,
    ScopeRef,
    SetValue,
    Source,
    new_block,
)
from odata.query.resource import ResourceResolver
from odata.query.scope import NameScope
from odata.query.target import SCOPE, ResourceKind, ScopeRule, Target
from odata.uri import ast
from odata.uri.ast import ComparisonOperator

_ENTITIES = (ResourceKind.ENTITY, ResourceKind.RELATED_ENTITY)


@dataclass(frozen=True, slots=True, eq=False)
class RootValue(SetValue):
    """A value of the one row of a block that fulfils the conditions; null without one."""

    block: Block = field(kw_only=True)
    conditions: tuple[Expression, ...] = field(kw_only=True)
    value: Expression = field(kw_only=True)

    @classmethod
    def of(cls, block: Block, conditions: tuple[Expression, ...], value: Expression) -> RootValue:
        """A value of the type of an expression over the block."""
        if value.edm_type is None:
            raise LookupError("an entity is no value")
        return cls(value.edm_type, nullable=True, block=block, conditions=conditions, value=value)


@dataclass(frozen=True, slots=True)
class RootEntities:
    """What the entity-valued steps of a path lead to, and the steps that are left."""

    block: Block
    conditions: tuple[Expression, ...]
    is_single: bool
    rest: tuple[ast.ExpressionSegment, ...]


def root_entity(reached: RootEntities, source: Source) -> EntityRef:
    """The one entity that a path leads to, to be compared by its key."""
    keys = (property_ref(source, name) for name in source.entity_type.all_key_names())
    values = tuple(RootValue.of(reached.block, reached.conditions, key) for key in keys)
    return EntityRef(source, values)


def resolve_root(segments: tuple[ast.ExpressionSegment, ...], scope: NameScope) -> RootEntities:
    """The entities that a path from the root of the service begins with."""
    resolver = ResourceResolver(
        scope.model, scope.scope_rule, scope.slots, dict(scope.aliases), scope.piece
    )
    try:
        target, used = resolver.resolve_entities(segments)
    except NotFoundError as error:
        raise UriSemanticError(error.message, target=scope.piece) from error
    if target.block is None:
        raise NotImplementedYetError(
            "operations cannot be called in expressions", target=scope.piece
        )
    conditions = _within_scope(target, scope.scope_rule)
    is_single = target.kind in _ENTITIES
    return RootEntities(target.block, conditions, is_single, segments[used:])


def _within_scope(target: Target, rule: ScopeRule | None) -> tuple[Expression, ...]:
    """The conditions of a path, with the scope that it names instead of the request's."""
    if rule is None or not target.scope_key:
        return target.anchors
    (key,) = target.scope_key
    named = key.value if key.name in rule.parent.all_key_names() else _looked_up(key, rule.parent)
    return tuple(_in_scope(item, named) for item in target.anchors)


def _in_scope(condition: Expression, named: Expression) -> Expression:
    if not isinstance(condition, Comparison) or not isinstance(condition.left, ScopeRef):
        return condition
    is_request = isinstance(condition.right, RuntimeValue) and condition.right.name == SCOPE
    return Comparison(condition.operator, condition.left, named) if is_request else condition


def _looked_up(key: KeyPart, parent: EntityType) -> Expression:
    """The key of the company-like parent that an alternate key names."""
    block = new_block(parent)
    given = _ref(block, key.name)
    condition = Comparison(ComparisonOperator.EQ, given, key.value)
    return RootValue.of(block, (condition,), _ref(block, parent.all_key_names()[0]))


def _ref(block: Block, name: str) -> PropertyRef:
    return property_ref(block.root, name)


def property_ref(source: Source, name: str) -> PropertyRef:
    """A property of a source by its name."""
    return PropertyRef(source, source.entity_type.property_named(name), (name,))
