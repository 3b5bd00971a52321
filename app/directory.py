"""Who is known to the service: what the host asks of the tables of access."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from models.access import Grant, Rights
from models.access_client import Client, DatabaseClients
from models.access_key import DatabaseCredentials, DatabaseKeys, Key
from models.access_user import DatabaseUsers, User
from odata.protocol.messages import Principal


class TokenStore(Protocol):
    """Where access tokens and keys are kept."""

    def find(self, token_id: str) -> Grant | None:
        """What a token or a key of this public id stands for, expired or not."""


class UserStore(Protocol):
    """Where users are kept."""

    def find(self, name: str) -> User | None:
        """The user of this name, in whatever case it is written."""

    def find_by_subject(self, subject: str) -> User | None:
        """The user whom the outside issuer names so."""


class ClientStore(Protocol):
    """Where clients are kept."""

    def find(self, client_id: str) -> Client | None:
        """The client of this public id."""


class SecretStore(Protocol):
    """Where secrets of clients are kept."""

    def find_secret(self, client: Client, key_id: str) -> Key | None:
        """The secret of a client by its public id, expired or not."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody who is known."""

    tokens: TokenStore = field(default_factory=DatabaseCredentials)
    users: UserStore = field(default_factory=DatabaseUsers)
    clients: ClientStore = field(default_factory=DatabaseClients)
    secrets: SecretStore = field(default_factory=DatabaseKeys)


def principal_of(name: str, rights: Rights) -> Principal:
    """Somebody as the engine knows him. Who has roles in single companies alone sees no other."""
    roles = frozenset(role for role in rights.roles if "@" not in role)
    roles_in: dict[str, frozenset[str]] = {}
    for word in rights.roles - roles:
        role, _, company = word.partition("@")
        roles_in[company] = roles_in.get(company, frozenset()) | {role}
    scopes = rights.companies
    if scopes is None and roles_in and not roles:
        scopes = frozenset()
    if scopes is not None:
        scopes = scopes.union(roles_in)
    if rights.customer is None:
        return Principal(name, roles, scopes, roles_in)
    # A customer is one of a company: whoever belongs to him is at home there alone.
    company, customer = rights.customer.company_id, rights.customer.customer_id
    scopes = frozenset({company}) if scopes is None else scopes & {company}
    return Principal(name, roles, scopes, roles_in, {"customer": (customer,)})
