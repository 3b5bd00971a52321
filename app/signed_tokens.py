"""Signed tokens: read with everything about them pinned, whoever has issued them.

Nothing in a token chooses how it is verified: algorithms are named by us, a key is looked up by
its id in a table, and what else a header says (``jku``, ``jwk``, ``x5u``) is not read.
Cites: RFC 8725 (best practices), RFC 9068.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.recent import Recent

Claims = Mapping[str, Any]  # claims of issuers that we do not know
PublicKey = Any  # of one family or another, as cryptography has them
REQUIRED_CLAIMS = ("exp", "iat", "aud", "iss", "sub")
_REMEMBERED = 1024
# A key that has been taken out of an issuer's set is believed no longer than this.
_REMEMBERED_SECONDS = 60.0
# Beyond the end of every calendar: a time that no honest issuer writes.
_LAST_SECOND = 253_402_300_799


class InvalidTokenError(Exception):
    """A token that is not believed; the reason is for the log alone."""


class ExpiredTokenError(InvalidTokenError):
    """A token that was good once: its holder need not guess, only ask for another."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key with the algorithms that it is for."""

    material: PublicKey
    algorithms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verification:
    """How the tokens of one issuer are verified."""

    algorithms: tuple[str, ...]
    audience: tuple[str, ...]
    leeway: int
    find_key: Callable[[str], VerificationKey | None]
    is_issuer: Callable[[str], bool]


@dataclass(slots=True)
class TokenReader:
    """Reads the tokens of one issuer; the same one within a minute costs next to nothing."""

    verification: Verification
    clock: Callable[[], float]
    _recent: Recent[bytes, Claims] = field(init=False)

    def __post_init__(self) -> None:
        self._recent = Recent(_REMEMBERED, self.clock)

    def read(self, token: str) -> Claims:
        """The claims of a token; raises ``InvalidTokenError``."""
        digest = hashlib.sha256(token.encode("ascii", "replace")).digest()
        claims = self._recent.get(digest)
        if claims is None:
            claims = self._verified(token)
            left = claims["exp"] - self.clock()
            self._recent.put(digest, claims, min(_REMEMBERED_SECONDS, left))
        return claims

    def _verified(self, token: str) -> Claims:
        import jwt  # noqa: PLC0415 - only who verifies needs it

        rules = self.verification
        key = rules.find_key(key_id_of(token))
        if key is None:
            raise InvalidTokenError("unknown key")
        try:
            claims: Claims = jwt.decode(
                token,
                key.material,
                algorithms=[name for name in rules.algorithms if name in key.algorithms],
                audience=list(rules.audience),
                leeway=rules.leeway,
                options={"require": list(REQUIRED_CLAIMS)},
            )
        except jwt.ExpiredSignatureError as error:
            raise ExpiredTokenError("expired") from error
        except (jwt.PyJWTError, OverflowError, ValueError, TypeError) as error:
            raise InvalidTokenError(type(error).__name__) from error
        if not isinstance(claims["iss"], str) or not rules.is_issuer(claims["iss"]):
            raise InvalidTokenError("InvalidIssuerError")
        if not isinstance(claims["exp"], int | float) or claims["exp"] > _LAST_SECOND:
            raise InvalidTokenError("InvalidExpiry")
        return claims


def is_signed_token(text: str) -> bool:
    """Whether a text has the three parts of a signed token."""
    return text.count(".") == 2 and text.startswith("ey")  # noqa: PLR2004 - RFC 7515 7.1


def key_id_of(token: str) -> str:
    """The id of the key by which a token says it is signed; nothing of it is believed yet."""
    import jwt  # noqa: PLC0415 - only who verifies needs it

    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise InvalidTokenError(type(error).__name__) from error
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise InvalidTokenError("no key id")
    return key_id
