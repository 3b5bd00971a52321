"""PostgreSQL: numeric for exact decimals, code point collation, rows encoded in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

import peewee

from odata.query.row_template import ValuePart
from odata.sql.change_order import ChangeOrder, SnapshotOrder
from odata.sql.dialects import postgresql_aggregates, postgresql_generated, postgresql_search
from odata.sql.dialects.base import (
    ColumnForm,
    Dialect,
    JsonValueNodes,
    SearchTable,
    instant_to_canonical,
)
from odata.sql.dialects.postgresql_changes import BriefChanges
from odata.sql.dialects.postgresql_templates import TEMPLATES, TO_TEXT
from odata.sql.dialects.postgresql_text_index import PostgresqlTextIndexing
from odata.sql.dynamic_text import TYPE
from odata.sql.execution import run
from odata.sql.nodes import ConstantParameter, DriverValue, ParameterNode, SqlExpression, sql
from odata.sql.storage import Form, Storage
from odata.sql.tags import SequenceCounter, TagCounter, counter_of

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
    templates: Mapping[str, str] = {**TEMPLATES, **postgresql_aggregates.TEMPLATES}

    def __init__(self) -> None:
        super().__init__()
        self._changes = BriefChanges()

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

    def order(
        self, node: SqlExpression, form: Form, *, descending: bool, nullable: bool
    ) -> SqlExpression:
        """Nulls named where there can be some; text by code point.

        PostgreSQL refuses to sort by a bare constant, so what is no column is wrapped.
        """
        term = node if isinstance(node, peewee.Field) else sql("COALESCE({0}, NULL)", node)
        collated = sql('{0} COLLATE "C"', term) if form in _TEXTUAL else term
        direction = "DESC" if descending else "ASC"
        nulls = "" if not nullable else (" NULLS LAST" if descending else " NULLS FIRST")
        return sql("{0} " + direction + nulls, collated)

    def member_of(self, node: SqlExpression, parameter: SqlExpression) -> SqlExpression:
        """Through an array."""
        return sql("{0} = ANY({1})", node, parameter)

    def array(self, values: list[DriverValue]) -> DriverValue:
        """Texts as the literal of an array, which the driver takes longer for; other values as a
        list."""
        if not all(isinstance(value, str) for value in values):
            return values
        escaped = "\0".join(values).replace("\\", r"\\").replace('"', r"\"")
        quoted = escaped.replace("\0", '","')
        return f'{{"{quoted}"}}' if values else "{}"

    def items(self, column: SqlExpression, name: str) -> SqlExpression:
        """A table of the items of a JSON array with their places."""
        return sql(
            "json_array_elements(CAST({0} AS JSON)) WITH ORDINALITY AS " + name + "(value, place)",
            column,
        )

    def item_value(self, name: str, form: Form, path: tuple[str, ...] = ()) -> SqlExpression:
        """The text of the value as what it stands for."""
        wanted = {Form.INTEGER: "BIGINT", Form.BOOLEAN: "BOOLEAN"}.get(form, "TEXT")
        return peewee.SQL(f"CAST({name}.value #>> {_quoted_path(path)} AS {wanted})")

    def item_text(self, name: str, path: tuple[str, ...] = ()) -> SqlExpression:
        """The text of the value."""
        return peewee.SQL(f"({name}.value #>> {_quoted_path(path)})")

    def item_json(self, name: str, path: tuple[str, ...] = ()) -> SqlExpression:
        """The text as it is kept."""
        if path:
            return peewee.SQL(f"CAST({name}.value #> {_quoted_path(path)} AS TEXT)")
        return peewee.SQL(f"CAST({name}.value AS TEXT)")

    def dynamic_value(self, document: SqlExpression, names: tuple[str, ...]) -> JsonValueNodes:
        """By an array of names; JSON is read as text, so that numbers keep their digits."""
        whole = sql("CAST({0} AS JSON)", document)
        value = sql("({0} #> {1})", whole, _names(names))
        declared = sql("({0} #>> {1})", whole, _names((*names[:-1], names[-1] + TYPE)))
        return _json_nodes(value, sql("({0} #>> {1})", whole, _names(names)), declared)

    def dynamic_item(self, name: str, declared: SqlExpression) -> JsonValueNodes:
        """The value of the item."""
        return _json_nodes(peewee.SQL(f"{name}.value"), self.item_text(name), declared)

    def item_position(self, name: str) -> SqlExpression:
        """The ordinal number."""
        return peewee.SQL(f"{name}.place")

    def item_index(self, name: str) -> SqlExpression:
        """The ordinal number, less one."""
        return peewee.SQL(f"({name}.place - 1)")

    @property
    def writes_json(self) -> bool:
        """No: Python's encoders are faster than its JSON functions."""
        return False

    @property
    def plans_by_limit(self) -> bool:
        """Yes: a tenth of all rows is what a plan for any number expects."""
        return True

    @property
    def fetches_all(self) -> bool:
        """Yes; cursors of the server would need a transaction as long as the slowest client."""
        return True

    def gathered(self, statement: str, columns: int, *, is_bare: bool) -> str | None:
        """None: Python writes the rows."""

    def in_one_row(self, statement: str, columns: Sequence[ColumnForm]) -> str | None:
        """None: the driver has all rows at once."""

    def stored_json(
        self, part: ValuePart, node: SqlExpression, storage: Storage
    ) -> SqlExpression | None:
        """By what depends on no setting."""
        return postgresql_generated.stored_json(part, node, storage)

    def add_generated(
        self, database: peewee.Database, table: str, column: str, expression: str
    ) -> None:
        """By ALTER TABLE."""
        postgresql_generated.add_generated(database, table, column, expression)

    def transaction(self, database: peewee.Database) -> AbstractContextManager[object]:
        """READ COMMITTED is enough where every write compares its tag."""
        atomic: AbstractContextManager[object] = database.atomic()
        return atomic

    def brief_transaction(
        self, database: peewee.Database, like: object = None
    ) -> AbstractContextManager[object]:
        """Some at a time, beside which others go on."""
        return self._changes.transaction(database, like)

    def counter(self, database: peewee.Database) -> TagCounter:
        """A sequence."""
        return counter_of(database, SequenceCounter)

    def change_order(self) -> ChangeOrder:
        """By visibility: a lower number may commit later."""
        return SnapshotOrder()

    @contextmanager
    def snapshot(self, database: peewee.Database, *, writes: bool = False) -> Iterator[None]:
        """REPEATABLE READ; inside another transaction, whatever that one sees. A write that
        meets a later one is refused by the database."""
        del writes
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

    def search_removal(self, table: SearchTable) -> tuple[str, ...]:
        """Triggers first, which would miss their table."""
        return postgresql_search.removal(table)

    def search_settling(self, table: SearchTable) -> tuple[str, ...]:
        """Nothing."""
        del table
        return ()

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

    @property
    def search_everything(self) -> str:
        """All but what has a token that no entry has."""
        return "!'\ue000'"

    def search_without(self, match: str) -> str:
        """The negation."""
        return f"!{match}"

    def search_phrase(self, tokens: tuple[str, ...], *, open_ended: bool) -> str:
        """Lexemes that follow each other."""
        phrase = " <-> ".join(f"'{token}'" for token in tokens)
        return f"({phrase}{':*' if open_ended else ''})"

    def search_matches(self, table: SearchTable, text: SqlExpression) -> SqlExpression:
        """Entries whose vector matches."""
        return postgresql_search.matches(table, text)

    def search_tokens(self, text: SqlExpression) -> SqlExpression:
        """By its regular expressions."""
        return sql(postgresql_search.tokens_template(), text)

    @property
    def text_indexing(self) -> PostgresqlTextIndexing:
        """GIN indexes of trigrams and B-trees."""
        return PostgresqlTextIndexing()

    def prepare(self, database: peewee.Database) -> None:
        """Nothing to install."""


