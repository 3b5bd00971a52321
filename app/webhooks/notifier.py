"""The worker that sends what is due: from the log of changes to the receivers."""

from __future__ import annotations

import datetime
import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from time import monotonic

from app.webhooks.posting import NoAnswerError, Poster
from models.availability import UNAVAILABLE, discard_connection
from models.webhook_changes import instant
from models.webhook_queue import Message, Reply, WebhookQueue
from odata.errors import ODataError

_LOG = logging.getLogger("kontor.webhooks")
_FAULTS: tuple[type[Exception], ...] = (ODataError, *UNAVAILABLE)
# How long the worker rests, and how long where the database is away.
_REST_SECONDS = 0.5
_FAULT_SECONDS = 5.0
_RECEIVERS_AT_ONCE = 8
# A request holds at most so many notifications, unless a single message has more.
_MOST_NOTIFICATIONS = 1000
_ROUND = datetime.timedelta(seconds=5)
_NO_TIME = datetime.timedelta(0)
_MOST_DIGITS, _MOST_SECONDS = 9, 86_400

Clock = Callable[[], datetime.datetime]


@dataclass(slots=True)
class Notifier:
    """Sends what is due, round by round, as long as the queue is this worker's."""

    queue: WebhookQueue
    poster: Poster
    clock: Clock
    log_kept: datetime.timedelta = datetime.timedelta(days=30)
    _held_until: datetime.datetime | None = field(default=None, init=False)

    def run(self, is_over: Callable[[], bool], rest: threading.Event) -> None:
        """Work until it is over; ``rest`` ends a pause early."""
        while not is_over():
            pause = _REST_SECONDS
            try:
                self.work()
            except _FAULTS as error:
                _LOG.warning("webhooks wait for the database: %s", type(error).__name__)
                discard_connection()
                self._held_until, pause = None, _FAULT_SECONDS
            rest.wait(pause)
        self._end()

    def work(self) -> None:
        """One round: read the log, form messages, send those that are due."""
        if not self._holds():
            return
        now = self.clock()
        self.queue.expire(now, self.log_kept)
        self.queue.collect(now)
        self.queue.form(now)
        due = self.queue.due(now)
        if due:
            self._send_all(due)

    def _holds(self) -> bool:
        """Whether the queue is this worker's; asked of the database now and then."""
        now = self.clock()
        if self._held_until is None or self._held_until - now < 2 * _ROUND:
            self._held_until = self.queue.hold(now)
        return self._held_until is not None

    def _end(self) -> None:
        try:
            self.queue.release()
        except _FAULTS:
            # Another worker takes over when the time of this one is up.
            return

    def _send_all(self, due: Iterable[Message]) -> None:
        with ThreadPoolExecutor(_RECEIVERS_AT_ONCE) as pool:
            sent = {pool.submit(self._send, group): group for group in _groups(due)}
            for future in as_completed(sent):
                reply = future.result()
                self._holds()
                self.queue.settle(sent[future], reply)
                _LOG.info("webhook %s: %s", reply.correlation_id, reply.status or reply.detail)

    def _send(self, messages: tuple[Message, ...]) -> Reply:
        correlation, at, begun = str(uuid.uuid4()), self.clock(), monotonic()
        headers = {
            "Content-Type": "application/json",
            "x-ms-correlation-id": correlation,
            "clientRequestId": correlation,
        }
        status, detail, silence = None, "", _NO_TIME
        try:
            answer = self.poster.post(messages[0].url, _body(messages), headers)
            status, silence = answer.status, read_silence(answer.retry_after, at)
        except NoAnswerError as error:
            detail = str(error)
        took = int((monotonic() - begun) * 1000)
        return Reply(status, detail, correlation, at, took, silence)


def _groups(due: Iterable[Message]) -> Iterator[tuple[Message, ...]]:
    """Messages that one request carries: those to the same address."""
    by_url: dict[str, list[Message]] = {}
    for message in due:
        by_url.setdefault(message.url, []).append(message)
    for messages in by_url.values():
        group: list[Message] = []
        size = 0
        for message in messages:
            if group and size + len(message.notifications) > _MOST_NOTIFICATIONS:
                yield tuple(group)
                group, size = [], 0
            group.append(message)
            size += len(message.notifications)
        yield tuple(group)


def read_silence(text: str, now: datetime.datetime) -> datetime.timedelta:
    """How long a ``Retry-After`` asks to wait: so many seconds, or until a date (RFC 9110
    10.2.3)."""
    if text.isascii() and text.isdigit():
        return datetime.timedelta(seconds=min(int(text[:_MOST_DIGITS]), _MOST_SECONDS))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return _NO_TIME
    return max(moment.replace(tzinfo=moment.tzinfo or datetime.UTC) - now, _NO_TIME)


def _body(messages: tuple[Message, ...]) -> bytes:
    """The notifications as they are sent (Business Central reference §13)."""
    value = [
        {
            "subscriptionId": message.subscription_id,
            "clientState": message.client_state,
            "expirationDateTime": instant(message.expires_at),
            **notification,
        }
        for message in messages
        for notification in message.notifications
    ]
    return json.dumps({"value": value}, ensure_ascii=False, separators=(",", ":")).encode()
