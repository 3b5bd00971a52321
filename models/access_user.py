"""Users: people who sign in by name and password or by keys of theirs."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

import peewee

from models.access import (
    CustomerBinding,
    Rights,
    join_companies,
    join_words,
    split_companies,
)
from models.access_lookup import Row, all_rows, find_row
from models.database import database
from odata.sql.fields import GuidField, InstantField, TextField

# No colon: it ends the name in Basic credentials (RFC 7617 2).
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
# As ``user_of`` takes them.
_FIELDS = (
    "id",
    "name",
    "email",
    "subject",
    "roles",
    "companies",
    "customer_company_id",
    "customer_id",
    "password_hash",
)
USER_COLUMNS = ", ".join(f"u.{name}" for name in _FIELDS)
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")


class AccessUser(peewee.Model):
    """A user. ``subject`` is who he is to the outside issuer of tokens."""

    id = peewee.AutoField()
    name = TextField(unique=True)
    email = TextField(null=True, unique=True)
    subject = TextField(null=True, unique=True)
    roles = TextField()
    companies = TextField()
    customer_company_id = GuidField(null=True)
    customer_id = GuidField(null=True)
    password_hash = TextField(null=True)
    created_at = InstantField()

    class Meta:
        database = database
        table_name = "access_user"


@dataclass(frozen=True, slots=True)
class User:
    """A user as he is stored. Names and e-mail addresses are in lower case."""

    id: int
    name: str
    email: str | None
    subject: str | None
    rights: Rights
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class UserRequest:
    """What a new user shall be."""

    name: str
    rights: Rights
    email: str | None = None
    subject: str | None = None
    password_hash: str | None = None


class DatabaseUsers:
    """The users of the table ``access_user``."""

    def find(self, name: str) -> User | None:
        """The user of this name, in whatever case it is written."""
        return _found("u.name = {place}", name.lower()) if is_name(name) else None

    def find_by_email(self, email: str) -> User | None:
        """The user of this e-mail address, in whatever case it is written."""
        return _found("u.email = {place}", email.lower()) if is_email(email) else None

    def find_by_subject(self, subject: str) -> User | None:
        """The user whom the outside issuer names so."""
        return _found("u.subject = {place}", subject)

    def all(self) -> tuple[User, ...]:
        """Every user, by name."""
        statement = f"SELECT {USER_COLUMNS} FROM access_user u ORDER BY u.name"  # noqa: S608 - own names
        return tuple(map(user_of, all_rows(statement)))

    def create(self, wanted: UserRequest, now: datetime.datetime) -> User:
        """Store a new user; names and addresses must be free."""
        name = check_name(wanted.name)
        AccessUser.insert(
            name=name,
            email=None if wanted.email is None else check_email(wanted.email),
            subject=wanted.subject,
            roles=join_words(wanted.rights.roles),
            companies=join_companies(wanted.rights.companies),
            password_hash=wanted.password_hash,
            created_at=now,
            **_customer_columns(wanted.rights.customer),
        ).execute()
        made = self.find(name)
        assert made is not None  # noqa: S101 - just made
        return made

    def set_password(self, user: User, password_hash: str | None) -> None:
        """Replace the password; the former is good no longer."""
        _update(user, password_hash=password_hash)

    def set_email(self, user: User, email: str | None) -> None:
        """Replace the e-mail address."""
        _update(user, email=None if email is None else check_email(email))

    def set_subject(self, user: User, subject: str | None) -> None:
        """Replace the name that the outside issuer has for a user."""
        _update(user, subject=subject)

    def bind_customer(self, user: User, customer: CustomerBinding | None) -> None:
        """Let a user belong to a customer, or to none."""
        _update(user, **_customer_columns(customer))

    def set_rights(self, user: User, rights: Rights) -> None:
        """Replace what a user may do, the customer he belongs to included."""
        _update(
            user,
            roles=join_words(rights.roles),
            companies=join_companies(rights.companies),
            **_customer_columns(rights.customer),
        )

    def remove(self, user: User) -> None:
        """Remove a user; his keys go with him."""
        AccessUser.delete().where(AccessUser.id == user.id).execute()


def is_name(text: str) -> bool:
    """Whether a text may be the name of a user or a client."""
    return _NAME.fullmatch(text.lower()) is not None


def is_email(text: str) -> bool:
    """Whether a text has the form of an e-mail address."""
    return text.isprintable() and _EMAIL.fullmatch(text) is not None


def check_name(name: str) -> str:
    """A name in its stored form; raises ``ValueError`` where it is none."""
    if not is_name(name):
        raise ValueError(
            "a name has up to 100 letters, digits and characters of ._@+-, and begins with "
            "a letter or a digit"
        )
    return name.lower()


def check_email(email: str) -> str:
    """An e-mail address in its stored form; raises ``ValueError`` where it is none."""
    if not is_email(email):
        raise ValueError(f"{email[:100]} is no e-mail address")
    return email.lower()


def _update(user: User, **columns: str | None) -> None:
    AccessUser.update(**columns).where(AccessUser.id == user.id).execute()


def _customer_columns(customer: CustomerBinding | None) -> dict[str, str | None]:
    return {
        "customer_company_id": None if customer is None else customer.company_id,
        "customer_id": None if customer is None else customer.customer_id,
    }


def _found(condition: str, value: str) -> User | None:
    row = find_row(f"SELECT {USER_COLUMNS} FROM access_user u WHERE {condition}", value)  # noqa: S608 - own names
    return None if row is None else user_of(row)


def user_of(row: Row) -> User:
    """A user from the values of ``USER_COLUMNS``."""
    number, name, email, subject, roles, companies, company, customer, password_hash = row
    binding = None if customer is None else CustomerBinding(company, customer)
    return User(
        id=number,
        name=name,
        email=email,
        subject=subject,
        rights=Rights(frozenset(roles.split()), split_companies(companies), binding),
        password_hash=password_hash,
    )
