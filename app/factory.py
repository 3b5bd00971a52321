"""The Flask application: hooks, routes and error answers around the engine."""

from __future__ import annotations

import datetime
import uuid

from flask import Flask, g, request
from flask import Response as FlaskResponse

from app import bc, health
from app.auth import Authenticator, Caller
from app.body import leave_unread
from app.config import Settings, read_settings
from app.cors import allow_origins, is_preflight
from app.errors import register_error_handlers
from app.http import read_target
from app.services import Services, build_services

_DEFAULT_HEADERS = (
    ("Cache-Control", "no-cache, no-store"),
    ("X-Content-Type-Options", "nosniff"),
)


def create_app(settings: Settings | None = None, services: Services | None = None) -> Flask:
    """The application over the given settings and services, else over the environment's."""
    settings = settings or read_settings()
    services = services or build_services(settings)
    host = Flask("kontor", static_folder=None)
    # Every failure is answered by our handlers, in tests too.
    host.config["PROPAGATE_EXCEPTIONS"] = False
    # A redirect would lose bodies and tell other paths than those that were asked.
    host.url_map.merge_slashes = False
    host.url_map.redirect_defaults = False
    _register_hooks(host, settings, services)
    register_error_handlers(host, services.discard_connection)
    allow_origins(host, settings)
    host.register_blueprint(health.create_blueprint(services.is_ready))
    host.register_blueprint(bc.create_blueprint(services.engine, settings))
    return host


def _register_hooks(host: Flask, settings: Settings, services: Services) -> None:
    authenticator = Authenticator(settings, services.tokens, _now)

    @host.before_request
    def admit() -> None:
        """Name the request and its sender before anything of it is read."""
        g.request_id = request.environ["kontor.request_id"] = str(uuid.uuid4())
        if request.blueprint == "health" or is_preflight(request):
            return
        caller = Caller(request.headers.get("Authorization"), request.remote_addr or "")
        g.principal = authenticator.authenticate(caller)
        request.environ["kontor.principal"] = g.principal.name
        g.target = read_target(request.environ, settings.limits)

    @host.after_request
    def finish(response: FlaskResponse) -> FlaskResponse:
        """Headers that every answer has."""
        leave_unread(request.environ)
        response.headers["request-id"] = g.request_id
        for name, value in _DEFAULT_HEADERS:
            response.headers.setdefault(name, value)
        return response


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
