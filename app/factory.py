"""The Flask application: hooks, routes and error answers around the engine."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, g, request
from flask import Response as FlaskResponse

from app import audit, bc, documentation, health, oauth, reading_list
from app.admission import Admission, name_request
from app.compression import Compression
from app.config import Settings, read_settings
from app.cors import METHODS, is_preflight, preflight_headers
from app.errors import register_error_handlers
from app.http import Environ
from app.identity import build_identification
from app.rest.blueprint import (
    DOCUMENTATION_PATHS,
    create_blueprints,
    create_documentation,
    listed_pages,
)
from app.services import Services, build_services
from app.shortcut import Shortcut

_CREDENTIALS = ("HTTP_AUTHORIZATION", "HTTP_X_API_KEY")


def create_app(settings: Settings | None = None, services: Services | None = None) -> Flask:
    """The application over the given settings and services, else over the environment's."""
    settings = settings or read_settings()
    services = services or build_services(settings)
    host = Flask("kontor", static_folder=None)
    # Every failure is answered by our handlers, in tests too.
    host.config["PROPAGATE_EXCEPTIONS"] = False
    # Whatever the environment says: nobody gets a debugger.
    host.debug = False
    # A redirect would lose bodies and tell other paths than those that were asked.
    host.url_map.merge_slashes = False
    host.url_map.redirect_defaults = False
    identification = build_identification(settings, services.directory, services.events)
    admission = Admission(settings, identification.authenticator, services.release_connection)
    service = bc.Service(services.engine, settings, identification.log)
    _register_hooks(host, admission, _described_paths(settings))
    register_error_handlers(host)
    host.register_blueprint(health.create_blueprint(services.is_ready))
    host.register_blueprint(
        oauth.create_blueprint(
            settings, identification.endpoint, admission.caller_of, bc.host_check(settings)
        )
    )
    host.register_blueprint(audit.create_blueprint(services.events, identification.log))
    host.register_blueprint(bc.create_blueprint(service))
    if services.entities is not None:
        for blueprint in create_blueprints(services.entities, settings, identification.log):
            host.register_blueprint(blueprint)
    if services.model_of is not None:
        host.register_blueprint(create_documentation(services.model_of))
        host.register_blueprint(documentation.create_blueprint(services.model_of))
        pages = (documentation.PAGE, *listed_pages())
        host.register_blueprint(reading_list.create_blueprint(pages))
    # Flask's own place for what stands in front of it.
    shortcut = Shortcut(host, admission, service)
    host.wsgi_app = Compression(shortcut, settings.compression)  # type: ignore[method-assign]
    return host


def _described_paths(settings: Settings) -> frozenset[str]:
    """Descriptions of the service that need no caller, as long as it is not served for real."""
    if settings.is_production:
        return frozenset()
    return documentation.PATHS | DOCUMENTATION_PATHS | {reading_list.PATH}


def _is_anonymous(environ: Environ, described: frozenset[str]) -> bool:
    """Whether a request needs no caller; one that names himself is shown what he may see."""
    path = environ["PATH_INFO"]
    if path in described:
        return not any(name in environ for name in _CREDENTIALS)
    return path in health.PATHS or oauth.is_open(path)


def _register_hooks(host: Flask, admission: Admission, described: frozenset[str]) -> None:
    @host.before_request
    def admit() -> FlaskResponse | None:
        """Name the request and its sender before anything of it is read."""
        environ = request.environ
        g.request_id = name_request(environ)
        if is_preflight(environ):
            return FlaskResponse(None, 204, preflight_headers(environ))
        if _is_anonymous(environ, described):
            return None
        g.admitted = admission.admit(environ)
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return _methods()
        return None

    @host.after_request
    def finish(response: FlaskResponse) -> FlaskResponse:
        """Add the headers that every answer has; what the request held is given back with it."""
        present = frozenset(response.headers.keys())
        response.headers.extend(admission.finish(request.environ, present))
        if response.is_streamed:
            # Our views write octets.
            octets: Iterable[bytes] = response.response  # type: ignore[assignment]  # or texts
            response.response = admission.until_sent(request.environ, octets)
        else:
            admission.release(request.environ)
        return response


def _methods() -> FlaskResponse:
    answer = FlaskResponse(None, 200, [("Allow", METHODS)])
    del answer.headers["Content-Type"]
    return answer
