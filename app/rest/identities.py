"""Which stored entities the lists inside a body are about.

What a body does not list is removed, what it lists anew is created, and the rest is changed and
stays what it is, with its id.
"""

from __future__ import annotations

from app.rest.dialect import Call
from odata.errors import PayloadError
from odata.payload.json_document import JsonObject, JsonValue
from odata.protocol.entity_service import Entity
from odata.uri import building

_NUMBER = "integerId"


def keep_by_position(call: Call, path: str, values: JsonObject, names: tuple[str, ...]) -> None:
    """For dialects without ids: the first of a list is the first of those that are stored."""
    for name in names:
        listed = items_of(values, name)
        for item, known in zip(listed, _stored(call, path, name, listed), strict=False):
            item["id"] = known.values["id"]


def keep_by_id(call: Call, path: str, values: JsonObject, names: tuple[str, ...]) -> None:
    """For dialects with ids: who has one is stored already."""
    for name in names:
        listed = items_of(values, name)
        stored = _stored(call, path, name, listed)
        known = {entity.values[_NUMBER]: entity.values["id"] for entity in stored}
        for index, item in enumerate(listed):
            number = item.get(_NUMBER)
            if number is None:
                continue
            if number not in known:
                raise PayloadError(
                    "There is none with this id here.", target=f"{name}/{index}/{_NUMBER}"
                )
            item["id"] = known[item.pop(_NUMBER)]


def forget_ids(values: JsonObject, names: tuple[str, ...]) -> None:
    """Below a new entity everything is new."""
    for name in names:
        for item in items_of(values, name):
            item.pop(_NUMBER, None)


def items_of(values: JsonObject, name: str) -> list[JsonObject]:
    """The items of a list of a body."""
    found: JsonValue = values.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _stored(call: Call, path: str, name: str, listed: list[JsonObject]) -> tuple[Entity, ...]:
    if not listed:
        return ()
    wanted = building.options(
        select=building.selected(("id", _NUMBER)), orderby=(building.ordered(_NUMBER),)
    )
    return call.service.page(call.unconditional(), f"{path}/{name}", wanted).entities
