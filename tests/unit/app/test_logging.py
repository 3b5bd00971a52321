"""Log lines: one a request, whole, and silent about persons and secrets."""

from __future__ import annotations

import datetime
import json
import logging
import sys
import time
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from app.logging import (
    GunicornLogger,
    JsonFormatter,
    PlainFormatter,
    describe,
    logging_configuration,
    redact,
)


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/api/v2.0/customers", "/api/v2.0/customers"),
        ("/api/v2.0/customers?$top=5&$count=true", "/api/v2.0/customers?$top=5&$count=true"),
        (
            "/api/v2.0/customers?$filter=email eq 'a@b.example'&%24orderby=balance desc",
            "/api/v2.0/customers?$filter=*&%24orderby=balance desc",
        ),
        ("/x?access_token=secret&flag", "/x?access_token=*&flag"),
        ("/api/v2.0/companies(name='CRONUS')/customers", "/api/v2.0/companies(name='*')/customers"),
        ("/api/v2.0/companies(name=%27CRONUS%27)", "/api/v2.0/companies(name='*')"),
        ("", ""),
    ],
)
def test_values_that_may_tell_of_persons_are_left_out(target, shown):
    assert redact(target) == shown


def _record(message, *args, **more):
    record = logging.LogRecord("kontor", logging.ERROR, "file", 1, message, args, None)
    record.created = 1763780400.25
    record.__dict__.update(more)
    return record


def test_an_event_is_one_line_of_json():
    line = JsonFormatter().format(_record("a\nb %s \x1b[31m", "c"))

    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2025-11-22T03:00:00.250Z",
        "level": "error",
        "logger": "kontor",
        "message": "a\nb c \x1b[31m",
    }


def test_a_failure_is_told_with_its_trace():
    try:
        int("because")
    except ValueError:
        line = JsonFormatter().format(_record("failed", exc_info=sys.exc_info()))

    assert json.loads(line)["exception"].endswith("base 10: 'because'")
    assert "\n" not in line


def test_a_request_is_described_by_who_what_and_how_long():
    environ = {
        "kontor.request_id": "1",
        "kontor.principal": "anna",
        "REMOTE_ADDR": "127.0.0.1",
        "REQUEST_METHOD": "GET",
        "RAW_URI": "/api/v2.0/x?$filter=a eq 'b'",
        "HTTP_AUTHORIZATION": "Bearer secret",
        "HTTP_USER_AGENT": "curl\r\n",
    }

    assert describe(environ, 200, 17, datetime.timedelta(milliseconds=1.26)) == {
        "request_id": "1",
        "peer": "127.0.0.1",
        "principal": "anna",
        "method": "GET",
        "target": "/api/v2.0/x?$filter=*",
        "status": 200,
        "bytes": 17,
        "milliseconds": 1.3,
        "agent": "curl\r\n",
    }


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/x?$orderby=contains(email,'a@b.example')", "/x?$orderby=*"),
        ("/x?$select=a@b.example", "/x?$select=*"),
        ("/x?$top=1%0d%0a", "/x?$top=*"),
        ("/x?$orderby=name%20desc,city", "/x?$orderby=name%20desc,city"),
        ("/x?$select=*,lines/no", "/x?$select=*,lines/no"),
    ],
)
def test_an_option_is_shown_where_it_names_properties_alone(target, shown):
    assert redact(target) == shown


def _fail(message):
    raise ValueError(message)


def test_what_the_database_quotes_of_a_row_is_left_out():
    told = "duplicate key\nDETAIL:  Key (email)=(a@b.example) already exists.\n"
    try:
        _fail(told)
    except ValueError:
        line = JsonFormatter().format(_record("failed", exc_info=sys.exc_info()))

    assert "a@b.example" not in line
    assert "DETAIL: *" in json.loads(line)["exception"]


def test_a_plain_line_is_one_line_too():
    line = PlainFormatter().format(_record("a\nb %s \x1b[31m \u202e", "c"))

    assert line == (
        '2025-11-22T03:00:00.250Z error logger=kontor message="a\\nb c \\u001b[31m \\u202e"'
    )


def test_a_plain_line_tells_a_request_name_by_name():
    record = logging.LogRecord(
        "kontor.access", logging.INFO, "file", 1, "", ({"status": 200, "agent": 'a "b"'},), None
    )
    record.created = 1763780400.25

    assert PlainFormatter().format(record) == (
        '2025-11-22T03:00:00.250Z info logger=kontor.access status=200 agent="a \\"b\\""'
    )


def test_what_gunicorn_refuses_has_a_line_without_its_contents(caplog):
    logger = GunicornLogger(Config())

    with caplog.at_level(logging.WARNING):
        logger.error_log.propagate = True
        logger.warning("Invalid request from ip=192.0.2.7: Invalid Method 'secret'")

    assert caplog.messages == ["Invalid request from ip=192.0.2.7"]


def test_statements_are_never_logged():
    loggers = logging_configuration("debug")["loggers"]

    assert loggers["peewee"]["level"] == "WARNING"
    assert loggers["gunicorn.error"]["propagate"] is True


@pytest.mark.parametrize("agent", [None, "curl/8", 'a "b"\\\r\n\x1b\u202e\xe4'])
def test_the_line_of_a_request_is_what_any_line_is(agent, monkeypatch, caplog):
    monkeypatch.setattr(time, "time", lambda: 1763780400.25)
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": "/x", "HTTP_USER_AGENT": agent}
    answer = SimpleNamespace(status="404 Not Found", sent=17)
    duration = datetime.timedelta(milliseconds=1.26)

    with caplog.at_level(logging.INFO, logger="kontor.access"):
        GunicornLogger(Config()).access(answer, None, environ, duration)

    [record] = caplog.records
    members = JsonFormatter().members(record)
    assert JsonFormatter().format(record) == json.dumps(members)
    assert members == {
        "time": "2025-11-22T03:00:00.250Z",
        "level": "info",
        "logger": "kontor.access",
        "request_id": None,
        "peer": None,
        "principal": None,
        "method": "GET",
        "target": "/x",
        "status": 404,
        "bytes": 17,
        "milliseconds": 1.3,
        "agent": agent,
    }
    assert record.getMessage() == "GET /x 404"
