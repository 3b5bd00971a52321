"""The databases that are served; every difference between them lives here.

base                what they share, and the face that each implements
sqlite, postgresql  the two faces
sqlite_templates, postgresql_templates
                    canonical functions as SQL
sqlite_functions, sqlite_numbers, sqlite_casts, sqlite_aggregates
                    what SQLite lacks, in Python
sqlite_turns        whose turn it is to write, where there is one writer, and who is
                    committed with whom
sqlite_together     the changes that one commit ends
sqlite_begin        how a transaction begins beside other processes
postgresql_changes  how many changes are made at a time
postgresql_aggregates
                    aggregates as PostgreSQL says them
sqlite_search, postgresql_search
                    full text
sqlite_search_match what full text is asked, asked of rows that wait for it
text_index          indexes by which texts are found by their parts
sqlite_text_index, postgresql_text_index
                    the two kinds of them
sqlite_generated, postgresql_generated
                    generated columns
"""

from __future__ import annotations

import peewee

from odata.sql.dialects.base import Dialect
from odata.sql.dialects.postgresql import PostgresqlDialect
from odata.sql.dialects.sqlite import SqliteDialect

__all__ = ["Dialect", "PostgresqlDialect", "SqliteDialect", "dialect_of"]


def dialect_of(database: peewee.Database) -> Dialect:
    """The dialect that a database speaks."""
    if isinstance(database, peewee.SqliteDatabase):
        # As long as a connection waits for another process.
        return SqliteDialect(float(database.timeout))
    return PostgresqlDialect()
