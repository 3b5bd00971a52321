"""The command ``kontor``: serve, prepare the database, manage access tokens."""

from __future__ import annotations

import datetime
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app.config import Settings, SettingsError, read_settings
from models.access import DatabaseTokens, Grant, TokenRequest
from models.availability import UNAVAILABLE, discard_connection
from models.company import Company
from models.connection import Database, file_of, open_database
from models.database import bind
from models.demo import fill
from models.migrate import NewerSchemaError
from models.schema import bring_up

ROLES = ("administrator", "reader", "writer")
_GUNICORN = ("-m", "gunicorn", "--config", "python:app.gunicorn_settings")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kontor", message="%(prog)s %(version)s")
def main() -> None:
    """An OData 4.01 server that speaks like Business Central.

    Settings are environment variables named KONTOR_..., such as KONTOR_DATABASE_URL.
    """


@main.command()
def serve() -> None:
    """Bring the database up to date and serve it."""
    settings = _settings()
    with _database(settings) as database:
        if settings.is_production:
            _check_identity()
        elif not Company.select().exists():
            fill(database)
    # gunicorn takes the place of this process, so that signals and supervisors reach it.
    os.execv(sys.executable, [sys.executable, *_GUNICORN])  # noqa: S606 - no shell, no input


@main.command()
def init() -> None:
    """Make the tables or bring them up to date."""
    settings = _settings()
    with _database(settings):
        click.echo(f"{_shown(settings.database_url)} is up to date")


@main.command()
@click.option(
    "--customers",
    type=click.IntRange(0, 10_000_000),
    default=0,
    help="Further customers to add, for tests under load.",
)
def demo(customers: int) -> None:
    """Add the demo companies where they are missing."""
    settings = _settings()
    with _database(settings) as database:
        fill(database, customers)
        click.echo(f"{_shown(settings.database_url)} has the demo companies")


@main.group()
def token() -> None:
    """Manage the access tokens of the service."""


@token.command("create")
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="May be repeated.")
@click.option("--company", "companies", multiple=True, type=click.UUID, help="May be repeated.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until it expires.")
def create_token(
    name: str, roles: tuple[str, ...], companies: tuple[uuid.UUID, ...], days: int | None
) -> None:
    """Make a token for NAME and print it, this once.

    Without --role it may only read; without --company it is good for every company.
    """
    now = datetime.datetime.now(datetime.UTC)
    wanted = TokenRequest(
        name=name,
        roles=frozenset(roles or ("reader",)),
        companies=frozenset(map(str, companies)) or None,
        expires_at=None if days is None else now + datetime.timedelta(days=days),
    )
    with _database(_settings()):
        if any(grant.name == name for grant in DatabaseTokens().all()):
            raise click.ClickException(f"there is a token named {name} already")
        click.echo(DatabaseTokens().create(wanted, now))


@token.command("list")
def list_tokens() -> None:
    """Show every token, without its secret."""
    with _database(_settings()):
        for grant in DatabaseTokens().all():
            click.echo(_line(grant))


@token.command("revoke")
@click.argument("name")
def revoke_token(name: str) -> None:
    """Remove the token named NAME; it is refused from then on."""
    with _database(_settings()):
        if not DatabaseTokens().revoke(name):
            raise click.ClickException(f"there is no token named {name}")
    click.echo(f"{name} is revoked")


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """The database, brought up to date; connected as long as the block lasts."""
    path = file_of(settings.database_url)
    if path is not None:
        Path(path).absolute().parent.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url)
    bind(database)
    try:
        bring_up(database)
        yield database
    except UNAVAILABLE as error:
        shown = _shown(settings.database_url)
        raise click.ClickException(f"{shown} cannot be used: {error}") from error
    except NewerSchemaError as error:
        raise click.ClickException(str(error)) from error
    finally:
        discard_connection()


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _check_identity() -> None:
    now = datetime.datetime.now(datetime.UTC)
    if not any(not grant.has_expired(now) for grant in DatabaseTokens().all()):
        raise click.ClickException(
            "production needs to know who may ask: make a token with `kontor token create NAME`"
        )


def _line(grant: Grant) -> str:
    companies = "all companies" if grant.companies is None else " ".join(sorted(grant.companies))
    until = "never expires" if grant.expires_at is None else f"expires {grant.expires_at:%Y-%m-%d}"
    return f"{grant.name}: {' '.join(sorted(grant.roles))}, {companies}, {until}"


def _shown(url: str) -> str:
    """The address of a database without its password."""
    scheme, mark, rest = url.partition("://")
    credentials, at, place = rest.rpartition("@")
    return f"{scheme}{mark}{credentials.partition(':')[0]}{at}{place}"
