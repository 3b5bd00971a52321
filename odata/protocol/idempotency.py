"""``Idempotency-Key``: a POST that is sent again is done once and answered alike.

The key belongs to its sender. The same request under the same key gets the first answer,
marked ``Idempotency-Replayed: true``; another request under it is refused with 422. Answers
are kept for the time of the setting, a day by default. A request that fails changes nothing
and keeps no answer, so it may be sent again. A batch under a key is one transaction: what it
does and its answer are kept together.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from http import HTTPStatus

from odata.errors import BadRequestError, UnprocessableError
from odata.protocol.messages import Request, Response, whole_body
from odata.sql.idempotency import IdempotencyKeys, KeptAnswer

IDEMPOTENCY_KEY = "Idempotency-Key"
_HEADER = IDEMPOTENCY_KEY.lower()
_KEY = re.compile(r"[!-~]{1,255}")

Handle = Callable[[Request], Response]


class _UndoneError(Exception):
    """Leaves the transaction of a request that has failed."""


class IdempotentRequests:
    """Answers requests that have a key."""

    def __init__(
        self,
        keys: IdempotencyKeys,
        begin: Callable[[], AbstractContextManager[None]],
        clock: Callable[[], datetime.datetime],
    ) -> None:
        self._keys = keys
        self._begin = begin
        self._clock = clock

    def is_asked(self, request: Request) -> bool:
        """Whether a request has a key that counts."""
        return request.method == "POST" and _HEADER in request.headers

    def answer(self, request: Request, handle: Handle) -> Response:
        """The first answer under the key, whether it is given now or was before."""
        key = (request.header(_HEADER) or "").strip()
        if not _KEY.fullmatch(key):
            raise BadRequestError(
                f"{IDEMPOTENCY_KEY} has 1 to 255 visible characters", target=IDEMPOTENCY_KEY
            )
        principal, digest = request.principal.name, _digest(request)
        response: Response | None = None
        try:
            with self._begin():
                kept = self._keys.claim(principal, key, digest, self._clock())
                if kept is not None:
                    return _replayed(kept, digest)
                response = self._run(request, handle)
                headers = tuple(response.headers)
                answer = KeptAnswer(digest, response.status, headers, whole_body(response))
                self._keys.keep(principal, key, answer)
        except _UndoneError as undone:
            failure: Response = undone.args[0]
            return failure
        return response

    def _run(self, request: Request, handle: Handle) -> Response:
        response = handle(request)
        response.body = whole_body(response)
        if response.status >= HTTPStatus.BAD_REQUEST:
            raise _UndoneError(response)
        return response


def _digest(request: Request) -> str:
    """What makes two requests the same."""
    parts = (
        request.path,
        request.query,
        request.header("content-type") or "",
        request.header("prefer") or "",
        request.header("if-match") or "",
    )
    head = "\n".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(head + b"\n\n" + request.body).hexdigest()


def _replayed(kept: KeptAnswer, digest: str) -> Response:
    if kept.digest != digest:
        raise UnprocessableError(
            "The Idempotency-Key was used for another request.", target="Idempotency-Key"
        )
    headers = [*kept.headers, ("Idempotency-Replayed", "true")]
    return Response(kept.status, headers, kept.body)
