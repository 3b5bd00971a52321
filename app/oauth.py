"""The routes at which clients of Microsoft's identity platform look for tokens.

``/{tenant}`` may be any: the service has one directory, and the tenant is repeated where a
client expects it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Blueprint, jsonify, request
from flask import Response as FlaskResponse

from app.body import read_body
from app.challenges import REALM
from app.config import Settings
from app.credentials import Caller
from app.http import Environ, check_authority, read_target
from app.own_tokens import ALGORITHM, AUDIENCE
from app.token_endpoint import (
    InvalidClientError,
    IssuedToken,
    TokenEndpoint,
    TokenError,
    TokenForm,
)

_OPEN = re.compile(
    r"/[A-Za-z0-9._-]{1,100}/"
    r"(?:oauth2/(?:v2\.0/)?token|discovery/v2\.0/keys"
    r"|(?:v2\.0/)?\.well-known/openid-configuration)"
)
_UNCACHED = {"Cache-Control": "no-store", "Pragma": "no-cache"}

CallerOf = Callable[[Environ], Caller]


def is_open(path: str) -> bool:
    """Whether a path is one of those at which strangers become callers."""
    return _OPEN.fullmatch(path) is not None


def create_blueprint(
    settings: Settings,
    endpoint: TokenEndpoint,
    caller_of: CallerOf,
    is_trusted: Callable[[str], bool],
) -> Blueprint:
    """The routes for tokens, for the description of the issuer, and for its keys."""
    blueprint = Blueprint("oauth", __name__)
    views = _Views(settings, endpoint, caller_of, is_trusted)
    blueprint.post("/<tenant>/oauth2/v2.0/token", endpoint="token")(views.token)
    blueprint.post("/<tenant>/oauth2/token", endpoint="first_token")(views.first_token)
    for prefix in ("", "/v2.0"):
        rule = f"/<tenant>{prefix}/.well-known/openid-configuration"
        blueprint.get(rule, endpoint="configuration")(views.configuration)
    blueprint.get("/<tenant>/discovery/v2.0/keys", endpoint="keys")(views.keys)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Views:
    """What answers at the routes."""

    settings: Settings
    endpoint: TokenEndpoint
    caller_of: CallerOf
    is_trusted: Callable[[str], bool]

    def token(self, tenant: str) -> FlaskResponse:
        """A token by scope."""
        return self._token(tenant, is_first_version=False)

    def first_token(self, tenant: str) -> FlaskResponse:
        """A token by resource, as older clients ask."""
        return self._token(tenant, is_first_version=True)

    def configuration(self, tenant: str) -> FlaskResponse:
        """The description of the issuer."""
        return jsonify(_configuration(f"{self._base()}/{tenant}"))

    def keys(self, tenant: str) -> FlaskResponse:  # noqa: ARG002 - alike for every tenant
        """The public key that its tokens are verified with."""
        return jsonify(keys=[self.endpoint.evidence.own.key.public_jwk])

    def _token(self, tenant: str, *, is_first_version: bool) -> FlaskResponse:
        caller = self.caller_of(request.environ)
        longest = self.settings.limits.token_body
        limits = replace(self.settings.limits, json_body=longest, media_body=longest)
        form = TokenForm(
            content_type=request.headers.get("Content-Type", ""),
            body=read_body(request.environ, limits),
            caller=caller,
            tenant=tenant,
            base=self._base(),
            is_first_version=is_first_version,
        )
        try:
            return _issued(self.endpoint.issue(form), is_first_version=is_first_version)
        except TokenError as error:
            return _refused(error, caller.request_id)

    def _base(self) -> str:
        """Where the service is, as this client sees it."""
        target = read_target(request.environ, self.settings.limits)
        check_authority(target.authority, self.is_trusted)
        return self.settings.public_url or f"{request.scheme}://{target.authority}"


def _configuration(root: str) -> dict[str, object]:
    """OpenID Connect Discovery 1.0, section 3; what is not served is left out."""
    return {
        "issuer": f"{root}/v2.0",
        "token_endpoint": f"{root}/oauth2/v2.0/token",
        # MSAL refuses a description without it; nothing answers there.
        "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
        "jwks_uri": f"{root}/discovery/v2.0/keys",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "scopes_supported": [f"{AUDIENCE}/.default"],
    }


def _issued(token: IssuedToken, *, is_first_version: bool) -> FlaskResponse:
    members: dict[str, object] = {
        "token_type": "Bearer",
        "expires_in": token.seconds,
        "ext_expires_in": token.seconds,
        "access_token": token.text,
    }
    if is_first_version:
        # The first version writes numbers as texts.
        now = int(_now().timestamp())
        members |= {
            "expires_in": str(token.seconds),
            "ext_expires_in": str(token.seconds),
            "expires_on": str(now + token.seconds),
            "not_before": str(now),
            "resource": AUDIENCE,
        }
    answer = jsonify(members)
    answer.headers.update(_UNCACHED)
    return answer


def _refused(error: TokenError, request_id: str) -> FlaskResponse:
    answer = jsonify(
        error=error.error,
        error_description=f"{error.message} Trace ID: {request_id}",
        error_codes=[error.number],
        timestamp=f"{_now():%Y-%m-%d %H:%M:%SZ}",
        trace_id=request_id,
        correlation_id=request_id,
    )
    answer.status_code = error.status
    answer.headers.update(_UNCACHED)
    if isinstance(error, InvalidClientError):
        if error.retry_after:
            answer.headers["Retry-After"] = str(error.retry_after)
        elif error.used_header:
            answer.headers["WWW-Authenticate"] = f'Basic realm="{REALM}"'
    return answer


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
