"""Access tokens: who may call the service. Only a hash of the secret is stored."""

from __future__ import annotations

import datetime
import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import peewee

from models.access_lookup import find_row, instant
from models.database import database
from odata.sql.fields import InstantField, TextField

EVERY_COMPANY = "*"
_PREFIX = "kontor"
_TOKEN_BY_ID = (
    "SELECT name, secret_hash, roles, companies, expires_at FROM access_token WHERE id = {place}"
)
_TOKEN = re.compile(r"kontor_(?P<id>[a-z0-9]{1,40})_(?P<secret>[!-~]{1,200})")


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
class CustomerBinding:
    """The customer to whom a user belongs: what a portal shows is his alone."""

    company_id: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do. ``companies`` None means all of them.

    A role is a name, or ``name@company`` for the role in one company.
    """

    roles: frozenset[str]
    companies: frozenset[str] | None = None
    customer: CustomerBinding | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token or a key stands for. ``companies`` None means all of them."""

    token_id: str
    name: str
    secret_hash: str
    roles: frozenset[str]
    companies: frozenset[str] | None
    expires_at: datetime.datetime | None
    customer: CustomerBinding | None = None

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
        row = find_row(_TOKEN_BY_ID, token_id)
        if row is None:
            return None
        name, secret_hash, roles, companies, expires_at = row
        return Grant(
            token_id=token_id,
            name=name,
            secret_hash=secret_hash,
            roles=frozenset(roles.split()),
            companies=split_companies(companies),
            expires_at=instant(expires_at),
        )

    def create(self, wanted: TokenRequest, now: datetime.datetime) -> str:
        """Store a new token and give its text, which is not kept."""
        secret = NewSecret.draw()
        AccessToken.insert(
            id=secret.key_id,
            name=wanted.name,
            secret_hash=secret.hash,
            roles=join_words(wanted.roles),
            companies=join_companies(wanted.companies),
            created_at=now,
            expires_at=wanted.expires_at,
        ).execute()
        return secret.text

    def all(self) -> tuple[Grant, ...]:
        """Every token, by name."""
        return tuple(_grant(row) for row in AccessToken.select().order_by(AccessToken.name))

    def revoke(self, name: str) -> bool:
        """Remove the token of this name; False where there is none."""
        return bool(AccessToken.delete().where(AccessToken.name == name).execute())


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret that was just drawn: its public id, its stored form, and its text."""

    key_id: str
    hash: str
    text: str

    @classmethod
    def draw(cls, mark: str = "") -> NewSecret:
        """Another secret of 256 random bits; ``mark`` begins its public id."""
        key_id, secret = f"{mark}{secrets.token_hex(8)}", secrets.token_urlsafe(32)
        return cls(key_id, hash_secret(secret), f"{_PREFIX}_{key_id}_{secret}")


def split_token(text: str) -> tuple[str, str] | None:
    """The public id and the secret of a token's text; None where it is no token of ours."""
    found = _TOKEN.fullmatch(text)
    return None if found is None else (found["id"], found["secret"])


def hash_secret(secret: str) -> str:
    """The stored form; the secret has 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def join_words(words: Iterable[str]) -> str:
    """Words as one stored text."""
    return " ".join(sorted(words))


def join_companies(companies: frozenset[str] | None) -> str:
    """Companies as one stored text."""
    return EVERY_COMPANY if companies is None else join_words(companies)


def split_companies(text: str) -> frozenset[str] | None:
    """Companies from their stored text; None stands for all."""
    return None if text == EVERY_COMPANY else frozenset(text.split())


def _grant(row: AccessToken) -> Grant:
    return Grant(
        token_id=str(row.id),
        name=str(row.name),
        secret_hash=str(row.secret_hash),
        roles=frozenset(str(row.roles).split()),
        companies=split_companies(str(row.companies)),
        expires_at=row.expires_at,
    )
