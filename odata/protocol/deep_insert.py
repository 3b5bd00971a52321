"""What the answer to a deep insert shows: at least the levels that were sent.

Cites: OData Protocol 11.4.2.2 (create related entities).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from odata.payload.entity_payload import EntityPayload
from odata.uri import ast

Levels = Mapping[str, "Levels"]
_SAFE = "$@(),;='/"


def levels_of(payload: EntityPayload) -> Levels:
    """The navigation properties that a payload brings, each with those below it."""
    return _merged([payload]) if payload.nested else {}


def query_with(
    options: Iterable[tuple[str, str]], expand: Iterable[ast.ExpandItem], levels: Levels
) -> str:
    """The query of the request, its ``$expand`` completed by the levels that were sent."""
    asked = {item.path[-1] for item in expand if item.path}
    missing = ",".join(_written({name: levels[name] for name in levels if name not in asked}))
    pairs = dict(options)
    if missing:
        given = pairs.get("$expand")
        pairs["$expand"] = f"{given},{missing}" if given else missing
    return "&".join(f"{quote(name, _SAFE)}={quote(value, _SAFE)}" for name, value in pairs.items())


def _merged(payloads: Iterable[EntityPayload]) -> Levels:
    found: dict[str, list[EntityPayload]] = {}
    for payload in payloads:
        for name, nested in payload.nested.items():
            items = nested if isinstance(nested, tuple) else (nested,)
            found.setdefault(name, []).extend(item for item in items if item is not None)
    return {name: _merged(items) for name, items in found.items()}


def _written(levels: Levels) -> Iterator[str]:
    for name, below in levels.items():
        inner = ",".join(_written(below))
        yield f"{name}($expand={inner})" if inner else name
