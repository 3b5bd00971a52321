"""The queue of notifications: filled from the log of changes, emptied as they are delivered.

How far the log is read is written in the transaction that fills the queue, and a message
leaves it in the one that knows of its delivery: whatever stops the worker, and wherever, what
was committed is told. What was delivered just then may be told twice.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import peewee

from models.webhook_changes import Gathered, Gathering, Notification, concerns, notifications
from models.webhook_documents import document_changes
from models.webhook_tables import (
    OWNED,
    Subscription,
    WebhookChange,
    WebhookDelivery,
    WebhookMessage,
    WebhookState,
)
from odata.sql.change_log import ChangeLog, Entry, Span

Transaction = Callable[[], AbstractContextManager[Any]]  # of a dialect; what it gives is not used

_STATE = 1
_MOST_MESSAGES = 500
_ENTRIES = 1000
_MINUTES = (1, 1, 10, 100, 1000)
_LEASE = datetime.timedelta(seconds=15)
_LONGEST_SILENCE = datetime.timedelta(minutes=_MINUTES[-1])


def pauses(hours: int) -> tuple[datetime.timedelta, ...]:
    """How long to wait before each further try, within so many hours."""
    left = hours * 60
    found: list[datetime.timedelta] = []
    for minutes in itertools.chain(_MINUTES, itertools.repeat(_MINUTES[-1])):
        left -= minutes
        if left < 0:
            return tuple(found)
        found.append(datetime.timedelta(minutes=minutes))
    raise AssertionError  # the chain has no end


class Outcome(Enum):
    """What becomes of a message, and of the subscription with it."""

    DELIVERED = "delivered"
    RETRIED = "retried"
    # The subscription goes: the receiver said no, or had said nothing for too long, or its
    # time was over.
    REFUSED = "refused"
    GIVEN_UP = "givenUp"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Message:
    """Notifications that are due, with what is sent of their subscription."""

    id: int
    subscription_id: str
    url: str
    client_state: str
    expires_at: datetime.datetime
    attempts: int
    notifications: tuple[Notification, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; ``status`` None where nothing did."""

    status: int | None
    detail: str
    correlation_id: str
    at: datetime.datetime
    milliseconds: int
    # How long the receiver wants no further request.
    silence: datetime.timedelta = datetime.timedelta(0)

    @property
    def outcome(self) -> Outcome:
        """What it means (Business Central reference §13)."""
        if self.status is None or self.status in (408, 429) or self.status >= 500:  # noqa: PLR2004
            return Outcome.RETRIED
        return Outcome.DELIVERED if 200 <= self.status < 300 else Outcome.REFUSED  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class WebhookQueue:
    """The queue of one database. ``holder`` names the worker: one of them works at a time."""

    log: ChangeLog
    transaction: Transaction
    holder: str
    delay: datetime.timedelta = datetime.timedelta(seconds=30)
    pauses: Sequence[datetime.timedelta] = field(default_factory=lambda: pauses(36))

    # --- one worker at a time -------------------------------------------------------------

    def hold(self, now: datetime.datetime) -> datetime.datetime | None:
        """Until when the queue is this worker's; None while another one has it."""
        state, until = WebhookState, now + _LEASE
        changed = (
            state.update(holder=self.holder, held_until=until)
            .where(
                state.id == _STATE,
                (state.holder == self.holder) | (state.holder == "") | (state.held_until < now),
            )
            .execute()
        )
        return until if changed else None

    def release(self) -> None:
        """Let another worker have it."""
        state = WebhookState
        state.update(holder="").where(state.holder == self.holder).execute()

    # --- from the log into the queue ------------------------------------------------------

    def collect(self, now: datetime.datetime) -> None:
        """Gather what is new in the log, with the position up to which it is."""
        if WebhookState.get_by_id(_STATE).position == self.log.position():
            return
        with self.transaction():
            # Subscriptions are read after the position: the changes that follow one that is
            # too young to be seen come later than the position, and are found next time.
            span = Span(self._position(), self.log.position())
            alive = Subscription.select().where(Subscription.expires_at > now)
            followers = {item.subscription_id: item for item in alive}
            if followers:
                self._gather(followers, span)
            WebhookState.update(position=span.until).where(WebhookState.id == _STATE).execute()

    def _position(self) -> str:
        """The position, kept from other workers."""
        state = WebhookState
        kept = state.update(position=state.position).where(state.id == _STATE)
        return str(next(iter(kept.returning(state.position).execute())).position)

    def _gather(self, followers: dict[str, Subscription], span: Span) -> None:
        gatherings: dict[str, Gathering] = {}
        followed = {item.entity_set for item in followers.values()}
        for entry in self._entries(span, followed):
            for name, subscription in followers.items():
                if concerns(subscription, entry):
                    if name not in gatherings:
                        gatherings[name] = Gathering.of(name)
                    gatherings[name].add(entry)
        for gathering in gatherings.values():
            gathering.store()

    def _entries(self, span: Span, followed: Collection[str]) -> Iterable[Entry]:
        after = 0
        while True:
            found = self.log.entries_in(span, after, _ENTRIES)
            entries = [item.entry for item in found]
            yield from entries
            yield from document_changes(entries, followed)
            if len(found) < _ENTRIES:
                return
            after = found[-1].sequence

    # --- from gathered changes to messages --------------------------------------------------

    def form(self, now: datetime.datetime) -> None:
        """Make a message of what has been gathered for long enough. A subscriber whom a
        message has not reached gets no further one until it has: changes go on gathering."""
        change, message = WebhookChange, WebhookMessage
        waiting = message.select(message.subscription_id)
        ready = (
            change.select(change.subscription_id)
            .where(change.subscription_id.not_in(waiting))
            .group_by(change.subscription_id)
            .having(peewee.fn.MIN(change.first_at) <= _stored(now - self.delay))
        )
        names = [row.subscription_id for row in ready]
        if not names:
            return
        with self.transaction():
            for subscription in Subscription.select().where(Subscription.subscription_id << names):
                self._form(subscription, now)

    def _form(self, subscription: Subscription, now: datetime.datetime) -> None:
        name, change = subscription.subscription_id, WebhookChange
        rows = change.select().where(change.subscription_id == name).order_by(change.first_at)
        gathered = [
            (row.entity_key, Gathered(row.change_type, row.first_at, row.last_at)) for row in rows
        ]
        WebhookMessage.insert(
            subscription_id=name,
            notifications=notifications(subscription, gathered),
            due_at=now,
        ).execute()
        change.delete().where(change.subscription_id == name).execute()

    # --- from messages to receivers -------------------------------------------------------

    def due(self, now: datetime.datetime) -> list[Message]:
        """The messages that may be sent now, in their order."""
        message, owner = WebhookMessage, Subscription
        rows = (
            message.select()
            .join(owner, on=(message.subscription_id == owner.subscription_id))
            .where(message.due_at <= now, owner.expires_at > now, owner.silent_until <= now)
            .order_by(message.id)
            .limit(_MOST_MESSAGES)
        )
        found = list(rows)
        names = {row.subscription_id for row in found}
        owners = {
            item.subscription_id: item
            for item in owner.select().where(owner.subscription_id << sorted(names))
        }
        return [
            _message(row, owners[row.subscription_id])
            for row in found
            if row.subscription_id in owners
        ]

    def settle(self, messages: Iterable[Message], reply: Reply) -> None:
        """Write down what came of messages that were sent together to one receiver."""
        with self.transaction():
            for message in messages:
                self._settle(message, reply)
                if reply.silence and reply.outcome is Outcome.RETRIED:
                    owner = Subscription
                    owner.update(
                        silent_until=reply.at + min(reply.silence, _LONGEST_SILENCE)
                    ).where(owner.notification_url == message.url).execute()

    def _settle(self, message: Message, reply: Reply) -> None:
        outcome, model = reply.outcome, WebhookMessage
        if outcome is Outcome.RETRIED and message.attempts >= len(self.pauses):
            outcome = Outcome.GIVEN_UP
        if outcome is Outcome.DELIVERED:
            model.delete().where(model.id == message.id).execute()
        elif outcome is Outcome.RETRIED:
            due = reply.at + self.pauses[message.attempts]
            model.update(attempts=message.attempts + 1, due_at=due).where(
                model.id == message.id
            ).execute()
        else:
            _remove((message.subscription_id,))
        WebhookDelivery.insert(
            subscription_id=message.subscription_id,
            notification_url=message.url,
            notifications=len(message.notifications),
            attempt=message.attempts + 1,
            status=reply.status or 0,
            outcome=outcome.value,
            detail=reply.detail,
            correlation_id=reply.correlation_id,
            at=reply.at,
            milliseconds=reply.milliseconds,
        ).execute()

    # --- what is over ---------------------------------------------------------------------

    def expire(self, now: datetime.datetime, kept: datetime.timedelta) -> None:
        """Remove subscriptions whose time is over, and old lines of the log of deliveries."""
        model, line = Subscription, WebhookDelivery
        over = list(model.select().where(model.expires_at <= now))
        old = line.select().where(line.at < now - kept)
        if not over and not old.exists():
            return
        with self.transaction():
            _remove([item.subscription_id for item in over])
            for item in over:
                line.insert(
                    subscription_id=item.subscription_id,
                    notification_url=item.notification_url,
                    outcome=Outcome.EXPIRED.value,
                    at=now,
                ).execute()
            line.delete().where(line.at < now - kept).execute()


def _message(row: WebhookMessage, owner: Subscription) -> Message:
    return Message(
        row.id,
        row.subscription_id,
        owner.notification_url,
        owner.client_state,
        owner.expires_at,
        row.attempts,
        tuple(row.notifications),
    )


def _remove(names: Sequence[str]) -> None:
    """Take subscriptions away with what was to be told to them."""
    for model in (Subscription, *OWNED):
        model.delete().where(model.subscription_id << list(names)).execute()


def _stored(moment: datetime.datetime) -> str:
    return str(WebhookChange.first_at.db_value(moment))
