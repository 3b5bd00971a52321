"""The command ``kontor``.

session    settings, database and log for every command
serving    serve, init, demo
tokens     access tokens
users      people
roles      roles of an installation's own
keys       their keys
clients    programs that get short-lived tokens
audit      the log of access
notify     notifications of changes
export     a collection as a file
"""

from __future__ import annotations

import click

from app.cli.audit import audit
from app.cli.clients import client
from app.cli.export import export
from app.cli.keys import key
from app.cli.notify import notify
from app.cli.roles import role
from app.cli.serving import demo, init, serve
from app.cli.tokens import token
from app.cli.users import user

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kontor", message="%(prog)s %(version)s")
def main() -> None:
    """An OData 4.01 server that speaks like Business Central.

    Settings are environment variables named KONTOR_..., such as KONTOR_DATABASE_URL.
    """


for command in (serve, init, demo, token, user, role, key, client, audit, notify, export):
    main.add_command(command)
