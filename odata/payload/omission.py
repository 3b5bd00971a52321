"""Values that a client can do without.

Cites: OData Protocol 8.2.8.6 (omit-values).
"""

from __future__ import annotations

from odata.query.plan import Comparison, Constant, Expression, Logical
from odata.query.read_plan import OutputValue
from odata.uri.ast import ComparisonOperator, LogicalOperator


def presence_of(output: OutputValue, *, omit_defaults: bool) -> Expression | None:
    """In which rows a member stands: without defaults, in those where it has another value
    than the one that it has by itself."""
    default = _default_of(output)
    if not omit_defaults or default is None:
        return output.presence
    constant = Constant(default, output.edm_type)
    differs = Comparison(ComparisonOperator.NE, output.expression, constant)
    if output.presence is None:
        return differs
    return Logical(LogicalOperator.AND, (output.presence, differs))


def omits_null(output: OutputValue, *, omit_nulls: bool, omit_defaults: bool) -> bool:
    """Whether a member is left out where it is null."""
    if not omit_nulls or not output.expression.nullable:
        return False
    return not omit_defaults or _default_of(output) is None


def _default_of(output: OutputValue) -> object:
    """The value of a property that nobody has given; None where that is null."""
    definition = output.definition
    if definition is None or definition.is_collection:
        return None
    if definition.default is not None:
        return definition.default
    return definition.unset if definition.has_unset else None
