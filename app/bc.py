"""The Business Central service: every root at which its clients expect it."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from flask import Blueprint, g, request
from flask import Response as FlaskResponse

from app.access_log import AccessLog
from app.admission import Admitted
from app.body import read_body
from app.challenges import INSUFFICIENT_SCOPE
from app.config import Settings
from app.errors import resource_not_found
from app.forbidden import take_forbidden
from app.http import (
    LOOPBACK_HOSTS,
    Environ,
    check_authority,
    read_headers,
    to_flask,
)
from models.access_event import EventKind
from odata.protocol.messages import Request, Response

# The second route is where Business Central tells which sets can be followed.
_ROUTES = ("api/v2.0", "api/microsoft/runtime/beta")
ROOTS = tuple(
    f"{place}/{route}"
    for route in _ROUTES
    for place in ("", "/BC", "/v2.0/<environment>", "/v2.0/<tenant>/<environment>")
)
_FORBIDDEN = HTTPStatus.FORBIDDEN.value
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# The same roots in the raw target, where an encoded slash is no separator.
_RAW_ROOT = re.compile(
    r"/(?:(?:BC|v2\.0/[^/]+(?:/[^/]+)?)/)?api/(?:v2\.0|microsoft/runtime/beta)(?=/|$)"
)


class RequestHandler(Protocol):
    """What answers the requests of a service."""

    def handle(self, request: Request, /) -> Response:
        """The answer; a failure that a client can see is an answer too."""


class Service:
    """The engine, or what else answers, under the roots at which it is asked: ``root`` matches
    the beginning of a raw path."""

    def __init__(
        self,
        engine: RequestHandler,
        settings: Settings,
        log: AccessLog,
        root: re.Pattern[str] = _RAW_ROOT,
    ) -> None:
        self._engine = engine
        self._root = root
        self._log = log
        self._settings = settings
        self._is_trusted = host_check(settings)

    def answer(self, environ: Environ, admitted: Admitted) -> Response:
        """The engine's answer under the root that was asked. HEAD is answered as GET is; only
        its body stays away."""
        target, settings = admitted.target, self._settings
        match = self._root.match(target.path)
        if match is None:
            raise resource_not_found(target.path)
        check_authority(target.authority, self._is_trusted)
        base = settings.public_url or f"{environ['wsgi.url_scheme']}://{target.authority}"
        method = environ["REQUEST_METHOD"]
        message = Request(
            method="GET" if method == "HEAD" else method,
            service_root=f"{base}{match.group()}/",
            path=target.path[match.end() :].removeprefix("/"),
            query=target.query,
            headers=read_headers(environ),
            body=read_body(environ, settings.limits),
            principal=admitted.principal,
            request_id=admitted.request_id,
            address=admitted.caller.address or "",
        )
        response = self._engine.handle(message)
        for what in take_forbidden():
            self._log.refused(EventKind.FORBIDDEN, admitted.principal.name, admitted.caller, what)
        if response.status == _FORBIDDEN:
            response.set_header(*INSUFFICIENT_SCOPE)
        return response


def create_blueprint(
    service: Service, name: str = "bc", roots: tuple[str, ...] = ROOTS
) -> Blueprint:
    """One view for every path below every root."""
    blueprint = Blueprint(name, __name__)

    def serve(**_: str) -> FlaskResponse:
        """Hand the request on to the service."""
        answer = service.answer(request.environ, g.admitted)
        return to_flask(answer, is_head=request.method == "HEAD")

    for root in roots:
        for rule in (root, f"{root}/", f"{root}/<path:path>"):
            blueprint.add_url_rule(rule, view_func=serve, methods=METHODS, strict_slashes=True)
    return blueprint


def host_check(settings: Settings) -> Callable[[str], bool]:
    """Says which hosts may stand in links: those named, else those of this machine."""
    if settings.trusted_hosts:
        return frozenset(host.lower() for host in settings.trusted_hosts).__contains__
    if settings.public_url is not None or not settings.server.is_loopback:
        return lambda _host: True
    return (LOOPBACK_HOSTS | {settings.server.bind}).__contains__
