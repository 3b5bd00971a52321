"""Which pages of other origins may call the service, and what they may see of its answers.

Cookies are never allowed, so an answer for every origin gives no page more than it could
fetch with a token of its own (Fetch standard, 3.3).
"""

from __future__ import annotations

import re

from app.http import Environ

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
EXPOSED_HEADERS = ", ".join(
    (
        "Allow",
        "ETag",
        "Idempotency-Replayed",
        "Link",
        "Location",
        "OData-EntityId",
        "OData-Version",
        "Preference-Applied",
        "Retry-After",
        "WWW-Authenticate",
        "X-Total-Count",
        "request-id",
    )
)
MAX_AGE_SECONDS = 600
_ALLOWED_HEADER = re.compile(
    r"accept(?:-language|-encoding|-charset)?|authorization|cache-control|(?:client-)?request-id"
    r"|company|content-type|data-access-intent|idempotency-key|if-(?:none-)?match|isolation"
    r"|mime-version|odata-[a-z-]+|prefer|(?:x-)?sap-[a-z-]+|traceparent|tracestate"
    r"|x-api-key|x-csrf-token|x-requested-with",
    re.IGNORECASE,
)

Headers = list[tuple[str, str]]


class CrossOrigin:
    """The header fields for pages of the given origins; ``*`` stands for all of them."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self._origins = frozenset(origins)
        self._is_open = "*" in self._origins

    def answer_headers(self, environ: Environ) -> Headers:
        """What an answer says to the page that asked."""
        if self._is_open:
            return list(_OPEN)
        if not self._origins:
            return []
        origin = str(environ.get("HTTP_ORIGIN", ""))
        # A cache must keep the answers to different origins apart.
        headers = [("Vary", "Origin")]
        if origin in self._origins:
            headers += [("Access-Control-Allow-Origin", origin), _EXPOSED]
        return headers


def is_preflight(environ: Environ) -> bool:
    """Whether a browser only asks what it may send; it shows no credentials then."""
    return (
        environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
    )


def preflight_headers(environ: Environ) -> Headers:
    """What a page may send; of the header fields it names, those that are known here."""
    asked = str(environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")).split(",")
    allowed = [name.strip() for name in asked if _ALLOWED_HEADER.fullmatch(name.strip())]
    return [
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", ", ".join(allowed)),
        ("Access-Control-Max-Age", str(MAX_AGE_SECONDS)),
    ]


_EXPOSED = ("Access-Control-Expose-Headers", EXPOSED_HEADERS)
_OPEN = (("Access-Control-Allow-Origin", "*"), _EXPOSED)
