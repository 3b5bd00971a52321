"""What the engine has refused to a caller while it answered one request, parts of batches too.

It is noted while the request is answered and told afterwards: an event that is written within
the transaction of a batch would be undone with it.
"""

from __future__ import annotations

from contextvars import ContextVar

from odata.protocol.messages import Request

_MOST = 100
_noted: ContextVar[list[str] | None] = ContextVar("kontor_forbidden", default=None)


def note_forbidden(request: Request) -> None:
    """Note that a request, or a part of one, asks for more than its caller may."""
    noted = _noted.get()
    if noted is None:
        _noted.set(noted := [])
    if len(noted) < _MOST:
        resource = request.path.rstrip("/").rpartition("/")[2].partition("(")[0]
        noted.append(f"{request.method} {resource}")


def take_forbidden() -> list[str]:
    """What was noted since the last time this was asked."""
    noted = _noted.get()
    if noted is None:
        return []
    _noted.set(None)
    return noted
