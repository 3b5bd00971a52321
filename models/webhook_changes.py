"""Changes on their way from the log into notifications: gathered by entity, so that each is
told once (Business Central reference §13)."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from models.webhook_tables import Subscription, WebhookChange
from odata.query.change import Operation
from odata.sql.change_log import Entry

COLLECTION = "collection"
# More than these are told as one change of the collection.
MOST_ENTITIES = 1000

_CREATED, _UPDATED, _DELETED = (item.value for item in Operation)
# What two changes of one entity are together; None: nobody need know that it was there.
_TOGETHER: Mapping[tuple[str, str], str | None] = {
    (_CREATED, _CREATED): _CREATED,
    (_CREATED, _UPDATED): _CREATED,
    (_CREATED, _DELETED): None,
    (_UPDATED, _CREATED): _UPDATED,
    (_UPDATED, _UPDATED): _UPDATED,
    (_UPDATED, _DELETED): _DELETED,
    (_DELETED, _CREATED): _UPDATED,
    (_DELETED, _UPDATED): _UPDATED,
    (_DELETED, _DELETED): _DELETED,
}
_EVERYTHING = ""
_CHUNK = 100
# The condition of a collection begins this much before its first change.
_MARGIN = datetime.timedelta(milliseconds=50)
# An operation may take as long as a statement may: its changes are as old when they commit.
_LONGEST_OPERATION = datetime.timedelta(seconds=60)
_INSTANT = "lastModifiedDateTime"

Notification = dict[str, Any]  # as it is sent: texts by name


@dataclass(frozen=True, slots=True)
class Gathered:
    """What has happened to one entity, and when it first and last did."""

    change_type: str
    first_at: datetime.datetime
    last_at: datetime.datetime


def concerns(subscription: Subscription, entry: Entry) -> bool:
    """Whether a subscriber is to be told of an entry."""
    return (
        entry.entity_set == subscription.entity_set
        and entry.scope == subscription.scope
        and subscription.entity_key in ("", str(entry.key[0]))
        and entry.at >= subscription.created_at - _LONGEST_OPERATION
        and moves_something(entry)
    )


def moves_something(entry: Entry) -> bool:
    """A change that moved nothing but the instant of the change is none."""
    return entry.operation is not Operation.UPDATE or not entry.properties.keys() <= {_INSTANT}


@dataclass(slots=True)
class Gathering:
    """What is to be told to one subscriber, as it is in the database and as it becomes."""

    subscription_id: str
    changes: dict[str, Gathered]
    _touched: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, subscription_id: str) -> Gathering:
        """What is kept for a subscriber."""
        model = WebhookChange
        rows = model.select().where(model.subscription_id == subscription_id)
        found = {
            row.entity_key: Gathered(row.change_type, row.first_at, row.last_at) for row in rows
        }
        return cls(subscription_id, found)

    def add(self, entry: Entry) -> None:
        """One more change."""
        at = entry.at
        if _EVERYTHING in self.changes:
            self._put(_EVERYTHING, self.changes[_EVERYTHING], Gathered(COLLECTION, at, at))
            return
        key = json.dumps(entry.key[0], ensure_ascii=False)
        new = Gathered(entry.operation.value, at, at)
        known = self.changes.get(key)
        together = (
            new.change_type if known is None else _TOGETHER[known.change_type, new.change_type]
        )
        if together is None:
            self._remove(key)
        else:
            self._put(key, known or new, Gathered(together, at, at))
        if len(self.changes) > MOST_ENTITIES:
            self._collapse()

    def _put(self, key: str, known: Gathered, new: Gathered) -> None:
        first, last = min(known.first_at, new.first_at), max(known.last_at, new.last_at)
        self._set(key, Gathered(new.change_type, first, last))

    def _set(self, key: str, change: Gathered) -> None:
        self.changes[key] = change
        self._touched.add(key)

    def _remove(self, key: str) -> None:
        del self.changes[key]
        self._touched.add(key)

    def _collapse(self) -> None:
        first = min(item.first_at for item in self.changes.values())
        last = max(item.last_at for item in self.changes.values())
        for key in tuple(self.changes):
            self._remove(key)
        self._set(_EVERYTHING, Gathered(COLLECTION, first, last))

    def store(self) -> None:
        """Write what has become of it."""
        model = WebhookChange
        touched = sorted(self._touched)
        for start in range(0, len(touched), _CHUNK):
            keys = touched[start : start + _CHUNK]
            model.delete().where(
                model.subscription_id == self.subscription_id, model.entity_key.in_(keys)
            ).execute()
            rows = [self._row(key) for key in keys if key in self.changes]
            if rows:
                model.insert_many(rows).execute()
        self._touched.clear()

    def _row(self, key: str) -> dict[str, object]:
        change = self.changes[key]
        return {
            "subscription_id": self.subscription_id,
            "entity_key": key,
            "change_type": change.change_type,
            "first_at": change.first_at,
            "last_at": change.last_at,
        }


def notifications(
    subscription: Subscription, changes: Iterable[tuple[str, Gathered]]
) -> list[Notification]:
    """What is told of gathered changes; who is told, and until when, is added when it is."""
    return [
        {
            "resource": _resource(subscription, key, change),
            "changeType": change.change_type,
            _INSTANT: instant(change.last_at),
        }
        for key, change in changes
    ]


def _resource(subscription: Subscription, key: str, change: Gathered) -> str:
    if key != _EVERYTHING:
        return f"{subscription.path}({_predicate(subscription, json.loads(key))})"
    if not subscription.has_instants:
        return str(subscription.path)
    since = instant(change.first_at - _MARGIN)
    return f"{subscription.path}?$filter={_INSTANT}%20gt%20{since}"


def _predicate(subscription: Subscription, key: object) -> str:
    if not subscription.is_key_quoted:
        return str(key)
    return "'" + quote(str(key).replace("'", "''"), safe="'") + "'"


def instant(moment: datetime.datetime) -> str:
    """An instant as payloads write it, without zeros at the end."""
    text = moment.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return text.rstrip("0").rstrip(".") + "Z" if "." in text else f"{text}Z"
