"""SQLite: exact decimals and Unicode through functions of ours, JSON by ``printf``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import peewee

from odata.sql.change_log import ChangeOrder, SequenceOrder
from odata.sql.dialects import sqlite_functions, sqlite_search
from odata.sql.dialects.base import (
    BLANKS,
    SHARED_TEMPLATES,
    Dialect,
    SearchTable,
    instant_to_canonical,
)
from odata.sql.nodes import SqlExpression, sql
from odata.sql.storage import Form, Storage
from odata.sql.tags import TableCounter, TagCounter

_TEMPLATES: Mapping[str, str] = {
    **SHARED_TEMPLATES,
    "contains": "(instr({0}, {1}) > 0)",
    "startswith": "(substr({0}, 1, length({1})) = {1})",
    "endswith": "({1} = '' OR substr({0}, -length({1})) = {1})",
    "indexof": "(instr({0}, {1}) - 1)",
    "substring": "substr({0}, CASE WHEN {1} < 0 THEN max(length({0}) + {1}, 0) ELSE {1} END + 1)",
    "substring/3": (
        "substr({0}, CASE WHEN {1} < 0 THEN max(length({0}) + {1}, 0) ELSE {1} END + 1, max({2}, 0))"
    ),
    "tolower": "odata_lower({0})",
    "toupper": "odata_upper({0})",
    "trim": "trim({0}, " + BLANKS + ")",
    "fractionalseconds": "('0.' || substr({0}, 21))",
    "fractionalseconds/CLOCK": "('0.' || substr({0}, 10))",
    "totalseconds": "odata_div({0}, 1000000)",
    "add/NUMBER": "odata_add({0}, {1})",
    "sub/NUMBER": "odata_sub({0}, {1})",
    "mul/NUMBER": "odata_mul({0}, {1})",
    "div/NUMBER": "odata_div({0}, {1})",
    "divby/NUMBER": "odata_div({0}, {1})",
    "mod/NUMBER": "odata_mod({0}, {1})",
    "negate/NUMBER": "odata_negate({0})",
    "div/INTEGER": "odata_div_int({0}, {1})",
    "mod/INTEGER": "odata_mod_int({0}, {1})",
    "div/REAL": "({0} / {1})",
    "divby/REAL": "({0} / {1})",
    "round/NUMBER": "odata_round({0})",
    "floor/NUMBER": "odata_floor({0})",
    "ceiling/NUMBER": "odata_ceiling({0})",
    "round/REAL": "round({0})",
    "floor/REAL": "floor({0})",
    "ceiling/REAL": "ceil({0})",
    "add/INSTANT": "odata_add_span({0}, {1})",
    "sub/INSTANT": "odata_add_span({0}, -{1})",
    "add/DAY": "substr(odata_add_span({0} || 'T00:00:00', {1}), 1, 10)",
    "sub/DAY": "substr(odata_add_span({0} || 'T00:00:00', -{1}), 1, 10)",
    "apart/INSTANT": "odata_apart({0}, {1})",
    "apart/DAY": "odata_apart({0}, {1})",
    "mul/SPAN": "CAST(odata_round(odata_mul({0}, {1})) AS INTEGER)",
    "div/SPAN": "CAST(odata_round(odata_div({0}, {1})) AS INTEGER)",
    "eq/NUMBER": "(odata_compare({0}, {1}) = 0)",
    "ne/NUMBER": "(odata_compare({0}, {1}) <> 0)",
    "gt/NUMBER": "(odata_compare({0}, {1}) > 0)",
    "ge/NUMBER": "(odata_compare({0}, {1}) >= 0)",
    "lt/NUMBER": "(odata_compare({0}, {1}) < 0)",
    "le/NUMBER": "(odata_compare({0}, {1}) <= 0)",
    "not_distinct": "({0} IS {1})",
    "distinct": "({0} IS NOT {1})",
    "not_distinct/NUMBER": "(CASE WHEN {0} IS NULL THEN {1} IS NULL"
    " ELSE COALESCE(odata_compare({0}, {1}) = 0, FALSE) END)",
    "distinct/NUMBER": "(CASE WHEN {0} IS NULL THEN {1} IS NOT NULL"
    " ELSE COALESCE(odata_compare({0}, {1}) <> 0, TRUE) END)",
    "cast/NUMBER": "odata_number({0})",
    "cast/REAL": "CAST({0} AS REAL)",
    "cast/TEXT": "CAST({0} AS TEXT)",
    "instant_of_day": "({0} || 'T00:00:00.000000')",
}


class SqliteDialect(Dialect):
    """SQLite 3.39 and later."""

    name = "sqlite"
    templates = _TEMPLATES

    @property
    def conversions(self) -> Mapping[Form, Callable[[SqlExpression, Storage], SqlExpression]]:
        """How other storages become canonical."""
        return _CONVERSIONS

    def parameter(self, node: SqlExpression, storage: Storage | None) -> SqlExpression:
        """The bare placeholder."""
        return node

    def order(self, node: SqlExpression, form: Form, *, descending: bool, nullable: bool) -> Any:
        """Nulls are smallest in SQLite, as OData wants them."""
        collated = sql("{0} COLLATE odata_decimal", node) if form is Form.NUMBER else node
        return sql("{0} DESC", collated) if descending else sql("{0} ASC", collated)

    def member_of(self, node: SqlExpression, parameter: SqlExpression) -> SqlExpression:
        """Through a JSON array."""
        return sql("{0} IN (SELECT value FROM json_each({1}))", node, parameter)

    def array(self, values: list[Any]) -> Any:
        """A JSON array."""
        return json.dumps(values)

    @property
    def writes_json(self) -> bool:
        """Yes, at half of Python's cost."""
        return True

    def transaction(self, database: peewee.Database) -> AbstractContextManager[object]:
        """Takes the write lock at once: a later upgrade could fail."""
        atomic: AbstractContextManager[object] = database.atomic("IMMEDIATE")
        return atomic

    def counter(self, database: peewee.Database) -> TagCounter:
        """A table of one row."""
        return TableCounter(database)

    def change_order(self) -> ChangeOrder:
        """By number: there is one writer."""
        return SequenceOrder()

    def snapshot(self, database: peewee.Database) -> AbstractContextManager[object]:
        """Any transaction: in WAL mode its first read fixes what it sees."""
        atomic: AbstractContextManager[object] = database.atomic()
        return atomic

    @property
    def locks_rows(self) -> bool:
        """No: there is one writer."""
        return False

    def search_schema(self, table: SearchTable) -> tuple[str, ...]:
        """FTS5 over the table of entries, whose tokens it takes as they are."""
        return sqlite_search.schema(table)

    def search_document(self, texts: Iterable[tuple[str, ...]]) -> str:
        """Tokens with blanks between, and a mark that no text has between properties."""
        return sqlite_search.document(texts)

    @property
    def search_operators(self) -> tuple[str, str]:
        """FTS5's."""
        return (" OR ", " AND ")

    def search_phrase(self, tokens: tuple[str, ...], *, open_ended: bool) -> str:
        """A phrase, of which an asterisk leaves the last token open."""
        return f'"{" ".join(tokens)}"' + (" *" if open_ended else "")

    def search_matches(self, table: SearchTable, text: SqlExpression) -> SqlExpression:
        """Entries by the number under which FTS5 knows them."""
        return sqlite_search.matches(table, text)

    def prepare(self, database: peewee.Database) -> None:
        """Register the functions and the collation."""
        for name, (function, arity) in sqlite_functions.FUNCTIONS.items():
            database.register_function(function, name, arity, deterministic=True)
        database.register_collation(sqlite_functions.compare_texts, "odata_decimal")


