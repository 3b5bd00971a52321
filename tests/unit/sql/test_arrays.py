"""Values of an array parameter on both databases."""

from __future__ import annotations

import peewee

from models.connection import open_database
from odata.sql.dialects import dialect_of

_AWKWARD = ["plain", 'a "quoted" one', "back\\slash", "{braces, and a comma}", "NULL", "", "ü '"]


def test_texts_of_an_array_are_found_whatever_is_in_them(database_url):
    database = open_database(database_url)
    dialect = dialect_of(database)
    name, place = peewee.SQL("name"), peewee.SQL(database.param)
    condition = dialect.member_of(name, place)
    rows = " UNION ALL ".join(
        f"SELECT CAST({database.param} AS TEXT) AS name" for _ in [*_AWKWARD, "null", "other"]
    )
    context = database.get_sql_context().sql(condition)
    statement = f"SELECT name FROM ({rows}) AS listed WHERE {context.query()[0]}"  # noqa: S608 - our text
    values = [*_AWKWARD, "null", "other", dialect.array(_AWKWARD)]

    found = database.execute_sql(statement, values).fetchall()

    assert [row[0] for row in found] == _AWKWARD
    database.close()
