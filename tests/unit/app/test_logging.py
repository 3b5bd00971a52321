"""Log lines: one a request, whole, and silent about persons and secrets."""

from __future__ import annotations

import datetime
import json
import logging
import sys

import pytest

from app.logging import JsonFormatter, describe, redact


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
