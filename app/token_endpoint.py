"""Tokens for client credentials: what may be asked, and how it is answered.

Cites: RFC 6749 4.4, 5.1 and 5.2; where it leaves room, the answers are those of Microsoft's
endpoint, so that clients written for that one need another host and nothing else.
"""

from __future__ import annotations

import datetime
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from app.access_log import AccessLog
from app.auth import DEVELOPMENT_TOKEN, Authenticator, Evidence
from app.credentials import Caller, read_basic
from app.own_tokens import AUDIENCE, TokenRequest
from models.access import hash_secret, split_token
from models.access_client import Client
from models.access_event import EventKind

_DEFAULT = "/.default"
_FIELDS = 30
_FORM = "application/x-www-form-urlencoded"
_NO_HASH = hash_secret("")


class TokenError(Exception):
    """A refusal in the words of RFC 6749 5.2, with the number that Microsoft gives it."""

    def __init__(self, error: str, number: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.error = error
        self.number = number
        self.message = f"AADSTS{number}: {message}"
        self.status = status


class InvalidClientError(TokenError):
    """The client is not who it says it is. ``retry_after`` is set where it fails too often."""

    def __init__(self, *, used_header: bool, retry_after: int = 0) -> None:
        if retry_after:
            super().__init__("temporarily_unavailable", 90055, "Too many requests.", 429)
        else:
            super().__init__("invalid_client", 7000215, "Invalid client secret provided.", 401)
        self.used_header = used_header
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class TokenForm:
    """What a client asks with."""

    content_type: str
    body: bytes
    caller: Caller
    tenant: str
    base: str
    is_first_version: bool = False

    @property
    def issuer(self) -> str:
        """Who issues the token."""
        return f"{self.base}/{self.tenant}/v2.0"


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token and how long it is good."""

    text: str
    seconds: int


@dataclass(frozen=True, slots=True)
class _Claimed:
    client_id: str
    secret: str
    used_header: bool


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Issues tokens to clients that know a secret of theirs."""

    authenticator: Authenticator
    evidence: Evidence
    log: AccessLog
    clock: Callable[[], datetime.datetime]

    def issue(self, form: TokenForm) -> IssuedToken:
        """The token that is asked for; raises ``TokenError``."""
        fields = _read_fields(form)
        claimed = _read_client(fields, form.caller)
        if _needed(fields, "grant_type") != "client_credentials":
            raise TokenError(
                "unsupported_grant_type", 70003, "The app requested an unsupported grant type."
            )
        _check_resource(fields, form)
        if self._is_development(claimed, form.caller):
            return self._issued(DEVELOPMENT_TOKEN, frozenset({"administrator"}), form)
        client = self._client(claimed, form.caller)
        self.log.write(EventKind.TOKEN_ISSUED, client.name, form.caller, client.id)
        return self._issued(client.id, client.rights.roles, form)

    def _is_development(self, claimed: _Claimed, caller: Caller) -> bool:
        return (
            claimed.client_id == claimed.secret == DEVELOPMENT_TOKEN
            and self.authenticator.is_development(caller)
        )

    def _issued(self, client_id: str, roles: frozenset[str], form: TokenForm) -> IssuedToken:
        own = self.evidence.own
        wanted = TokenRequest(client_id, roles, form.tenant, form.issuer)
        return IssuedToken(own.issue(wanted), own.seconds)

    def _client(self, claimed: _Claimed, caller: Caller) -> Client:
        directory = self.evidence.directory
        key_id, secret = split_token(claimed.secret) or ("", "")
        client = directory.clients.find(claimed.client_id)
        found = None if client is None else directory.secrets.find_secret(client, key_id)
        known = _NO_HASH if found is None else found.secret_hash
        matches = hmac.compare_digest(known, hash_secret(secret))
        if client is None or found is None or not matches or found.has_expired(self.clock()):
            raise self._refused(claimed, caller)
        return client

    def _refused(self, claimed: _Claimed, caller: Caller) -> InvalidClientError:
        name, throttle = claimed.client_id[:100], self.evidence.throttle
        delay = throttle.delay(caller.address, name)
        throttle.count(caller.address, name)
        kind = EventKind.THROTTLED if delay else EventKind.REFUSED
        self.log.refused(kind, name, caller, "wrong client secret")
        return InvalidClientError(used_header=claimed.used_header, retry_after=delay)


def _read_fields(form: TokenForm) -> Mapping[str, str]:
    media_type = form.content_type.partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise TokenError("invalid_request", 900144, f"The request body must be of type {_FORM}.")
    try:
        pairs = parse_qsl(
            form.body.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=_FIELDS,
            errors="strict",
        )
    except ValueError as error:
        raise TokenError("invalid_request", 900144, "The request body is malformed.") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise TokenError("invalid_request", 900144, "A parameter is given more than once.")
    return fields


def _needed(fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name, "")
    if not value:
        raise TokenError(
            "invalid_request",
            900144,
            f"The request body must contain the following parameter: '{name}'.",
        )
    return value


def _read_client(fields: Mapping[str, str], caller: Caller) -> _Claimed:
    scheme, _, rest = (caller.authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return _Claimed(
            _needed(fields, "client_id"), _needed(fields, "client_secret"), used_header=False
        )
    if "client_secret" in fields:
        raise TokenError(
            "invalid_request", 900144, "The client must show its secret in one way only."
        )
    found = read_basic(rest.strip())
    if found is None:
        raise InvalidClientError(used_header=True)
    # RFC 6749 2.3.1: both are encoded like the fields of a form.
    return _Claimed(unquote_plus(found.name), unquote_plus(found.password), used_header=True)


def _check_resource(fields: Mapping[str, str], form: TokenForm) -> None:
    if form.is_first_version and "scope" not in fields:
        resource = _needed(fields, "resource")
    else:
        scope = _needed(fields, "scope")
        if not scope.endswith(_DEFAULT) or " " in scope:
            raise TokenError(
                "invalid_scope",
                1002012,
                "The provided value for scope is not valid. Client credential flows must have a "
                "scope value with /.default suffixed to the resource identifier.",
            )
        resource = scope.removesuffix(_DEFAULT)
    if resource.rstrip("/").lower() not in (AUDIENCE, form.base.lower()):
        raise TokenError("invalid_scope", 500011, f"The resource is not {AUDIENCE}.")
