"""The body of an action: a value for each of its parameters.

Cites: OData JSON 18 (action invocation), OData Protocol 11.5.5.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from marshmallow import ValidationError

from odata.edm.types import Property
from odata.errors import ErrorDetail
from odata.payload.control_information import is_control_information
from odata.payload.edm_field import REQUIRED, details_of
from odata.payload.json_document import JsonValue
from odata.payload.reader import no_object
from odata.payload.schemas import make_field
from odata.query.change import refusal


def read_parameters(
    document: JsonValue, definitions: tuple[Property, ...], optional: frozenset[str]
) -> dict[str, object]:
    """The values by name; null where one is left out that may be. Names every fault."""
    if not isinstance(document, dict):
        raise no_object(document)
    faults: list[ErrorDetail] = []
    values: dict[str, object] = {}
    for definition in definitions:
        name = definition.name
        if name not in document and not definition.nullable and name not in optional:
            message = f'A "{name}" must be provided.'
            faults.append(ErrorDetail(REQUIRED, message, name))
        elif document.get(name) is None and (definition.nullable or name not in document):
            values[name] = None
        else:
            try:
                values[name] = make_field(definition).deserialize(document[name])
            except ValidationError as error:
                faults += details_of(error.messages, name)
    known = {item.name for item in definitions}
    faults += _unknown(known, (name for name in document if not is_control_information(name)))
    if faults:
        raise refusal(faults)
    return values


def _unknown(known: set[str], names: Iterator[str]) -> Iterator[ErrorDetail]:
    for name in names:
        if name not in known:
            yield ErrorDetail("BadRequest", f"The action has no parameter '{name}'.", name)
