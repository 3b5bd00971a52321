"""One POST to a receiver: no redirect is followed, no proxy asked, no long answer read."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

from app.webhooks.targets import Resolve, Target, TargetError, TargetPolicy, resolve_within

LONGEST_ANSWER = 64 * 1024
_AGENT = "Kontor"


class NoAnswerError(Exception):
    """Nothing came back that is an answer; says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver says."""

    status: int
    body: bytes
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Poster:
    """Sends requests to addresses that the policy allows, each within so many seconds."""

    policy: TargetPolicy
    seconds: float
    resolve: Resolve | None = None
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer; raises ``NoAnswerError`` where there is none."""
        end = monotonic() + self.seconds
        try:
            target = self.policy.target(url, self.resolve or resolve_within(self.seconds))
            connection = _Connection(target, max(end - monotonic(), 0.001), self.context)
            return connection.post(body, headers)
        except TargetError as error:
            raise NoAnswerError(str(error)) from error
        except ssl.SSLError as error:
            raise NoAnswerError(f"no secure connection: {error.reason or 'refused'}") from error
        except TimeoutError as error:
            raise NoAnswerError(f"no answer within {self.seconds:g} seconds") from error
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswerError(f"no answer: {type(error).__name__}") from error


class _Connection:
    """A connection for one request, to the address that was checked, cut off in time: a socket
    bounds a single read alone, and an answer may come byte by byte."""

    def __init__(self, target: Target, seconds: float, context: ssl.SSLContext) -> None:
        self._target = target
        self._end = monotonic() + seconds
        self._context = context

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer, as far as it is read."""
        sock, is_late = self._open(), threading.Event()
        timer = threading.Timer(self._left(), _cut, (sock, is_late))
        timer.daemon = True
        timer.start()
        try:
            return self._exchange(sock, body, headers)
        except (OSError, http.client.HTTPException) as error:
            if is_late.is_set():
                raise TimeoutError from error
            raise
        finally:
            timer.cancel()
            sock.close()

    def _open(self) -> socket.socket:
        target = self._target
        plain = socket.create_connection((target.address, target.port), self._left())
        plain.settimeout(self._left())
        if not target.is_encrypted:
            return plain
        return self._context.wrap_socket(
            plain, server_hostname=target.host, do_handshake_on_connect=False
        )

    def _exchange(self, sock: socket.socket, body: bytes, headers: Mapping[str, str]) -> Answer:
        target = self._target
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = sock
        given = {"Host": target.authority, "User-Agent": _AGENT, "Connection": "close"}
        connection.request("POST", target.request_target, body, {**given, **headers})
        answer = connection.getresponse()
        try:
            text = answer.read(LONGEST_ANSWER)
            return Answer(answer.status, text, answer.getheader("Retry-After", ""))
        finally:
            answer.close()

    def _left(self) -> float:
        return max(self._end - monotonic(), 0.001)


def _cut(sock: socket.socket, is_late: threading.Event) -> None:
    is_late.set()
    try:
        # Not that of an encrypted socket, which another thread may be using.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        # It is closed already.
        return
