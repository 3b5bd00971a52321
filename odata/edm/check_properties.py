"""The part of the self-check that concerns structural properties and their facets.

Cites: OData CSDL 7 (structural property), 7.2 (facets), 16 (what 4.0 cannot hold).
"""

from __future__ import annotations

from collections.abc import Iterator

from odata.edm.model import EntityType, Model
from odata.edm.types import (
    SCALE_VARIABLE,
    ComplexType,
    Facets,
    Primitive,
    Property,
    PropertyType,
)
from odata.edm.values import find_value_fault

_MAX_FRACTION = 12
_WITH_LENGTH = frozenset({Primitive.BINARY, Primitive.STREAM, Primitive.STRING})
_WITH_FRACTION = frozenset({Primitive.DATE_TIME_OFFSET, Primitive.DURATION, Primitive.TIME_OF_DAY})


def find_property_faults(
    model: Model, structured: ComplexType, definition: Property
) -> Iterator[str]:
    """What is wrong with one property of a complex or entity type."""
    where = f"{structured.name}.{definition.name}"
    yield from find_type_faults(model, where, definition.edm_type)
    yield from find_facet_faults(where, definition.edm_type, definition.facets)
    if definition.edm_type is Primitive.UNTYPED:
        yield f"{where} is of the type Edm.Untyped, which OData 4.0 lacks"
    if definition.is_stream and definition.is_collection:
        yield f"{where} is a collection of streams, which OData 4.0 lacks"
    if definition.has_unset:
        yield from _find_unset_faults(where, definition)
    if definition.default is not None:
        fault = find_value_fault(definition.default, definition)
        if fault:
            yield f"the default of {where} is no value of it: {fault}"


def _find_unset_faults(where: str, definition: Property) -> Iterator[str]:
    if definition.unset is None:
        yield f"{where} has null as the value that stands for null"
        return
    fault = find_value_fault(definition.unset, definition)
    if fault:
        yield f"the unset value of {where} is no value of it: {fault}"


def find_type_faults(
    model: Model, where: str, edm_type: PropertyType | EntityType
) -> Iterator[str]:
    """Whether the type belongs to the model."""
    if isinstance(edm_type, Primitive) or model.find_type(edm_type.qualified_name) is edm_type:
        return
    yield f"{where} is of the type {edm_type.qualified_name}, which the model lacks"


def find_facet_faults(
    where: str, edm_type: PropertyType | EntityType, facets: Facets
) -> Iterator[str]:
    """Facets that the type does not take, or values that a facet cannot have."""
    if facets.max_length is not None and (edm_type not in _WITH_LENGTH or facets.max_length < 1):
        yield f"{where} cannot have the maximum length {facets.max_length}"
    if facets.precision is not None and not _takes_precision(edm_type, facets.precision):
        yield f"{where} cannot have the precision {facets.precision}"
    if facets.scale is not None and not _takes_scale(edm_type, facets):
        yield f"{where} cannot have the scale {facets.scale}"


def _takes_precision(edm_type: PropertyType | EntityType, precision: int) -> bool:
    if edm_type is Primitive.DECIMAL:
        return precision > 0
    return edm_type in _WITH_FRACTION and 0 <= precision <= _MAX_FRACTION


def _takes_scale(edm_type: PropertyType | EntityType, facets: Facets) -> bool:
    if edm_type is not Primitive.DECIMAL:
        return False
    if not isinstance(facets.scale, int):
        return facets.scale == SCALE_VARIABLE
    return facets.scale >= 0 and (facets.precision is None or facets.scale <= facets.precision)
