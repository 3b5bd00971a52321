"""The process that keeps the worker for notifications running beside the server.

It holds nothing that could fail: it starts the worker, starts it again whenever it ends, and
ends it with the server. No module of the service is imported, so it weighs little.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from types import FrameType

_WORKER = (sys.executable, "-c", "from app.cli import main; main()", "notify", "--beside-server")
_LOOK_SECONDS = 0.5
_END_SECONDS = 10.0


@dataclass(slots=True)
class Keeper:
    """Runs a command until it is over, again and again; a worker that ends soon is waited
    for twice as long each time."""

    command: Sequence[str]
    is_over: Callable[[], bool]
    rest: threading.Event = field(default_factory=threading.Event)
    first_pause: float = 1.0
    longest_pause: float = 60.0
    _pause: float = field(default=0.0, init=False)

    def run(self) -> None:
        """Keep the worker running; it is told what became of the last one."""
        told: tuple[str, ...] = ()
        while not self.is_over():
            begun = monotonic()
            status = self._run_once([*self.command, *told])
            told = (f"--after={status}",)
            self._wait(monotonic() - begun)

    def _run_once(self, command: Sequence[str]) -> int:
        with subprocess.Popen(command) as worker:  # noqa: S603 - no shell, no input
            while worker.poll() is None and not self.is_over():
                self.rest.wait(_LOOK_SECONDS)
            if worker.poll() is None:
                worker.terminate()
                try:
                    worker.wait(_END_SECONDS)
                except subprocess.TimeoutExpired:
                    worker.kill()
        return worker.returncode

    def _wait(self, lived: float) -> None:
        is_young = lived < self.longest_pause
        longer = self._pause * 2 or self.first_pause
        self._pause = min(longer, self.longest_pause) if is_young else self.first_pause
        end = monotonic() + self._pause
        while not self.is_over() and (left := end - monotonic()) > 0:
            self.rest.wait(min(left, _LOOK_SECONDS))


def main() -> None:
    """Keep the worker until the process that has started this one is gone."""
    server, is_ended, rest = os.getppid(), threading.Event(), threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        is_ended.set()
        rest.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    Keeper(_WORKER, lambda: is_ended.is_set() or os.getppid() != server, rest).run()
