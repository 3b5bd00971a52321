"""Drivers of databases: the one that a process does without is not loaded."""

from __future__ import annotations

import os
import sys

_URL = "KONTOR_DATABASE_URL"
_POSTGRESQL = "psycopg"


def leave_out_unused() -> None:
    """Have nobody load the driver of PostgreSQL where the database is SQLite.

    Peewee loads it wherever it is installed, which took a tenth of the start.
    """
    is_used = os.environ.get(_URL, "").strip().startswith("postgres")
    if not is_used and "peewee" not in sys.modules:
        # So the import system is told that a module cannot be imported.
        sys.modules[_POSTGRESQL] = None  # type: ignore[assignment]  # the type has no such case
