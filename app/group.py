"""Requests that a thread answers one after the other, and whose changes one commit ends.

Their answers are kept back until it has: see [commits](../odata/commits.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from odata import commits

Connection = Any  # ``app.arriving`` knows gunicorn's, which has no type information
Handle = Callable[[Connection], object]
Defer = Callable[[Iterable[tuple[Connection, bool]]], None]


class _Answered(NamedTuple):
    """A request that was answered, as it had arrived, and what its answer rests on."""

    connection: Connection
    octets: bytes
    is_kept: bool
    rests_on: tuple[commits.PutOff, ...]

    @property
    def is_kept_back(self) -> bool:
        """Whether the client has not been told."""
        outlet = self.connection.outlet
        return outlet is not None and outlet.keeps_back

    def let_go(self) -> bool:
        """Tell the client; whether the connection is kept."""
        return (not self.is_kept_back or self.connection.outlet.let_go()) and self.is_kept


class Group:
    """The requests that one thread has answered since all of them were told.

    ``defer`` hands connections back to who leads, each with whether it is kept.
    """

    def __init__(self, handle: Handle, defer: Defer) -> None:
        self._handle = handle
        self._defer = defer
        self._answered: list[_Answered] = []

    @property
    def is_open(self) -> bool:
        """Whether a commit is put off."""
        return commits.is_put_off()

    def answer(self, connection: Connection, *, may_wait: bool) -> None:
        """Answer a request; the commit of its change ``may_wait`` for further ones."""
        commits.offer(is_kept_back=may_wait and connection.is_change, ended=self._let_go)
        # What is kept back may have to be done again.
        octets = bytes(connection.held) if commits.is_kept_back() else b""
        is_kept = self._handle(connection) is True
        self._answered.append(_Answered(connection, octets, is_kept, commits.rests_on()))
        commits.offer(is_kept_back=False)

    def tell(self) -> Iterator[tuple[Connection, bool]]:
        """Commit and let the answers go; gives each connection and whether it is kept.

        Where the commit fails nothing was changed, and each request is answered alone."""
        commits.end()
        lost = commits.take_lost()
        answered, self._answered = self._answered, []
        for item in answered:
            if lost and item.is_kept_back and any(found in lost for found in item.rests_on):
                yield item.connection, self._answer_alone(item.connection, item.octets)
            else:
                yield item.connection, item.let_go()

    def _let_go(self) -> None:
        """Let those go that are answered: the request that is being answered may take long."""
        answered, self._answered = self._answered, []
        self._defer([(item.connection, item.let_go()) for item in answered])

    def _answer_alone(self, connection: Connection, octets: bytes) -> bool:
        connection.outlet.drop()
        connection.begin_again(octets)
        with commits.alone():
            return self._handle(connection) is True
