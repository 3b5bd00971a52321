"""Statements of two branches: the few rows that an index finds, or all rows in their order.

SQLite chooses how it reads before it knows what is asked for. What is rare is found by the index
at once, and many rows are found sooner in the order that is asked for than by sorting all that
the index finds; so the statement first counts what the index has, and no further than it must.
"""

from __future__ import annotations

from collections.abc import Sequence

import peewee

from odata.sql.dialects.text_index import Narrowing
from odata.sql.nodes import SqlExpression, sql
from odata.sql.statement import SqlQuery, Statement, finish
from odata.sql.text_indexes import Narrowed

# Rows are found sooner in their order if there are more than that.
_MOST_ROWS = 300
# All rows must be looked at to count them otherwise.
_MOST_COUNTED = 2_000
_FOUND = "found"
_NUMBER = "(SELECT COUNT(*) FROM found)"
_ALL_OF = "SELECT * FROM"
_IS_FEW = "(SELECT yes FROM few)"


class BranchBuilder:
    """Finishes the queries of one read, in which the key of the rows is ``key``."""

    def __init__(
        self, database: peewee.Database, narrowing: Narrowing, asked: Narrowed, key: SqlExpression
    ) -> None:
        self._database = database
        self._narrowing = narrowing
        self._asked = asked
        self._key = key

    def rows(self, query: SqlQuery, limit: SqlExpression) -> Statement:
        """The rows of an ordered query, at most ``limit`` of them."""
        all_rows = query.limit(sql(f"(CASE WHEN {_IS_FEW} THEN 0 ELSE {{0}} END)", limit))
        few = self._narrow(query).limit(sql(f"(CASE WHEN {_IS_FEW} THEN {{0}} ELSE 0 END)", limit))
        branches = (self._finish(few), self._finish(all_rows))
        text = " UNION ALL ".join(f"{_ALL_OF} ({branch.sql})" for branch in branches)
        return self._joined(text, _MOST_ROWS, branches)

    def count(self, query: SqlQuery) -> Statement:
        """The one value of a query that counts."""
        branches = (self._finish(self._narrow(query)), self._finish(query))
        texts = [branch.sql for branch in branches]
        text = f"SELECT CASE WHEN {_IS_FEW} THEN ({texts[0]}) ELSE ({texts[1]}) END"
        return self._joined(text, _MOST_COUNTED, branches)

    def _narrow(self, query: SqlQuery) -> SqlQuery:
        rows = self._narrowing.rows(self._asked.index, _FOUND)
        return query.where(sql("{0} IN {1}", self._key, rows))

    def _finish(self, query: SqlQuery) -> Statement:
        return finish(query, self._database)

    def _joined(self, text: str, most: int, branches: Sequence[Statement]) -> Statement:
        index, match = self._asked.index, self._asked.match
        found = self._finish(self._narrowing.entries(index, match, most + 1))
        useful = self._finish(peewee.Select(columns=(self._narrowing.is_useful(match),)))
        few = f"{useful.sql} AND {_NUMBER} <= {most}"
        places = [place for statement in (found, useful, *branches) for place in statement.places]
        return Statement(
            f"WITH {_FOUND}(entry) AS MATERIALIZED ({found.sql}), "
            f"few(yes) AS MATERIALIZED ({few}) {text}",
            tuple(places),
        )
