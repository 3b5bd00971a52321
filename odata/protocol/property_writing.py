"""PUT, PATCH, POST and DELETE of single properties, complex values and raw values.

Every one of them is an update of the entity: its tag is the condition, its rules hold.

Cites: OData Protocol 11.4.9 (managing values and properties directly), 11.4.12 (ordered
collections: items by their places, ``$index``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from odata.edm.types import ComplexType, Property
from odata.payload.control_information import read_control_information
from odata.payload.entity_payload import EntityPayload
from odata.payload.json_document import JsonObject, JsonValue
from odata.payload.named_type import with_type
from odata.payload.reader import check_faults
from odata.protocol.change_body import (
    default_of,
    property_document,
    read_changes,
    read_property_document,
    read_property_value,
    read_raw_value,
)
from odata.protocol.exchange import Exchange
from odata.protocol.item_writing import Place, placed
from odata.protocol.messages import Response
from odata.protocol.preferences import Preference, ReturnPreference
from odata.protocol.write_tools import WriteTools, actor_of, whole
from odata.query.resource import Suffix
from odata.service.dynamic_documents import removals
from odata.service.writing import Addressed, StoredEntity

# Who says what the answer shows wants an answer (Protocol 11.4.3).
_SHAPING = frozenset({"$select", "$expand", "$compute"})


class PropertyWriter:
    """Answers the methods that change one property."""

    def __init__(self, tools: WriteTools) -> None:
        self._tools = tools

    def answer(self, exchange: Exchange) -> Response:
        """The answer to PUT, PATCH, POST or DELETE of a property."""
        tools, target = self._tools, exchange.prepared.target
        is_required = target.entity_type.has_entity_tag
        expectation = tools.preconditions.expectation(exchange, is_required=is_required)

        def read_body(stored: StoredEntity) -> EntityPayload:
            return self._read(exchange, stored)

        def show(_stored: StoredEntity) -> Response:
            if exchange.request.method == "DELETE":
                return exchange.response(204)
            return whole(self._shown(exchange))

        addressed = Addressed(target, exchange.values, expectation)
        return tools.changing(
            exchange, lambda: tools.writer.update(addressed, read_body, actor_of(exchange), show)
        )

    def _shown(self, exchange: Exchange) -> Response:
        wanted = exchange.preferences.return_
        if wanted is not None:
            exchange.applied[Preference.RETURN] = wanted.value
        is_shaped = not _SHAPING.isdisjoint(exchange.prepared.options.present)
        if wanted is not ReturnPreference.REPRESENTATION and (wanted is not None or not is_shaped):
            return exchange.response(204)
        if exchange.request.method == "POST":
            # The place of the new item is none of the collection's own options.
            path = exchange.request.path.rstrip("/")
            shown = self._tools.at(exchange, f"{exchange.implied_scope}{path}")
        else:
            shown = self._tools.follow(exchange, "", {})
        shown.applied |= exchange.applied
        return self._tools.show(shown)

    # --- values ---------------------------------------------------------------------------

    def _read(self, exchange: Exchange, stored: StoredEntity) -> EntityPayload:
        target, method = exchange.prepared.target, exchange.request.method
        path = _uncast(target.property_path)
        document = self._document(exchange, method)
        payload = check_faults(read_changes(exchange, document, stored))
        if target.is_item or method == "POST":
            return placed(payload, path, stored, self._place(exchange))
        if method in ("PUT", "DELETE") and isinstance(path[-1].edm_type, ComplexType):
            return _replaced(payload, path, stored)
        return payload

    def _place(self, exchange: Exchange) -> Place:
        target, method = exchange.prepared.target, exchange.request.method
        if target.item is not None:
            is_kept, is_merged = method != "DELETE", method == "PATCH"
            return Place(target.item, is_new=False, is_kept=is_kept, is_merged=is_merged)
        index = dict(exchange.shape.options).get("$index")
        return Place(None if index is None else int(index))

    def _document(self, exchange: Exchange, method: str) -> JsonObject:
        target = exchange.prepared.target
        path = target.property_path
        last = path[-1]
        if method == "DELETE" and target.is_item:
            return property_document(path, [])
        if method == "DELETE":
            nothing = [] if last.is_collection else _as_declared(last, _nothing(last))
            return property_document(path, nothing)
        if target.suffix is Suffix.VALUE:
            raw = read_raw_value(exchange)
            return property_document(path, [raw] if target.is_item else raw)
        body = read_property_document(exchange)
        value = read_property_value(exchange, body)
        type_name = read_control_information(body).type_name if last.is_dynamic else None
        is_one = target.is_item or method == "POST"
        if method == "PUT":
            value = _as_declared(last, value)
        return property_document(path, [value] if is_one else value, type_name)


def _uncast(path: tuple[Property, ...]) -> tuple[Property, ...]:
    """The path without casts: the properties before them have the types they are cast to."""
    plain: list[Property] = []
    for definition in path:
        if "." in definition.name:
            plain[-1] = replace(plain[-1], edm_type=definition.edm_type)
        else:
            plain.append(definition)
    return tuple(plain)


def _as_declared(definition: Property, value: JsonValue) -> JsonValue:
    """A replacement that names no type is of the declared one."""
    if not isinstance(definition.edm_type, ComplexType) or not isinstance(value, dict):
        return value
    return with_type(value, f"#{definition.edm_type.qualified_name}")


def _nothing(definition: Property) -> JsonValue:
    """Null; a complex value that may be null is emptied member by member."""
    if isinstance(definition.edm_type, ComplexType) and definition.nullable:
        return {item.name: _nothing(item) for item in definition.edm_type.all_properties()}
    return None


def _replaced(
    payload: EntityPayload, path: tuple[Property, ...], stored: StoredEntity
) -> EntityPayload:
    """PUT of a complex value: members that are left out go back to their defaults, dynamic
    ones go."""
    name = path[0].name
    payload.values[name] = _filled(payload.values[name], path, stored.values.get(name))
    return payload


def _filled(value: object, path: tuple[Property, ...], stored: object) -> object:
    definition, *rest = path
    if not isinstance(value, Mapping):
        return value
    before = stored if isinstance(stored, Mapping) else {}
    if rest:
        name = rest[0].name
        return {**value, name: _filled(value[name], tuple(rest), before.get(name))}
    defaults = default_of(definition)
    if not isinstance(defaults, Mapping) or not isinstance(definition.edm_type, ComplexType):
        return value
    return {**removals(definition.edm_type, before, value), **defaults, **value}
