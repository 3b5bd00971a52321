"""An outside issuer of tokens: keys that may change, and tokens of every kind."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from app.identity_settings import Identity

ISSUER = "https://login.example/tenant/v2.0"
AUDIENCE = "api://kontor"


@dataclass
class Issuer:
    """Signs with the key of today; the set of its keys lies in a file."""

    path: Path
    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=dict)

    def publish(self, *key_ids: str) -> None:
        """Let the set hold these keys, made where they are new."""
        members = []
        for key_id in key_ids:
            if key_id not in self.keys:
                self.keys[key_id] = rsa.generate_private_key(65537, 2048)
            jwk = jwt.algorithms.RSAAlgorithm.to_jwk(self.keys[key_id].public_key(), as_dict=True)
            members.append(jwk | {"kid": key_id, "use": "sig"})
        self.path.write_text(json.dumps({"keys": members}), encoding="ascii")

    def claims(self, **changes: object) -> dict[str, object]:
        """Claims that are good, but for the given ones; None leaves a claim out."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "subject-9",
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "roles": ["API.ReadWrite.All"],
        } | changes
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, key_id: str = "k1", algorithm: str = "RS256", **changes: object) -> str:
        """A token with these claims."""
        claims = json.dumps(self.claims(**changes)).encode()
        return jwt.api_jws.encode(claims, self.keys[key_id], algorithm, {"kid": key_id})

    def settings(self, **changes: object) -> Identity:
        """The settings of a service that believes this issuer."""
        known = {
            "oidc_issuer": ISSUER,
            "oidc_audience": (AUDIENCE, "another"),
            "oidc_jwks": str(self.path),
        }
        return Identity(**(known | changes))
