"""Who is asking: the one place that turns credentials into a principal."""

from __future__ import annotations

import datetime
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from app.access_log import AccessLog
from app.challenges import too_many_failures, unauthorized, without_roles
from app.config import Settings, is_loopback
from app.credentials import (
    BasicCredentials,
    Caller,
    Credentials,
    TokenCredentials,
    UnreadableCredentials,
    read_credentials,
)
from app.directory import Directory, principal_of
from app.outside_tokens import OutsideTokens, subject_of
from app.own_tokens import OwnTokens
from app.passwords import PasswordCheck
from app.signed_tokens import (
    ExpiredTokenError,
    InvalidTokenError,
    is_signed_token,
    key_id_of,
)
from app.throttle import Throttle
from models.access import Grant, Rights, hash_secret, split_token
from models.access_event import EventKind
from odata.errors import ODataError
from odata.protocol.messages import Principal

DEVELOPMENT_TOKEN = "kontor-dev"
DEVELOPMENT_PRINCIPAL = Principal("kontor-dev", roles=frozenset({"administrator"}))
# Compared with where a token is unknown, so that both answers take the same time.
_NOBODY = Grant("", "", hash_secret(""), frozenset(), frozenset(), None)


# Made for every request; a frozen one would take several times as long to make.
@dataclass(slots=True)
class SignedIn:
    """A principal and how he has shown who he is."""

    principal: Principal
    method: str


