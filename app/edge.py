"""What the server itself refuses, before a request has reached the application.

gunicorn would answer with a page of HTML that repeats what was sent, and write that to its log.
"""

from __future__ import annotations

import logging
import socket
import uuid
from http import HTTPStatus

import gunicorn.util

from odata.errors import (
    BadRequestError,
    InternalError,
    NotImplementedYetError,
    ODataError,
    ServiceUnavailableError,
    TimeoutExceededError,
    UriTooLongError,
)
from odata.protocol.error_body import ERROR_HEADERS, error_response_body

_logger = logging.getLogger("kontor.edge")
# How gunicorn begins to say that a request line is longer than its limit.
_LONG_LINE = "Request Line is too large"
_RETRY = (("Retry-After", "1"),)
_MESSAGES = {
    431: "the header fields of the request are too long or too many",
    417: "the request expects what is not done here",
    403: "the request did not come through a proxy that is trusted",
}


def write_refusal(connection: socket.socket, status: int, _reason: str, message: str) -> None:
    """Answer in the place of ``gunicorn.util.write_error``."""
    if message.startswith(_LONG_LINE):
        # gunicorn knows no status of its own for it.
        status = HTTPStatus.REQUEST_URI_TOO_LONG
    request_id = str(uuid.uuid4())
    _logger.warning("request %s was refused unread with status %d", request_id, status)
    error = _error(status)
    body = error_response_body(error, request_id)
    fields = "".join(f"{name}: {value}\r\n" for name, value in (*ERROR_HEADERS, *error.headers))
    head = (
        f"HTTP/1.1 {int(status)} {HTTPStatus(status).phrase}\r\n"
        "Connection: close\r\n"
        f"{fields}"
        f"request-id: {request_id}\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    gunicorn.util.write_nonblock(connection, head.encode("latin-1") + body)


def _error(status: int) -> ODataError:
    if status == HTTPStatus.REQUEST_URI_TOO_LONG:
        return UriTooLongError("the request line is longer than the server reads")
    if status == HTTPStatus.REQUEST_TIMEOUT:
        return TimeoutExceededError("the request did not arrive in time")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return ServiceUnavailableError(
            "more is on its way to the server than it holds", headers=_RETRY
        )
    if status == HTTPStatus.NOT_IMPLEMENTED:
        return NotImplementedYetError("the transfer coding of the request is not read here")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return InternalError("the server has failed; its log tells why")
    return BadRequestError(_MESSAGES.get(status, "the request is not well-formed HTTP"))
