"""Who is asking: the one place that turns credentials into a principal.

Answers follow RFC 6750 3: no error attribute where no credentials were sent.
"""

from __future__ import annotations

import datetime
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.config import Settings, is_loopback
from models.access import Grant, hash_secret, split_token
from odata.errors import UnauthorizedError
from odata.protocol.messages import Principal

DEVELOPMENT_TOKEN = "kontor-dev"
DEVELOPMENT_PRINCIPAL = Principal("kontor-dev", roles=frozenset({"administrator"}))
_HEADER_LENGTH = 8192
_MESSAGE = "The server has rejected the client credentials."
# Compared with where a token is unknown, so that both answers take the same time.
_NO_HASH = hash_secret("")


class TokenStore(Protocol):
    """Where access tokens are kept."""

    def find(self, token_id: str) -> Grant | None:
        """The token of this public id, expired or not."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What a request shows of its sender."""

    authorization: str | None
    address: str


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Gives the principal of a request or refuses it with 401."""

    settings: Settings
    tokens: TokenStore
    clock: Callable[[], datetime.datetime]

    def authenticate(self, caller: Caller) -> Principal:
        """The principal of a bearer token."""
        token = _bearer_token(caller.authorization)
        if token == DEVELOPMENT_TOKEN and self._is_development(caller):
            return DEVELOPMENT_PRINCIPAL
        grant = self._grant(token)
        return Principal(grant.name, grant.roles, grant.companies)

    def _is_development(self, caller: Caller) -> bool:
        settings = self.settings
        return (
            not settings.is_production
            and settings.server.is_loopback
            and is_loopback(caller.address)
        )

    def _grant(self, token: str) -> Grant:
        parts = split_token(token)
        if parts is None:
            raise refusal(error="invalid_token")
        token_id, secret = parts
        grant = self.tokens.find(token_id)
        known = _NO_HASH if grant is None else grant.secret_hash
        matches = hmac.compare_digest(known, hash_secret(secret))
        if grant is None or not matches or grant.has_expired(self.clock()):
            raise refusal(error="invalid_token")
        return grant


def refusal(*, error: str | None = None) -> UnauthorizedError:
    """The 401 of RFC 6750, alike for every reason."""
    challenge = 'Bearer realm="Kontor"'
    if error is not None:
        challenge = f'{challenge}, error="{error}"'
    return UnauthorizedError(_MESSAGE, headers=(("WWW-Authenticate", challenge),))


def _bearer_token(authorization: str | None) -> str:
    if not authorization:
        raise refusal()
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise refusal()
    if len(authorization) > _HEADER_LENGTH:
        raise refusal(error="invalid_token")
    return token.strip()