class RefusedError(Exception):
    """Credentials that are not believed. ``name`` is whose they claim to be; what ``counts``
    may have been a guess."""

    def __init__(self, reason: str, *, name: str = "", counts: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.name = name
        self.counts = counts


@dataclass(frozen=True, slots=True)
class Evidence:
    """What credentials are held against."""

    directory: Directory
    own: OwnTokens
    outside: OutsideTokens | None
    passwords: PasswordCheck
    throttle: Throttle


class Authenticator:
    """Gives the principal of a request or refuses it with 401, or 429 where it fails too often."""

    def __init__(
        self,
        settings: Settings,
        evidence: Evidence,
        log: AccessLog,
        clock: Callable[[], datetime.datetime],
    ) -> None:
        self._settings = settings
        self._has_known_credentials = not settings.is_production and settings.server.is_loopback
        self._evidence = evidence
        self._log = log
        self._clock = clock

    def authenticate(self, caller: Caller) -> Principal:
        """The principal of the credentials that a request shows."""
        credentials = read_credentials(caller)
        is_basic = isinstance(credentials, BasicCredentials)
        if credentials is None or (is_basic and not self._settings.identity.basic_auth):
            raise unauthorized(basic=self._settings.identity.basic_auth)
        try:
            found = self._found(credentials, caller)
        except RefusedError as refused:
            raise self.refusal(refused, caller) from refused
        if found.principal is DEVELOPMENT_PRINCIPAL:
            return found.principal
        if not found.principal.roles and not found.principal.roles_in:
            self._log.refused(EventKind.FORBIDDEN, found.principal.name, caller, "no role")
            raise without_roles()
        self._log.signed_in(found.principal.name, caller, found.method)
        return found.principal

    def refusal(self, refused: RefusedError, caller: Caller) -> ODataError:
        """How credentials are refused that were not believed."""
        throttle = self._evidence.throttle
        if refused.counts:
            delay = throttle.delay(caller.address, refused.name)
            if delay:
                self._log.refused(EventKind.THROTTLED, refused.name, caller, refused.reason)
                return too_many_failures(delay)
            throttle.count(caller.address, refused.name)
        self._log.refused(EventKind.REFUSED, refused.name, caller, refused.reason)
        # RFC 6750 3: the attribute speaks of a token, which Basic is not.
        scheme = (caller.authorization or "").partition(" ")[0].lower()
        error = None if scheme == "basic" else "invalid_token"
        return unauthorized(error=error, basic=self._settings.identity.basic_auth)

    def is_development(self, caller: Caller) -> bool:
        """Whether the credentials that everybody knows are good for this caller."""
        return self._has_known_credentials and (
            not caller.is_distant and is_loopback(caller.address)
        )

    def _found(self, credentials: Credentials, caller: Caller) -> SignedIn:
        match credentials:
            case TokenCredentials(token):
                return self._by_token(token, caller)
            case BasicCredentials(name, password):
                return self._by_name(name, password, caller)
            case UnreadableCredentials():
                raise RefusedError("too long")
            case _:
                assert_never(credentials)

    # --- tokens and keys ----------------------------------------------------------------------

    def _by_token(self, token: str, caller: Caller) -> SignedIn:
        if token == DEVELOPMENT_TOKEN and self.is_development(caller):
            return SignedIn(DEVELOPMENT_PRINCIPAL, "development")
        if is_signed_token(token):
            return self._by_signed_token(token, caller)
        grant = self._grant(token)
        rights = Rights(grant.roles, grant.companies, grant.customer)
        return SignedIn(principal_of(grant.name, rights), "key")

    def _grant(self, token: str) -> Grant:
        token_id, secret = split_token(token) or ("", "")
        found = self._evidence.directory.tokens.find(token_id) if token_id else None
        grant = found or _NOBODY
        matches = hmac.compare_digest(grant.secret_hash, hash_secret(secret))
        if not matches or grant is _NOBODY:
            raise RefusedError("unknown key")
        if grant.has_expired(self._clock()):
            raise RefusedError("expired key", name=grant.name, counts=False)
        return grant

    def _by_signed_token(self, token: str, caller: Caller) -> SignedIn:
        try:
            if self._evidence.own.knows(key_id_of(token)):
                return self._by_own_token(token, caller)
            return self._by_outside_token(token)
        except ExpiredTokenError as error:
            raise RefusedError("expired token", counts=False) from error
        except InvalidTokenError as error:
            raise RefusedError(f"invalid token: {error}") from error

    def _by_own_token(self, token: str, caller: Caller) -> SignedIn:
        # Signed with a secret that everybody knows, it proves nothing to others.
        if self._settings.has_known_secret and not self.is_development(caller):
            raise RefusedError("token of a known secret")
        client_id = str(self._evidence.own.read(token)["sub"])
        if client_id == DEVELOPMENT_TOKEN and self.is_development(caller):
            return SignedIn(DEVELOPMENT_PRINCIPAL, "development")
        client = self._evidence.directory.clients.find(client_id)
        if client is None:
            raise RefusedError("revoked client", name=client_id, counts=False)
        return SignedIn(principal_of(client.name, client.rights), "token")

    def _by_outside_token(self, token: str) -> SignedIn:
        outside = self._evidence.outside
        if outside is None:
            raise RefusedError("unknown issuer")
        claims = outside.read(token)
        subject = subject_of(claims)
        user = self._evidence.directory.users.find_by_subject(subject)
        if user is not None:
            return SignedIn(principal_of(user.name, user.rights), "outside token")
        # No user has a colon in his name.
        principal = principal_of(f"oidc:{subject}", outside.rights_of(claims))
        return SignedIn(principal, "outside token")

    # --- names and passwords ------------------------------------------------------------------

    def _by_name(self, name: str, password: str, caller: Caller) -> SignedIn:
        if name == password == DEVELOPMENT_TOKEN and self.is_development(caller):
            return SignedIn(DEVELOPMENT_PRINCIPAL, "development")
        if split_token(password) is not None:
            return self._by_key_of(name, password)
        evidence, name = self._evidence, name.lower()[:200]
        user = evidence.directory.users.find(name)
        password_hash = None if user is None else user.password_hash
        if not evidence.passwords.is_remembered(name, password, password_hash):
            delay = evidence.throttle.delay(caller.address, name)
            if delay:
                raise RefusedError("not verified", name=name)
            if not evidence.passwords.is_right(name, password, password_hash):
                raise RefusedError("wrong password", name=name)
        if user is None:
            raise RefusedError("wrong password", name=name)
        return SignedIn(principal_of(user.name, user.rights), "password")

    def _by_key_of(self, name: str, key: str) -> SignedIn:
        """The user whose key stands in the place of his password."""
        grant = self._grant(key)
        if grant.name != name.lower():
            raise RefusedError("key of somebody else", name=name)
        rights = Rights(grant.roles, grant.companies, grant.customer)
        return SignedIn(principal_of(grant.name, rights), "key")
