"""What was fetched from PostgreSQL before it is asked for: each answer is given once.

It is forgotten where the transaction ends in which it was fetched, where a part of it begins or
is undone, and where a statement writes to its table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from models.row_watch import may_write

Read = tuple[str, Sequence[Any]]
"""A statement with its parameters."""
Library = Any  # psycopg's two implementations of libpq share no type

_TABLE = re.compile(r'FROM "?(\w+)')


class FetchedAhead:
    """The answers to statements that will be asked for, on one connection; ``along`` are those
    that are still to be fetched, with the next statement that is read."""

    def __init__(self) -> None:
        self.along: Sequence[Read] = ()
        self._answers: dict[str, dict[tuple[object, ...], Library]] = {}

    def keep(self, reads: Iterable[Read], results: Iterable[Library]) -> None:
        """Keep what each of them gives."""
        for (sql, parameters), result in zip(reads, results, strict=True):
            self._answers.setdefault(sql, {})[_key(parameters)] = result

    def take(self, sql: str, parameters: Sequence[Any]) -> Library | None:
        """What a statement gives, if it was fetched."""
        answers = self._answers.get(sql)
        return None if answers is None else answers.pop(_key(parameters), None)

    def note(self, sql: str) -> None:
        """Forget what was fetched of tables to which a statement may write."""
        if self._answers and not sql.startswith("SELECT"):
            answers = self._answers.items()
            self._answers = {
                read: found for read, found in answers if not may_write(sql, _table_of(read))
            }

    def forget(self) -> None:
        """Forget all of it."""
        self.along, self._answers = (), {}


@lru_cache(maxsize=1000)
def _table_of(read: str) -> str:
    """The table of which a statement reads; blank, as any one may be meant, where it cannot be
    told."""
    table = _TABLE.search(read)
    return "" if table is None else table[1]


def _key(parameters: Sequence[Any]) -> tuple[object, ...]:
    """By what the answer to a statement with these parameters is known."""
    return tuple([tuple(item) if isinstance(item, list) else item for item in parameters])
