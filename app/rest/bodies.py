"""What a body says, read by the schema of a dialect and written by the model.

A client is told all that is wrong with its body at once: what the schema refuses, and what the
model does. The model stops at the first entity that it refuses, so it is asked again without
the values at fault; of a body with a fault nothing stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from marshmallow.exceptions import ValidationError

from app.rest.dialect import Call, Resource
from app.rest.faults import (
    INVALID,
    invalid,
    is_about_values,
    model_faults,
    put_names,
    schema_faults,
)
from app.rest.names import NamedField
from app.rest.schema import DialectSchema, Items, Nested
from app.rest.visibility import take_hidden
from odata.errors import BadRequestError, ErrorDetail, ODataError
from odata.payload.json_document import JsonObject, JsonValue, read_json
from odata.protocol.negotiation import check_content_type
from odata.service.nested_faults import faults_of

Result = TypeVar("Result")
_UNSAID = "-"


def written(
    call: Call,
    resource: Resource,
    write: Callable[[JsonObject], Result],
    *,
    is_partial: bool,
) -> Result:
    """The result of a change by the body."""
    schema = resource.body
    document = _body(call)
    faults = take_hidden(call, schema, document)
    try:
        values: JsonObject = schema.load(document, partial=is_partial)
    except ValidationError as error:
        faults += schema_faults(error.messages)
        values = dict(error.valid_data) if isinstance(error.valid_data, dict) else {}
        _complete(schema, values)
    _put_keys(call, schema, values, faults)
    while True:
        try:
            with call.service.transaction():
                result = write(values)
        except ODataError as error:
            if not is_about_values(error):
                put_names(error, schema.targets())
                raise
            faults += model_faults(error, schema.targets())
            if not _take_away(values, faults_of(error)):
                raise invalid(faults) from error
        else:
            if faults:
                raise invalid(faults)
            return result


def _body(call: Call) -> JsonObject:
    request = call.request
    check_content_type(request.header("content-type"), request.body)
    document = read_json(request.body, call.service.json_limits)
    if not isinstance(document, dict):
        raise BadRequestError("the body is a JSON object")
    return document


# --- other words --------------------------------------------------------------------------------


def _put_keys(
    call: Call, schema: DialectSchema, values: JsonObject, faults: list[ErrorDetail]
) -> None:
    """Replace words for rows of other tables by their keys."""
    for item in schema.named():
        if isinstance(item, Items):
            continue
        if isinstance(item, Nested):
            _put_keys(call, item.schema, values, faults)
        elif item.lookup is not None and values.get(str(item.attribute)):
            values[str(item.attribute)] = _key(call, item, values, faults)


def _key(call: Call, item: NamedField, values: JsonObject, faults: list[ErrorDetail]) -> JsonValue:
    if item.lookup is None:
        raise LookupError(f"{item.name} is in its own words")
    text = str(values[str(item.attribute)])
    key = call.key(item.lookup, text)
    if key is None:
        known = ", ".join(call.known_words(item.lookup)[:20])
        name = str(item.data_key or item.name)
        faults.append(ErrorDetail(INVALID, f"'{text[:50]}' is none of: {known}", name))
    return key


# --- asking on in spite of faults ---------------------------------------------------------------


def _complete(schema: DialectSchema, values: JsonObject) -> None:
    """Make of the values without fault what the model can be asked about."""
    for item in schema.named():
        name = str(item.attribute)
        if isinstance(item, Items):
            for inner in _objects(values.get(name)):
                _complete(item.schema, inner)
        if item.required:
            values.setdefault(name, _UNSAID)
        item.settle(values)


def _objects(value: JsonValue) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _take_away(values: JsonObject, faults: Iterable[ErrorDetail]) -> bool:
    """Take the values at fault away; tells whether there were any."""
    taken = [_is_taken(values, (fault.target or "").split("/")) for fault in faults]
    return any(taken)


def _is_taken(value: JsonValue, path: list[str]) -> bool:
    first, *others = path
    if isinstance(value, list):
        is_index = first.isdecimal() and int(first) < len(value)
        return is_index and bool(others) and _is_taken(value[int(first)], others)
    if not isinstance(value, dict):
        return False
    if others:
        return first in value and _is_taken(value[first], others)
    named = [name for name in (first, f"{first}@odata.bind") if name in value]
    for name in named:
        del value[name]
    return bool(named)
