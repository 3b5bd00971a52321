"""What ``$filter`` hands to properties that are computed from it.

Some properties of Business Central are questions, not facts: the day as of which amounts are
aged, the days whose sales are summed. A comparison of such a property with a value, joined to
the rest of the filter by ``and``, is taken out of the filter and handed to what is computed.
"""

from __future__ import annotations

from odata.edm.types import Property
from odata.errors import UriSemanticError
from odata.query.binder import bind_expression
from odata.query.comparing import compare
from odata.query.names import find_property
from odata.query.plan import Comparison, Constant, Parameter, PropertyRef, Source
from odata.query.scope import NameScope
from odata.query.sources import Input
from odata.uri import ast
from odata.uri.ast import ComparisonOperator, LogicalOperator


def take_inputs(
    expression: ast.Expression, source: Source, names: NameScope
) -> ast.Expression | None:
    """What is left of a filter when its inputs are handed to the source; None: nothing."""
    if isinstance(expression, ast.Logical) and expression.operator is LogicalOperator.AND:
        kept = [
            item
            for operand in expression.operands
            if (item := take_inputs(operand, source, names)) is not None
        ]
        if len(kept) == len(expression.operands):
            return expression
        return ast.Logical(LogicalOperator.AND, tuple(kept)) if len(kept) > 1 else _only(kept)
    definition = _input_of(expression, source)
    if definition is None or not isinstance(expression, ast.Comparison):
        return expression
    source.inputs.append(_bound(expression, definition, source, names))
    return None


def _only(kept: list[ast.Expression]) -> ast.Expression | None:
    return kept[0] if kept else None


def _input_of(expression: ast.Expression, source: Source) -> Property | None:
    """The property that a comparison hands a value to."""
    if not isinstance(expression, ast.Comparison):
        return None
    left = expression.left
    if not isinstance(left, ast.Path) or len(left.segments) != 1:
        return None
    definition = find_property(source.entity_type, _name_of(left))
    if definition is None or not definition.takes_input:
        return None
    is_equal = expression.operator is ComparisonOperator.EQ
    return definition if is_equal or definition.is_filter_only else None


def _name_of(path: ast.Path) -> str:
    return str(getattr(path.segments[0], "name", ""))


def _bound(
    comparison: ast.Comparison, definition: Property, source: Source, names: NameScope
) -> Input:
    reference = PropertyRef(source, definition, (definition.name,))
    value = bind_expression(comparison.right, names)
    bound = compare(comparison.operator, reference, value, names.piece)
    if isinstance(bound, Comparison) and isinstance(bound.right, Parameter | Constant):
        return Input(definition.name, comparison.operator, bound.right)
    raise UriSemanticError(
        f"'{definition.name}' takes a value to compare with, no expression", target=names.piece
    )
