"""Access tokens: who may call the service. Only a hash of the secret is stored."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import peewee

from models.database import database
from odata.sql.fields import InstantField, TextField

EVERY_COMPANY = "*"
_PREFIX = "kontor"
_PARTS = 3


class AccessToken(peewee.Model):
    """A token: its public id, the hash of its secret, and what its holder may do."""

    id = TextField(primary_key=True)
    name = TextField(unique=True)
    secret_hash = TextField()
    roles = TextField()
    companies = TextField()
    created_at = InstantField()
    expires_at = InstantField(null=True)

    class Meta:
        database = database
        table_name = "access_token"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token stands for. ``companies`` None means all of them."""

    token_id: str
    name: str
    secret_hash: str
    roles: frozenset[str]
    companies: frozenset[str] | None
    expires_at: datetime.datetime | None

    def has_expired(self, now: datetime.datetime) -> bool:
        """Whether the token is good no longer."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What a new token shall be."""

    name: str
    roles: frozenset[str]
    companies: frozenset[str] | None = None
    expires_at: datetime.datetime | None = None


class DatabaseTokens:
    """The tokens of the table ``access_token``."""

    def find(self, token_id: str) -> Grant | None:
        """The token of this public id, expired or not."""
        row = AccessToken.get_or_none(AccessToken.id == token_id)
        return None if row is None else _grant(row)

    def create(self, wanted: TokenRequest, now: datetime.datetime) -> str:
        """Store a new token and give its text, which is not kept."""
        token_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
        AccessToken.insert(
            id=token_id,
            name=wanted.name,
            secret_hash=hash_secret(secret),
            roles=_join(wanted.roles),
            companies=EVERY_COMPANY if wanted.companies is None else _join(wanted.companies),
            created_at=now,
            expires_at=wanted.expires_at,
        ).execute()
        return f"{_PREFIX}_{token_id}_{secret}"

    def all(self) -> tuple[Grant, ...]:
        """Every token, by name."""
        return tuple(_grant(row) for row in AccessToken.select().order_by(AccessToken.name))

    def revoke(self, name: str) -> bool:
        """Remove the token of this name; False where there is none."""
        return bool(AccessToken.delete().where(AccessToken.name == name).execute())


def split_token(text: str) -> tuple[str, str] | None:
    """The public id and the secret of a token's text; None where it is no token of ours."""
    parts = text.split("_", _PARTS - 1)
    if len(parts) != _PARTS or parts[0] != _PREFIX:
        return None
    return parts[1], parts[2]


def hash_secret(secret: str) -> str:
    """The stored form; the secret has 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _grant(row: AccessToken) -> Grant:
    companies = str(row.companies)
    return Grant(
        token_id=str(row.id),
        name=str(row.name),
        secret_hash=str(row.secret_hash),
        roles=frozenset(str(row.roles).split()),
        companies=None if companies == EVERY_COMPANY else frozenset(companies.split()),
        expires_at=row.expires_at,
    )


def _join(words: Iterable[str]) -> str:
    return " ".join(sorted(words))
