"""The server as it is shipped, forked from a process that has its modules already.

What a start costs is importing; what a kill is to prove begins behind that: the database is
brought up to date and gunicorn serves it under its own settings, as ``kontor serve`` does.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from gunicorn.app.wsgiapp import WSGIApplication

import app.factory  # noqa: F401 - for all servers that are forked
from app.cli.serving import bringing_up
from app.cli.session import opened, settings_of_environment

_ADDRESS = re.compile(rb"http://127\.0\.0\.1:(\d+)/api/v2\.0\n")
_STANDARD_OUTPUT, _STANDARD_ERROR = 1, 2
_OCTETS = 4096
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


@dataclass
class WarmServer:
    """A server with one worker, which are a process group of their own."""

    port: int
    process: ForkServerProcess

    def kill(self) -> None:
        """End all of its processes where they stand."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        self.process.join()


@contextmanager
def started(url: str) -> Iterator[WarmServer]:
    """A server that is killed at the end."""
    reader, writer = _CONTEXT.Pipe(duplex=False)
    environment = {
        "KONTOR_DATABASE_URL": url,
        "KONTOR_PORT": "0",
        "KONTOR_WORKERS": "1",
        "KONTOR_LOG_LEVEL": "error",
    }
    process = _CONTEXT.Process(target=_serve, args=(environment, writer))
    process.start()
    writer.close()
    server = WarmServer(0, process)
    try:
        server.port = _port(reader)
        yield server
    finally:
        server.kill()
        reader.close()


def _serve(environment: Mapping[str, str], output: Connection) -> None:
    os.setsid()
    os.environ |= environment
    os.dup2(output.fileno(), _STANDARD_OUTPUT)
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), _STANDARD_ERROR)
    settings = settings_of_environment()
    with opened(settings, bringing_up(settings)):
        pass
    sys.argv = ["gunicorn", "--config", "python:app.gunicorn_settings"]
    WSGIApplication("%(prog)s", prog="kontor").run()


def _port(reader: Connection) -> int:
    told = b""
    while (found := _ADDRESS.search(told)) is None:
        text = os.read(reader.fileno(), _OCTETS)
        assert text, "the server has not started"
        told += text
    return int(found[1])
