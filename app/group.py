"""Requests that a thread answers one after the other, and whose changes one commit ends.

Their answers are kept back until it has: see [commits](../odata/commits.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from odata import commits

Connection = Any  # ``app.arriving`` knows gunicorn's, which has no type information
Handle = Callable[[Connection], object]


class _Answered(NamedTuple):
    """A request that was answered, as it had arrived, and what its answer rests on."""

    connection: Connection
    octets: bytes
    is_kept: bool
    rests_on: tuple[commits.PutOff, ...]


class Group:
    """The requests that one thread has answered since all of them were told."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._answered: list[_Answered] = []

    @property
    def is_open(self) -> bool:
        """Whether a commit is put off."""
        return commits.is_put_off()

    def answer(self, connection: Connection, *, may_wait: bool) -> None:
        """Answer a request; the commit of its change ``may_wait`` for further ones."""
        is_offered = may_wait and connection.is_change
        commits.offer(is_kept_back=is_offered)
        # What is kept back may have to be done again.
        octets = bytes(connection.held) if is_offered or commits.is_put_off() else b""
        is_kept = self._handle(connection) is True
        self._answered.append(_Answered(connection, octets, is_kept, commits.rests_on()))
        commits.offer(is_kept_back=False)

    def takes(self, connection: Connection) -> bool:
        """Whether a request may be answered before these answers leave."""
        return bool(connection.is_change)

    def tell(self) -> Iterator[tuple[Connection, bool]]:
        """Commit and let the answers go; gives each connection and whether it is kept.

        Where the commit fails nothing was changed, and each request is answered alone."""
        commits.end()
        lost = commits.take_lost()
        answered, self._answered = self._answered, []
        for item in answered:
            connection, outlet = item.connection, item.connection.outlet
            if outlet is None or not outlet.keeps_back:
                yield connection, item.is_kept
            elif lost and any(found in lost for found in item.rests_on):
                yield connection, self._answer_alone(connection, item.octets)
            else:
                yield connection, outlet.let_go() and item.is_kept

    def _answer_alone(self, connection: Connection, octets: bytes) -> bool:
        connection.outlet.drop()
        connection.begin_again(octets)
        return self._handle(connection) is True
