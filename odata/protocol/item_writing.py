"""Items of a collection of values, written by their places: added, replaced, merged, removed.

A place counts from 0, a negative one from the end.

Cites: OData Protocol 11.4.12 (managing members of an ordered collection).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from odata.edm.types import Property
from odata.errors import NotFoundError, UriSemanticError
from odata.payload.entity_payload import EntityPayload
from odata.service.writing import StoredEntity


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item goes: a new one before what is there, behind everything where ``index``
    is None; one that is no longer kept leaves its place, one that is merged keeps the members
    that it does not name."""

    index: int | None
    is_new: bool = True
    is_kept: bool = True
    is_merged: bool = False


def placed(
    payload: EntityPayload, path: tuple[Property, ...], stored: StoredEntity, place: Place
) -> EntityPayload:
    """The payload with the whole collection in place of its one item, as it is then stored."""
    name = path[0].name
    payload.values[name] = _below(payload.values[name], path[1:], stored.values.get(name), place)
    return payload


def _below(value: object, path: tuple[Property, ...], stored: object, place: Place) -> object:
    if not path:
        given = value if isinstance(value, list) else []
        return _with_items(list(stored) if isinstance(stored, list) else [], given, place)
    name = path[0].name
    if not isinstance(value, Mapping) or name not in value:
        return value
    inner = stored.get(name) if isinstance(stored, Mapping) else None
    return {**value, name: _below(value[name], path[1:], inner, place)}


def _with_items(items: list[object], given: list[object], place: Place) -> list[object]:
    if place.index is None:
        return [*items, *given]
    if place.is_new:
        start = _counted(place.index, len(items) + 1)
        if start is None:
            raise UriSemanticError(
                f"The collection has no place {place.index}: it has {len(items)} items.",
                target="$index",
            )
        return [*items[:start], *given, *items[start:]]
    start = _counted(place.index, len(items))
    if start is None:
        raise NotFoundError(f"Resource not found for the segment '{place.index}'.")
    if place.is_merged:
        given = [_merged(items[start], item) for item in given]
    return [*items[:start], *(given if place.is_kept else ()), *items[start + 1 :]]


def _merged(stored: object, given: object) -> object:
    if not isinstance(stored, Mapping) or not isinstance(given, Mapping):
        return given
    return {**stored, **{name: _merged(stored.get(name), item) for name, item in given.items()}}


def _counted(index: int, length: int) -> int | None:
    """A place from the start; None where there is none."""
    found = index + length if index < 0 else index
    return found if 0 <= found < length else None
