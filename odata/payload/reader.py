"""The body of a create or an update, read against its entity type.

All faults of a body are collected, in the order of the body, and told with what the rules say
of the rest; an object of a type that cannot be read is refused at once.

Cites: OData JSON 4.5 (control information), 8.5 (bind), 9 (deep insert and update), OData
Protocol 11.4.2 and 11.4.3, Business Central reference §4, §9.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from marshmallow import ValidationError

from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import TYPE_MEMBER, ComplexType, Property
from odata.errors import ErrorDetail, PayloadError
from odata.payload.control_information import (
    is_control_information,
    read_control_information,
    split_annotation,
)
from odata.payload.dynamic import DynamicValue, read_dynamic
from odata.payload.edm_field import Fault, details_of
from odata.payload.entity_payload import EntityPayload
from odata.payload.fields import BinaryField
from odata.payload.json_document import JsonObject, JsonValue
from odata.payload.named_type import abstract_fault, find_named_type, with_type
from odata.payload.plain_body import plain_bodies
from odata.payload.reader_settings import DEFAULT_SETTINGS, Place, ReaderSettings, ReadOnlyHandling
from odata.payload.schemas import entity_schema, unknown_property
from odata.query.change import Operation, refusal

READ_ONLY = "BadRequest_InvalidOperation"
NOT_PROVIDED = "Application_DialogException"


def read_entity(
    document: JsonValue,
    entity_type: EntityType,
    *,
    operation: Operation,
    odata_version: str = "4.01",
    settings: ReaderSettings = DEFAULT_SETTINGS,
) -> EntityPayload:
    """The entity of a decoded body with its faults; ``odata_version`` is that of the payload."""
    if not isinstance(document, dict):
        raise no_object(document)
    plain = plain_bodies(entity_type, operation).read(document, settings.supplied)
    if plain is not None:
        return EntityPayload(plain, entity_type=entity_type)
    reader = _reader(document, entity_type, Place(operation, odata_version, settings))
    is_readable = not reader.faults(document)
    payload = reader.read(document)
    faults = reader.faults(document)[: settings.max_faults]
    if not is_readable:
        raise refusal(faults)
    return replace(payload, faults=tuple(faults)) if faults else payload


def check_faults(payload: EntityPayload) -> EntityPayload:
    """A payload that is changed further before it is written: refused if it has faults."""
    if payload.faults:
        raise refusal(list(payload.faults))
    return payload


def no_object(document: JsonValue) -> PayloadError:
    """The refusal of a body that is JSON but no object."""
    node = "StartArray" if isinstance(document, list) else "PrimitiveValue"
    return PayloadError(
        f"An unexpected '{node}' node was found when reading from the JSON reader. "
        "A 'StartObject' node was expected."
    )


def _reader(document: JsonObject, declared: EntityType, place: Place) -> _EntityReader:
    """A reader of the type that an object names."""
    found = find_named_type(document, declared)
    if isinstance(found, Fault):
        return _EntityReader(declared, place, found)
    is_create = place.operation is Operation.CREATE
    return _EntityReader(found, place, abstract_fault(found) if is_create else None)


class _EntityReader:
    """Reads one object: sorts its members, then has the schema read the values."""

    def __init__(self, entity_type: EntityType, place: Place, fault: Fault | None = None) -> None:
        self._type = entity_type
        self._place = place
        self._fields = entity_schema(entity_type).fields
        self._key_names = frozenset(entity_type.all_key_names())
        self._raw: JsonObject = {}
        self._undeclared: list[str] = []
        self._faults: dict[str, list[ErrorDetail]] = {}
        self._payload = EntityPayload(entity_type=entity_type)
        if fault is not None:
            self._note("@odata.type", fault)

    def read(self, document: JsonObject) -> EntityPayload:
        """The entity; what is wrong with it is told by ``faults``."""
        if self._faults:
            return self._payload
        for name, value in document.items():
            self._read_member(name, value)
        if self._place.operation is Operation.CREATE:
            self._check_provided(document)
        information = read_control_information(document)
        return replace(
            self._payload,
            values=self._load_values(),
            dynamic=dict(self._load_dynamic(document)),
            entity_tag=information.etag,
            entity_id=information.id,
            type_name=information.type_name,
            content_id=information.content_id,
            removed=information.removed,
        )

    def faults(self, document: JsonObject) -> list[ErrorDetail]:
        """The faults in the order of the members, those of missing ones last."""
        order = {name: position for position, name in enumerate(document)}
        names = sorted(self._faults, key=lambda name: order.get(name, len(order)))
        return [fault for name in names for fault in self._faults[name]]

    # --- members --------------------------------------------------------------------------

    def _read_member(self, name: str, value: JsonValue) -> None:
        if is_control_information(name):
            self._read_annotation(name, value)
            return
        definition = self._type.find_property(name)
        navigation = None if definition else self._type.find_navigation(name)
        if definition is not None:
            self._read_property(definition, value)
        elif navigation is not None:
            self._read_navigation(navigation, name, value)
        elif self._type.is_open:
            self._undeclared.append(name)
        else:
            self._note(name, unknown_property(name, self._type))

    def _read_annotation(self, name: str, value: JsonValue) -> None:
        """Bindings and nested deltas; every other annotation is ignored."""
        target, term = split_annotation(name)
        if not target or term not in ("bind", "delta"):
            return
        navigation = self._type.find_navigation(target)
        if navigation is None:
            self._note(name, unknown_property(target, self._type), target)
        elif term == "bind":
            self._read_bind(navigation, name, value)
        else:
            self._read_delta(navigation, name, value)

    def _read_property(self, definition: Property, value: JsonValue) -> None:
        is_key = definition.name in self._key_names
        is_fixed = is_key or definition.is_immutable
        is_update = self._place.operation is Operation.UPDATE
        if is_key and is_update and self._place.is_nested:
            self._read_nested_key(definition, value)
        elif definition.is_stream and isinstance(value, str):
            self._read_stream(definition, value)
        elif definition.is_computed or definition.is_stream or (is_update and is_fixed):
            self._read_read_only(definition, value)
        else:
            self._raw[definition.name] = self._as_stored(definition, value)

    def _as_stored(self, definition: Property, value: JsonValue) -> JsonValue:
        """A complex value of an update that does not name its type is of the stored one."""
        declared = definition.edm_type
        stored = self._place.settings.current.get(definition.name)
        if not isinstance(value, dict) or not isinstance(stored, Mapping):
            return value
        if not isinstance(declared, ComplexType) or TYPE_MEMBER not in stored:
            return value
        return with_type(value, f"#{declared.namespace}.{stored[TYPE_MEMBER]}")

    def _read_nested_key(self, definition: Property, value: JsonValue) -> None:
        try:
            self._payload.key[definition.name] = self._fields[definition.name].deserialize(value)
        except ValidationError as error:
            self._note_all(definition.name, error)

    def _read_stream(self, definition: Property, value: str) -> None:
        try:
            octets = BinaryField(definition).deserialize(value)
        except ValidationError as error:
            self._note_all(definition.name, error)
            return
        if isinstance(octets, bytes):
            self._payload.streams[definition.name] = octets

    def _read_read_only(self, definition: Property, value: JsonValue) -> None:
        """Ignore null and what is stored already; the rest by the setting."""
        if value is None or self._is_known(definition, value):
            return
        is_key = definition.name in self._key_names
        if is_key or self._place.settings.read_only is ReadOnlyHandling.REFUSE:
            caption = definition.caption or definition.name
            fault = Fault(f"Control '{caption}' is read-only", READ_ONLY)
            if definition.refusal:
                fault = Fault(definition.refusal, NOT_PROVIDED)
            self._note(definition.name, fault)

    def _is_known(self, definition: Property, value: JsonValue) -> bool:
        if definition.is_stream:
            return False
        try:
            read = self._fields[definition.name].deserialize(value)
        except ValidationError:
            return False
        settings = self._place.settings
        for known in (settings.key, settings.current):
            if definition.name in known:
                return read == known[definition.name]
        is_create = self._place.operation is Operation.CREATE
        return is_create and definition.has_unset and read == definition.unset

    def _check_provided(self, document: JsonObject) -> None:
        """Note required properties that neither the body nor the URL gives."""
        for definition in self._type.all_properties():
            name = definition.name
            if not definition.is_demanded or name in document:
                continue
            if name not in self._place.settings.supplied:
                self._note(name, Fault(f'A "{name}" must be provided.', NOT_PROVIDED))

    # --- related entities -----------------------------------------------------------------

    def _read_bind(self, navigation: NavigationProperty, name: str, value: JsonValue) -> None:
        if isinstance(value, str) and not navigation.is_collection:
            self._payload.binds[navigation.name] = value
        elif value is None and not navigation.is_collection:
            self._payload.nested[navigation.name] = None
        elif navigation.is_collection and isinstance(value, list):
            self._read_binds(navigation, name, value)
        else:
            expected = "an array of URLs" if navigation.is_collection else "the URL of an entity"
            self._note(name, Fault(f"The annotation '{name}' expects {expected}."))

    def _read_binds(
        self, navigation: NavigationProperty, name: str, value: list[JsonValue]
    ) -> None:
        urls = tuple(item for item in value if isinstance(item, str))
        if len(urls) == len(value):
            self._payload.binds[navigation.name] = urls
        else:
            self._note(name, Fault(f"The annotation '{name}' expects an array of URLs."))

    def _read_navigation(self, navigation: NavigationProperty, name: str, value: JsonValue) -> None:
        if navigation.is_collection:
            self._read_collection(navigation, name, value)
        elif value is None:
            self._payload.nested[navigation.name] = None
        elif not isinstance(value, dict):
            self._note(name, Fault(f"The property '{name}' expects a JSON object."))
        else:
            self._read_single(navigation, name, value)

    def _read_single(self, navigation: NavigationProperty, name: str, value: JsonObject) -> None:
        if _is_reference(value):
            self._payload.binds[navigation.name] = str(read_control_information(value).id)
        elif self._may_have_content(name):
            target = self._place.target(name)
            self._payload.nested[navigation.name] = self._nested(navigation, name, value, target)

    def _read_collection(self, navigation: NavigationProperty, name: str, value: JsonValue) -> None:
        if value is None and self._place.operation is Operation.CREATE:
            return
        if self._may_have_content(name):
            self._payload.nested[navigation.name] = self._items(navigation, name, value)

    def _read_delta(self, navigation: NavigationProperty, name: str, value: JsonValue) -> None:
        if self._place.operation is Operation.CREATE or not navigation.is_collection:
            self._note(name, Fault(f"The annotation '{name}' is for updates of collections."))
        elif self._may_have_content(name):
            self._payload.nested_deltas[navigation.name] = self._items(navigation, name, value)

    def _items(
        self, navigation: NavigationProperty, name: str, value: JsonValue
    ) -> tuple[EntityPayload, ...]:
        if not isinstance(value, list):
            self._note(name, Fault(f"The property '{name}' expects a JSON array."))
            return ()
        return tuple(self._read_items(navigation, name, value))

    def _read_items(
        self, navigation: NavigationProperty, name: str, value: list[JsonValue]
    ) -> Iterator[EntityPayload]:
        for position, item in enumerate(value):
            target = f"{self._place.target(name)}/{position}"
            if isinstance(item, dict):
                yield self._nested(navigation, name, item, target)
            else:
                self._note(name, Fault("A related entity is a JSON object."), target)

    def _nested(
        self, navigation: NavigationProperty, name: str, value: JsonObject, target: str
    ) -> EntityPayload:
        place = replace(
            self._place,
            operation=self._nested_operation(navigation.target, value),
            settings=ReaderSettings(
                read_only=self._place.settings.read_only,
                supplied=frozenset(item.referenced_name for item in navigation.constraints),
            ),
            path=target,
            is_nested=True,
        )
        reader = _reader(value, navigation.target, place)
        payload = reader.read(value)
        self._faults.setdefault(name, []).extend(reader.faults(value))
        return payload

    def _nested_operation(self, entity_type: EntityType, value: JsonObject) -> Operation:
        """In an update, an entity that is named by id or key exists already."""
        if self._place.operation is Operation.CREATE and not _is_reference(value):
            return Operation.CREATE
        information = read_control_information(value)
        is_named = information.id is not None or information.removed is not None
        has_key = all(value.get(name) is not None for name in entity_type.all_key_names())
        return Operation.UPDATE if is_named or has_key else Operation.CREATE

    def _may_have_content(self, name: str) -> bool:
        if self._place.allows_content:
            return True
        message = (
            f"The navigation property '{name}' must not have content in an update of version 4.0."
        )
        self._note(name, Fault(message))
        return False

    # --- values ---------------------------------------------------------------------------

    def _load_values(self) -> dict[str, object]:
        if not self._raw:
            return {}
        try:
            return dict(entity_schema(self._type).load(self._raw, partial=True))
        except ValidationError as error:
            for name, messages in error.messages_dict.items():
                found = details_of(messages, self._place.target(name))
                self._faults.setdefault(name, []).extend(found)
            valid = error.valid_data if isinstance(error.valid_data, dict) else {}
            return {name: item for name, item in valid.items() if name not in error.messages_dict}

    def _load_dynamic(self, document: JsonObject) -> Iterator[tuple[str, DynamicValue]]:
        for name in self._undeclared:
            try:
                yield name, read_dynamic(document, name, self._type)
            except ValidationError as error:
                self._note_all(name, error)

    # --- faults ---------------------------------------------------------------------------

    def _note(self, name: str, fault: Fault, target: str | None = None) -> None:
        detail = ErrorDetail(fault.code, fault.message, target or self._place.target(name))
        self._faults.setdefault(name, []).append(detail)

    def _note_all(self, name: str, error: ValidationError) -> None:
        found = details_of(error.messages, self._place.target(name))
        self._faults.setdefault(name, []).extend(found)


def _is_reference(value: JsonObject) -> bool:
    """Whether an object has an id and nothing but control information."""
    return read_control_information(value).id is not None and all(
        is_control_information(name) for name in value
    )
