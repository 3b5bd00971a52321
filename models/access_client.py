"""Clients: programs that get short-lived tokens for their id and a secret."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

import peewee

from models.access import Rights, join_companies, join_words, split_companies
from models.access_lookup import Row, all_rows, find_row
from models.access_user import check_name, is_name
from models.database import database
from odata.sql.fields import GuidField, InstantField, TextField

_SELECT = "SELECT id, name, roles, companies FROM access_client"


class AccessClient(peewee.Model):
    """A client by its public id."""

    id = GuidField(primary_key=True)
    name = TextField(unique=True)
    roles = TextField()
    companies = TextField()
    created_at = InstantField()

    class Meta:
        database = database
        table_name = "access_client"


@dataclass(frozen=True, slots=True)
class Client:
    """A client as it is stored."""

    id: str
    name: str
    rights: Rights


class DatabaseClients:
    """The clients of the table ``access_client``."""

    def find(self, client_id: str) -> Client | None:
        """The client of this public id."""
        return _found("id = {place}", client_id.lower()) if is_client_id(client_id) else None

    def find_by_name(self, name: str) -> Client | None:
        """The client of this name."""
        return _found("name = {place}", name.lower()) if is_name(name) else None

    def all(self) -> tuple[Client, ...]:
        """Every client, by name."""
        return tuple(map(_client, all_rows(f"{_SELECT} ORDER BY name")))

    def create(
        self,
        name: str,
        rights: Rights,
        now: datetime.datetime,
        client_id: str | None = None,
    ) -> Client:
        """Store a new client, under an id of one's choice or a new one; both must be free."""
        client = Client(client_id or str(uuid.uuid4()), check_name(name), rights)
        AccessClient.insert(
            id=client.id,
            name=client.name,
            roles=join_words(rights.roles),
            companies=join_companies(rights.companies),
            created_at=now,
        ).execute()
        return client

    def remove(self, client: Client) -> None:
        """Remove a client; its secrets go with it."""
        AccessClient.delete().where(AccessClient.id == client.id).execute()


def is_client_id(text: str) -> bool:
    """Whether a text has the form of a client's id."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _found(condition: str, value: str) -> Client | None:
    row = find_row(f"{_SELECT} WHERE {condition}", value)
    return None if row is None else _client(row)


def _client(row: Row) -> Client:
    client_id, name, roles, companies = row
    return Client(client_id, name, Rights(frozenset(roles.split()), split_companies(companies)))
