"""The bytes of expanded stream properties, beside the rows that have them.

The store of a stream reads those of all rows together.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from odata.errors import UriSemanticError
from odata.query.read_plan import StreamPlan
from odata.sql.mapping import StoredStream, StreamStore
from odata.sql.row_writer import Column
from odata.sql.storage import Storage, from_database

Row = tuple[Any, ...]
Place = tuple[int, Storage]


@dataclass(frozen=True, slots=True)
class StreamColumns:
    """Where a row keeps the key by which the store knows a stream, and its scope."""

    key: tuple[Place, ...]
    scope: Place | None


@dataclass(frozen=True, slots=True)
class FinishedStream:
    """One expanded stream property; ``prefix`` begins control information (blank: none), and
    ``most_bytes`` bounds what the streams of one chunk of rows take together."""

    plan: StreamPlan
    prefix: str
    store: StreamStore
    most_bytes: int


def stream_members(
    stream: FinishedStream, places: StreamColumns, columns: Sequence[Column]
) -> list[bytes]:
    """For each row the members that show its stream."""
    rows = list(zip(*columns, strict=True))
    found = _read(stream, places, rows)
    size = sum(len(item.content) for item in found if item is not None)
    if size > stream.most_bytes:
        raise UriSemanticError(
            f"the streams '{stream.plan.name}' of these rows take {size} bytes, and at most "
            f"{stream.most_bytes} are sent inline: ask for fewer rows",
            target="$expand",
        )
    return [_members(stream, item) for item in found]


def _read(
    stream: FinishedStream, columns: StreamColumns, rows: Sequence[Row]
) -> list[StoredStream | None]:
    names = tuple(part.definition.name for part in stream.plan.key)
    by_scope: dict[str | None, list[int]] = {}
    for position, row in enumerate(rows):
        scope = None if columns.scope is None else _value(row, columns.scope)
        by_scope.setdefault(scope, []).append(position)
    found: list[StoredStream | None] = [None] * len(rows)
    for scope, positions in by_scope.items():
        keys = [_key(names, columns, rows[position]) for position in positions]
        for position, item in zip(positions, stream.store.read_all(keys, scope), strict=True):
            found[position] = item
    return found


def _key(names: tuple[str, ...], columns: StreamColumns, row: Row) -> Mapping[str, object]:
    return {name: _value(row, place) for name, place in zip(names, columns.key, strict=True)}


def _value(row: Row, place: Place) -> Any:  # noqa: ANN401  (a key of any type)
    index, storage = place
    return from_database(row[index], storage)


def _members(stream: FinishedStream, item: StoredStream | None) -> bytes:
    name = stream.plan.name
    if item is None:
        return f',"{name}":null'.encode()
    value = base64.urlsafe_b64encode(item.content)
    head = ""
    if stream.prefix:
        tag = json.dumps(f'W/"{item.entity_tag}"')
        head = (
            f',"{name}{stream.prefix}mediaContentType":{json.dumps(item.content_type)}'
            f',"{name}{stream.prefix}mediaEtag":{tag}'
        )
    return b'%s,"%s":"%s"' % (head.encode(), name.encode(), value)
