"""SQLite: exact decimals and Unicode through functions of ours, JSON by ``printf``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager

import peewee

from odata.query.row_template import ValuePart
from odata.sql.change_order import ChangeOrder, SequenceOrder
from odata.sql.dialects import sqlite_aggregates, sqlite_functions, sqlite_generated, sqlite_search
from odata.sql.dialects.base import (
    VALUE_END,
    ColumnForm,
    Dialect,
    JsonValueNodes,
    SearchNotes,
    SearchTable,
    instant_to_canonical,
)
from odata.sql.dialects.sqlite_templates import TEMPLATES
from odata.sql.dialects.sqlite_text_index import SqliteTextIndexing
from odata.sql.dialects.sqlite_turns import Turns
from odata.sql.dynamic_text import TYPE
from odata.sql.nodes import ConstantParameter, DriverValue, ParameterNode, SqlExpression, sql
from odata.sql.storage import Form, Storage
from odata.sql.tags import TableCounter, TagCounter, counter_of

# As a literal, which is there once; a function would be called for each row.
_END = f"'{chr(VALUE_END)}'"
_GATHERED: Mapping[ColumnForm, str] = {
    ColumnForm.TEXTS: f"CAST(group_concat({{0}}, {_END}) AS BLOB)",
    ColumnForm.GUIDS: f"group_concat(ifnull({{0}}, ''), {_END})",
    ColumnForm.ARRAY: "json_group_array({0})",
}


class SqliteDialect(Dialect):
    """SQLite 3.39 and later."""

    name = "sqlite"
    templates: Mapping[str, str] = {**TEMPLATES, **sqlite_aggregates.TEMPLATES}

    def __init__(self, patience: float = 5.0) -> None:
        self._turns = Turns(patience)

    @property
    def conversions(self) -> Mapping[Form, Callable[[SqlExpression, Storage], SqlExpression]]:
        """How other storages become canonical."""
        return _CONVERSIONS

    def parameter(self, node: SqlExpression, storage: Storage | None) -> SqlExpression:
        """The bare placeholder."""
        del storage
        return node

    def order(
        self, node: SqlExpression, form: Form, *, descending: bool, nullable: bool
    ) -> SqlExpression:
        """Nulls are smallest in SQLite, as OData wants them."""
        del nullable
        collated = sql("{0} COLLATE odata_decimal", node) if form is Form.NUMBER else node
        return sql("{0} DESC", collated) if descending else sql("{0} ASC", collated)

    def member_of(self, node: SqlExpression, parameter: SqlExpression) -> SqlExpression:
        """Through a JSON array."""
        return sql("{0} IN (SELECT value FROM json_each({1}))", node, parameter)

    def equal_to_common(self, node: SqlExpression, value: SqlExpression) -> SqlExpression:
        """As a member of a set, of which SQLite expects more rows than of a key."""
        return sql("{0} IN (SELECT {1})", node, value)

    def array(self, values: list[DriverValue]) -> DriverValue:
        """A JSON array."""
        return json.dumps(values)

    def items(self, column: SqlExpression, name: str) -> SqlExpression:
        """A table of the items of a JSON array."""
        return sql("json_each({0}) AS " + name, column)

    def item_value(self, name: str, form: Form, path: tuple[str, ...] = ()) -> SqlExpression:
        """The value as SQLite reads it."""
        del form
        if path:
            return peewee.SQL(f"({name}.value ->> {_quoted_path(path)})")
        return peewee.SQL(f"{name}.value")

    def item_text(self, name: str, path: tuple[str, ...] = ()) -> SqlExpression:
        """A text as it is, a number with the digits that it is written with."""
        if path:
            where = _quoted_path(path)
            return peewee.SQL(
                f"CASE json_type({name}.value, {where}) WHEN 'text' THEN {name}.value ->> {where}"
                f" WHEN 'null' THEN NULL ELSE {name}.value -> {where} END"
            )
        return peewee.SQL(
            f"CASE {name}.type WHEN 'text' THEN {name}.value"
            f" ELSE ({name}.json -> {name}.fullkey) END"
        )

    def item_json(self, name: str, path: tuple[str, ...] = ()) -> SqlExpression:
        """The text as it is kept."""
        if path:
            return peewee.SQL(f"({name}.value -> {_quoted_path(path)})")
        return peewee.SQL(f"({name}.json -> {name}.fullkey)")

    def dynamic_value(self, document: SqlExpression, names: tuple[str, ...]) -> JsonValueNodes:
        """By a path of quoted names."""
        path, declared = _json_path(names), _json_path((*names[:-1], names[-1] + TYPE))
        return JsonValueNodes(
            sql("json_type({0}, {1})", document, path),
            sql("({0} ->> {1})", document, path),
            sql("({0} -> {1})", document, path),
            sql("({0} ->> {1})", document, declared),
        )

    def dynamic_item(self, name: str, declared: SqlExpression) -> JsonValueNodes:
        """Where json_each stands."""
        return JsonValueNodes(
            peewee.SQL(f"{name}.type"),
            peewee.SQL(f"{name}.value"),
            self.item_json(name),
            declared,
        )

    def item_position(self, name: str) -> SqlExpression:
        """The index."""
        return peewee.SQL(f"{name}.key")

    def item_index(self, name: str) -> SqlExpression:
        """The index."""
        return self.item_position(name)

    @property
    def writes_json(self) -> bool:
        """Yes, at half of Python's cost."""
        return True

    @property
    def fetches_all(self) -> bool:
        """No: it computes them one by one."""
        return False

    def gathered(self, statement: str, columns: int, *, is_bare: bool) -> str | None:
        """One step of the database instead of one for each row: Python lets other threads
        run at every step, and waits for them."""
        names = ", ".join(f"c{index}" for index in range(columns))
        members = "c0" if is_bare else "substr(c0, 2)"
        return (
            f"WITH page({names}) AS ({statement}) "  # noqa: S608 - a statement of ours
            f"SELECT CAST(group_concat({members}, '}},{{') AS BLOB) FROM page"
        )

    def in_one_row(self, statement: str, columns: Sequence[ColumnForm]) -> str | None:
        """One step, as above."""
        names = [f"c{index}" for index in range(len(columns))]
        values = [_GATHERED[form].format(name) for form, name in zip(columns, names, strict=True)]
        return (
            f"WITH page({', '.join(names)}) AS ({statement}) "  # noqa: S608 - a statement of ours
            f"SELECT {', '.join(values)} FROM page"
        )

    def stored_json(
        self, part: ValuePart, node: SqlExpression, storage: Storage
    ) -> SqlExpression | None:
        """As ``printf`` writes it."""
        return sqlite_generated.stored_json(part, node, storage)

    def add_generated(
        self, database: peewee.Database, table: str, column: str, expression: str
    ) -> None:
        """By making the table anew."""
        sqlite_generated.add_generated(database, table, column, expression)

    def transaction(self, database: peewee.Database) -> AbstractContextManager[object]:
        """Takes the write lock at once: a later upgrade could fail."""
        return self._turns.transaction(database)

    def brief_transaction(
        self, database: peewee.Database, like: object = None
    ) -> AbstractContextManager[object]:
        """One commit for those who wait for their turn."""
        return self._turns.brief_transaction(database, like)

    def counter(self, database: peewee.Database) -> TagCounter:
        """A table of one row."""
        return counter_of(database, TableCounter)

    def change_order(self) -> ChangeOrder:
        """By number: there is one writer."""
        return SequenceOrder()

    def snapshot(
        self, database: peewee.Database, *, writes: bool = False
    ) -> AbstractContextManager[object]:
        """Any transaction: in WAL mode its first read fixes what it sees."""
        if writes:
            return self.transaction(database)
        atomic: AbstractContextManager[object] = database.atomic()
        return atomic

    @property
    def locks_rows(self) -> bool:
        """No: there is one writer."""
        return False

    def search_schema(self, table: SearchTable) -> tuple[str, ...]:
        """FTS5 over the table of entries, whose tokens it takes as they are."""
        return sqlite_search.schema(table)

    def search_removal(self, table: SearchTable) -> tuple[str, ...]:
        """Triggers first, which would miss their table."""
        return sqlite_search.removal(table)

    def search_notes(self, table: SearchTable) -> SearchNotes | None:
        """FTS5 takes many changes at once at a tenth of the cost."""
        return sqlite_search.notes(table)

    def search_settling(self, table: SearchTable) -> tuple[str, ...]:
        """FTS5 in one piece, so that later changes do not have to merge the pieces."""
        return sqlite_search.settling(table)

    def search_document(self, texts: Iterable[tuple[str, ...]]) -> str:
        """Tokens with blanks between, and a mark that no text has between properties."""
        return sqlite_search.document(texts)

    @property
    def search_operators(self) -> tuple[str, str]:
        """FTS5's."""
        return (" OR ", " AND ")

    @property
    def search_everything(self) -> str:
        """The token that every entry has."""
        return sqlite_search.EVERYTHING

    def search_without(self, match: str) -> str:
        """FTS5 excludes from something only."""
        return f"({sqlite_search.EVERYTHING} NOT {match})"

    def search_phrase(self, tokens: tuple[str, ...], *, open_ended: bool) -> str:
        """A phrase, of which an asterisk leaves the last token open."""
        return f'"{" ".join(tokens)}"' + (" *" if open_ended else "")

    def search_matches(self, table: SearchTable, text: SqlExpression) -> SqlExpression:
        """Entries by the number under which FTS5 knows them."""
        return sqlite_search.matches(table, text)

    def search_tokens(self, text: SqlExpression) -> SqlExpression:
        """By Python."""
        return sql("odata_tokens({0})", text)

    @property
    def text_indexing(self) -> SqliteTextIndexing:
        """FTS5 with trigrams."""
        return SqliteTextIndexing()

    def prepare(self, database: peewee.Database) -> None:
        """Register the functions and the collation."""
        if not isinstance(database, peewee.SqliteDatabase):
            raise TypeError("SQLite's functions are registered with SQLite")
        for name, (function, arity) in sqlite_functions.FUNCTIONS.items():
            database.register_function(function, name, arity, deterministic=True)
        sqlite_aggregates.register(database)
        database.register_collation(sqlite_functions.compare_texts, "odata_decimal")


def _json_path(names: tuple[str, ...]) -> SqlExpression:
    path = "$" + "".join(f'."{name}"' for name in names)
    return ParameterNode(ConstantParameter(path))


def _quoted_path(names: tuple[str, ...]) -> str:
    """A path of names of the model, which have no quotes."""
    return "'$" + "".join(f'."{name}"' for name in names) + "'"


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
