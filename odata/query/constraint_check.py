"""The values of a change, held against the constraints of their properties.

Cites: Validation vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from odata.edm.constraints import Known
from odata.edm.types import ComplexType, Property
from odata.errors import ErrorDetail
from odata.query.change import Change


def check_constraints(change: Change) -> None:
    """Note a fault for each value that its property does not take."""
    for fault in find_violations(change.entity_type, change.values, change.value):
        change.fault(fault.message, target=fault.target or "", code=fault.code)


def find_violations(
    structured: ComplexType, values: Mapping[str, object], known: Known, path: str = ""
) -> Iterator[ErrorDetail]:
    """What is wrong with the values of a structured type, members and items included."""
    for name, value in values.items():
        definition = structured.find_property(name)
        if definition is None or value is None:
            continue
        if definition.is_collection and isinstance(value, list):
            for position, item in enumerate(value):
                yield from _of_value(definition, item, known, f"{path}{name}/{position}")
        else:
            yield from _of_value(definition, value, known, f"{path}{name}")


def _of_value(
    definition: Property, value: object, known: Known, target: str
) -> Iterator[ErrorDetail]:
    constraint = definition.constraint
    if constraint is not None and not constraint.allows(value):
        yield ErrorDetail(constraint.code, constraint.sentence(value, known), target)
    if isinstance(definition.edm_type, ComplexType) and isinstance(value, Mapping):
        yield from find_violations(definition.edm_type, value, known, f"{target}/")
