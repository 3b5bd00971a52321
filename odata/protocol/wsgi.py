"""An engine as a WSGI application, for services that need no more of a host.

    application = wsgi_application(engine, root="/odata/", principal_of=everybody)

It has no authentication of its own: ``principal_of`` decides who is asking, and raises
``UnauthorizedError`` for nobody. Cites: PEP 3333.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from odata.errors import BadRequestError, NotFoundError, ODataError, PayloadTooLargeError
from odata.protocol.engine import Engine
from odata.protocol.error_body import error_response
from odata.protocol.messages import Principal, Request, Response

Environ = dict[str, Any]  # PEP 3333 leaves the values to the server
StartResponse = Callable[..., Any]  # the same: its result is never used

_MAX_BODY = 1024 * 1024


def wsgi_application(
    engine: Engine,
    *,
    principal_of: Callable[[Environ], Principal],
    root: str = "/odata/",
    max_body: int = _MAX_BODY,
) -> Callable[[Environ, StartResponse], Iterable[bytes]]:
    """A WSGI callable that serves ``engine`` below ``root``."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        response = _respond(environ)
        body = [response.body] if isinstance(response.body, bytes) else response.body
        start_response(f"{response.status} {HTTPStatus(response.status).phrase}", response.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else body

    def _respond(environ: Environ) -> Response:
        request = Request("GET", "", "", request_id=str(uuid.uuid4()))
        try:
            _fill(request, environ, root)
            request.principal = principal_of(environ)
            request.body = _read_body(environ, max_body)
        except ODataError as error:
            return error_response(error, request)
        return engine.handle(request)

    return application


def _fill(request: Request, environ: Environ, root: str) -> None:
    target = environ.get("RAW_URI") or environ["PATH_INFO"]
    path, _, query = target.partition("?")
    if not f"{path}/".startswith(root):
        raise NotFoundError(f"Resource not found for the segment '{path.rpartition('/')[2]}'.")
    method = environ["REQUEST_METHOD"]
    request.method = "GET" if method == "HEAD" else method
    scheme, host = environ["wsgi.url_scheme"], environ.get("HTTP_HOST", "localhost")
    request.service_root = f"{scheme}://{host}{root}"
    request.path, request.query = path[len(root) :], query
    request.headers = _headers(environ)


def _headers(environ: Environ) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return headers


def _read_body(environ: Environ, max_body: int) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit():
        raise BadRequestError("Content-Length is no number")
    if int(length) > max_body:
        raise PayloadTooLargeError(f"a body may have {max_body} bytes; this one has {length}")
    body: bytes = environ["wsgi.input"].read(int(length))
    if len(body) != int(length):
        raise BadRequestError("the body ended before its Content-Length")
    return body
