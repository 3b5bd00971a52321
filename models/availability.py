"""Whether the database can be used at this moment."""

from __future__ import annotations

from typing import Any

import peewee

from models.database import database

Opened = Any  # a database of Peewee, past the proxy, or what stands for one

# Locked, away, full or read-only: the request may be sent again, nothing of it was stored.
UNAVAILABLE: tuple[type[Exception], ...] = (peewee.OperationalError, peewee.InterfaceError)


def check_reachable() -> None:
    """Raise one of ``UNAVAILABLE`` unless the database answers."""
    database.execute_sql("SELECT 1").fetchone()


def discard_connection() -> None:
    """Close this thread's connection at the end of its work; the next statement opens
    another."""
    if not database.is_closed():
        database.close()


def discard_broken_connection() -> None:
    """Close this thread's connection if its server has gone, so that the next request heals."""
    discard_broken(database.obj)  # the proxy looks up each name in Python


def discard_broken(opened: Opened) -> None:
    """The same of this one of several databases."""
    if not opened.is_closed() and not opened.is_connection_usable():
        opened.close()
