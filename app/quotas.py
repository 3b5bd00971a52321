"""How much one caller may ask: requests in a while, requests at once (reference §14).

The counts are kept in files of one directory, under the file system's locks, so that all
processes of this machine share them and a process that dies gives back what it held.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import math
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.config import Quotas
from odata.errors import ServiceUnavailableError, TooManyRequestsError
from odata.waiting import before_waiting

Clock = Callable[[], float]

_COUNT = struct.Struct("<q")
_MOMENT = struct.Struct("<d")
_LOOK_AGAIN = 0.02
_SOON = 1


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to run, until it is given back."""

    descriptor: int

    def end(self) -> None:
        """Let the next one run."""
        os.close(self.descriptor)


class Gate:
    """Lets requests in, one caller's no more than the quotas say."""

    def __init__(
        self, quotas: Quotas, directory: Path, clock: Clock = time.time, places: int = 2
    ) -> None:
        self._quotas = quotas
        self._directory = directory
        self._clock = clock
        # Who waits keeps a thread of this process, and others want some.
        self._places = threading.BoundedSemaphore(places)
        directory.mkdir(parents=True, exist_ok=True)

    def enter(self, caller: str) -> Turn | None:
        """Count a request; waits for a turn where turns are bounded."""
        name = hashlib.sha256(caller.encode()).hexdigest()[:32]
        if self._quotas.rate_limit:
            self._count(name)
        if self._quotas.concurrent_limit:
            return self._wait(name)
        return None

    # --- requests in a while --------------------------------------------------------------

    def _count(self, name: str) -> None:
        """Refuse where as many requests as are allowed lie within the window.

        The file is a ring of the moments of the latest requests: if the oldest of them has
        left the window, there is room for one more.
        """
        limit, window = self._quotas.rate_limit, self._quotas.rate_window
        with self._locked(f"{name}.rate") as file:
            now = self._clock()
            count = _read(file, _COUNT, 0)
            place = _COUNT.size + count % limit * _MOMENT.size
            leaves = _read(file, _MOMENT, place) + window
            if count >= limit and leaves > now:
                raise _too_many(limit + 1, limit, math.ceil(leaves - now))
            os.pwrite(file, _MOMENT.pack(now), place)
            os.pwrite(file, _COUNT.pack(count + 1), 0)

    @contextmanager
    def _locked(self, name: str) -> Iterator[int]:
        file = os.open(self._directory / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)

    # --- requests at once -----------------------------------------------------------------

    def _wait(self, name: str) -> Turn:
        quotas = self._quotas
        turn = self._take(f"{name}.run", quotas.concurrent_limit)
        if turn is not None:
            return turn
        place = self._take(f"{name}.wait", quotas.queue_limit)
        if place is None:
            most = quotas.concurrent_limit + quotas.queue_limit
            raise _too_many(most + 1, most, _SOON)
        try:
            return self._wait_in_thread(name)
        finally:
            place.end()

    def _wait_in_thread(self, name: str) -> Turn:
        if not self._places.acquire(blocking=False):
            raise ServiceUnavailableError(
                "As many requests wait for their turn as may.", headers=_retry_after(_SOON)
            )
        try:
            return self._run_when_free(name)
        finally:
            self._places.release()

    def _run_when_free(self, name: str) -> Turn:
        deadline = time.monotonic() + self._quotas.queue_timeout
        before_waiting()
        while time.monotonic() < deadline:
            time.sleep(_LOOK_AGAIN)
            turn = self._take(f"{name}.run", self._quotas.concurrent_limit)
            if turn is not None:
                return turn
        raise ServiceUnavailableError(
            "The request has waited too long for its turn.", headers=_retry_after(_SOON)
        )

    def _take(self, name: str, places: int) -> Turn | None:
        """One of so many places, if one is free."""
        for index in range(places):
            path = self._directory / f"{name}.{index}"
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return Turn(file)
            os.close(file)
        return None


def _read(file: int, form: struct.Struct, place: int) -> int:
    found = os.pread(file, form.size, place)
    return form.unpack(found)[0] if len(found) == form.size else 0


def _too_many(actual: int, maximum: int, seconds: int) -> TooManyRequestsError:
    return TooManyRequestsError(
        f"Too many requests reached. Actual ({actual}). Maximum ({maximum}).",
        headers=_retry_after(seconds),
    )


def _retry_after(seconds: int) -> tuple[tuple[str, str], ...]:
    return (("Retry-After", str(seconds)),)
