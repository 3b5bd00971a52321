"""Commands for clients: programs that get short-lived tokens for an id and a secret."""

from __future__ import annotations

import datetime
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
from models.access_client import Client, DatabaseClients
from models.access_event import EventKind
from models.access_key import DatabaseKeys


@click.group()
def client() -> None:
    """Manage the clients that get tokens at /{tenant}/oauth2/v2.0/token."""


@client.command("create")
@click.argument("name")
@rights_options
@click.option("--id", "client_id", type=click.UUID, help="The id, where a program has one already.")
@days_option
def create_client(
    name: str,
    roles: tuple[str, ...],
    companies: tuple[uuid.UUID, ...],
    client_id: uuid.UUID | None,
    days: int | None,
) -> None:
    """Make a client and print its id and its secret, this once."""
    clients = DatabaseClients()
    with changed():
        check_free(name)
        if client_id is not None and clients.find(str(client_id)) is not None:
            raise click.ClickException(f"there is a client of the id {client_id} already")
        rights = rights_of(roles, companies)
        made = clients.create(name, rights, now(), str(client_id) if client_id else None)
        secret = DatabaseKeys().create(made, now(), after(days))
        record(EventKind.CLIENT_CREATED, made.name, described(rights))
    click.echo(f"client_id: {made.id}\nclient_secret: {secret.text}")


@client.command("list")
def list_clients() -> None:
    """Show every client with its secrets by their public ids."""
    with reading():
        for found in DatabaseClients().all():
            click.echo(f"{found.name}: {found.id}, {described(found.rights)}")
            for secret in DatabaseKeys().of_holder(found):
                click.echo(f"  {secret.id}, {until(secret.expires_at)}")


@client.command("rotate")
@click.argument("name")
@click.option(
    "--keep-hours",
    type=click.IntRange(0, 24 * 90),
    default=0,
    help="How long the former secrets stay good.",
)
@days_option
def rotate_secret(name: str, keep_hours: int, days: int | None) -> None:
    """Make another secret for the client NAME and print it; end the former ones."""
    keys = DatabaseKeys()
    with changed():
        found = _known(name)
        former = keys.of_holder(found)
        secret = keys.create(found, now(), after(days))
        for item in former:
            keys.expire(item, now() + datetime.timedelta(hours=keep_hours))
        record(EventKind.CLIENT_ROTATED, found.name, secret.key_id)
    click.echo(f"client_secret: {secret.text}")


@client.command("revoke")
@click.argument("name")
def revoke_client(name: str) -> None:
    """Remove a client; its secrets and tokens are refused from then on."""
    with changed():
        found = _known(name)
        DatabaseKeys().revoke_all(found)
        DatabaseClients().remove(found)
        record(EventKind.CLIENT_REVOKED, found.name)
    click.echo(f"{found.name} is revoked")


def _known(name: str) -> Client:
    found = DatabaseClients().find_by_name(name)
    if found is None:
        raise click.ClickException(f"there is no client named {name}")
    return found