def _scaled_to_number(node: SqlExpression, storage: Storage) -> SqlExpression:
    if storage.digits == 0:
        return sql("CAST({0} AS TEXT)", node)
    unit = 10**storage.digits
    return sql(
        "CASE WHEN {0} IS NULL THEN NULL ELSE printf('%s%d.%0"
        f"{storage.digits}d', substr('-', 1, "
        "{0} < 0), abs({0}) / "
        f"{unit}, abs("
        "{0}) % "
        f"{unit}) END",
        node,
    )


def _native_instant(node: SqlExpression, _storage: Storage) -> SqlExpression:
    return sql(
        "substr(replace({0}, ' ', 'T') || CASE WHEN instr({0}, '.') > 0 THEN '000000'"
        " ELSE '.000000' END, 1, 26)",
        node,
    )


def _native_clock(node: SqlExpression, _storage: Storage) -> SqlExpression:
    return sql(
        "substr({0} || CASE WHEN instr({0}, '.') > 0 THEN '000000' ELSE '.000000' END, 1, 15)", node
    )


def _native_guid(node: SqlExpression, _storage: Storage) -> SqlExpression:
    return sql(
        "(substr({0},1,8)||'-'||substr({0},9,4)||'-'||substr({0},13,4)||'-'||substr({0},17,4)"
        "||'-'||substr({0},21))",
        node,
    )


_CONVERSIONS: Mapping[Form, Callable[[SqlExpression, Storage], SqlExpression]] = {
    Form.SCALED: _scaled_to_number,
    Form.NATIVE_DECIMAL: lambda node, _s: sql("odata_number({0})", node),
    Form.INSTANT: instant_to_canonical,
    Form.NATIVE_INSTANT: _native_instant,
    Form.NATIVE_CLOCK: _native_clock,
    Form.NATIVE_GUID: _native_guid,
}
