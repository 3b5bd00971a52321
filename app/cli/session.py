"""What every command needs: the settings, the database, and a line in the log of access."""

from __future__ import annotations

import datetime
import getpass
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from app.config import Settings, SettingsError, read_settings
from models.access import DatabaseTokens, Rights
from models.access_client import DatabaseClients
from models.access_event import DatabaseEvents, Event, EventKind
from models.access_role import DatabaseRoles
from models.access_user import DatabaseUsers
from models.availability import UNAVAILABLE, discard_connection
from models.connection import Database, file_of, open_database
from models.database import bind, exclusive
from models.extra_fields import ExtraFieldsError
from models.grants import ROLE_NAMES
from models.migrate import NewerSchemaError, migrate
from models.templates import TemplatesError

Command = TypeVar("Command", bound=Callable[..., object])


class RoleType(click.ParamType[str]):
    """A role, or a role in one company: ``writer@a1b2c3d4-...``."""

    name = "role"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The role in its stored form."""
        role, at, company = str(value).partition("@")
        if role not in ROLE_NAMES and role not in (own := _own_roles()):
            names = ", ".join((*sorted(ROLE_NAMES), *own))
            self.fail(f"{role!r} is none of {names}", param, ctx)
        return f"{role}@{self._company(company, param, ctx)}" if at else role

    def _company(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return str(uuid.UUID(text))
        except ValueError:
            self.fail(f"{text!r} is not the id of a company", param, ctx)


def _own_roles() -> tuple[str, ...]:
    with reading():
        return DatabaseRoles().names()


def rights_options(command: Command) -> Command:
    """The options ``--role`` and ``--company``."""
    role = click.option(
        "--role",
        "roles",
        multiple=True,
        type=RoleType(),
        help="May be repeated; ROLE@COMPANY gives it in one company.",
    )
    company = click.option(
        "--company", "companies", multiple=True, type=click.UUID, help="May be repeated."
    )
    return role(company(command))


days_option = click.option(
    "--days", type=click.IntRange(1, 3650), help="Days until it expires; else it does not."
)


def rights_of(roles: tuple[str, ...], companies: tuple[uuid.UUID, ...]) -> Rights:
    """The rights that options ask for: without a role, those of a reader."""
    return Rights(frozenset(roles or ("reader",)), frozenset(map(str, companies)) or None)


def settings_of_environment() -> Settings:
    """The settings, or an end of the command with a sentence for each fault."""
    try:
        return read_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def opened(
    settings: Settings, prepare: Callable[[Database], object] = migrate
) -> Iterator[Database]:
    """The database, prepared, by default with its tables; connected as long as the block lasts."""
    path = file_of(settings.database_url)
    if path is not None:
        Path(path).absolute().parent.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url)
    bind(database)
    try:
        prepare(database)
        yield database
    except UNAVAILABLE as error:
        address = shown(settings.database_url)
        raise click.ClickException(f"{address} cannot be used: {error}") from error
    except (NewerSchemaError, ExtraFieldsError, TemplatesError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        discard_connection()


@contextmanager
def reading() -> Iterator[None]:
    """The database of the environment."""
    with opened(settings_of_environment()):
        yield


@contextmanager
def changed() -> Iterator[None]:
    """The database of the environment in one transaction; what is refused changes nothing."""
    with opened(settings_of_environment()) as database, exclusive(database):
        try:
            yield
        except ValueError as error:
            raise click.ClickException(str(error)) from error


def check_free(name: str) -> None:
    """Refuse a name by which somebody is known already, whatever he is."""
    holders = (
        ("token", (grant.name for grant in DatabaseTokens().all())),
        ("user", (user.name for user in DatabaseUsers().all())),
        ("client", (client.name for client in DatabaseClients().all())),
    )
    for kind, names in holders:
        if name.lower() in map(str.lower, names):
            raise click.ClickException(f"there is a {kind} named {name} already")


def record(kind: EventKind, subject: str, detail: str = "") -> None:
    """Write to the log of access what the command has done."""
    actor = f"command line of {_operator()}"
    DatabaseEvents().record(Event(now(), kind, actor, subject, "local", detail=detail))


def now() -> datetime.datetime:
    """The present moment."""
    return datetime.datetime.now(datetime.UTC)


def after(days: int | None) -> datetime.datetime | None:
    """The moment so many days from now; None stands for never."""
    return None if days is None else now() + datetime.timedelta(days=days)


def described(rights: Rights) -> str:
    """Roles and companies as a line of a list shows them."""
    companies = "all companies" if rights.companies is None else " ".join(sorted(rights.companies))
    customer = f", customer {rights.customer.customer_id}" if rights.customer else ""
    return f"{' '.join(sorted(rights.roles))}, {companies}{customer}"


def until(expires_at: datetime.datetime | None) -> str:
    """When something expires, as a line of a list shows it."""
    return "never expires" if expires_at is None else f"expires {expires_at:%Y-%m-%d}"


def shown(url: str) -> str:
    """The address of a database without its password."""
    scheme, mark, rest = url.partition("://")
    credentials, at, place = rest.rpartition("@")
    return f"{scheme}{mark}{credentials.partition(':')[0]}{at}{place}"


def _operator() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "nobody known"
