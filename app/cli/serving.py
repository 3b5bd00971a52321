"""Commands for the server and its database: ``serve``, ``init``, ``demo``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import click

from app import process
from app.cli.notify import start_beside
from app.cli.session import now, opened, settings_of_environment, shown
from app.config import Settings
from models.access import DatabaseTokens, Grant
from models.access_key import DatabaseKeys, Key
from models.access_user import DatabaseUsers
from models.company import Company
from models.connection import Database
from models.demo import fill
from models.schema import bring_up


@click.command()
def serve() -> None:
    """Bring the database up to date and serve it."""
    settings = settings_of_environment()
    with opened(settings, bringing_up(settings)) as database:
        if settings.is_production:
            _check_identity(settings)
        elif not Company.select().exists():
            fill(database)
    start_beside(settings)
    # Within this process, so that signals and supervisors reach it.
    process.serve()


@click.command()
def init() -> None:
    """Make the tables or bring them up to date."""
    settings = settings_of_environment()
    with opened(settings, bringing_up(settings)):
        click.echo(f"{shown(settings.database_url)} is up to date")


@click.command()
@click.option(
    "--customers",
    type=click.IntRange(0, 10_000_000),
    default=0,
    help="Further customers to add, for tests under load.",
)
def demo(customers: int) -> None:
    """Add the demo companies where they are missing."""
    settings = settings_of_environment()
    with opened(settings, bringing_up(settings)) as database:
        fill(database, customers)
        click.echo(f"{shown(settings.database_url)} has the demo companies")


def bringing_up(settings: Settings) -> Callable[[Database], object]:
    """What brings a database to this version and to the fields of the installation, whose
    templates must fit both."""
    return partial(bring_up, extra_fields=settings.extra_fields, templates=settings.templates)


def _check_identity(settings: Settings) -> None:
    """Refuse to serve nobody: neither a credential is there nor an issuer of tokens."""
    if settings.identity.oidc_issuer is not None:
        return
    moment, basic = now(), settings.identity.basic_auth
    credentials: tuple[Grant | Key, ...] = (*DatabaseTokens().all(), *DatabaseKeys().all())
    if any(not credential.has_expired(moment) for credential in credentials):
        return
    if basic and any(user.password_hash is not None for user in DatabaseUsers().all()):
        return
    raise click.ClickException(
        "production needs to know who may ask: make a token with `kontor token create NAME`, a "
        "client with `kontor client create NAME`, a user with `kontor user create NAME`, or name "
        "an issuer of tokens with KONTOR_OIDC_ISSUER"
    )
