"""The shortcut past Flask gives what Flask gives."""

from __future__ import annotations

import io
from collections.abc import Callable

import peewee
import pytest

from app.config import Settings
from app.directory import Directory
from app.factory import create_app
from app.services import Services
from odata.errors import NotFoundError
from odata.protocol.messages import Response

ENVIRON = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/api/v2.0/customers",
    "RAW_URI": "/api/v2.0/customers",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "127.0.0.1",
    "HTTP_AUTHORIZATION": "Bearer kontor-dev",
    "REMOTE_ADDR": "127.0.0.1",
    "wsgi.url_scheme": "http",
    "wsgi.input_terminated": True,
}


@pytest.fixture
def host(engine, tokens):
    return create_app(Settings(), Services(engine, Directory(tokens), lambda: True, lambda: None))


def ask(application: Callable[..., object], **changes: object) -> tuple[object, ...]:
    told: list[object] = []
    environ = ENVIRON | {"wsgi.input": io.BytesIO(b"{}"), "wsgi.errors": io.StringIO()} | changes
    body = b"".join(
        application(environ, lambda status, headers, _=None: told.extend((status, headers)))
    )
    status, headers = told
    kept = sorted((name, value) for name, value in headers if name != "request-id")
    request_id = dict(headers)["request-id"]
    return status, kept, body.replace(request_id.encode(), b"ID")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"REQUEST_METHOD": "HEAD"},
        {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "2", "CONTENT_TYPE": "application/json"},
        {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "9999999999"},
        {"RAW_URI": "/api/v2.0/customers?$filter=%zz"},
        {"RAW_URI": "/api/v2.0", "PATH_INFO": "/api/v2.0"},
        {"HTTP_AUTHORIZATION": ""},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_ORIGIN": "https://shop.example"},
    ],
)
def test_the_shortcut_answers_as_flask_does(host, changes):
    assert ask(host.wsgi_app, **changes) == ask(host.wsgi_app.application._flask, **changes)


@pytest.mark.parametrize(
    "error",
    [NotFoundError("gone"), peewee.OperationalError("locked"), ZeroDivisionError("defect")],
)
def test_the_shortcut_fails_as_flask_does(host, engine, error):
    def fail(_request: object) -> Response:
        raise error

    engine.reply = fail

    assert ask(host.wsgi_app) == ask(host.wsgi_app.application._flask)


@pytest.mark.parametrize("status", [200, 201, 204, 304])
def test_the_shortcut_sends_what_flask_sends(host, engine, status):
    engine.reply = lambda _request: Response(status, [("ETag", 'W/"1"')], b"")

    assert ask(host.wsgi_app) == ask(host.wsgi_app.application._flask)


@pytest.mark.parametrize(
    "target",
    [
        "/api/v2.0//customers",
        "/api/v2.0x",
        "/api%2Fv2.0/customers",
        "/v2.0/a%2Fb/api/v2.0/customers",
        "http://127.0.0.1/api/v2.0/customers",
        "/health/live",
    ],
)
def test_what_is_not_plainly_for_the_service_is_left_to_flask(host, target):
    reached = []

    def flask(_environ: object, _start_response: object) -> list[bytes]:
        reached.append("flask")
        return []

    host.wsgi_app.application._flask = flask
    host.wsgi_app(ENVIRON | {"RAW_URI": target}, None)

    assert reached == ["flask"]
