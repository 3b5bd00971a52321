"""The log of changes: one entry for each entity that is created, updated or deleted.

An entry is written in the transaction of its change, so there is none without the other.
Conflict answers, deltas, audits and whatever passes changes on read it: those who come back for
more name what they have seen by a position (``odata.sql.change_order``).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import peewee

from odata.query.change import Operation
from odata.sql.change_order import ChangeOrder
from odata.sql.change_text import (
    MILLISECONDS,
    OldAndNew,
    key_text,
    plain_key,
    read_properties,
)
from odata.sql.execution import fetch, run, run_unread
from odata.sql.fields import write_instant

_MADE = ("actor", "at", "request_id", "address")
_OWN = (
    "scope",
    "entity_set",
    "key",
    "entity_key",
    "operation",
    "properties",
    "tag_before",
    "tag_after",
)
_NAMES = (*_OWN, *_MADE)
_MOST_ENTRIES = 500
# Of the changes of one entity: who is behind is mostly behind by a few.
_STEPS_AT_ONCE = 8
_PRUNE_EVERY = 1000
_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One change as it is read: ``properties`` maps names to the old and the new value."""

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
    address: str = ""


class Made(NamedTuple):
    """By whom, when, by which request and from where a change is made, as its columns hold it."""

    actor: str
    at: str
    request_id: str
    address: str


