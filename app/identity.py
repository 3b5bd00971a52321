"""How callers are recognised, put together from the settings and the tables of access."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from time import time
from urllib.parse import urlsplit

from app.access_log import AccessLog, EventStore
from app.auth import Authenticator, Evidence
from app.bc import host_check
from app.config import Settings
from app.directory import Directory
from app.outside_tokens import OutsideTokens
from app.own_tokens import OwnTokens, SigningKey
from app.passwords import PasswordCheck
from app.throttle import Throttle
from app.token_endpoint import TokenEndpoint


@dataclass(frozen=True, slots=True)
class Identification:
    """What recognises callers, what gives them tokens, and what remembers it."""

    authenticator: Authenticator
    endpoint: TokenEndpoint
    log: AccessLog


def build_identification(
    settings: Settings, directory: Directory, events: EventStore
) -> Identification:
    """The collaborators for the settings."""
    identity, is_trusted = settings.identity, host_check(settings)

    def is_issuer(issuer: str) -> bool:
        """Whether a token was issued here: by the public address, else by a host of ours."""
        if settings.public_url is not None:
            return issuer.startswith(f"{settings.public_url}/")
        return is_trusted((urlsplit(issuer).hostname or "").lower())

    evidence = Evidence(
        directory=directory,
        own=OwnTokens(SigningKey(settings.secret_key), identity.token_seconds, time, is_issuer),
        outside=_outside(settings),
        passwords=PasswordCheck(time),
        throttle=Throttle(identity.sign_in_failures, time),
    )
    log = AccessLog(events, _now, identity.audit_days)
    authenticator = Authenticator(settings, evidence, log, _now)
    return Identification(authenticator, TokenEndpoint(authenticator, evidence, log, _now), log)


def _outside(settings: Settings) -> OutsideTokens | None:
    identity = settings.identity
    if identity.oidc_issuer is None or identity.oidc_jwks is None:
        return None
    return OutsideTokens(identity, identity.oidc_issuer, identity.oidc_jwks, time)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
