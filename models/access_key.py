"""Keys of users and secrets of clients. Only a hash of each is stored."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import peewee

from models.access import DatabaseTokens, Grant, NewSecret
from models.access_client import AccessClient, Client
from models.access_lookup import find_row, instant
from models.access_user import USER_COLUMNS, AccessUser, User, user_of
from models.database import database
from odata.sql.fields import GuidField, InstantField, TextField

# Public ids begin with it; those of tokens are hexadecimal digits alone.
_OF_USER = "u"
_OF_CLIENT = "s"

_KEY_OF_USER = (
    f"SELECT k.secret_hash, k.expires_at, {USER_COLUMNS} FROM access_key k "  # noqa: S608 - own names
    "JOIN access_user u ON u.id = k.user_id WHERE k.id = {place}"
)

Holder = User | Client


class AccessKey(peewee.Model):
    """A key: its public id, whose it is, the hash of its secret."""

    id = TextField(primary_key=True)
    user_id = peewee.IntegerField(null=True)
    client_id = GuidField(null=True)
    secret_hash = TextField()
    created_at = InstantField()
    expires_at = InstantField(null=True)
    # The name of the user or client, where a query gives it.
    holder: str

    class Meta:
        database = database
        table_name = "access_key"


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. ``holder`` is the name of its user or client."""

    id: str
    holder: str
    secret_hash: str
    created_at: datetime.datetime
    expires_at: datetime.datetime | None

    def has_expired(self, now: datetime.datetime) -> bool:
        """Whether the key is good no longer."""
        return self.expires_at is not None and self.expires_at <= now


class DatabaseCredentials:
    """Whatever may stand in a request by itself: access tokens and keys of users."""

    def find(self, token_id: str) -> Grant | None:
        """What a token or a key of this public id stands for, expired or not."""
        if not token_id.startswith(_OF_USER):
            return DatabaseTokens().find(token_id)
        row = find_row(_KEY_OF_USER, token_id)
        if row is None:
            return None
        secret_hash, expires_at, *columns = row
        user = user_of(tuple(columns))
        return Grant(
            token_id=token_id,
            name=user.name,
            secret_hash=secret_hash,
            roles=user.rights.roles,
            companies=user.rights.companies,
            expires_at=instant(expires_at),
            customer=user.rights.customer,
        )


class DatabaseKeys:
    """The keys of the table ``access_key``."""

    def create(
        self, holder: Holder, now: datetime.datetime, expires_at: datetime.datetime | None
    ) -> NewSecret:
        """Store another key and give it with its text, which is not kept."""
        secret = NewSecret.draw(_OF_USER if isinstance(holder, User) else _OF_CLIENT)
        AccessKey.insert(
            id=secret.key_id,
            user_id=holder.id if isinstance(holder, User) else None,
            client_id=holder.id if isinstance(holder, Client) else None,
            secret_hash=secret.hash,
            created_at=now,
            expires_at=expires_at,
        ).execute()
        return secret

    def find(self, key_id: str) -> Key | None:
        """The key of this public id, expired or not."""
        found = _select(AccessKey.id == key_id)
        return found[0] if found else None

    def find_secret(self, client: Client, key_id: str) -> Key | None:
        """The secret of a client by its public id, expired or not."""
        found = _select((AccessKey.id == key_id) & (AccessKey.client_id == client.id))
        return found[0] if found else None

    def of_holder(self, holder: Holder) -> tuple[Key, ...]:
        """The keys of a user or a client, the oldest first."""
        return _select(_held_by(holder))

    def of_users(self) -> tuple[Key, ...]:
        """The keys of all users, the oldest first."""
        return _select(AccessKey.user_id.is_null(is_null=False))

    def all(self) -> tuple[Key, ...]:
        """The keys of all users and the secrets of all clients, the oldest first."""
        return _select(AccessKey.id != "")

    def expire(self, key: Key, at: datetime.datetime) -> None:
        """Let a key be good until ``at`` at most."""
        if key.expires_at is None or at < key.expires_at:
            AccessKey.update(expires_at=at).where(AccessKey.id == key.id).execute()

    def revoke(self, key: Key) -> None:
        """Remove a key; it is refused from then on."""
        AccessKey.delete().where(AccessKey.id == key.id).execute()

    def revoke_all(self, holder: Holder) -> None:
        """Remove every key of a user or a client."""
        AccessKey.delete().where(_held_by(holder)).execute()


def _held_by(holder: Holder) -> peewee.Expression:
    column = AccessKey.user_id if isinstance(holder, User) else AccessKey.client_id
    condition: peewee.Expression = column == holder.id
    return condition


def _select(condition: peewee.Expression) -> tuple[Key, ...]:
    holder = peewee.fn.COALESCE(AccessUser.name, AccessClient.name, "").alias("holder")
    rows = (
        AccessKey.select(AccessKey, holder)
        .join(AccessUser, peewee.JOIN.LEFT_OUTER, on=(AccessUser.id == AccessKey.user_id))
        .join_from(
            AccessKey,
            AccessClient,
            peewee.JOIN.LEFT_OUTER,
            on=(AccessClient.id == AccessKey.client_id),
        )
        .where(condition)
        .order_by(AccessKey.created_at, AccessKey.id)
    )
    return tuple(
        Key(
            id=str(row.id),
            holder=row.holder,
            secret_hash=str(row.secret_hash),
            created_at=row.created_at,
            expires_at=row.expires_at,
        )
        for row in rows.objects()
    )
