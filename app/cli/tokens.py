"""Commands for access tokens, which stand for themselves."""

from __future__ import annotations

import uuid

import click

from app.cli.session import (
    after,
    changed,
    check_free,
    days_option,
    described,
    now,
    reading,
    record,
    rights_of,
    rights_options,
    until,
)
from models.access import DatabaseTokens, Grant, Rights, TokenRequest
from models.access_event import EventKind


@click.group()
def token() -> None:
    """Manage the access tokens of the service."""


@token.command("create")
@click.argument("name")
@rights_options
@days_option
def create_token(
    name: str, roles: tuple[str, ...], companies: tuple[uuid.UUID, ...], days: int | None
) -> None:
    """Make a token for NAME and print it, this once.

    Without --role it may only read; without --company it is good for every company.
    """
    rights = rights_of(roles, companies)
    wanted = TokenRequest(name, rights.roles, rights.companies, after(days))
    with changed():
        check_free(name)
        text = DatabaseTokens().create(wanted, now())
        record(EventKind.TOKEN_CREATED, name, described(rights))
    click.echo(text)


@token.command("list")
def list_tokens() -> None:
    """Show every token, without its secret."""
    with reading():
        for grant in DatabaseTokens().all():
            click.echo(_line(grant))


@token.command("revoke")
@click.argument("name")
def revoke_token(name: str) -> None:
    """Remove the token named NAME; it is refused from then on."""
    with changed():
        if not DatabaseTokens().revoke(name):
            raise click.ClickException(f"there is no token named {name}")
        record(EventKind.TOKEN_REVOKED, name)
    click.echo(f"{name} is revoked")


def _line(grant: Grant) -> str:
    rights = Rights(grant.roles, grant.companies)
    return f"{grant.name}: {described(rights)}, {until(grant.expires_at)}"
