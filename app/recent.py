"""What was seen a short while ago: a memory of bounded size and age, shared by threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(slots=True)
class Recent(Generic[Key, Value]):
    """Remembers at most ``capacity`` values; what was not used for longest goes first."""

    capacity: int
    clock: Callable[[], float]
    _entries: OrderedDict[Key, tuple[float, Value]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Key) -> Value | None:
        """The value that is remembered under a key; None where it is forgotten."""
        with self._lock:
            found = self._entries.get(key)
            if found is None:
                return None
            until, value = found
            if until <= self.clock():
                del self._entries[key]
                return None
            self._entries.move_to_end(key)
            return value

    def put(self, key: Key, value: Value, seconds: float) -> None:
        """Remember a value for so long."""
        with self._lock:
            self._entries[key] = (self.clock() + seconds, value)
            self._entries.move_to_end(key)
            if len(self._entries) > self.capacity:
                self._entries.popitem(last=False)

    def __len__(self) -> int:
        return len(self._entries)
