"""Commands for the log of access: who signed in, who was refused, who changed whose rights."""

from __future__ import annotations

import datetime
import json

import click

from app.cli.session import changed, now, reading, record, settings_of_environment
from models.access_event import DatabaseEvents, Event, EventFilter, EventKind

_KINDS = [kind.value for kind in EventKind]


@click.group(invoke_without_command=True)
@click.option("--days", type=click.IntRange(1, 36_500), default=7, show_default=True)
@click.option("--kind", type=click.Choice(_KINDS), help="Events of this kind alone.")
@click.option("--actor", help="Events of this user, client or token alone.")
@click.option("--address", help="Events from this address alone.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each event.")
@click.pass_context
def audit(
    context: click.Context, /, days: int, limit: int, *, as_json: bool, **named: str | None
) -> None:
    """Show sign-ins, refusals and changes of rights, the newest first."""
    if context.invoked_subcommand is not None:
        return
    wanted = EventFilter(
        since=now() - datetime.timedelta(days=days),
        kind=EventKind(named["kind"]) if named["kind"] else None,
        actor=named["actor"],
        address=named["address"],
    )
    with reading():
        for event in DatabaseEvents().find(wanted, limit):
            click.echo(json.dumps(event.members()) if as_json else _line(event))


@audit.command("purge")
def purge() -> None:
    """Remove what is older than KONTOR_AUDIT_DAYS."""
    days = settings_of_environment().identity.audit_days
    with changed():
        removed = DatabaseEvents().purge(now() - datetime.timedelta(days=days))
        record(EventKind.LOG_PURGED, "", f"{removed} events older than {days} days")
    click.echo(f"{removed} events are removed")


def _line(event: Event) -> str:
    """One line, whatever strangers have sent: what does not print is escaped."""
    what = " ".join(text for text in (event.subject, event.detail) if text)
    times = f" ({event.times} times)" if event.times > 1 else ""
    line = (
        f"{event.at:%Y-%m-%d %H:%M:%S} {event.kind.value} {event.actor or '-'} "
        f"from {event.address or '-'}: {what or '-'}{times}"
    )
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line)
