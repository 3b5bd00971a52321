"""Commands for keys of users: what programs sign in with in their name."""

from __future__ import annotations

import datetime

import click

from app.cli.session import after, changed, days_option, now, reading, record, until
from models.access_event import EventKind
from models.access_key import DatabaseKeys, Key
from models.access_user import DatabaseUsers, User


@click.group()
def key() -> None:
    """Manage the keys of users."""


@key.command("create")
@click.argument("user")
@days_option
def create_key(user: str, days: int | None) -> None:
    """Make a key for USER and print it, this once. It may do what the user may."""
    with changed():
        holder = _user(user)
        secret = DatabaseKeys().create(holder, now(), after(days))
        record(EventKind.KEY_CREATED, holder.name, secret.key_id)
    click.echo(secret.text)


@key.command("list")
@click.argument("user", required=False)
def list_keys(user: str | None) -> None:
    """Show the keys of USER, or of all users, without their secrets."""
    with reading():
        found = DatabaseKeys().of_users() if user is None else DatabaseKeys().of_holder(_user(user))
        for item in found:
            click.echo(
                f"{item.id}: {item.holder}, made {item.created_at:%Y-%m-%d}, "
                f"{until(item.expires_at)}"
            )


@key.command("rotate")
@click.argument("key_id")
@click.option(
    "--keep-hours",
    type=click.IntRange(0, 24 * 90),
    default=0,
    help="How long the former key stays good.",
)
@days_option
def rotate_key(key_id: str, keep_hours: int, days: int | None) -> None:
    """Make another key for the user of KEY_ID and print it; end the former."""
    keys = DatabaseKeys()
    with changed():
        former = _key(key_id)
        holder = _user(former.holder)
        secret = keys.create(holder, now(), after(days))
        keys.expire(former, now() + datetime.timedelta(hours=keep_hours))
        record(EventKind.KEY_ROTATED, holder.name, f"{former.id} to {secret.key_id}")
    click.echo(secret.text)


@key.command("revoke")
@click.argument("key_id")
def revoke_key(key_id: str) -> None:
    """Remove a key by its public id; it is refused from then on."""
    with changed():
        found = _key(key_id)
        DatabaseKeys().revoke(found)
        record(EventKind.KEY_REVOKED, found.holder, found.id)
    click.echo(f"{found.id} is revoked")


def _user(name: str) -> User:
    found = DatabaseUsers().find(name)
    if found is None:
        raise click.ClickException(f"there is no user named {name}")
    return found


def _key(key_id: str) -> Key:
    found = next((item for item in DatabaseKeys().of_users() if item.id == key_id), None)
    if found is None:
        raise click.ClickException(f"there is no key {key_id}; `kontor key list` shows them")
    return found
