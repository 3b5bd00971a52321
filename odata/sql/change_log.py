"""The log of changes: one entry for each entity that is created, updated or deleted.

An entry is written in the transaction of its change, so there is none without the other.
Conflict answers, deltas and audits read it.

A position in the log is what a reader has seen. On SQLite writers come one after the other,
so the number of the last entry says it all. On PostgreSQL a transaction that draws a lower
number may commit later; numbers alone would miss it. There a position is the reader's
snapshot, and an entry is new if the transaction that wrote it was not visible in that
snapshot: each entry is given exactly once, however late it commits.
"""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import peewee

from odata.query.change import Operation
from odata.sql.execution import run
from odata.sql.fields import write_instant

_NAMES = (
    "scope",
    "entity_set",
    "key",
    "operation",
    "properties",
    "tag_before",
    "tag_after",
    "actor",
    "at",
    "request_id",
)
_IDENTITY = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
_TRANSACTION = "transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()"
_COLUMNS = """
    scope TEXT NOT NULL,
    entity_set TEXT NOT NULL,
    key TEXT NOT NULL,
    operation TEXT NOT NULL,
    properties TEXT NOT NULL,
    tag_before TEXT NOT NULL,
    tag_after TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    request_id TEXT NOT NULL
"""
_OF_KEY = "CREATE INDEX change_log_of_key ON change_log (entity_set, key, sequence)"
_OF_AGE = "CREATE INDEX change_log_of_age ON change_log (at)"
_MOST_ENTRIES = 500
_PRUNE_EVERY = 1000
_MILLISECONDS = 3

