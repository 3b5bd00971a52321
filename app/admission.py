"""Who is asking for what: decided for every request before anything of it is read.

Flask's hooks and the shortcut past Flask share it, so that they cannot differ.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from app.auth import Authenticator, Caller, TokenStore
from app.body import leave_unread
from app.config import Settings
from app.cors import CrossOrigin, Headers
from app.http import Environ, Target, read_target
from odata.protocol.messages import Principal

_FIXED: Headers = [("X-Content-Type-Options", "nosniff")]
_UNCACHED = ("Cache-Control", "no-cache, no-store")
_REQUEST_ID = "kontor.request_id"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may be served: its id, its sender, its raw target."""

    request_id: str
    principal: Principal
    target: Target


class Admission:
    """What comes before and after the answer, whatever the answer is."""

    def __init__(
        self, settings: Settings, tokens: TokenStore, release_connection: Callable[[], None]
    ) -> None:
        self._limits = settings.limits
        self._authenticator = Authenticator(settings, tokens, _now)
        self._cross_origin = CrossOrigin(settings.cors_origins)
        self._release_connection = release_connection

    def admit(self, environ: Environ) -> Admitted:
        """The request with its sender; refuses a stranger before the target is looked at."""
        caller = Caller(environ.get("HTTP_AUTHORIZATION"), environ.get("REMOTE_ADDR") or "")
        principal = self._authenticator.authenticate(caller)
        environ["kontor.principal"] = principal.name
        return Admitted(environ[_REQUEST_ID], principal, read_target(environ, self._limits))

    def finish(self, environ: Environ, *, is_cacheable: bool) -> Headers:
        """Give back what the request held; the header fields that every answer has."""
        leave_unread(environ)
        self._release_connection()
        headers = [("request-id", environ[_REQUEST_ID]), *_FIXED]
        if not is_cacheable:
            headers.append(_UNCACHED)
        headers += self._cross_origin.answer_headers(environ)
        return headers


def name_request(environ: Environ) -> str:
    """A new id, by which the answer and the log name the request."""
    request_id: str = str(uuid.uuid4())
    environ[_REQUEST_ID] = request_id
    return request_id


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
