"""What a request shows of its sender: credentials read from the header fields, not yet believed.

Cites: RFC 6750 (bearer tokens), RFC 7617 (Basic), RFC 9110 11.4.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

_HEADER_LENGTH = 8192
_TOKEN_SCHEMES = frozenset({"bearer", "apikey"})


# Made for every request; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Caller:
    """What is known of a sender before his credentials are looked at.

    ``address`` is his own where a trusted proxy tells it; ``is_distant`` says that somebody
    between him and us has told of another machine.
    """

    authorization: str | None
    address: str
    api_key: str | None = None
    request_id: str = ""
    is_distant: bool = False


@dataclass(frozen=True, slots=True)
class TokenCredentials:
    """A token or a key that stands for itself."""

    token: str


@dataclass(frozen=True, slots=True)
class BasicCredentials:
    """A name with a password or a key."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class UnreadableCredentials:
    """Something that is longer than credentials can be."""


Credentials = TokenCredentials | BasicCredentials | UnreadableCredentials


def read_credentials(caller: Caller) -> Credentials | None:
    """The credentials of a request; None where it shows none of a known form."""
    if not caller.authorization:
        key = (caller.api_key or "").strip()
        return _token(key) if key else None
    if len(caller.authorization) > _HEADER_LENGTH:
        return UnreadableCredentials()
    scheme, _, rest = caller.authorization.partition(" ")
    rest = rest.strip()
    if not rest:
        return None
    if scheme.lower() in _TOKEN_SCHEMES:
        return TokenCredentials(rest)
    return read_basic(rest) if scheme.lower() == "basic" else None


def read_basic(text: str) -> BasicCredentials | None:
    """Name and password of the Basic scheme; None where the text is not of its form."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    try:
        name, colon, password = decoded.decode("utf-8").partition(":")
    except UnicodeDecodeError:
        # Clients that do not heed the charset of the challenge send the octets of Latin-1.
        name, colon, password = decoded.decode("latin-1").partition(":")
    return BasicCredentials(name, password) if colon else None


def _token(text: str) -> Credentials:
    return TokenCredentials(text) if len(text) <= _HEADER_LENGTH else UnreadableCredentials()
