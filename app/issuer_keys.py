"""The public keys of an outside issuer, from his address or from a file."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.signed_tokens import VerificationKey
from odata.errors import ServiceUnavailableError
from odata.waiting import before_waiting

if TYPE_CHECKING:
    import jwt

LIFESPAN_SECONDS = 600.0
# A token that names an unknown key may ask for the keys anew, but not more often than this.
COOLDOWN_SECONDS = 30.0
# An issuer who is away for longer than this may have taken keys back in the meantime.
OLDEST_SECONDS = 86_400.0
_TIMEOUT_SECONDS = 5
_LOG = logging.getLogger("kontor")

# Which algorithms a key is for where its issuer does not say.
_FAMILIES = {
    "RSA": frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}),
    "EC": frozenset({"ES256", "ES384"}),
    "OKP": frozenset({"EdDSA"}),
}

Keys = Mapping[str, VerificationKey]
Document = Mapping[str, Any]  # a JSON Web Key Set, RFC 7517 5


@dataclass(slots=True)
class IssuerKeys:
    """Keys by their ids; fetched when they are old or one is missing, by one thread at a time."""

    source: str
    clock: Callable[[], float]
    _keys: Keys = field(default_factory=dict)
    _fetched_at: float | None = None
    _tried_at: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, key_id: str) -> VerificationKey | None:
        """The key of this id, if the issuer publishes one; refuses while none can be read."""
        if self._is_old(LIFESPAN_SECONDS) or key_id not in self._keys:
            self._refresh()
        if self._is_old(OLDEST_SECONDS):
            raise ServiceUnavailableError(
                "the keys of the issuer of tokens cannot be read", headers=(("Retry-After", "5"),)
            )
        return self._keys.get(key_id)

    def _is_old(self, seconds: float) -> bool:
        return self._fetched_at is None or self.clock() - self._fetched_at > seconds

    def _refresh(self) -> None:
        import jwt  # noqa: PLC0415 - only where there is an outside issuer

        # Who has keys goes on with them while another thread fetches.
        if not self._lock.acquire(blocking=not self._keys):
            return
        try:
            now = self.clock()
            if self._tried_at is not None and now - self._tried_at < COOLDOWN_SECONDS:
                return
            self._tried_at = now
            before_waiting()
            self._keys = _fetch(self.source)
            self._fetched_at = now
        except (jwt.PyJWTError, OSError, ValueError) as error:
            _LOG.warning("the keys of the issuer cannot be read: %s", type(error).__name__)
        finally:
            self._lock.release()


def _fetch(source: str) -> Keys:
    import jwt  # noqa: PLC0415 - only where there is an outside issuer

    if "://" in source:
        document = jwt.PyJWKClient(
            source, cache_jwk_set=False, timeout=_TIMEOUT_SECONDS
        ).fetch_data()
    else:
        document = json.loads(Path(source).read_bytes())
    if not isinstance(document, dict):
        raise jwt.PyJWKSetError("no object")
    return {
        key.key_id: VerificationKey(key.key, algorithms)
        for key in jwt.PyJWKSet.from_dict(document).keys
        if key.key_id is not None
        and key.public_key_use in ("sig", None)
        and (algorithms := _algorithms(document, key)) is not None
    }


def _algorithms(document: Document, key: jwt.PyJWK) -> frozenset[str] | None:
    """What a key is for; None where it is of no family that is believed, such as a shared one."""
    family = _FAMILIES.get(key.key_type or "")
    named = {found["kid"]: found.get("alg") for found in document["keys"] if "kid" in found}
    only = named.get(key.key_id or "")
    return family if family is None or only is None else family & {only}
