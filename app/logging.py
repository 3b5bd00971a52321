"""Log lines: one a request, one an event, as JSON or plain; no secrets, no literals of queries."""

from __future__ import annotations

import datetime
import json
import logging
import math
import re
import sys
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from gunicorn.glogging import Logger

from app.http import Environ

# Options whose values name properties and numbers, never contents of rows, and are written so.
_SHOWN_OPTIONS = frozenset({"top", "skip", "count", "select", "orderby", "format"})
_PLAIN_VALUE = re.compile(r"(?:[A-Za-z0-9_,/.$()*;= +-]|%2[0CF])*", re.IGNORECASE)
_QUOTED = re.compile(r"(?:'|%27).*(?:'|%27)", re.IGNORECASE)
# What PostgreSQL tells beside an error quotes the row.
_ROW_CONTENTS = re.compile(r"(?<=\n)(DETAIL|CONTEXT|STATEMENT):.*")
_ACCESS = "kontor.access"
_LINES = logging.getLogger(_ACCESS)
# Made once: with options of ours ``json.dumps`` makes one for each line.
_encode = json.JSONEncoder(default=str).encode
_quote = json.encoder.encode_basestring_ascii
_CUT_SHORT = "Ignored premature client disconnection."
_INVALID_REQUEST = "Invalid request from ip="


class _AccessRecord(logging.LogRecord):
    """The record of a request, made without looking for what no line tells: a file, a thread."""

    def __init__(self, line: dict[str, object]) -> None:
        vars(self).update(_COMMON, args=line, created=time.time())


_COMMON = vars(
    logging.LogRecord(_ACCESS, logging.INFO, "", 0, "%(method)s %(target)s %(status)s", None, None)
)


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; line ends and control characters are escaped by it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        if record.name == _ACCESS and isinstance(record.args, dict):
            return _access_line(record, record.args)
        return _encode(self.members(record))

    def members(self, record: logging.LogRecord) -> dict[str, object]:
        """What the line tells."""
        line: dict[str, object] = {
            "time": _instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if isinstance(record.args, Mapping) and record.name == _ACCESS:
            line.update(record.args)
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            trace = self.formatException(record.exc_info)
            line["exception"] = _ROW_CONTENTS.sub(r"\1: *", trace)
        return line


class PlainFormatter(JsonFormatter):
    """A record as one line for people: the time, the level, then name by name."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end. Whatever could end it or hide in it is escaped."""
        line = self.members(record)
        time, level = line.pop("time"), line.pop("level")
        rest = " ".join(f"{name}={_plain(value)}" for name, value in line.items())
        return f"{time} {level} {rest}"


def _instant(record: logging.LogRecord) -> str:
    fraction, second = math.modf(record.created)
    return f"{_second(second)}.{int(fraction * 1000):03d}Z"


@lru_cache(maxsize=2)
def _second(second: float) -> str:
    return datetime.datetime.fromtimestamp(second, datetime.UTC).isoformat()[:-6]


def _access_line(record: logging.LogRecord, line: dict[str, Any]) -> str:
    """The line of a request, of which there are most: as ``members`` tells it."""
    return (
        f'{{"time": "{_instant(record)}", "level": "{record.levelname.lower()}", '
        f'"logger": "{_ACCESS}", "request_id": {_quoted(line["request_id"])}, '
        f'"peer": {_quoted(line["peer"])}, "principal": {_quoted(line["principal"])}, '
        f'"method": {_quoted(line["method"])}, "target": {_quoted(line["target"])}, '
        f'"status": {line["status"]}, "bytes": {line["bytes"]}, '
        f'"milliseconds": {line["milliseconds"]}, "agent": {_quoted(line["agent"])}}}'
    )


def _quoted(value: object) -> str:
    if type(value) is str:
        return _quote(value)
    return "null" if value is None else _encode(value)


def _plain(value: object) -> str:
    if isinstance(value, str) and value and value.isascii() and value.isprintable():
        return json.dumps(value) if " " in value or '"' in value else value
    return _encode(value)


class GunicornLogger(Logger):  # type: ignore[misc] # gunicorn has no type information
    """gunicorn's logger whose access lines are ours."""

    def access(
        self,
        resp: Any,  # noqa: ANN401 - gunicorn has no type information
        _req: object,
        environ: Environ,
        request_time: datetime.timedelta,
    ) -> None:
        """Write the line of one request."""
        if _LINES.isEnabledFor(logging.INFO):
            # Of what it refuses by itself gunicorn knows the status line alone.
            status = int(str(resp.status).split()[0])
            line = describe(environ, status, resp.sent, request_time)
            _LINES.handle(_AccessRecord(line))

    def warning(self, msg: str, *args: object, **options: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Write a warning; of what is no HTTP, only where it came from."""
        if msg.startswith(_INVALID_REQUEST):
            msg = msg.partition(": ")[0]
        super().warning(msg, *args, **options)

    def debug(self, msg: str, *args: object, **options: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Write a detail; of a request that has ended too early, not what had arrived of it."""
        if msg.startswith(_CUT_SHORT):
            super().debug(_CUT_SHORT)
            return
        super().debug(msg, *args, **options)

    def exception(self, msg: str, *args: object, **options: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Write a failure with its trace; its arguments are a method and a target."""
        if isinstance(sys.exc_info()[1], BlockingIOError):
            super().warning("A client has stopped within its request or its answer.")
            return
        super().exception(msg, *(redact(str(arg)) for arg in args), **options)


def describe(
    environ: Environ, status: int, sent: int, request_time: datetime.timedelta
) -> dict[str, object]:
    """What the log tells of a request."""
    return {
        "request_id": environ.get("kontor.request_id"),
        "peer": environ.get("kontor.address") or environ.get("REMOTE_ADDR"),
        "principal": environ.get("kontor.principal"),
        "method": environ.get("REQUEST_METHOD"),
        "target": redact(str(environ.get("RAW_URI", ""))),
        "status": status,
        "bytes": sent,
        "milliseconds": round(request_time.total_seconds() * 1000, 1),
        "agent": environ.get("HTTP_USER_AGENT"),
    }


def redact(target: str) -> str:
    """A request target without the values that may tell of persons."""
    path, mark, query = target.partition("?")
    if "'" in path or "%27" in path:
        path = _QUOTED.sub("'*'", path)
    if not query:
        return f"{path}{mark}"
    options = "&".join(map(_redact_option, query.split("&")))
    return f"{path}{mark}{options}"


def _redact_option(option: str) -> str:
    name, equals, value = option.partition("=")
    plain = name.lower().removeprefix("%24").removeprefix("$")
    shown = plain in _SHOWN_OPTIONS and _PLAIN_VALUE.fullmatch(value)
    return option if shown or not value else f"{name}{equals}*"


def logging_configuration(level: str, form: str = "json") -> dict[str, object]:
    """The configuration for ``logging.config``: everything to standard output."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonFormatter}, "plain": {"()": PlainFormatter}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "stream": "ext://sys.stdout",
            }
        },
        "root": {"level": level.upper(), "handlers": ["stdout"]},
        "loggers": {
            # Its lines of start and stop are of use only to those who look for them.
            # gunicorn keeps them from the root, where our handler is.
            "gunicorn.error": {
                "level": "WARNING" if level == "info" else level.upper(),
                "propagate": True,
            },
            "gunicorn.access": {"level": "CRITICAL", "propagate": True},
            # It would write every statement with its values.
            "peewee": {"level": "WARNING"},
        },
    }
