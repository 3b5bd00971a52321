"""The command that sends notifications: ``notify``."""

from __future__ import annotations

import datetime
import logging
import logging.config
import os
import signal
import socket
import subprocess
import sys
import threading
from types import FrameType

import click

from app.cli.session import now, opened, settings_of_environment
from app.config import Settings
from app.logging import logging_configuration
from app.services import build_poster
from app.webhooks.notifier import Notifier
from models.connection import Database
from models.migrate import migrate
from models.webhook_queue import WebhookQueue, pauses
from odata.sql.change_log import ChangeLog
from odata.sql.dialects import dialect_of

_KEEPER = ("-c", "from app.webhooks.keeper import main; main()")
_LOG = logging.getLogger("kontor.webhooks")


@click.command()
@click.option(
    "--beside-server",
    is_flag=True,
    hidden=True,
    help="End with the process that has started it, which has prepared the database.",
)
@click.option("--after", type=int, hidden=True, help="What the last worker ended with.")
def notify(*, beside_server: bool, after: int | None) -> None:
    """Send notifications of changes to those who have subscribed."""
    settings = settings_of_environment()
    logging.config.dictConfig(logging_configuration(settings.log_level, settings.log_format))
    if after is not None:
        _LOG.error("the worker for notifications ended with status %s and is started anew", after)
    server = os.getppid() if beside_server else None
    rest, is_ended = threading.Event(), threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        is_ended.set()
        rest.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)

    def is_over() -> bool:
        return is_ended.is_set() or (server is not None and os.getppid() != server)

    with opened(settings, _nothing if beside_server else migrate) as database:
        build_notifier(settings, database).run(is_over, rest)


def start_beside(settings: Settings) -> None:
    """Start what keeps the worker running beside the server that this process is about to
    become."""
    if settings.webhooks.webhook_worker:
        subprocess.Popen([sys.executable, *_KEEPER])  # noqa: S603 - no shell, no input


def build_notifier(settings: Settings, database: Database) -> Notifier:
    """The worker over a database."""
    dialect, webhooks = dialect_of(database), settings.webhooks
    queue = WebhookQueue(
        ChangeLog(database, dialect.change_order()),
        lambda: dialect.transaction(database),
        f"{socket.gethostname()}:{os.getpid()}",
        datetime.timedelta(seconds=webhooks.webhook_delay),
        pauses(webhooks.webhook_retry_hours),
    )
    kept = datetime.timedelta(days=webhooks.webhook_log_days)
    return Notifier(queue, build_poster(settings), now, kept)


def _nothing(database: Database) -> None:
    """What is left to prepare."""
    del database
