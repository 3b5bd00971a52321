"""The bodies of changes: checked, decoded, read against the model.

Cites: OData Protocol 11.4.3 (update), 11.4.9 (properties), OData JSON 11 (single values).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from odata.edm.model import EntityType
from odata.edm.types import TYPE_MEMBER, ComplexType, EnumType, Primitive, Property
from odata.errors import (
    BadRequestError,
    ErrorDetail,
    ODataError,
    PayloadError,
    UnsupportedMediaTypeError,
)
from odata.payload.control_information import is_control_information
from odata.payload.dynamic import DynamicValue
from odata.payload.entity_payload import EntityPayload
from odata.payload.json_document import JsonObject, JsonValue, read_json
from odata.payload.reader import NOT_PROVIDED, no_object, read_entity
from odata.payload.reader_settings import ReaderSettings
from odata.protocol.exchange import Exchange
from odata.protocol.negotiation import check_content_encoding, check_content_type
from odata.protocol.versions import payload_version
from odata.query.change import Operation
from odata.service.dynamic_documents import removals
from odata.service.writing import StoredEntity

_TYPE = {"@odata.type", "@type"}
_QUOTED = frozenset(
    {
        Primitive.STRING,
        Primitive.GUID,
        Primitive.DATE,
        Primitive.DATE_TIME_OFFSET,
        Primitive.TIME_OF_DAY,
        Primitive.DURATION,
        Primitive.BINARY,
    }
)


def read_document(exchange: Exchange) -> JsonValue:
    """The decoded body of a request."""
    request = exchange.request
    headers = request.headers
    if "content-encoding" in headers:
        check_content_encoding(headers["content-encoding"])
    check_content_type(headers.get("content-type"), request.body)
    return read_json(request.body, exchange.json_limits)


class ForeseenBody:
    """The body of an update, which may be looked at before its entity is: what is wrong with it
    is told in its turn."""

    __slots__ = ("_document", "_exchange")

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._document: JsonValue = None

    def foretell(self) -> tuple[Mapping[str, object], Collection[str]]:
        """What the path says of the key, and the names of what will change; nothing of what cannot
        be read, or changes more than it names."""
        exchange = self._exchange
        if exchange.request.method != "PATCH":
            return {}, ()
        try:
            key = exchange.key_values(exchange.prepared.target.steps[-1].key)
            self._document = read_document(exchange)
        except ODataError:
            return {}, ()
        return key, self._document if isinstance(self._document, dict) else ()

    def document(self) -> JsonValue:
        """The decoded body; it is decoded once, where it was looked at."""
        found, self._document = self._document, None
        return read_document(self._exchange) if found is None else found


def read_new_entity(exchange: Exchange) -> EntityPayload:
    """The entity that a request creates; what the path supplies need not be in the body."""
    target = exchange.prepared.target
    navigation = target.steps[-1].navigation
    constraints = navigation.constraints if navigation is not None else ()
    supplied = frozenset(item.referenced_name for item in constraints)
    return read_payload(
        exchange,
        read_document(exchange),
        target.entity_type,
        Operation.CREATE,
        ReaderSettings(supplied=supplied),
    )


def read_changes(exchange: Exchange, document: JsonValue, stored: StoredEntity) -> EntityPayload:
    """The changes that a document makes to a stored entity."""
    settings = ReaderSettings(key=stored.key, current=stored.values)
    return read_payload(exchange, document, stored.entity_type, Operation.UPDATE, settings)


def read_payload(
    exchange: Exchange,
    document: JsonValue,
    entity_type: EntityType,
    operation: Operation,
    settings: ReaderSettings,
) -> EntityPayload:
    """A document as the payload of one entity, by the version of the request."""
    headers = exchange.request.headers
    version = payload_version(headers.get("odata-version"), headers.get("odata-maxversion"))
    return read_entity(
        document, entity_type, operation=operation, odata_version=version, settings=settings
    )


# --- replacing ------------------------------------------------------------------------------


def completed(
    payload: EntityPayload, entity_type: EntityType, stored: StoredEntity
) -> EntityPayload:
    """The payload of a replacement: what it leaves out goes back to its default; refused where
    a property has none and must have a value. Dynamic properties that it leaves out go."""
    values = dict(payload.values)
    faults = list(payload.faults)
    for name in payload.nested_deltas:
        message = f"The annotation '{name}@delta' is for PATCH; PUT lists all of '{name}'."
        faults.append(ErrorDetail("BadRequest", message, f"{name}@delta"))
    linked = _linked_names(payload, entity_type) | {item.target for item in faults}
    for definition in entity_type.all_properties():
        name = definition.name
        if name in values or name in linked or not _is_replaced(definition, entity_type):
            continue
        if definition.is_required or not _has_default(definition):
            faults.append(ErrorDetail(NOT_PROVIDED, f'A "{name}" must be provided.', name))
        else:
            values[name] = default_of(definition)
    for definition in entity_type.all_properties():
        values |= _emptied(definition, stored.values, values)
    gone = removals(entity_type, stored.values, payload.dynamic)
    dynamic = {name: DynamicValue(None) for name in gone} | payload.dynamic
    return replace(payload, values=values, dynamic=dynamic, faults=tuple(faults))


def _emptied(
    definition: Property, stored: Mapping[str, object], values: Mapping[str, object]
) -> dict[str, object]:
    """An open complex value with null for the dynamic properties that are left out."""
    name, edm_type = definition.name, definition.edm_type
    before, after = stored.get(name), values.get(name)
    if not isinstance(edm_type, ComplexType) or not edm_type.is_open:
        return {}
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return {}
    return {name: {**removals(edm_type, before, after), **after}}


def default_of(definition: Property) -> object:
    """The value of a property that nobody has given."""
    if definition.is_collection:
        return []
    if definition.default is not None:
        return definition.default
    if isinstance(definition.edm_type, ComplexType):
        return default_value(definition.edm_type)
    return definition.unset if definition.has_unset else None


def default_value(complex_type: ComplexType) -> dict[str, object]:
    """The complex value that nobody has given."""
    values = {item.name: default_of(item) for item in complex_type.all_properties()}
    return {TYPE_MEMBER: complex_type.name, **values} if complex_type.derived else values


def _has_default(definition: Property) -> bool:
    if definition.is_collection or isinstance(definition.edm_type, ComplexType):
        return True
    return definition.nullable or definition.has_unset or definition.default is not None


def _is_replaced(definition: Property, entity_type: EntityType) -> bool:
    is_fixed = definition.is_computed or definition.is_immutable or definition.is_stream
    return not is_fixed and definition.name not in entity_type.all_key_names()


def _linked_names(payload: EntityPayload, entity_type: EntityType) -> frozenset[str]:
    return frozenset(
        item.property_name
        for name in (*payload.binds, *payload.nested)
        for item in entity_type.navigation_named(name).constraints
    )


# --- properties -----------------------------------------------------------------------------


def property_document(
    path: tuple[Property, ...], value: JsonValue, type_name: str | None = None
) -> JsonObject:
    """A document that changes one property of an entity, perhaps inside a complex one; a
    dynamic one gets the name of its type beside it."""
    for definition in reversed(path):
        if "." in definition.name and isinstance(value, dict):
            value = {"@odata.type": f"#{definition.name}", **value}
            continue
        annotation = {} if type_name is None else {f"{definition.name}@odata.type": type_name}
        value, type_name = {**annotation, definition.name: value}, None
    if not isinstance(value, dict):
        raise TypeError("a property path is empty")
    return value


def read_property_document(exchange: Exchange) -> JsonObject:
    """The body with the value of a property."""
    document = read_document(exchange)
    if not isinstance(document, dict):
        raise no_object(document)
    return document


def read_property_value(exchange: Exchange, document: JsonObject) -> JsonValue:
    """The value that a body gives a property: ``{"value": ...}``, or a complex object."""
    target = exchange.prepared.target
    last = target.property_path[-1]
    is_one = target.is_item or not last.is_collection or exchange.request.method == "POST"
    if isinstance(last.edm_type, ComplexType) and is_one:
        kept = {name for name in document if not is_control_information(name)}
        return {name: item for name, item in document.items() if name in kept | _TYPE}
    if "value" not in document:
        raise PayloadError(
            f"The value of '{last.name}' is expected as the member 'value'.", target=last.name
        )
    others = [name for name in document if name != "value" and not is_control_information(name)]
    if others:
        raise PayloadError(f"'{others[0]}' has no meaning beside 'value'.", target=others[0])
    return document["value"]


def read_raw_value(exchange: Exchange) -> JsonValue:
    """The value that a request gives a property as plain text."""
    request, last = exchange.request, exchange.prepared.target.property_path[-1]
    check_content_encoding(request.header("content-encoding"))
    media = (request.header("content-type") or "text/plain").partition(";")[0].strip().lower()
    if media not in ("text/plain", "application/octet-stream"):
        raise UnsupportedMediaTypeError(f"a raw value travels as text/plain, not as {media}")
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PayloadError("a raw value is not UTF-8", target=last.name) from error
    if "\0" in text:
        raise PayloadError("a raw value contains the character U+0000", target=last.name)
    if last.edm_type in _QUOTED or isinstance(last.edm_type, EnumType) or last.is_dynamic:
        return text
    return _read_number(text, last)


def _read_number(text: str, definition: Property) -> JsonValue:
    """Numbers and Booleans are written as in JSON."""
    try:
        value = read_json(text.strip().encode())
    except BadRequestError:
        value = text
    if isinstance(value, dict | list) or value is None:
        raise PayloadError(
            f"'{text[:50]}' is no value of '{definition.name}'", target=definition.name
        )
    return value
