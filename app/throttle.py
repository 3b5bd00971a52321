"""Failed sign-ins, counted by address and by name, so that nobody guesses for long.

Each process counts for itself. Whoever shows a token or a key that is good is never held up;
only another failure is, and the verification of a password.
"""

from __future__ import annotations

import ipaddress
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from app.proxies import read_address

WINDOW_SECONDS = 60
_CAPACITY = 20_000
# An address may stand for an office, a name for a person who is guessed at from many places.
_MORE_FOR_ADDRESS = 5
_MORE_FOR_NAME = 10
# Who has one address of IPv6 has this network of them.
_NETWORK_BITS = 64


@dataclass(slots=True)
class _Window:
    ends: float
    failures: int = 0


@dataclass(slots=True)
class Throttle:
    """Says for how long an address or a name must wait after ``most`` failures a minute."""

    most: int
    clock: Callable[[], float]
    _windows: OrderedDict[tuple[str, str], _Window] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def delay(self, address: str, name: str = "") -> int:
        """Seconds until another attempt may be made; 0 where it may be made now."""
        now = self.clock()
        with self._lock:
            waits = [
                window.ends - now
                for key, most in self._limits(address, name)
                if (window := self._windows.get(key)) is not None
                and window.ends > now
                and window.failures >= most
            ]
        return math.ceil(max(waits, default=0))

    def count(self, address: str, name: str = "") -> None:
        """Remember a failure."""
        now = self.clock()
        with self._lock:
            for key, _ in self._limits(address, name):
                window = self._windows.get(key)
                if window is None or window.ends <= now:
                    window = self._windows[key] = _Window(now + WINDOW_SECONDS)
                window.failures += 1
                self._windows.move_to_end(key)
            while len(self._windows) > _CAPACITY:
                self._windows.popitem(last=False)

    def _limits(self, address: str, name: str) -> Iterator[tuple[tuple[str, str], int]]:
        network = network_of(address)
        yield (network, ""), _MORE_FOR_ADDRESS * self.most
        if name:
            yield (network, name), self.most
            yield ("", name), _MORE_FOR_NAME * self.most


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """The addresses that one caller has at will, named by one of them."""
    parsed = read_address(address)
    if parsed is None:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _NETWORK_BITS), strict=False))
