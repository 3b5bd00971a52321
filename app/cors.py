"""Which pages of other origins may call the service, and what they may see of its answers."""

from __future__ import annotations

from flask import Flask, Request
from flask_cors import CORS

from app.config import Settings

EXPOSED_HEADERS = (
    "OData-Version",
    "ETag",
    "Location",
    "OData-EntityId",
    "Preference-Applied",
    "Retry-After",
    "request-id",
    "WWW-Authenticate",
    "Allow",
)
ALLOWED_HEADERS = (
    "Accept",
    "Accept-Language",
    "Authorization",
    "Company",
    "Content-Type",
    "Data-Access-Intent",
    "If-Match",
    "If-None-Match",
    "Isolation",
    "OData-.*",
    "Prefer",
    "X-CSRF-Token",
    "X-Requested-With",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
MAX_AGE_SECONDS = 600


def allow_origins(host: Flask, settings: Settings) -> None:
    """Answer preflights and mark answers for the origins of the settings; never with cookies."""
    if not settings.cors_origins:
        return
    CORS(
        host,
        origins=list(settings.cors_origins),
        methods=list(METHODS),
        allow_headers=list(ALLOWED_HEADERS),
        expose_headers=list(EXPOSED_HEADERS),
        max_age=MAX_AGE_SECONDS,
        send_wildcard=settings.cors_origins == ("*",),
    )


def is_preflight(request: Request) -> bool:
    """Whether a browser only asks what it may send; it shows no credentials then."""
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
