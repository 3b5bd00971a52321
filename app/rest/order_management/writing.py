"""How the contacts and addresses in a body become those that are stored.

The dialect gives them no ids: the first of a body is the first of those that are stored, and
so on; further ones are new, and what a body does not list is removed. Who is not said to be
primary stays as he is, so that there always is one.
"""

from __future__ import annotations

from app.rest.dialect import Call
from odata.payload.json_document import JsonObject
from odata.uri import building

_LISTS = ("contacts", "addresses")


def leave_primary_open(_call: Call, values: JsonObject) -> None:
    """Let the model choose a primary one where the body names none."""
    for item in _items(values):
        if not item.get("isPrimary"):
            item.pop("isPrimary", None)


def keep_identities(call: Call, path: str, values: JsonObject) -> None:
    """Name the stored entities that a body is about."""
    leave_primary_open(call, values)
    for name in _LISTS:
        listed = values.get(name)
        if not isinstance(listed, list):
            continue
        wanted = building.options(
            select=building.selected(("id",)), orderby=(building.ordered("integerId"),)
        )
        stored = call.service.page(call.unconditional(), f"{path}/{name}", wanted).entities
        for item, known in zip(listed, stored, strict=False):
            if isinstance(item, dict):
                item["id"] = known.values["id"]


def _items(values: JsonObject) -> list[JsonObject]:
    lists = (values.get(name) for name in _LISTS)
    listed = (item for found in lists if isinstance(found, list) for item in found)
    return [item for item in listed if isinstance(item, dict)]
