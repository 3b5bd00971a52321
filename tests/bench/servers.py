"""Servers on the loopback address, each with one worker and the settings that are shipped."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.server import children

PATIENCE_SECONDS = 30.0
_BYTECODE = Path("var/bench/bytecode")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running gunicorn and its only worker, and the server of its database if there is one."""

    port: int
    worker: int
    seconds_to_first_answer: float
    database: int | None = None

    def cpu_seconds(self) -> float:
        """What the worker has computed so far, in the kernel too, and the server of its database
        for it: SQLite computes within the worker."""
        worker = sum(_ticks(self.worker)[:2])
        if self.database is None:
            return worker / _TICKS
        # With those of its processes that have ended.
        server = sum(_ticks(self.database)) + sum(
            sum(_ticks(child)[:2]) for child in children(self.database)
        )
        return (worker + server) / _TICKS

    def memory_mib(self) -> float:
        """What the worker holds in memory now."""
        for line in Path(f"/proc/{self.worker}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0


def _ticks(process: int) -> list[int]:
    """The time of a process: of itself and in the kernel, and of its ended children likewise."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return [0, 0, 0, 0]  # it has just ended
    return list(map(int, fields[11:15]))


@contextmanager
def running(
    application: str,
    settings: dict[str, str],
    path: str,
    database: int | None = None,
    *,
    is_plain: bool = False,
) -> Iterator[Server]:
    """gunicorn over an application; ready when ``path`` is answered. ``database`` is the process
    of its database. With the worker and the log of the service, or plain: gunicorn's own."""
    port = _free_port()
    environment = _environment(settings) | {"KONTOR_PORT": str(port)}
    _warm(application, environment)
    if is_plain:
        threads = environment["KONTOR_THREADS"]
        command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread"]
        command += ["--threads", threads, "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    else:
        # The worker that is measured must not be replaced meanwhile.
        command = [sys.executable, "-m", "app.process", "--max-requests", "0"]
    started = time.monotonic()
    process = subprocess.Popen([*command, application], env=environment, stdout=subprocess.DEVNULL)
    try:
        _await_answer(port, path, process)
        seconds = time.monotonic() - started
        yield Server(port, children(process.pid)[0], seconds, database)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """The settings alone, and a place for bytecode whether or not this run writes any."""
    kept = {name: value for name, value in os.environ.items() if "KONTOR" not in name}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept |= {"PYTHONPYCACHEPREFIX": str(_BYTECODE.resolve()), "KONTOR_WORKERS": "1"}
    return kept | {f"KONTOR_{name}": value for name, value in settings.items()}


def _warm(application: str, environment: dict[str, str]) -> None:
    """Have the bytecode written, as it is where a server was started before."""
    module, _, expression = application.partition(":")
    code = f"from app import process; process.load(); import {module} as made; made.{expression}"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    request = f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
                client.sendall(request)
                if client.recv(64).startswith(b"HTTP/1.0 200"):
                    return
        except OSError:
            pass
        time.sleep(0.01)
    raise RuntimeError("the server does not answer")
