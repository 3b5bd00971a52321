"""Requests that change something: permitted, and handed on to who does it."""

from __future__ import annotations

from collections.abc import Callable

from odata.errors import BadRequestError
from odata.protocol.access import check_access
from odata.protocol.exchange import Exchange
from odata.protocol.messages import Response
from odata.query.resource import ResourceKind

Answer = Callable[[Exchange], Response]
READ_ONLY_INTENT = "Data-Access-Intent"
_INTENT = READ_ONLY_INTENT.lower()
_READ_ONLY = "readonly"


class ChangeHandler:
    """Answers the methods that change something, and operations that they call."""

    def __init__(self, write: Answer, call: Answer) -> None:
        self._write = write
        self._call = call

    def answer(self, exchange: Exchange) -> Response:
        """The answer to a change."""
        check_access(exchange)
        intent = exchange.request.headers.get(_INTENT)
        if intent is not None and intent.lower() == _READ_ONLY:
            raise BadRequestError(
                "Cannot change a record. Current connection intent is Read-Only.",
                target=READ_ONLY_INTENT,
            )
        is_operation = exchange.prepared.target.kind is ResourceKind.OPERATION
        return self._call(exchange) if is_operation else self._write(exchange)
