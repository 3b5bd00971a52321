"""The part of the self-check that concerns actions, functions and their imports.

Cites: OData CSDL 12 (action and function), 13.5 and 13.6 (imports).
"""

from __future__ import annotations

from collections.abc import Iterator

from odata.edm.check_properties import find_facet_faults, find_type_faults
from odata.edm.model import Model, Operation, OperationImport, OperationKind, Parameter
from odata.edm.names import find_name_faults


def find_operation_faults(model: Model) -> Iterator[str]:
    """What is wrong with the operations of a model and their imports."""
    for operation in model.operations:
        yield from _find_faults(model, operation)
    yield from _find_overload_faults(model)
    for imported in model.operation_imports.values():
        yield from _find_import_faults(model, imported)


def _find_faults(model: Model, operation: Operation) -> Iterator[str]:
    where = f"the {operation.kind.value.lower()} {operation.name}"
    if operation.namespace != model.namespace:
        yield f"{where} is outside the namespace {model.namespace}"
    if operation.is_bound and not operation.parameters:
        yield f"{where} is bound, but has no binding parameter"
    if operation.kind is OperationKind.FUNCTION and operation.returns is None:
        yield f"{where} has no return type"
    if operation.entity_set_path is not None:
        yield from _find_path_faults(where, operation, operation.entity_set_path)
    yield from find_name_faults(where, [item.name for item in operation.parameters])
    for parameter in operation.parameters:
        place = f"the parameter {parameter.name} of {where}"
        yield from find_type_faults(model, place, parameter.edm_type)
        yield from find_facet_faults(place, parameter.edm_type, parameter.facets)
    if operation.returns is not None:
        yield from find_type_faults(model, f"the result of {where}", operation.returns.edm_type)


def _find_path_faults(where: str, operation: Operation, path: str) -> Iterator[str]:
    first = path.partition("/")[0]
    if not operation.is_bound or not operation.parameters or operation.parameters[0].name != first:
        yield f"{where} has an entity set path that does not start with its binding parameter"


def _find_overload_faults(model: Model) -> Iterator[str]:
    """Overloads that a request could not tell apart (OData CSDL 12.2, 12.4)."""
    seen: set[tuple[str, ...]] = set()
    for operation in model.operations:
        signature = (operation.kind.value, operation.name, *_distinction(operation))
        if signature in seen:
            yield f"two overloads of {operation.name} cannot be told apart"
        seen.add(signature)


def _distinction(operation: Operation) -> tuple[str, ...]:
    binding, others = operation.parameters[:1], operation.parameters[1:]
    if not operation.is_bound:
        binding, others = (), operation.parameters
    bound_to = tuple(_type_of(item) for item in binding)
    if operation.kind is OperationKind.ACTION:
        return bound_to
    return (*bound_to, "(", *sorted(item.name for item in others))


def _type_of(parameter: Parameter) -> str:
    return f"{parameter.edm_type.qualified_name}{'[]' if parameter.is_collection else ''}"


def _find_import_faults(model: Model, imported: OperationImport) -> Iterator[str]:
    where = f"the import {imported.name}"
    operation = imported.operation
    if operation not in model.operations:
        yield f"{where} is of the operation {operation.name}, which the model lacks"
    if operation.is_bound:
        yield f"{where} is of the operation {operation.name}, which is bound"
    if imported.entity_set is not None and imported.entity_set not in model.entity_sets:
        yield f"{where} gives entities of {imported.entity_set}, which the model lacks"
