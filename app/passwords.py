"""Passwords: hashed with Argon2id, verified by few at a time, remembered for minutes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import argon2

from app.recent import Recent
from odata.errors import ServiceUnavailableError
from odata.waiting import before_waiting

PASSWORD_LENGTH = 1024
# OWASP's least of memory: 19 MiB for each verification that is under way.
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = 2
_PATIENCE_SECONDS = 3.0
_REMEMBERED = 1024
_REMEMBERED_SECONDS = 300.0
# Verified where a name is unknown, so that both answers take the same time.
_NO_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "3VZ5lTr6h3lHj7wq2bHkDg$WG6UqXDp4gH3sZ5s4O3z1bqV0q2zH6k2S0eGmJwQm3k"
)


def hash_password(password: str) -> str:
    """The stored form of a password."""
    return _HASHER.hash(password)


@dataclass(slots=True)
class PasswordCheck:
    """Says whether a password is right; the same one within minutes costs next to nothing.

    What is remembered is a digest under a key of this process, together with the hash that it
    was verified against: a new password makes the old one wrong at once.
    """

    clock: Callable[[], float]
    _recent: Recent[bytes, str] = field(init=False)
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_AT_ONCE))
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def __post_init__(self) -> None:
        self._recent = Recent(_REMEMBERED, self.clock)

    def is_remembered(self, name: str, password: str, password_hash: str | None) -> bool:
        """Whether this very password was right a short while ago and still is."""
        known = self._recent.get(self._digest(name, password))
        return (
            known is not None
            and password_hash is not None
            and hmac.compare_digest(known, password_hash)
        )

    def is_right(self, name: str, password: str, password_hash: str | None) -> bool:
        """Verify a password; None stands for a name that is unknown or has no password."""
        before_waiting()
        if not self._turns.acquire(timeout=_PATIENCE_SECONDS):
            raise ServiceUnavailableError(
                "too many passwords are being verified", headers=(("Retry-After", "1"),)
            )
        try:
            matches = _verify(password_hash or _NO_HASH, password)
        finally:
            self._turns.release()
        if password_hash is None or not matches:
            return False
        self._recent.put(self._digest(name, password), password_hash, _REMEMBERED_SECONDS)
        return True

    def _digest(self, name: str, password: str) -> bytes:
        text = f"{name}\0{password}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, text, hashlib.sha256)


def _verify(password_hash: str, password: str) -> bool:
    if len(password) > PASSWORD_LENGTH:
        return False
    try:
        return _HASHER.verify(password_hash, password.encode("utf-8", "surrogatepass"))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
