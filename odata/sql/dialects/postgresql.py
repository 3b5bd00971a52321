"""PostgreSQL: numeric for exact decimals, code point collation, rows encoded in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import peewee

from odata.sql.change_log import ChangeOrder, SnapshotOrder
from odata.sql.dialects import postgresql_search
from odata.sql.dialects.base import (
    SHARED_TEMPLATES,
    Dialect,
    SearchTable,
    instant_to_canonical,
)
from odata.sql.execution import run
from odata.sql.nodes import SqlExpression, sql
from odata.sql.storage import Form, Storage
from odata.sql.tags import SequenceCounter, TagCounter

_BLANKS = (
    "E'\\t\\n\\u000b\\f\\r \\u0085\\u00a0\\u1680\\u2000\\u2001\\u2002\\u2003\\u2004\\u2005\\u2006"
    "\\u2007\\u2008\\u2009\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'"
)
_TO_TEXT = "to_char({0}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"

_TEMPLATES: Mapping[str, str] = {
    **SHARED_TEMPLATES,
    "contains": "(strpos({0}, {1}) > 0)",
    "startswith": "starts_with({0}, {1})",
    "endswith": "(right({0}, length({1})) = {1})",
    "indexof": "(strpos({0}, {1}) - 1)",
    "substring": (
        "substr({0}, (CASE WHEN {1} < 0 THEN greatest(length({0}) + {1}, 0) ELSE {1} END + 1)::int)"
    ),
    "substring/3": (
        "substr({0}, (CASE WHEN {1} < 0 THEN greatest(length({0}) + {1}, 0) ELSE {1} END + 1)::int,"
        " greatest({2}, 0)::int)"
    ),
    "tolower": 'lower({0} COLLATE "pg_unicode_fast")',
    "toupper": 'upper({0} COLLATE "pg_unicode_fast")',
    "trim": "btrim({0}, " + _BLANKS + ")",
    "fractionalseconds": "CAST('0.' || substr({0}, 21) AS NUMERIC)",
    "fractionalseconds/CLOCK": "CAST('0.' || substr({0}, 10) AS NUMERIC)",
    "totalseconds": "({0} * 0.000001)",
    "div/NUMBER": "trim_scale(round(({0} * 1.000000000000) / {1}, 12))",
    "divby/NUMBER": "trim_scale(round(({0} * 1.000000000000) / {1}, 12))",
    "mod/NUMBER": "mod({0}, {1})",
    "div/INTEGER": "({0} / {1})",
    "mod/INTEGER": "mod({0}, {1})",
    "div/REAL": "({0} / {1})",
    "divby/REAL": "({0} / {1})",
    "round/NUMBER": "round({0})",
    "floor/NUMBER": "floor({0})",
    "ceiling/NUMBER": "ceil({0})",
    "round/REAL": "(sign({0}) * floor(abs({0}) + 0.5))",
    "floor/REAL": "floor({0})",
    "ceiling/REAL": "ceil({0})",
    "add/INSTANT": _TO_TEXT.replace(
        "{0}", "CAST({0} AS timestamp) + {1} * interval '1 microsecond'"
    ),
    "sub/INSTANT": _TO_TEXT.replace(
        "{0}", "CAST({0} AS timestamp) - {1} * interval '1 microsecond'"
    ),
    "add/DAY": "to_char(CAST({0} AS timestamp) + {1} * interval '1 microsecond', 'YYYY-MM-DD')",
    "sub/DAY": "to_char(CAST({0} AS timestamp) - {1} * interval '1 microsecond', 'YYYY-MM-DD')",
    "apart/INSTANT": (
        "CAST(EXTRACT(EPOCH FROM CAST({0} AS timestamp) - CAST({1} AS timestamp))"
        " * 1000000 AS BIGINT)"
    ),
    "apart/DAY": (
        "CAST(EXTRACT(EPOCH FROM CAST({0} AS timestamp) - CAST({1} AS timestamp))"
        " * 1000000 AS BIGINT)"
    ),
    "mul/SPAN": "CAST(round({0} * {1}) AS BIGINT)",
    "div/SPAN": "CAST(round(({0} * 1.000000000000) / {1}) AS BIGINT)",
    "cast/NUMBER": "CAST({0} AS NUMERIC)",
    "cast/REAL": "CAST({0} AS DOUBLE PRECISION)",
    "cast/TEXT": "CAST({0} AS TEXT)",
    "instant_of_day": "({0} || 'T00:00:00.000000')",
}

_PARAMETER_TYPES: Mapping[Form, str] = {
    Form.TEXT: "TEXT",
    Form.GUID: "TEXT",
    Form.SCALED: "BIGINT",
    Form.INSTANT: "TEXT",
    Form.DAY: "TEXT",
    Form.CLOCK: "TEXT",
    Form.SPAN: "BIGINT",
    Form.BOOLEAN: "BOOLEAN",
    Form.INTEGER: "BIGINT",
    Form.REAL: "DOUBLE PRECISION",
    Form.BINARY: "BYTEA",
    Form.JSON: "TEXT",
    Form.NUMBER: "NUMERIC",
    Form.NATIVE_GUID: "UUID",
    Form.NATIVE_DECIMAL: "NUMERIC",
    Form.NATIVE_INSTANT: "TIMESTAMP",
    Form.NATIVE_DAY: "DATE",
    Form.NATIVE_CLOCK: "TIME",
}


class PostgresqlDialect(Dialect):
    """PostgreSQL 15 and later; Unicode case mapping needs 18."""

    name = "postgresql"
    templates = _TEMPLATES

    @property
    def conversions(self) -> Mapping[Form, Callable[[SqlExpression, Storage], SqlExpression]]:
        """How other storages become canonical."""
        return _CONVERSIONS

    def parameter(self, node: SqlExpression, storage: Storage | None) -> SqlExpression:
        """The placeholder with its type; text compares by code point."""
        if storage is None:
            return node
        typed = sql("CAST({0} AS " + _PARAMETER_TYPES[storage.form] + ")", node)
        return sql('({0} COLLATE "C")', typed) if storage.form is Form.TEXT else typed

    def order(self, node: SqlExpression, form: Form, *, descending: bool, nullable: bool) -> Any:
        """Nulls named where there can be some; text by code point."""
        collated = sql('{0} COLLATE "C"', node) if form in _TEXTUAL else node
        direction = "DESC" if descending else "ASC"
        nulls = "" if not nullable else (" NULLS LAST" if descending else " NULLS FIRST")
        return sql("{0} " + direction + nulls, collated)

    def member_of(self, node: SqlExpression, parameter: SqlExpression) -> SqlExpression:
        """Through an array."""
        return sql("{0} = ANY({1})", node, parameter)

    def array(self, values: list[Any]) -> Any:
        """A list, which the driver sends as an array."""
        return values

    @property
    def writes_json(self) -> bool:
        """No: Python's encoders are faster than its JSON functions."""
        return False

    def transaction(self, database: peewee.Database) -> AbstractContextManager[object]:
        """READ COMMITTED is enough where every write compares its tag."""
        atomic: AbstractContextManager[object] = database.atomic()
        return atomic

    def counter(self, database: peewee.Database) -> TagCounter:
        """A sequence."""
        return SequenceCounter(database)

    def change_order(self) -> ChangeOrder:
        """By visibility: a lower number may commit later."""
        return SnapshotOrder()

    @contextmanager
    def snapshot(self, database: peewee.Database) -> Iterator[None]:
        """REPEATABLE READ; inside another transaction, whatever that one sees."""
        is_outermost = database.transaction_depth() == 0
        with database.atomic():
            if is_outermost:
                run(database, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", [])
            yield

    @property
    def locks_rows(self) -> bool:
        """Yes: another writer may be at the same row."""
        return True

    def search_schema(self, table: SearchTable) -> tuple[str, ...]:
        """A GIN index over the vectors of the table of entries."""
        return postgresql_search.schema(table)

    def search_document(self, texts: Iterable[tuple[str, ...]]) -> str:
        """A vector of tokens, with a gap in the positions between properties."""
        return postgresql_search.document(texts)

    def search_document_place(self, place: str) -> str:
        """The text of a vector becomes one without any parser of words."""
        return f"CAST({place} AS tsvector)"

    @property
    def search_operators(self) -> tuple[str, str]:
        """Those of tsquery."""
        return (" | ", " & ")

    def search_phrase(self, tokens: tuple[str, ...], *, open_ended: bool) -> str:
        """Lexemes that follow each other."""
        phrase = " <-> ".join(f"'{token}'" for token in tokens)
        return f"({phrase}{':*' if open_ended else ''})"

    def search_matches(self, table: SearchTable, text: SqlExpression) -> SqlExpression:
        """Entries whose vector matches."""
        return postgresql_search.matches(table, text)

    def prepare(self, database: peewee.Database) -> None:
        """Nothing to install."""


_TEXTUAL = frozenset({Form.TEXT})


def _scaled_to_number(node: SqlExpression, storage: Storage) -> SqlExpression:
    if storage.digits == 0:
        return sql("CAST({0} AS NUMERIC)", node)
    unit = "0." + "0" * (storage.digits - 1) + "1"
    return sql("({0} * " + unit + ")", node)


_CONVERSIONS: Mapping[Form, Callable[[SqlExpression, Storage], SqlExpression]] = {
    Form.SCALED: _scaled_to_number,
    Form.INSTANT: instant_to_canonical,
    Form.NATIVE_INSTANT: lambda node, _s: sql(_TO_TEXT, node),
    Form.NATIVE_DAY: lambda node, _s: sql("to_char({0}, 'YYYY-MM-DD')", node),
    Form.NATIVE_CLOCK: lambda node, _s: sql("CAST({0} AS TEXT)", node),
    Form.NATIVE_GUID: lambda node, _s: sql("CAST({0} AS TEXT)", node),
}
