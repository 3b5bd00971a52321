"""JSON as Python data."""

from __future__ import annotations

from collections.abc import Mapping

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Members = dict[str, Json]


def merge(*parts: Mapping[str, Json]) -> Members:
    """One object with the members of several; later ones win."""
    merged: Members = {}
    for part in parts:
        merged.update(part)
    return merged
