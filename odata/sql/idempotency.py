"""Answers kept by the key of their request, so that the same request is done once.

A key is claimed in the transaction of what the request does: of two requests with one key the
second waits for the first to end.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass

import peewee

from odata.sql.execution import run
from odata.sql.fields import TextField, write_instant

_COLUMNS = ("principal", "key", "digest", "status", "headers", "body", "at")
_PRUNE_EVERY = 100
_MILLISECONDS = 3


class _IdempotencyKey(peewee.Model):
    principal = TextField()
    key = TextField()
    digest = TextField()
    status = peewee.IntegerField()
    headers = TextField()
    body = peewee.BlobField()
    at = TextField(index=True)

    class Meta:
        table_name = "idempotency_key"
        primary_key = peewee.CompositeKey("principal", "key")


Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer that was given; ``digest`` tells the request that it was given to."""

    digest: str
    status: int
    headers: Headers
    body: bytes


class IdempotencyKeys:
    """The keys of one database, each kept for a time."""

    def __init__(self, database: peewee.Database, kept: datetime.timedelta) -> None:
        self._database = database
        self._kept = kept
        self._claims = 0
        place = database.param
        self._insert = (
            f"INSERT INTO idempotency_key ({', '.join(_COLUMNS)}) "  # noqa: S608 - names of ours
            f"VALUES ({', '.join([place] * len(_COLUMNS))}) ON CONFLICT DO NOTHING"
        )
        self._select = (
            "SELECT digest, status, headers, body FROM idempotency_key "  # noqa: S608
            f"WHERE principal = {place} AND key = {place}"
        )
        self._update = (
            f"UPDATE idempotency_key SET status = {place}, headers = {place}, "  # noqa: S608
            f"body = {place} WHERE principal = {place} AND key = {place}"
        )
        self._expire = (
            f"DELETE FROM idempotency_key WHERE at < {place} "  # noqa: S608
            f"AND principal = {place} AND key = {place}"
        )
        self._prune = f"DELETE FROM idempotency_key WHERE at < {place}"  # noqa: S608

    def create_table(self) -> None:
        """Make the table where no migration does."""
        with _IdempotencyKey.bind_ctx(self._database):
            self._database.create_tables((_IdempotencyKey,))

    def claim(
        self, principal: str, key: str, digest: str, now: datetime.datetime
    ) -> KeptAnswer | None:
        """None where the key is new and now the caller's; else the answer that was given."""
        oldest = write_instant(now - self._kept, _MILLISECONDS)
        run(self._database, self._expire, [oldest, principal, key])
        self._claims += 1
        if self._claims % _PRUNE_EVERY == 0:
            run(self._database, self._prune, [oldest])
        values = [principal, key, digest, 0, "[]", b"", write_instant(now, _MILLISECONDS)]
        if run(self._database, self._insert, values).rowcount == 1:
            return None
        found = run(self._database, self._select, [principal, key]).fetchone()
        kept_digest, status, headers, body = found
        pairs = tuple((name, value) for name, value in json.loads(headers))
        return KeptAnswer(kept_digest, status, pairs, bytes(body))

    def keep(self, principal: str, key: str, answer: KeptAnswer) -> None:
        """Keep the answer to the request that has claimed the key."""
        headers = json.dumps(answer.headers)
        values = [answer.status, headers, answer.body, principal, key]
        run(self._database, self._update, values)
