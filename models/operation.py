"""How long the operation of a thread has taken: what answers a request is bounded as a whole."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """How many seconds an operation may take, and wait for a lock."""

    operation: int
    lock: int


class _Operation(threading.local):
    """When the operation of a thread has begun, and since when it does not count."""

    begun: float = math.inf
    paused: float = 0.0


_OPERATION = _Operation()


def start_operation() -> None:
    """Begin the time that an operation of this thread may take."""
    _OPERATION.begun = time.monotonic()


def end_operation() -> None:
    """Let this thread take its time, as one that answers nobody may."""
    _OPERATION.begun = math.inf


def pause_operation() -> None:
    """Stop the time of this thread's operation: its answer is with somebody else."""
    _OPERATION.paused = time.monotonic()


def resume_operation() -> None:
    """Go on with the time that was stopped."""
    _OPERATION.begun += time.monotonic() - _OPERATION.paused


def is_in_operation() -> bool:
    """Whether this thread answers somebody."""
    return _OPERATION.begun < math.inf


def elapsed() -> float:
    """The seconds that it has taken; less than none where none has begun."""
    return time.monotonic() - _OPERATION.begun
