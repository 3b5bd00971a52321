"""The command that writes a collection to a file, as the service would give it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

import click

from app.cli.session import reading, settings_of_environment
from app.services import build_services
from odata.protocol.messages import Principal, Request, Response

_MEDIA = {"csv": "text/csv", "ndjson": "application/x-ndjson", "json": "application/json"}
_SAFE = "/?&=$()',:;*@%-._~+"
_OPERATOR = Principal("kontor export", roles=frozenset({"administrator"}))
_OK = 200


@click.command()
@click.argument("target")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_MEDIA)),
    default="csv",
    show_default=True,
    help="JSON gives one page, the others all rows.",
)
@click.option("--output", type=click.File("wb"), default="-", help="A file; else what is printed.")
def export(target: str, form: str, output: BinaryIO) -> None:
    """Write the collection at TARGET, a path below the service root with its query options.

    For instance: kontor export "companies(name='CRONUS USA, Inc.')/customers?$select=number"
    """
    path, _, query = quote(target, safe=_SAFE).partition("?")
    headers = {"accept": _MEDIA[form]}
    request = Request(
        "GET",
        "http://localhost/api/v2.0/",
        path.lstrip("/"),
        query,
        headers,
        principal=_OPERATOR,
        request_id="export",
    )
    with reading():
        response = build_services(settings_of_environment()).engine.handle(request)
        if response.status != _OK:
            raise click.ClickException(_message(response))
        output.writelines(_pieces(response))
        output.flush()


def _pieces(response: Response) -> Iterator[bytes]:
    body = response.body
    if isinstance(body, bytes):
        yield body
    else:
        yield from body


def _message(response: Response) -> str:
    return str(json.loads(b"".join(_pieces(response)))["error"]["message"])
