"""Requests that change something: permitted, handed on, answered.

What an answer shows of a change is mostly stored values, which are read when the change is
committed. Options that compute or nest may fail on them; then nothing of the change may
remain, so both are one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from odata.errors import BadRequestError
from odata.protocol.access import check_access
from odata.protocol.batch import whole_body
from odata.protocol.exchange import Exchange
from odata.protocol.messages import Request, Response
from odata.query.resource import ResourceKind

Answer = Callable[[Exchange], Response]
_READ_ONLY_INTENT = "readonly"


class InTransaction(Protocol):
    """Runs work in one transaction."""

    def __call__(self, work: Callable[[], Response]) -> Response:
        """What the work gives."""


class ChangeHandler:
    """Answers the methods that change something, and operations that they call."""

    def __init__(self, write: Answer, call: Answer, in_transaction: InTransaction) -> None:
        self._write = write
        self._call = call
        self._in_transaction = in_transaction

    def answer(self, exchange: Exchange) -> Response:
        """The answer to a change; one that cannot be shown as asked is not made."""
        check_access(exchange)
        if _wants_read_only(exchange.request):
            raise BadRequestError(
                "Cannot change a record. Current connection intent is Read-Only.",
                target="Data-Access-Intent",
            )
        is_operation = exchange.prepared.target.kind is ResourceKind.OPERATION
        answer = self._call if is_operation else self._write
        if not _is_evaluated(exchange):
            return answer(exchange)

        def whole() -> Response:
            response = answer(exchange)
            response.body = whole_body(response)
            return response

        return self._in_transaction(whole)


def _wants_read_only(request: Request) -> bool:
    return (request.header("data-access-intent") or "").lower() == _READ_ONLY_INTENT


def _is_evaluated(exchange: Exchange) -> bool:
    """Whether showing the result takes more than to look up properties."""
    return any(
        name.startswith("$") and (name != "$select" or "(" in value)
        for name, value in exchange.shape.options
    )
