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
from app.cors import METHODS, CrossOrigin, is_preflight, preflight_headers
from app.errors import register_error_handlers
from app.http import read_target
from app.services import Services, build_services


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
    register_error_handlers(host)
    host.register_blueprint(health.create_blueprint(services.is_ready))
    host.register_blueprint(bc.create_blueprint(services.engine, settings))
    return host


def _register_hooks(host: Flask, settings: Settings, services: Services) -> None:
    authenticator = Authenticator(settings, services.tokens, _now)
    cross_origin = CrossOrigin(settings.cors_origins)

    @host.before_request
    def admit() -> FlaskResponse | None:
        """Name the request and its sender before anything of it is read."""
        environ, state = request.environ, g
        state.request_id = environ["kontor.request_id"] = str(uuid.uuid4())
        if is_preflight(environ):
            return FlaskResponse(None, 204, preflight_headers(environ))
        if environ["PATH_INFO"] in health.PATHS:
            return None
        caller = Caller(environ.get("HTTP_AUTHORIZATION"), environ.get("REMOTE_ADDR") or "")
        state.principal = principal = authenticator.authenticate(caller)
        environ["kontor.principal"] = principal.name
        state.target = read_target(environ, settings.limits)
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return _methods()
        return None

    @host.after_request
    def finish(response: FlaskResponse) -> FlaskResponse:
        """Give back what the request held, and add the headers that every answer has."""
        environ, headers = request.environ, response.headers
        leave_unread(environ)
        services.release_connection()
        headers.add("request-id", environ["kontor.request_id"])
        headers.add("X-Content-Type-Options", "nosniff")
        if "Cache-Control" not in headers:
            headers.add("Cache-Control", "no-cache, no-store")
        headers.extend(cross_origin.answer_headers(environ))
        return response


def _methods() -> FlaskResponse:
    answer = FlaskResponse(None, 200, [("Allow", METHODS)])
    del answer.headers["Content-Type"]
    return answer


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
