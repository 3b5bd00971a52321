"""Tokens of an outside issuer: who their holder is here, and what he may do."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.identity_settings import Identity
from app.issuer_keys import IssuerKeys
from app.signed_tokens import Claims, TokenReader, Verification
from models.access import Rights

_NAME_LENGTH = 200
_WORDS = re.compile(r"[\s,]+")


class OutsideTokens:
    """Reads the tokens of the issuer whom the settings name."""

    def __init__(
        self, settings: Identity, issuer: str, source: str, clock: Callable[[], float]
    ) -> None:
        self._settings = settings
        self._roles = dict(pair.rsplit("=", 1) for pair in settings.oidc_roles)
        keys = IssuerKeys(source, clock)
        self._reader = TokenReader(
            Verification(
                algorithms=settings.oidc_algorithms,
                audience=settings.oidc_audience,
                leeway=settings.oidc_leeway,
                find_key=keys.find,
                is_issuer=issuer.__eq__,
            ),
            clock,
        )

    def read(self, token: str) -> Claims:
        """The claims of a token; raises ``InvalidTokenError``."""
        return self._reader.read(token)

    def rights_of(self, claims: Claims) -> Rights:
        """What the claims allow here; what has no meaning here allows nothing."""
        settings = self._settings
        found = _words(_claim(claims, settings.oidc_roles_claim))
        roles = frozenset(self._roles[word] for word in found if word in self._roles)
        if settings.oidc_companies_claim is None:
            return Rights(roles)
        companies = _words(_claim(claims, settings.oidc_companies_claim))
        return Rights(roles, frozenset(word.lower() for word in companies))


def subject_of(claims: Claims) -> str:
    """How the issuer names the holder: by the object id where there is one (Microsoft's), else
    by the subject."""
    return str(claims.get("oid") or claims["sub"])[:_NAME_LENGTH]


def _claim(claims: Claims, name: str) -> object:
    """A claim by its name; failing that by a path such as ``realm_access.roles``."""
    if name in claims:
        return claims[name]
    value: object = claims
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _words(value: object) -> list[str]:
    """A list of texts, or a text of words."""
    if isinstance(value, list):
        return [word for word in value if isinstance(word, str)]
    return _WORDS.split(value) if isinstance(value, str) else []
