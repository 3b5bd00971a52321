"""The settings of identity: how callers may show who they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.settings_reader import Reader

# Keys of one family each; a shared secret would let every reader of a token make one.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_ALGORITHM = re.compile("|".join(ALGORITHMS))
_ROLE = re.compile(r"[^=,\s]+=[a-z][a-z0-9_-]*")
_AUDIENCE = re.compile(r"[^,\s]+")
_CLAIM = re.compile(r"[\x21-\x7e]+")
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is taken as proof of who is asking. Names that begin with ``oidc`` tell of an
    outside issuer of tokens."""

    basic_auth: bool = True
    token_seconds: int = 3599
    sign_in_failures: int = 10
    audit_days: int = 365
    oidc_issuer: str | None = None
    oidc_audience: tuple[str, ...] = ()
    oidc_jwks: str | None = None
    oidc_algorithms: tuple[str, ...] = ("RS256",)
    oidc_roles_claim: str = "roles"
    oidc_roles: tuple[str, ...] = (
        "API.ReadWrite.All=writer",
        "Automation.ReadWrite.All=automation",
    )
    oidc_companies_claim: str | None = None
    oidc_leeway: int = 30


def read_identity(reader: Reader) -> Identity:
    """The settings of identity."""
    default = Identity()
    return Identity(
        basic_auth=reader.boolean("BASIC_AUTH", default=default.basic_auth),
        token_seconds=reader.number("TOKEN_SECONDS", default.token_seconds, 60, 86_400),
        sign_in_failures=reader.number(
            "MAX_SIGN_IN_FAILURES", default.sign_in_failures, 1, 1_000_000
        ),
        audit_days=reader.number("AUDIT_DAYS", default.audit_days, 1, 36_500),
        oidc_issuer=reader.read("OIDC_ISSUER", None, _https, "an https address"),
        oidc_audience=reader.words("OIDC_AUDIENCE", _AUDIENCE, "audiences without blanks"),
        oidc_jwks=reader.read("OIDC_JWKS", None, _key_set, "an https address or a file"),
        oidc_algorithms=reader.words(
            "OIDC_ALGORITHMS", _ALGORITHM, f"some of {', '.join(ALGORITHMS)}"
        )
        or default.oidc_algorithms,
        oidc_roles_claim=reader.read(
            "OIDC_ROLES_CLAIM", default.oidc_roles_claim, _claim, "the name of a claim"
        ),
        oidc_roles=reader.words("OIDC_ROLES", _ROLE, "pairs such as API.ReadWrite.All=writer")
        or default.oidc_roles,
        oidc_companies_claim=reader.read(
            "OIDC_COMPANIES_CLAIM", None, _claim, "the name of a claim"
        ),
        oidc_leeway=reader.number("OIDC_LEEWAY", default.oidc_leeway, 0, 60),
    )


def identity_faults(identity: Identity, prefix: str) -> list[str]:
    """What is missing beside what is there."""
    asked = (identity.oidc_issuer, identity.oidc_audience, identity.oidc_jwks)
    if any(asked) and not all(asked):
        names = ", ".join(f"{prefix}OIDC_{name}" for name in ("ISSUER", "AUDIENCE", "JWKS"))
        return [f"{names} must be set together"]
    return []


def _https(text: str) -> str:
    """An address whose keys nobody on the way can exchange."""
    parts = urlsplit(text)
    is_local = parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS
    if not parts.hostname or not (parts.scheme == "https" or is_local):
        raise ValueError(text)
    return text


def _key_set(text: str) -> str:
    return _https(text) if "://" in text else text


def _claim(text: str) -> str:
    if not _CLAIM.fullmatch(text):
        raise ValueError(text)
    return text
