"""Actions and functions declared in Python on a published model.

declare_action(source, "block", bound_to="customer", run=block)
declare_function(source, "total", bound_to="Collection(customer)", run=total, returns=...)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from odata.edm.model import (
    Operation,
    OperationImport,
    OperationKind,
    Parameter,
    ReturnType,
)
from odata.query.operation_call import OperationRun
from odata.sql.mapping import DataSource

_COLLECTION = re.compile(r"Collection\((\w+)\)")


def declare_action(
    source: DataSource,
    name: str,
    run: OperationRun,
    *,
    bound_to: str | None = None,
    parameters: Sequence[Parameter] = (),
    returns: ReturnType | None = None,
) -> Operation:
    """An action: bound to the entities of a type, to collections of them, or callable at the
    service root."""
    parts = (*_binding(source, bound_to), *parameters)
    operation = Operation(
        name, source.model.namespace, OperationKind.ACTION, bound_to is not None, parts, returns
    )
    return _declared(source, operation, run)


def declare_function(
    source: DataSource,
    name: str,
    run: OperationRun,
    *,
    returns: ReturnType,
    bound_to: str | None = None,
    parameters: Sequence[Parameter] = (),
) -> Operation:
    """A function: it reads and changes nothing."""
    parts = (*_binding(source, bound_to), *parameters)
    operation = Operation(
        name, source.model.namespace, OperationKind.FUNCTION, bound_to is not None, parts, returns
    )
    return _declared(source, operation, run)


def _binding(source: DataSource, bound_to: str | None) -> tuple[Parameter, ...]:
    if bound_to is None:
        return ()
    collection = _COLLECTION.fullmatch(bound_to)
    name = bound_to if collection is None else collection[1]
    entity_type = source.model.entity_types[name]
    return (Parameter("bindingParameter", entity_type, is_collection=collection is not None),)


def _declared(source: DataSource, operation: Operation, run: OperationRun) -> Operation:
    model = source.model
    model.operations = (*model.operations, operation)
    if not operation.is_bound:
        model.operation_imports.setdefault(
            operation.name, OperationImport(operation.name, operation)
        )
    source.runs[operation] = run
    return operation
