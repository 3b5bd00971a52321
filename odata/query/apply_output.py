"""How transient rows show themselves: what is dynamic, what is not in every row.

Cites: OData Data Aggregation 3.1.1 and 3.10; OData JSON 4.5.8 (transient entities).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from odata.edm.types import Primitive
from odata.query.plan import (
    NULL,
    Comparison,
    Constant,
    DynamicRef,
    Expression,
    In,
    PropertyRef,
)
from odata.query.read_plan import (
    Output,
    OutputComplex,
    OutputDynamic,
    OutputGroup,
    OutputStream,
    OutputValue,
    ReadPlan,
    SelectedProperties,
)
from odata.query.set_values import DerivedSource, PropertyPath
from odata.uri.ast import ComparisonOperator

_Named = OutputValue | OutputComplex | OutputStream
_UNKEPT = OutputDynamic | OutputGroup

PART = "apply_part"
_ANY_STRUCTURE = "@Core.AnyStructure"


def describe_transient(plan: ReadPlan, *, is_selected: bool) -> None:
    """Complete the outputs of transient rows; without ``$select`` the context URL lists the
    members that all rows have."""
    source = plan.block.root
    if not isinstance(source, DerivedSource) or source.columns is None:
        return
    plan.outputs = tuple(_output(item, source, ()) for item in _declared(plan.outputs))
    if is_selected:
        return
    listed = tuple(text for item in _declared(plan.outputs) for text in _listed(item))
    plan.selected = SelectedProperties(listed or (_ANY_STRUCTURE,))


def _declared(outputs: tuple[Output, ...]) -> tuple[_Named, ...]:
    """What transient rows show: they keep no dynamic properties but those they are named for,
    and have no type of their own."""
    return tuple(item for item in outputs if not isinstance(item, _UNKEPT))


def _output(output: _Named, source: DerivedSource, before: PropertyPath) -> Output:
    path = (*before, output.name)
    if isinstance(output, OutputComplex):
        members = tuple(_output(item, source, path) for item in _declared(output.members))
        return replace(output, members=members)
    if not isinstance(output, OutputValue):
        return output
    if path[0] in source.dynamic:
        output = replace(output, definition=None)
    present = is_present(output.expression)
    return output if isinstance(present, Constant) else replace(output, presence=present)


def is_present(expression: Expression) -> Expression:
    """Whether a row has the property at all (Data Aggregation 3.6, ``isdefined``): not every
    part of a concatenation has all of them."""
    if isinstance(expression, DynamicRef):
        return Comparison(ComparisonOperator.NE, expression, NULL)
    source = expression.source if isinstance(expression, PropertyRef) else None
    if not isinstance(source, DerivedSource) or not isinstance(expression, PropertyRef):
        return Constant(value=True, edm_type=Primitive.BOOLEAN)
    parts = source.parts.get(expression.path)
    if parts is None:
        return Constant(value=True, edm_type=Primitive.BOOLEAN)
    part = source.column(PART, Primitive.INT64, nullable=False)
    return In(part, tuple(Constant(number, Primitive.INT64) for number in sorted(parts)))


def _listed(output: _Named) -> Iterator[str]:
    if isinstance(output, OutputComplex):
        members = [text for item in _declared(output.members) for text in _listed(item)]
        if members:
            yield f"{output.name}({','.join(members)})"
    elif isinstance(output, OutputStream) or output.presence is None:
        yield output.name
