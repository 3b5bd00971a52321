"""Commands for roles of an installation's own: which sets, which operations, which rows."""

from __future__ import annotations

import click

from app.cli.session import changed, opened, reading, record, settings_of_environment
from models.access_event import EventKind
from models.access_role import DatabaseRoles
from models.container import build_source, declared_grants
from models.database import exclusive
from models.grants import ROLE_NAMES
from odata.edm.grants import READ, Grant, Right
from odata.query.grant_check import grant_faults

_RIGHTS = {right.name.lower(): right for right in Right if right.name and right is not READ}


@click.group()
def role() -> None:
    """Manage roles of your own; those of the service are fixed."""


@role.command("list")
@click.argument("name", required=False)
def list_roles(name: str | None) -> None:
    """Show every role, or what the role NAME may do."""
    with reading():
        if name is None:
            for known in (*sorted(ROLE_NAMES), *DatabaseRoles().names()):
                click.echo(known)
            return
        for grant in declared_grants().get(name) or DatabaseRoles().grants_of(name):
            click.echo(_line(grant))


@role.command("grant")
@click.argument("name")
@click.argument("target")
@click.option("--may", "rights", multiple=True, type=click.Choice(sorted(_RIGHTS)))
@click.option("--hide", "hidden", multiple=True, help="A property that it does not show.")
@click.option("--rows", default="", help="A condition as in $filter; @customer is the caller's.")
@click.option("--operation", "operations", multiple=True, help="All that it may call.")
def grant_role(
    name: str,
    target: str,
    rights: tuple[str, ...],
    hidden: tuple[str, ...],
    rows: str,
    operations: tuple[str, ...],
) -> None:
    """Let the role NAME read the set TARGET, and do with it what --may says.

    It replaces what the role might do with that set before.
    """
    granted = READ
    for right in rights:
        granted |= _RIGHTS[right]
    if operations:
        granted |= Right.CALL
    grant = Grant(target, granted, frozenset(hidden), rows, frozenset(operations) or None)
    settings = settings_of_environment()
    with opened(settings) as database, exclusive(database):
        model = build_source(database, extra_fields=settings.extra_fields).model
        for fault in grant_faults(model, grant):
            raise click.ClickException(fault)
        try:
            DatabaseRoles().put(name, grant)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
        record(EventKind.ROLE_CHANGED, name, _line(grant))
    click.echo(_line(grant))


@role.command("revoke")
@click.argument("name")
@click.argument("target", required=False)
def revoke_role(name: str, target: str | None) -> None:
    """Take the role NAME its rights on the set TARGET, or all of them."""
    with changed():
        if not DatabaseRoles().remove(name, target):
            raise click.ClickException(f"the role {name} has no such rights")
        record(EventKind.ROLE_CHANGED, name, f"without {target or 'any set'}")
    click.echo(f"{name} has no rights on {target or 'any set'}")


def _line(grant: Grant) -> str:
    parts = [f"{grant.target}: {' '.join((right.name or '').lower() for right in grant.rights)}"]
    if grant.operations is not None:
        parts.append(f"operations {' '.join(sorted(grant.operations))}")
    if grant.hidden:
        parts.append(f"without {' '.join(sorted(grant.hidden))}")
    if grant.rows:
        parts.append(f"where {grant.rows}")
    return ", ".join(parts)
