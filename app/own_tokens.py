"""The short-lived tokens that this service issues itself, and the key that signs them.

The key follows from the secret of the service, so every worker and every node has the same one
and none is stored; another secret makes another key. Its public half is published.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from app.signed_tokens import Claims, TokenReader, Verification, VerificationKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

# What clients of Business Central ask tokens for (reference §12).
AUDIENCE = "https://api.businesscentral.dynamics.com"
ALGORITHM = "ES256"
_PURPOSE = b"kontor access tokens 1"
# FIPS 186-5 A.2.1: 64 bits more than the order has, so that no key is likelier than another.
_SEED_OCTETS = 40
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """For whom a token shall be."""

    client_id: str
    roles: frozenset[str]
    tenant: str
    issuer: str


class SigningKey:
    """The key pair that follows from a secret; made for the first who needs it."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    @cached_property
    def private(self) -> EllipticCurvePrivateKey:
        """The half that signs."""
        # Loaded for those who sign or verify: most installations start without it.
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        seed = HKDF(hashes.SHA256(), _SEED_OCTETS, salt=None, info=_PURPOSE).derive(self._secret)
        number = int.from_bytes(seed, "big") % (_ORDER - 1) + 1
        return ec.derive_private_key(number, ec.SECP256R1())

    @cached_property
    def public_jwk(self) -> dict[str, str]:
        """The public half as a JSON Web Key, named by its thumbprint (RFC 7638)."""
        numbers = self.private.public_key().public_numbers()
        members = {
            "crv": "P-256",
            "kty": "EC",
            "x": _base64url(numbers.x.to_bytes(32, "big")),
            "y": _base64url(numbers.y.to_bytes(32, "big")),
        }
        canonical = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
        thumbprint = _base64url(hashlib.sha256(canonical).digest())
        return members | {"kid": thumbprint, "use": "sig", "alg": ALGORITHM}


@dataclass
class OwnTokens:
    """Issues tokens and reads them again."""

    key: SigningKey
    seconds: int
    clock: Callable[[], float]
    is_issuer: Callable[[str], bool]

    @cached_property
    def reader(self) -> TokenReader:
        """What reads them."""
        jwk = self.key.public_jwk
        public = VerificationKey(self.key.private.public_key(), frozenset({ALGORITHM}))
        keys = {jwk["kid"]: public}
        rules = Verification((ALGORITHM,), (AUDIENCE,), 0, keys.get, self.is_issuer)
        return TokenReader(rules, self.clock)

    def issue(self, wanted: TokenRequest) -> str:
        """A new token."""
        import jwt  # noqa: PLC0415 - only who signs needs it

        now = int(self.clock())
        claims = {
            "iss": wanted.issuer,
            "aud": AUDIENCE,
            "sub": wanted.client_id,
            "azp": wanted.client_id,
            "idtyp": "app",
            "tid": wanted.tenant,
            "roles": sorted(wanted.roles),
            "iat": now,
            "nbf": now,
            "exp": now + self.seconds,
            "jti": secrets.token_urlsafe(16),
            "ver": "2.0",
        }
        headers = {"kid": self.key.public_jwk["kid"]}
        return jwt.encode(claims, self.key.private, ALGORITHM, headers)

    def knows(self, key_id: str) -> bool:
        """Whether a token of this key is one of ours."""
        return key_id == self.key.public_jwk["kid"]

    def read(self, token: str) -> Claims:
        """The claims of a token of ours."""
        return self.reader.read(token)


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
