"""Which rows of an entity type a caller may see, whatever it asks for.

A limit stands outside the expressions of a request: every SELECT over the type, every join to
it and every change of it carries the limit. A condition is read as in ``$filter`` over the
whole model, so it may speak of properties that the caller does not see; it holds for rows,
whoever asks, and is never limited itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from odata.edm.grants import Rows
from odata.edm.model import EntityType, Model
from odata.edm.types import Primitive
from odata.errors import UriSemanticError
from odata.query.binder import bind_condition, bind_expression
from odata.query.parameters import SlotTable
from odata.query.plan import (
    Among,
    Block,
    Expression,
    Logical,
    Not,
    PropertyRef,
    SetValue,
    Source,
    new_block,
)
from odata.query.scope import NameScope
from odata.uri import ast
from odata.uri.ast import LogicalOperator
from odata.uri.parser import parse_expression
from odata.uri.printer import print_expression

VISIBLE_SCOPES = "visible_scopes"
_ATTRIBUTE = "attribute_"


@dataclass(frozen=True, slots=True, eq=False)
class RowSet:
    """The rows of a type that fulfil a condition: ``key`` of the rows of ``block``."""

    block: Block
    condition: Expression
    key: tuple[PropertyRef, ...]


@dataclass(frozen=True, slots=True, eq=False)
class InRowSet(SetValue):
    """The row of a source is in a set."""

    source: Source = field(kw_only=True)
    rows: RowSet = field(kw_only=True)

    @classmethod
    def of(cls, source: Source, rows: RowSet) -> InRowSet:
        """The condition for one source."""
        return cls(Primitive.BOOLEAN, nullable=False, source=source, rows=rows)


@dataclass(frozen=True, slots=True, eq=False)
class RowLimits:
    """The sets that a row must be in, each of them; ``only_visible_scopes`` where its scope
    must be one of those that the caller sees."""

    sets: tuple[RowSet, ...] = ()
    only_visible_scopes: bool = False


def attribute_name(attribute: str) -> str:
    """The name under which statements find the values of an attribute of the caller."""
    return f"{_ATTRIBUTE}{attribute}"


def bind_rows(rows: Rows, entity_type: EntityType, model: Model) -> tuple[RowSet, ...]:
    """The row sets of conditions on a type of the whole model."""
    return tuple(_row_set(sorted(choice), entity_type, model) for choice in rows)


def _row_set(choices: list[str], entity_type: EntityType, model: Model) -> RowSet:
    block = new_block(entity_type)
    scope = NameScope(model, SlotTable({}), block.root, block.root, "rows", bind_condition)
    conditions = tuple(_bind(parse_expression(text, target="rows"), scope) for text in choices)
    condition = conditions[0] if len(conditions) == 1 else Logical(LogicalOperator.OR, conditions)
    key = tuple(
        PropertyRef(block.root, item, (item.name,)) for item in entity_type.key_properties()
    )
    return RowSet(block, condition, key)


def _bind(expression: ast.Expression, scope: NameScope) -> Expression:
    match expression:
        case ast.Logical():
            operands = tuple(_bind(item, scope) for item in expression.operands)
            return Logical(expression.operator, operands)
        case ast.Not():
            return Not(_bind(expression.operand, scope))
        case ast.In(right=ast.AliasReference()):
            return Among(bind_expression(expression.left, scope), _named(expression.right))
        case _:
            if "@" in _TEXTS.sub("", print_expression(expression)):
                raise UriSemanticError("an attribute of the caller stands behind 'in' alone")
            return bind_condition(expression, scope)


_TEXTS = re.compile(r"'[^']*'")


def _named(expression: ast.Expression) -> str:
    if not isinstance(expression, ast.AliasReference):
        raise UriSemanticError("an attribute of the caller was expected, such as @customer")
    return attribute_name(expression.name)
