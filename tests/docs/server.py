"""The server that the examples of the documents talk to: ``kontor serve`` on a free port."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.docs.document import DOCUMENTED_HOST, Exchange, Message

COMMAND = "from app.cli import main; main()"
_WELCOME = re.compile(r"http://127\.0\.0\.1:(\d+)/api/v2\.0\n")


@dataclass
class Server:
    """A running server over the demo data."""

    process: subprocess.Popen[str]
    port: int
    database: Path

    @property
    def host(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def here(self, text: str) -> str:
        """An example that asks this server in place of the documented one."""
        return text.replace(DOCUMENTED_HOST, self.host)

    def reset(self) -> None:
        """Give the demo data back what earlier examples have changed."""
        with (
            closing(sqlite3.connect(self.database.with_suffix(".demo"))) as demo,
            closing(sqlite3.connect(self.database, timeout=20)) as database,
        ):
            demo.backup(database)

    def send(self, message: Message) -> Exchange:
        """The answer to a request as it is documented."""
        method, target = message.start.split()[:2]
        body = message.body.encode() or None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, target, body, dict(message.headers))
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Exchange(answer.status, headers, text)


def start(directory: Path) -> Server:
    """A server over a new database; answers when this returns."""
    database = directory / "kontor.db"
    environment = {name: value for name, value in os.environ.items() if "KONTOR_" not in name}
    environment |= {
        "KONTOR_DATABASE_URL": f"sqlite:///{database}",
        "KONTOR_PORT": "0",
        "KONTOR_WORKERS": "1",
        "KONTOR_LOG_LEVEL": "error",
        "KONTOR_WEBHOOK_DELAY": "0",
        "KONTOR_WEBHOOK_PLAIN_HTTP": "true",
        "KONTOR_WEBHOOK_PRIVATE_TARGETS": "true",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    welcome = ""
    for line in process.stdout:
        welcome += line
        found = _WELCOME.search(welcome)
        if found:
            break
    else:
        raise AssertionError(welcome)
    server = Server(process, int(found[1]), database)
    _keep(database)
    return server


def _keep(database: Path) -> None:
    """Set the demo data aside, to be given back by ``reset``."""
    with (
        closing(sqlite3.connect(database)) as source,
        closing(sqlite3.connect(database.with_suffix(".demo"))) as copy,
    ):
        source.backup(copy)


def stop(server: Server) -> None:
    """End the server and remove its database."""
    server.process.terminate()
    server.process.communicate(timeout=30)
    shutil.rmtree(server.database.parent, ignore_errors=True)