class NewEntry(NamedTuple):
    """An entry as its columns hold it, in their order, but for how it is made."""

    scope: str
    entity_set: str
    key: str
    entity_key: str
    operation: str
    properties: str
    tag_before: str
    tag_after: str


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry with its number; its values are texts, as the log keeps them."""

    sequence: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Span:
    """What is new since one position, as far as another position knows it."""

    since: str
    until: str


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What the log says about the key of one entity: how its first and last change went, and
    the number of the last one."""

    key: tuple[Any, ...]
    first: Operation
    last: Operation
    sequence: int


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
        # What all entries of a change share is sent once: psycopg takes a statement with more
        # than fifty parameters apart each time.
        self._insert = (
            f"INSERT INTO change_log ({', '.join((*_MADE, *_OWN))}) "  # noqa: S608 - names of ours
            f"SELECT {', '.join([place] * len(_MADE))}, own.* FROM (VALUES "
        )
        self._row = f"({', '.join([place] * len(_OWN))})"
        self._insertions: dict[int, str] = {}
        self._of_key = (
            "SELECT tag_before, tag_after, properties FROM change_log "  # noqa: S608
            f"WHERE entity_set = {place} AND entity_key = {place} AND key = {place} "
            f"AND scope = {place} ORDER BY sequence DESC LIMIT {_MOST_ENTRIES}"
        )
        self._place = place
        self._prune = f"DELETE FROM change_log WHERE at < {place}"  # noqa: S608

    def create_table(self) -> None:
        """Make the table where no migration does."""
        for statement in self._order.schema:
            run(self._database, statement, [])

    def record(self, entries: Sequence[NewEntry], made: Made, now: datetime.datetime) -> None:
        """Write the entries of a change in its transaction; now and then, drop old ones."""
        before, count = self._recorded // _PRUNE_EVERY, len(entries)
        self._recorded += count
        if self._recorded // _PRUNE_EVERY > before:
            self.prune(now - self._kept)
        for first in range(0, count, _MOST_ENTRIES):
            some = entries[first : first + _MOST_ENTRIES]
            values = [*made, *chain.from_iterable(some)]
            statement = self._insertions.get(len(some)) or self._insertion(len(some))
            run_unread(self._database, statement, values)

    def _insertion(self, count: int) -> str:
        """The statement that enters so many, kept for the next ones."""
        rows = ", ".join([self._row] * count)
        statement = self._insertions[count] = f"{self._insert}{rows}) AS own"
        return statement

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
        values = [entity_set, plain_key(key), key_text(key), scope]
        rows = run(self._database, self._of_key, values)
        names: set[str] = set()
        steps = chain.from_iterable(fetch(rows, _STEPS_AT_ONCE))
        for tag_before, tag_after, properties in steps:
            if tag_after != expected:
                return None
            names |= read_properties(properties).keys()
            if tag_before in wanted:
                return frozenset(names)
            expected = tag_before
        return None

    def position(self) -> str:
        """What a reader sees now, inside the transaction of its reads."""
        return self._order.position(self._database)

    def keys_in(
        self, place: tuple[str, str], span: Span, after: int, limit: int
    ) -> list[KeyChange]:
        """The keys of a set and scope that changed in a span, each once, in the order of their
        last changes: at most so many whose last change has a number above ``after``. A key
        that has changed since the end of the span is left to the next one."""
        since, since_values = self._order.since(span.since)
        until, until_values = self._order.until(span.until)
        place_of = self._place
        statement = (
            "WITH changes AS (SELECT key, MIN(sequence) AS first_one, "  # noqa: S608 - as above
            "MAX(sequence) AS last_one FROM change_log "
            f"WHERE entity_set = {place_of} AND scope = {place_of} AND {since} GROUP BY key "
            f"HAVING MAX(sequence) > {place_of} AND MIN(CASE WHEN {until} THEN 1 ELSE 0 END) = 1) "
            "SELECT changes.key, early.operation, late.operation, last_one FROM changes "
            "JOIN change_log AS early ON early.sequence = first_one "
            "JOIN change_log AS late ON late.sequence = last_one "
            f"ORDER BY last_one LIMIT {place_of}"
        )
        values = [*place, *since_values, after, *until_values, limit]
        return [
            KeyChange(tuple(json.loads(key)), Operation(first), Operation(last), sequence)
            for key, first, last, sequence in run(self._database, statement, values).fetchall()
        ]

    def all_keys_in(self, place: tuple[str, str], span: Span) -> Iterator[KeyChange]:
        """The keys of a set and scope that changed in a span, however many."""
        after = 0
        while changes := self.keys_in(place, span, after, _AT_ONCE):
            yield from changes
            after = changes[-1].sequence

    def old_values(
        self, place: tuple[str, str], span: Span, names: tuple[str, ...]
    ) -> Iterator[tuple[tuple[Any, ...], int, dict[str, str | None]]]:
        """The values that these properties had before changes in a span, as texts: the key of
        the entity, the number of the change, and the values by name."""
        since, since_values = self._order.since(span.since)
        until, until_values = self._order.until(span.until)
        touched = " OR ".join([f"properties LIKE {self._place}"] * len(names))
        statement = (
            "SELECT key, sequence, properties FROM change_log "  # noqa: S608 - as above
            f"WHERE entity_set = {self._place} AND scope = {self._place} AND {since} AND {until} "
            f"AND ({touched}) ORDER BY sequence"
        )
        patterns = [f'%"name":"{name}"%' for name in names]
        values = [*place, *since_values, *until_values, *patterns]
        for key, sequence, text in run(self._database, statement, values).fetchall():
            held = read_properties(text)
            old = {name: held[name][0] for name in names if name in held}
            yield tuple(json.loads(key)), sequence, old

    def entries_in(self, span: Span, after: int = 0, limit: int = 1000) -> list[LoggedEntry]:
        """The entries of all sets in a span by their numbers: at most so many with numbers
        above ``after``. Who keeps ``span.until`` as its next ``since`` gets each entry once."""
        since, since_values = self._order.since(span.since)
        until, until_values = self._order.until(span.until)
        columns = ", ".join(("sequence", *_NAMES))
        statement = (
            f"SELECT {columns} FROM change_log WHERE {since} AND {until} "  # noqa: S608 - as above
            f"AND sequence > {self._place} ORDER BY sequence LIMIT {self._place}"
        )
        values = [*since_values, *until_values, after, limit]
        return [_logged(row) for row in run(self._database, statement, values).fetchall()]

    def prune(self, before: datetime.datetime) -> None:
        """Remove the entries of changes before an instant."""
        run(self._database, self._prune, [write_instant(before, MILLISECONDS)])


def made_by(actor: str, at: datetime.datetime, request_id: str, address: str) -> Made:
    """What is the same in all entries of a request."""
    return Made(actor, write_instant(at, MILLISECONDS), request_id, address)


def new_entry(
    place: tuple[str, str],
    keys: tuple[str, str],
    change: tuple[Operation, str, tuple[str, str]],
) -> NewEntry:
    """An entry about an entity; ``place`` is its scope and set, ``keys`` the texts of its key,
    ``change`` the operation, the text of the properties and the tags."""
    operation, properties, tags = change
    return NewEntry(*place, *keys, operation.value, properties, *tags)


def _logged(row: tuple[Any, ...]) -> LoggedEntry:
    sequence, scope, entity_set, key, _, operation, properties, before, after, *how = row
    actor, at, request_id, address = how
    entry = Entry(
        scope,
        entity_set,
        tuple(json.loads(key)),
        Operation(operation),
        read_properties(properties),
        before,
        after,
        actor,
        datetime.datetime.fromisoformat(at).replace(tzinfo=datetime.UTC),
        request_id,
        address,
    )
    return LoggedEntry(sequence, entry)
