"""What the server itself refuses, before a request has reached the application.

gunicorn would answer with a page of HTML that repeats what was sent, and write that to its log.
"""

from __future__ import annotations

import socket
from http import HTTPStatus

import gunicorn.util

from odata.errors import BadRequestError, InternalError, NotImplementedYetError, ODataError
from odata.protocol.error_body import ERROR_HEADERS, error_response_body

_MESSAGES = {
    431: "the header fields of the request are too long or too many",
    417: "the request expects what is not done here",
    403: "the request did not come through a proxy that is trusted",
}


def write_refusal(connection: socket.socket, status: int, reason: str, _message: str) -> None:
    """Answer in the place of ``gunicorn.util.write_error``."""
    body = error_response_body(_error(status), "")
    fields = "".join(f"{name}: {value}\r\n" for name, value in ERROR_HEADERS)
    head = (
        f"HTTP/1.1 {status} {reason}\r\n"
        "Connection: close\r\n"
        f"{fields}"
        "X-Content-Type-Options: nosniff\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    gunicorn.util.write_nonblock(connection, head.encode("latin-1") + body)


def _error(status: int) -> ODataError:
    if status == HTTPStatus.NOT_IMPLEMENTED:
        return NotImplementedYetError("the transfer coding of the request is not read here")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return InternalError("the server has failed; its log tells why")
    return BadRequestError(_MESSAGES.get(status, "the request is not one of HTTP/1.1"))
