"""Who is asking for what: decided for every request before anything of it is read.

Flask's hooks and the shortcut past Flask share it, so that they cannot differ.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.auth import Authenticator
from app.body import leave_unread
from app.config import Quotas, Settings
from app.cors import CrossOrigin, Headers
from app.credentials import Caller
from app.http import Environ, Target, read_target
from app.proxies import Proxies, is_distant
from app.quotas import Gate, Turn
from app.sending import Sending
from models.operation import end_operation, start_operation
from odata.edm.guid import new_guid
from odata.protocol.messages import Principal

_FIXED: Headers = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
]
# An answer that says otherwise keeps its own.
_USUAL: Headers = [
    ("Cache-Control", "no-cache, no-store"),
    # Stored pictures and texts are never a page that runs something.
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
]
_USUAL_NAMES = frozenset(name for name, _ in _USUAL)
_REQUEST_ID = "kontor.request_id"
_ADDRESS = "kontor.address"
_TURN = "kontor.turn"


# Made for every request; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Admitted:
    """A request that may be served: its id, its sender, its raw target."""

    request_id: str
    caller: Caller
    principal: Principal
    target: Target


class Admission:
    """What comes before and after the answer, whatever the answer is."""

    def __init__(
        self,
        settings: Settings,
        authenticator: Authenticator,
        release_connection: Callable[[], None],
    ) -> None:
        self._limits = settings.limits
        self._authenticator = authenticator
        self._proxies = Proxies(settings.server.forwarded_allow_ips)
        self._cross_origin = CrossOrigin(settings.cors_origins)
        self._is_https = (settings.public_url or "").startswith("https:")
        self._hsts = ("Strict-Transport-Security", f"max-age={settings.hsts_seconds}")
        self._has_hsts = settings.hsts_seconds > 0
        self._release_connection = release_connection
        self._gate = _gate(settings.quotas, max(1, settings.server.threads // 2))

    def admit(self, environ: Environ) -> Admitted:
        """The request with its sender; refuses a stranger before the target is looked at."""
        caller = self.caller_of(environ)
        principal = self._authenticator.authenticate(caller)
        environ["kontor.principal"] = principal.name
        if self._gate is not None:
            environ[_TURN] = self._gate.enter(principal.name)
        target = read_target(environ, self._limits)
        return Admitted(caller.request_id, caller, principal, target)

    def caller_of(self, environ: Environ) -> Caller:
        """What a request shows of its sender."""
        address = environ[_ADDRESS] = self._proxies.address_of(environ)
        return Caller(
            authorization=environ.get("HTTP_AUTHORIZATION"),
            address=address,
            api_key=environ.get("HTTP_X_API_KEY"),
            request_id=environ[_REQUEST_ID],
            is_distant=is_distant(environ),
        )

    def until_sent(self, environ: Environ, body: Iterable[bytes]) -> Iterable[bytes]:
        """The body of an answer; what the request holds is given back with its last piece."""
        if isinstance(body, tuple):
            self.release(environ)
            return body
        return Sending(body, partial(self.release, environ))

    def release(self, environ: Environ) -> None:
        """Give back what the request held; its time ends."""
        end_operation()
        self._release_connection()
        turn: Turn | None = environ.pop(_TURN, None)
        if turn is not None:
            turn.end()

    def finish(self, environ: Environ, present: frozenset[str]) -> Headers:
        """The header fields that every answer has, beside those that are present."""
        leave_unread(environ)
        headers = [("request-id", environ[_REQUEST_ID]), *_FIXED]
        if present.isdisjoint(_USUAL_NAMES):
            headers += _USUAL
        else:
            headers += [field for field in _USUAL if field[0] not in present]
        if self._has_hsts and (self._is_https or environ.get("wsgi.url_scheme") == "https"):
            headers.append(self._hsts)
        headers += self._cross_origin.answer_headers(environ)
        return headers


def _gate(quotas: Quotas, places: int) -> Gate | None:
    if not quotas.are_set:
        return None
    directory = quotas.quota_directory or tempfile.mkdtemp(prefix="kontor-quotas-")
    return Gate(quotas, Path(directory), places=places)


def name_request(environ: Environ) -> str:
    """A new id, by which the answer and the log name the request; its time begins now."""
    start_operation()
    request_id = new_guid()
    environ[_REQUEST_ID] = request_id
    return request_id
