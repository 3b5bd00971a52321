"""The server as it is shipped, over a database that is there already."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COMMAND = "from app.cli import main; main()"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/api/v2\.0\n")
_LAST_LINE = "  curl -X PATCH"


@dataclass
class Server:
    """A server with its workers, which are a process group of their own."""

    port: int
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End all of its processes where they stand."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running(url: str, workers: int, **settings: str) -> Iterator[int]:
    """The port of a server with so many workers; it is ended by its process id."""
    with started(url, workers, **settings) as server:
        yield server.port


@contextmanager
def started(url: str, workers: int, **settings: str) -> Iterator[Server]:
    """A server with so many workers that may be killed before it is ended; ``PAGE_SIZE="2"``
    is a setting. It tells no subscribers unless ``WEBHOOK_WORKER`` says so."""
    environment = {name: value for name, value in os.environ.items() if "KONTOR" not in name}
    named = {"WEBHOOK_WORKER": "false", **settings}
    environment |= {f"KONTOR_{name}": value for name, value in named.items()}
    environment |= {
        "KONTOR_DATABASE_URL": url,
        "KONTOR_PORT": "0",
        "KONTOR_WORKERS": str(workers),
        "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path]),  # noqa: PTH109 - as a text
    }
    with subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        # Nobody needs the log; unread, it would fill the pipe and stop the server.
        reader = threading.Thread(target=_drain, args=(process,))
        try:
            port = _port(process)
            reader.start()
            yield Server(port, process)
        finally:
            process.terminate()
            if reader.is_alive():
                reader.join(timeout=30)


def _port(process: subprocess.Popen[str]) -> int:
    port = 0
    for line in process.stdout or ():
        found = _ADDRESS.search(line)
        port = int(found[1]) if found else port
        if line.startswith(_LAST_LINE):
            break
    assert port, "the server has not started"
    return port


def _drain(process: subprocess.Popen[str]) -> None:
    for _ in process.stdout or ():
        pass


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(word) for word in text.split()]


class Client:
    """One client with one connection that it keeps."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(
        self, method: str, target: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of an answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Authorization": "Bearer kontor-dev", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body)
        self._connection.request(method, target, data, named)
        answer = self._connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else {}

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