def _quoted_path(names: tuple[str, ...]) -> str:
    """A path of names of the model, which have no quotes."""
    return "'{" + ",".join(f'"{name}"' for name in names) + "}'"


def _names(names: tuple[str, ...]) -> SqlExpression:
    listed = "{" + ",".join(f'"{name}"' for name in names) + "}"
    return sql("CAST({0} AS TEXT[])", ParameterNode(ConstantParameter(listed)))


def _json_nodes(
    value: SqlExpression, text: SqlExpression, declared: SqlExpression
) -> JsonValueNodes:
    return JsonValueNodes(
        sql("json_typeof({0})", value),
        sql('({0} COLLATE "C")', text),
        sql('(CAST({0} AS TEXT) COLLATE "C")', value),
        declared,
    )


_TEXTUAL = frozenset({Form.TEXT})


def _scaled_to_number(node: SqlExpression, storage: Storage) -> SqlExpression:
    if storage.digits == 0:
        return sql("CAST({0} AS NUMERIC)", node)
    unit = "0." + "0" * (storage.digits - 1) + "1"
    return sql("({0} * " + unit + ")", node)


_CONVERSIONS: Mapping[Form, Callable[[SqlExpression, Storage], SqlExpression]] = {
    Form.INTEGER: lambda node, _s: sql("CAST({0} AS BIGINT)", node),
    Form.SCALED: _scaled_to_number,
    Form.INSTANT: instant_to_canonical,
    Form.NATIVE_INSTANT: lambda node, _s: sql(TO_TEXT, node),
    Form.NATIVE_DAY: lambda node, _s: sql("to_char({0}, 'YYYY-MM-DD')", node),
    Form.NATIVE_CLOCK: lambda node, _s: sql("CAST({0} AS TEXT)", node),
    Form.NATIVE_GUID: lambda node, _s: sql("CAST({0} AS TEXT)", node),
}
