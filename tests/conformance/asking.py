"""How cases reach an engine without a host."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request
from tests.conformance.case import Answer, Case, Sent

Ask = Callable[[Case | Sent], Answer]

_READER = Principal("reader", frozenset({"reader", "writer"}))
_ROOT = "/api/v2.0/"


def encoded(target: str) -> str:
    """Cases are written for people; a percent sign stands for itself."""
    return quote(target, safe="%/?&=$@!'()*,:;+~")


def ask_engine(engine: Engine) -> Ask:
    """Asks one engine."""

    def ask(case: Case | Sent) -> Answer:
        path, _, query = encoded(case.target).removeprefix(_ROOT).partition("?")
        headers = {name.lower(): value for name, value in case.headers.items()}
        request = Request(
            "GET" if case.method == "HEAD" else case.method,
            f"http://localhost{_ROOT}",
            path,
            query,
            headers,
            case.sends.encode(),
            _READER,
            "1",
        )
        response = engine.handle(request)
        body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
        return Answer(response.status, dict(response.headers), body)

    return ask
