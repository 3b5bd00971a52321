"""The values of parameters: of an action in its body, of a function as JSON in the URL.

Cites: OData JSON 18 (action invocation), OData Protocol 11.5.5.1, URL Conventions 5.1.1.14.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from marshmallow import ValidationError

from odata.edm.types import Property
from odata.errors import BadRequestError, ErrorDetail
from odata.payload.control_information import is_control_information
from odata.payload.edm_field import REQUIRED, details_of
from odata.payload.json_document import JsonValue, read_json
from odata.payload.reader import no_object
from odata.payload.schemas import make_field
from odata.query.change import refusal
from odata.uri import ast
from odata.uri.ast import LiteralKind


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


def json_value(expression: ast.Expression, parameter: str) -> JsonValue:
    """A JSON array or object of a URL as the same in a body."""
    match expression:
        case ast.JsonArray():
            return [json_value(item, parameter) for item in expression.items]
        case ast.JsonObject():
            return {item.name: json_value(item.value, parameter) for item in expression.members}
        case ast.Literal():
            return _json_literal(expression)
        case _:
            raise BadRequestError(
                f"The parameter '{parameter}' expects values, no expressions.", target=parameter
            )


def _json_literal(literal: ast.Literal) -> JsonValue:
    match literal.kind:
        case LiteralKind.NULL:
            return None
        case LiteralKind.BOOLEAN:
            return literal.text.lower() == "true"
        case LiteralKind.INTEGER:
            return int(literal.text)
        case LiteralKind.DECIMAL | LiteralKind.DOUBLE:
            return read_json(literal.text.encode())
        case _:
            return literal.text
