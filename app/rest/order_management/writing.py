"""How the contacts and addresses in a body become those that are stored.

Who is not said to be primary stays as he is, so that there always is one.
"""

from __future__ import annotations

from app.rest.dialect import Call
from app.rest.identities import items_of, keep_by_position
from odata.payload.json_document import JsonObject

_LISTS = ("contacts", "addresses")


def leave_primary_open(_call: Call, values: JsonObject) -> None:
    """Let the model choose a primary one where the body names none."""
    for name in _LISTS:
        for item in items_of(values, name):
            if not item.get("isPrimary"):
                item.pop("isPrimary", None)


def keep_identities(call: Call, path: str, values: JsonObject) -> None:
    """Name the stored entities that a body is about."""
    leave_primary_open(call, values)
    keep_by_position(call, path, values, _LISTS)
