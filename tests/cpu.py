"""Bounds on what a call costs the processor, which no other process and no slow machine can break.

Seconds are those of the calling thread, without collections of garbage. A machine that is slower
than the one the bounds were chosen on is given as much more.
"""

from __future__ import annotations

import functools
import gc
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

# What `_work` costs on the machine that the bounds were chosen on.
_USUAL_SECONDS = 0.008


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """What ``call`` returns; fails where it costs as many seconds of the processor."""
    result, spent = _measured(call)
    assert spent / _slowness() < seconds
    return result


def cost(call: Callable[[], object], tries: int = 5) -> float:
    """The seconds of the cheapest of some calls."""
    return min(_measured(call)[1] for _ in range(tries)) / _slowness()


def _measured(call: Callable[[], Result]) -> tuple[Result, float]:
    collecting = gc.isenabled()
    gc.disable()
    started = time.thread_time()
    try:
        return call(), time.thread_time() - started
    finally:
        if collecting:
            gc.enable()


@functools.cache
def _slowness() -> float:
    return max(1.0, min(_measured(_work)[1] for _ in range(5)) / _USUAL_SECONDS)


def _work() -> dict[str, int]:
    return {str(number): number * number for number in range(30_000)}
