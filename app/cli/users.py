"""Commands for users, who sign in by name and password."""

from __future__ import annotations

import secrets
import sys
import uuid
from dataclasses import replace

import click

from app.cli.session import (
    changed,
    check_free,
    described,
    now,
    reading,
    record,
    rights_of,
    rights_options,
)
from app.passwords import PASSWORD_LENGTH, hash_password
from models.access import CustomerBinding, Rights
from models.access_event import EventKind
from models.access_key import DatabaseKeys
from models.access_user import DatabaseUsers, User, UserRequest
from models.customer import Customer

_LEAST_LENGTH = 12

_password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password instead of drawing one."
)
_customer_option = click.option(
    "--customer", type=click.UUID, help="The id of the customer to whom the user belongs."
)


@click.group()
def user() -> None:
    """Manage the users of the service."""


@user.command("create")
@click.argument("name")
@rights_options
@click.option("--email", help="The e-mail address of the user.")
@_customer_option
@_password_option
def create_user(
    name: str,
    roles: tuple[str, ...],
    companies: tuple[uuid.UUID, ...],
    email: str | None,
    customer: uuid.UUID | None,
    *,
    password_stdin: bool,
) -> None:
    """Make a user and print the password that was drawn, this once.

    Without --role the user may only read, or, with --customer, see what is that customer's.
    """
    drawn, password = _password(read=password_stdin)
    users = DatabaseUsers()
    with changed():
        check_free(name)
        rights = rights_of(roles or (("portal",) if customer else ()), companies)
        wanted = UserRequest(
            name=name,
            rights=replace(rights, customer=_binding(customer)),
            email=_free_email(email),
            password_hash=hash_password(password),
        )
        made = users.create(wanted, now())
        record(EventKind.USER_CREATED, made.name, described(made.rights))
    click.echo(drawn or f"{made.name} is made")


@user.command("list")
def list_users() -> None:
    """Show every user, without passwords."""
    with reading():
        for found in DatabaseUsers().all():
            email = f", {found.email}" if found.email else ""
            password = "" if found.password_hash else ", no password"
            click.echo(f"{found.name}: {described(found.rights)}{email}{password}")


@user.command("change")
@click.argument("name")
@rights_options
@click.option("--email", help="The e-mail address; an empty one removes it.")
@click.option("--subject", help="How the outside issuer of tokens names the user.")
@_customer_option
def change_user(
    name: str,
    roles: tuple[str, ...],
    companies: tuple[uuid.UUID, ...],
    email: str | None,
    subject: str | None,
    customer: uuid.UUID | None,
) -> None:
    """Change roles, companies, e-mail address, subject or customer of a user.

    What is not named stays as it is.
    """
    users = DatabaseUsers()
    with changed():
        found = _known(name)
        if email is not None:
            users.set_email(found, _free_email(email))
        if subject is not None:
            users.set_subject(found, _free_subject(subject))
        rights = Rights(
            roles=frozenset(roles) or found.rights.roles,
            companies=frozenset(map(str, companies)) or found.rights.companies,
            customer=_binding(customer) or found.rights.customer,
        )
        users.set_rights(found, rights)
        record(EventKind.USER_CHANGED, found.name, described(rights))
    click.echo(f"{found.name}: {described(rights)}")


@user.command("rotate")
@click.argument("name")
@_password_option
def rotate_password(name: str, *, password_stdin: bool) -> None:
    """Give a user another password; the former is refused from then on."""
    drawn, password = _password(read=password_stdin)
    with changed():
        found = _known(name)
        DatabaseUsers().set_password(found, hash_password(password))
        record(EventKind.USER_CHANGED, found.name, "another password")
    click.echo(drawn or f"{found.name} has another password")


@user.command("revoke")
@click.argument("name")
def revoke_user(name: str) -> None:
    """Remove a user with all keys; they are refused from then on."""
    with changed():
        found = _known(name)
        DatabaseKeys().revoke_all(found)
        DatabaseUsers().remove(found)
        record(EventKind.USER_REVOKED, found.name)
    click.echo(f"{found.name} is revoked")


def _known(name: str) -> User:
    found = DatabaseUsers().find(name)
    if found is None:
        raise click.ClickException(f"there is no user named {name}")
    return found


def _password(*, read: bool) -> tuple[str | None, str]:
    """What to print, and the password: one that was drawn, or one that was read."""
    if not read:
        drawn = secrets.token_urlsafe(33)
        return drawn, drawn
    password = sys.stdin.readline().rstrip("\r\n")
    if not _LEAST_LENGTH <= len(password) <= PASSWORD_LENGTH:
        raise click.ClickException(
            f"a password has {_LEAST_LENGTH} to {PASSWORD_LENGTH} characters"
        )
    return None, password


def _free_email(email: str | None) -> str | None:
    if email and DatabaseUsers().find_by_email(email) is not None:
        raise click.ClickException(f"a user has the address {email} already")
    return email or None


def _free_subject(subject: str) -> str | None:
    if subject and DatabaseUsers().find_by_subject(subject) is not None:
        raise click.ClickException(f"a user has the subject {subject} already")
    return subject or None


def _binding(customer: uuid.UUID | None) -> CustomerBinding | None:
    if customer is None:
        return None
    found = Customer.get_or_none(Customer.id == str(customer))
    if found is None:
        raise click.ClickException(f"there is no customer {customer}")
    return CustomerBinding(str(found.company_id), str(found.id))
