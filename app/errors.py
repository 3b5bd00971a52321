"""Every failure as the engine's error body: Flask's, the database's and our own defects."""

from __future__ import annotations

import logging

from flask import Flask, g, request
from flask import Response as FlaskResponse
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from app.http import to_flask
from models.availability import UNAVAILABLE
from odata.errors import (
    BadRequestError,
    InternalError,
    MethodNotAllowedError,
    NotFoundError,
    ODataError,
    PayloadTooLargeError,
    ServiceUnavailableError,
    UnsupportedMediaTypeError,
    UriTooLongError,
)
from odata.protocol.error_body import ERROR_HEADERS, error_response_body
from odata.protocol.messages import Response
from odata.protocol.versions import V4_0

RETRY_AFTER_SECONDS = 1
_LOG = logging.getLogger("kontor")

_BY_STATUS: dict[int, ODataError] = {
    400: BadRequestError("the request is malformed"),
    413: PayloadTooLargeError("the body is too long"),
    414: UriTooLongError("the request target is too long"),
    415: UnsupportedMediaTypeError("the body is of a type that is not read here"),
}


def register_error_handlers(host: Flask) -> None:
    """Answer every exception with the error body; never HTML, never a trace."""

    def on_failure(error: Exception) -> FlaskResponse:
        """The same for all of them; Flask lets only HTTP errors pass by a handler for all."""
        failure = failure_response(failure_of(error), g.get("request_id", ""))
        return to_flask(failure, is_head=request.method == "HEAD")

    for error_type in (ODataError, HTTPException, Exception):
        host.register_error_handler(error_type, on_failure)


def failure_of(error: Exception) -> ODataError:
    """What a client is told of an exception; what it is not told goes into the log."""
    if isinstance(error, ODataError):
        return error
    if isinstance(error, HTTPException):
        return _translated(error)
    if isinstance(error, UNAVAILABLE):
        _LOG.error("the database is not available", exc_info=error)
        return ServiceUnavailableError(
            "the database is busy or away; nothing was changed",
            headers=(("Retry-After", str(RETRY_AFTER_SECONDS)),),
        )
    _LOG.error("a request has failed", exc_info=error)
    return InternalError("the server has failed; its log tells why under this id")


def failure_response(error: ODataError, request_id: str) -> Response:
    """A failure as an answer."""
    body = error_response_body(error, request_id)
    headers = [
        ("OData-Version", V4_0),
        *ERROR_HEADERS,
        *error.headers,
    ]
    return Response(error.http_status, headers, body)


def resource_not_found(path: str) -> NotFoundError:
    """The answer to a path that no route knows, in Business Central's words."""
    segment = path.strip("/").rpartition("/")[2][:100]
    return NotFoundError(f"Resource not found for the segment '{segment}'.")


def _translated(error: HTTPException) -> ODataError:
    if isinstance(error, NotFound):
        return resource_not_found(g.admitted.target.path if "admitted" in g else "")
    if isinstance(error, MethodNotAllowed):
        allowed = tuple(sorted(error.valid_methods or ()))
        return MethodNotAllowedError("this method is not allowed here", allowed=allowed)
    return _BY_STATUS.get(error.code or 500) or InternalError("the request cannot be answered")
