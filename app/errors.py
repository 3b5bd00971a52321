"""Every failure as the engine's error body: Flask's, the database's and our own defects."""

from __future__ import annotations

import logging

from flask import Flask, g
from flask import Response as FlaskResponse
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

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
from odata.protocol.error_body import ERROR_CONTENT_TYPE, error_response_body
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
    host.register_error_handler(ODataError, _on_refusal)
    host.register_error_handler(HTTPException, _on_http_exception)
    host.register_error_handler(Exception, _on_defect)
    for error_type in UNAVAILABLE:
        host.register_error_handler(error_type, _on_unavailable)


def answer(error: ODataError) -> FlaskResponse:
    """A failure as a response."""
    body = error_response_body(error, g.get("request_id", ""))
    headers = [
        ("OData-Version", V4_0),
        ("Content-Type", ERROR_CONTENT_TYPE),
        *error.headers,
    ]
    return FlaskResponse(body, error.http_status, headers)


def resource_not_found(path: str) -> NotFoundError:
    """The answer to a path that no route knows, in Business Central's words."""
    segment = path.strip("/").rpartition("/")[2][:100]
    return NotFoundError(f"Resource not found for the segment '{segment}'.")


def _on_refusal(error: ODataError) -> FlaskResponse:
    return answer(error)


def _on_http_exception(error: HTTPException) -> FlaskResponse:
    return answer(_translated(error))


def _translated(error: HTTPException) -> ODataError:
    if isinstance(error, NotFound):
        return resource_not_found(g.target.path if "target" in g else "")
    if isinstance(error, MethodNotAllowed):
        allowed = tuple(sorted(error.valid_methods or ()))
        return MethodNotAllowedError("this method is not allowed here", allowed=allowed)
    return _BY_STATUS.get(error.code or 500) or InternalError("the request cannot be answered")


def _on_unavailable(error: Exception) -> FlaskResponse:
    _LOG.error("the database is not available", exc_info=error)
    return answer(
        ServiceUnavailableError(
            "the database is busy or away; nothing was changed",
            headers=(("Retry-After", str(RETRY_AFTER_SECONDS)),),
        )
    )


def _on_defect(error: Exception) -> FlaskResponse:
    _LOG.error("a request has failed", exc_info=error)
    return answer(InternalError("the server has failed; its log tells why under this id"))