OldAndNew = tuple[object, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: ``properties`` maps names to the old and the new value."""

    scope: str
    entity_set: str
    key: tuple[object, ...]
    operation: Operation
    properties: Mapping[str, OldAndNew]
    tag_before: str
    tag_after: str
    actor: str
    at: datetime.datetime
    request_id: str


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What the log says about the key of one entity: how its first and last change went."""

    key: tuple[Any, ...]
    first: Operation
    last: Operation


class ChangeOrder(Protocol):
    """What "since then" means on one kind of database."""

    @property
    def schema(self) -> tuple[str, ...]:
        """The statements that make the table."""

    def position(self, database: peewee.Database) -> str:
        """What a reader sees now, inside the transaction of its reads."""

    def since(self, position: str) -> tuple[str, list[Any]]:
        """The condition that an entry is new to a reader, with its parameters."""


class SequenceOrder:
    """Entries are visible in the order of their numbers: SQLite."""

    schema = (
        f"CREATE TABLE change_log (sequence INTEGER PRIMARY KEY AUTOINCREMENT, {_COLUMNS})",
        "CREATE INDEX change_log_of_set ON change_log (entity_set, scope, sequence)",
        _OF_KEY,
        _OF_AGE,
    )

    def position(self, database: peewee.Database) -> str:
        """The number of the last entry."""
        text = "SELECT COALESCE(MAX(sequence), 0) FROM change_log"
        return str(run(database, text, []).fetchone()[0])

    def since(self, position: str) -> tuple[str, list[Any]]:
        """Entries with greater numbers."""
        return "sequence > ?", [int(position)]


class SnapshotOrder:
    """Entries are visible as their transactions commit: PostgreSQL."""

    schema = (
        f"CREATE TABLE change_log (sequence {_IDENTITY}, {_TRANSACTION}, {_COLUMNS})",
        "CREATE INDEX change_log_of_set ON change_log (entity_set, scope, transaction_id)",
        _OF_KEY,
        _OF_AGE,
    )

    def position(self, database: peewee.Database) -> str:
        """The snapshot."""
        text = "SELECT CAST(pg_current_snapshot() AS TEXT)"
        return str(run(database, text, []).fetchone()[0])

    def since(self, position: str) -> tuple[str, list[Any]]:
        """Entries of transactions that the snapshot did not see; the index finds the first."""
        condition = (
            "transaction_id >= pg_snapshot_xmin(CAST(%s AS pg_snapshot)) "
            "AND NOT pg_visible_in_snapshot(transaction_id, CAST(%s AS pg_snapshot))"
        )
        return condition, [position, position]


class ChangeLog:
    """Writes and reads the log of one database."""

    def __init__(
        self,
        database: peewee.Database,
        order: ChangeOrder,
        kept: datetime.timedelta = datetime.timedelta(days=30),
    ) -> None:
        self._database = database
        self._order = order
        self._kept = kept
        self._recorded = 0
        place = database.param
        self._insert = (
            f"INSERT INTO change_log ({', '.join(_NAMES)}) "  # noqa: S608 - names of ours
            f"VALUES ({', '.join([place] * len(_NAMES))})"
        )
        self._of_key = (
            "SELECT tag_before, tag_after, properties FROM change_log "  # noqa: S608
            f"WHERE entity_set = {place} AND key = {place} AND scope = {place} "
            f"ORDER BY sequence DESC LIMIT {_MOST_ENTRIES}"
        )
        self._since = (
            "SELECT key, operation FROM change_log "  # noqa: S608 - placeholders only
            f"WHERE entity_set = {place} AND scope = {place} AND "
        )
        self._prune = f"DELETE FROM change_log WHERE at < {place}"  # noqa: S608

    def create_table(self) -> None:
        """Make the table where no migration does."""
        for statement in self._order.schema:
            run(self._database, statement, [])

    def record(self, entry: Entry) -> None:
        """Write one entry in the transaction of its change; now and then, drop old ones."""
        self._recorded += 1
        if self._recorded % _PRUNE_EVERY == 0:
            self.prune(entry.at - self._kept)
        properties = json.dumps(dict(entry.properties), ensure_ascii=False, default=_plain)
        values = [
            entry.scope,
            entry.entity_set,
            key_text(entry.key),
            entry.operation.value,
            properties,
            entry.tag_before,
            entry.tag_after,
            entry.actor,
            write_instant(entry.at, _MILLISECONDS),
            entry.request_id,
        ]
        run(self._database, self._insert, values)

    def changed_since(
        self,
        entity_set: str,
        scope: str,
        key: tuple[object, ...],
        tags: tuple[frozenset[str], str | None],
    ) -> frozenset[str] | None:
        """The properties of an entity that changed between one of these tags and its current
        one; None where the log does not know every step between them."""
        wanted, expected = tags
        rows = run(self._database, self._of_key, [entity_set, key_text(key), scope])
        names: set[str] = set()
        for tag_before, tag_after, properties in rows.fetchall():
            if tag_after != expected:
                return None
            names |= json.loads(properties).keys()
            if tag_before in wanted:
                return frozenset(names)
            expected = tag_before
        return None

    def position(self) -> str:
        """What a reader sees now, inside the transaction of its reads."""
        return self._order.position(self._database)

    def keys_since(self, entity_set: str, scope: str, position: str) -> list[KeyChange]:
        """The keys that changed since a position, each once, in the order of their last
        change."""
        condition, parameters = self._order.since(position)
        text = f"{self._since}{condition} ORDER BY sequence"
        found: dict[str, KeyChange] = {}
        for key, operation in run(
            self._database, text, [entity_set, scope, *parameters]
        ).fetchall():
            last = Operation(operation)
            earlier = found.pop(key, None)
            first = last if earlier is None else earlier.first
            found[key] = KeyChange(tuple(json.loads(key)), first, last)
        return list(found.values())

    def prune(self, before: datetime.datetime) -> None:
        """Remove the entries of changes before an instant."""
        run(self._database, self._prune, [write_instant(before, _MILLISECONDS)])


def key_text(key: tuple[object, ...]) -> str:
    """The values of a key as one text."""
    return json.dumps(list(key), ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    """A value that JSON has no form for."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime.datetime):
        return write_instant(value, _MILLISECONDS)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
