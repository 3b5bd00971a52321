"""Log lines as JSON: one a request, one an event; no secrets, no literals of queries."""

from __future__ import annotations

import datetime
import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from gunicorn.glogging import Logger

from app.http import Environ

# Options whose values name properties and numbers, never contents of rows.
_SHOWN_OPTIONS = frozenset({"top", "skip", "count", "select", "orderby", "format"})
_QUOTED = re.compile(r"(?:'|%27).*(?:'|%27)", re.IGNORECASE)
_ACCESS = "kontor.access"


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; line ends and control characters are escaped by it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if isinstance(record.args, Mapping) and record.name == _ACCESS:
            line.update(record.args)
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


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
        logging.getLogger(_ACCESS).info(
            "%(method)s %(target)s %(status)s",
            describe(environ, resp.status_code, resp.sent, request_time),
        )


def describe(
    environ: Environ, status: int, sent: int, request_time: datetime.timedelta
) -> dict[str, object]:
    """What the log tells of a request."""
    return {
        "request_id": environ.get("kontor.request_id"),
        "peer": environ.get("REMOTE_ADDR"),
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
    options = "&".join(map(_redact_option, query.split("&")))
    return "".join((_QUOTED.sub("'*'", path), mark, options))


def _redact_option(option: str) -> str:
    name, equals, value = option.partition("=")
    plain = name.lower().removeprefix("%24").removeprefix("$")
    return option if plain in _SHOWN_OPTIONS or not value else f"{name}{equals}*"


def logging_configuration(level: str) -> dict[str, object]:
    """The configuration for ``logging.config``: everything to standard output, as JSON."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonFormatter}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "stream": "ext://sys.stdout",
            }
        },
        "root": {"level": level.upper(), "handlers": ["stdout"]},
        "loggers": {
            # Its lines of start and stop are of use only to those who look for them.
            "gunicorn.error": {"level": "WARNING" if level == "info" else level.upper()},
            "gunicorn.access": {"level": "CRITICAL"},
        },
    }
