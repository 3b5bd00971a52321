"""What SQLite and PostgreSQL share, and the face that each of them implements.

A dialect is a table of SQL templates by operation plus the few conversions that a template
cannot say. Operands arrive in canonical storage (``storage.canonical_storage``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum, auto

import peewee

from odata.query.row_template import ValuePart
from odata.sql.change_order import ChangeOrder
from odata.sql.dialects.text_index import TextIndexing
from odata.sql.nodes import DriverValue, SqlExpression, sql
from odata.sql.storage import Form, Storage
from odata.sql.tags import TagCounter

# Ends a value among others: neither a JSON text nor a GUID has the character as it is.
VALUE_END = 30

BLANKS = (
    "char(9,10,11,12,13,32,133,160,5760,8192,8193,8194,8195,8196,8197,8198,8199,8200,8201,8202,"
    "8232,8233,8239,8287,12288)"
)

SHARED_TEMPLATES: Mapping[str, str] = {
    "concat": "({0} || {1})",
    "length": "length({0})",
    "year": "CAST(substr({0}, 1, 4) AS INTEGER)",
    "month": "CAST(substr({0}, 6, 2) AS INTEGER)",
    "day": "CAST(substr({0}, 9, 2) AS INTEGER)",
    "hour": "CAST(substr({0}, 12, 2) AS INTEGER)",
    "minute": "CAST(substr({0}, 15, 2) AS INTEGER)",
    "second": "CAST(substr({0}, 18, 2) AS INTEGER)",
    "hour/CLOCK": "CAST(substr({0}, 1, 2) AS INTEGER)",
    "minute/CLOCK": "CAST(substr({0}, 4, 2) AS INTEGER)",
    "second/CLOCK": "CAST(substr({0}, 7, 2) AS INTEGER)",
    "date": "substr({0}, 1, 10)",
    "time": "substr({0}, 12, 15)",
    "totaloffsetminutes": "CASE WHEN {0} IS NULL THEN NULL ELSE 0 END",
    "mindatetime": "'0001-01-01T00:00:00.000000'",
    "maxdatetime": "'9999-12-31T23:59:59.999999'",
    "round/INTEGER": "{0}",
    "floor/INTEGER": "{0}",
    "ceiling/INTEGER": "{0}",
    "negate": "(-{0})",
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "mul": "({0} * {1})",
    "add/SPAN": "({0} + {1})",
    "sub/SPAN": "({0} - {1})",
    "negate/SPAN": "(-{0})",
    "has": "(({0} & {1}) = {1})",
    "not_distinct": "({0} IS NOT DISTINCT FROM {1})",
    "distinct": "({0} IS DISTINCT FROM {1})",
    "eq": "({0} = {1})",
    "ne": "({0} <> {1})",
    "gt": "({0} > {1})",
    "ge": "({0} >= {1})",
    "lt": "({0} < {1})",
    "le": "({0} <= {1})",
    "is_null": "({0} IS NULL)",
    "is_not_null": "({0} IS NOT NULL)",
    "not": "(NOT {0})",
    "sum": "SUM({0}){1}",
    "min": "MIN({0}){1}",
    "max": "MAX({0}){1}",
    "count": "COUNT({0}){1}",
    "countdistinct": "COUNT(DISTINCT {0}){1}",
    "total": "COALESCE(SUM({0}){1}, 0)",
    "sum_before": "SUM({0}) OVER ({1} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)",
    "sum_over": "SUM({0}) OVER ({1})",
    "min_over": "MIN({0}) OVER ({1})",
    "max_over": "MAX({0}) OVER ({1})",
    "count_over": "COUNT({0}) OVER ({1})",
    "group": "{0}",
    "is_json_text": "{0} IN ('text', 'string')",
    "is_json_number": "{0} IN ('integer', 'real', 'number')",
    "is_json_array": "({0} = 'array')",
    "is_json_single": "{0} NOT IN ('array', 'object', 'null')",
    "json_boolean": "CASE {0} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END",
    "false_if_null": "COALESCE({0}, FALSE)",
}


@dataclass(frozen=True, slots=True)
class SearchTable:
    """Where the searchable ``columns`` of the rows of ``table`` are kept, by their ``key``."""

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the table of entries."""
        return f"{self.table}_search"


@dataclass(frozen=True, slots=True)
class SearchNotes:
    """A table of the keys of rows whose entries are out of date, which triggers keep: what makes
    it where it is missing, and its number of rows.

    ``rows`` gives the first so many of them: key, number and document of the entry, whether the
    row is there, and its text. ``changed`` takes a JSON array of numbers with their new
    documents, ``gone`` one of numbers; ``taken`` forgets the first so many notes. ``stale``
    removes the entries of all that are noted."""

    table: str
    schema: tuple[str, ...]
    number: str
    rows: str
    changed: str
    gone: str
    taken: str
    stale: str


@dataclass(frozen=True, slots=True)
class JsonValueNodes:
    """A JSON value in SQL: what kind it is, as the database says it, its text, where it has
    one, and its JSON text; ``declared`` is the name of the type that stands beside it."""

    kind: SqlExpression
    text: SqlExpression
    json: SqlExpression
    declared: SqlExpression


class ColumnForm(Enum):
    """How the values of a column stand in one value: JSON texts as bytes and GUIDs as text, each
    with ``VALUE_END`` between them and nothing for null, others as a JSON array."""

    TEXTS = auto()
    GUIDS = auto()
    ARRAY = auto()


class Dialect(ABC):
    """One database's way of saying what the compiler means."""

    name: str
    templates: Mapping[str, str]

    def call(self, operation: str, form: Form, *operands: SqlExpression) -> SqlExpression:
        """``operation`` on operands of this form; the more special template wins."""
        template = self.templates.get(f"{operation}/{form.name}") or self.templates.get(operation)
        if template is None:
            raise LookupError(f"{self.name} has no template for {operation}/{form.name}")
        return sql(template, *operands)

    def knows(self, operation: str, form: Form) -> bool:
        """Whether there is a template."""
        return self.converts(operation, form) or operation in self.templates

    def converts(self, operation: str, form: Form) -> bool:
        """Whether there is a template for this very form."""
        return f"{operation}/{form.name}" in self.templates

    def canonical(self, node: SqlExpression, storage: Storage) -> SqlExpression:
        """A value of any storage in the form in which it is computed and compared."""
        convert = self.conversions.get(storage.form)
        return node if convert is None else convert(node, storage)

    @property
    @abstractmethod
    def conversions(self) -> Mapping[Form, Callable[[SqlExpression, Storage], SqlExpression]]:
        """For each form that is not canonical, how it becomes so."""

    @abstractmethod
    def parameter(self, node: SqlExpression, storage: Storage | None) -> SqlExpression:
        """A placeholder whose type the database must know."""

    @abstractmethod
    def order(
        self, node: SqlExpression, form: Form, *, descending: bool, nullable: bool
    ) -> SqlExpression:
        """An ORDER BY term: nulls first ascending, last descending."""

    @abstractmethod
    def member_of(self, node: SqlExpression, parameter: SqlExpression) -> SqlExpression:
        """``node`` is among the values of one array parameter."""

    def equal_to_common(self, node: SqlExpression, value: SqlExpression) -> SqlExpression:
        """``node`` equals a value that many rows have, by which alone none should be found."""
        return sql("{0} = {1}", node, value)

    @abstractmethod
    def array(self, values: list[DriverValue]) -> DriverValue:
        """The values of an array parameter as the driver takes them."""

    @abstractmethod
    def items(self, column: SqlExpression, name: str) -> SqlExpression:
        """The items of a JSON array as a table called ``name``."""

    @abstractmethod
    def item_value(self, name: str, form: Form, path: tuple[str, ...] = ()) -> SqlExpression:
        """The value of an item whose JSON form is its storage."""

    @abstractmethod
    def item_text(self, name: str, path: tuple[str, ...] = ()) -> SqlExpression:
        """The text of an item, to be cast."""

    @abstractmethod
    def item_json(self, name: str, path: tuple[str, ...] = ()) -> SqlExpression:
        """The JSON text of an item."""

    @abstractmethod
    def dynamic_value(self, document: SqlExpression, names: tuple[str, ...]) -> JsonValueNodes:
        """A value in a document; the names are OData identifiers."""

    @abstractmethod
    def dynamic_item(self, name: str, declared: SqlExpression) -> JsonValueNodes:
        """An item of a dynamic collection."""

    @abstractmethod
    def item_position(self, name: str) -> SqlExpression:
        """A number that grows with the place of an item."""

    @abstractmethod
    def item_index(self, name: str) -> SqlExpression:
        """The place of an item of ``name`` in its collection, counted from zero."""

    @property
    @abstractmethod
    def writes_json(self) -> bool:
        """Whether the database renders rows to JSON text itself."""

    @property
    def plans_by_limit(self) -> bool:
        """Whether a statement is planned anew each time where the number of its rows is a
        parameter."""
        return False

    @property
    @abstractmethod
    def fetches_all(self) -> bool:
        """Whether the driver takes all rows of a statement into memory at once."""

    @abstractmethod
    def gathered(self, statement: str, columns: int, *, is_bare: bool) -> str | None:
        """The statement that joins the first column of all rows of one with so many columns,
        as members of a JSON array without its brackets; None where rows come one by one. What
        is not bare begins with a comma."""

    @abstractmethod
    def in_one_row(self, statement: str, columns: Sequence[ColumnForm]) -> str | None:
        """The statement whose one row has all rows of one with these columns, each as its form
        says; None where rows come as they are."""

    @abstractmethod
    def stored_json(
        self, part: ValuePart, node: SqlExpression, storage: Storage
    ) -> SqlExpression | None:
        """The JSON text of a value in a generated column; None where it must be computed when
        the row is read."""

    @abstractmethod
    def add_generated(
        self, database: peewee.Database, table: str, column: str, expression: str
    ) -> None:
        """Give a table a stored column of text that the database computes."""

    @abstractmethod
    def transaction(self, database: peewee.Database) -> AbstractContextManager[object]:
        """A transaction that may write, nested or not."""

    def brief_transaction(
        self, database: peewee.Database, like: object = None
    ) -> AbstractContextManager[object]:
        """The same for a change that is soon over, which may be committed with others; one that
        is ``like`` another holds the same of what was there before."""
        del like
        return self.transaction(database)

    @abstractmethod
    def counter(self, database: peewee.Database) -> TagCounter:
        """Where entity tags come from."""

    @abstractmethod
    def change_order(self) -> ChangeOrder:
        """How the log of changes is ordered."""

    @abstractmethod
    def snapshot(
        self, database: peewee.Database, *, writes: bool = False
    ) -> AbstractContextManager[object]:
        """A transaction whose reads all see the same state; ``writes`` if it may write too."""

    @property
    @abstractmethod
    def locks_rows(self) -> bool:
        """Whether a row that is read for a change must be locked."""

    @abstractmethod
    def search_schema(self, table: SearchTable) -> tuple[str, ...]:
        """What makes the table of entries, its index and its triggers."""

    @abstractmethod
    def search_removal(self, table: SearchTable) -> tuple[str, ...]:
        """What removes all of it again."""

    def search_notes(self, table: SearchTable) -> SearchNotes | None:
        """How rows are noted until many are entered together; None where each is at once."""
        del table
        return None

    @abstractmethod
    def search_settling(self, table: SearchTable) -> tuple[str, ...]:
        """What a table of entries needs after many have come at once."""

    @abstractmethod
    def search_document(self, texts: Iterable[tuple[str, ...]]) -> str:
        """The tokens of the searchable properties of a row as they are stored."""

    def search_document_place(self, place: str) -> str:
        """The placeholder of a document."""
        return place

    @property
    @abstractmethod
    def search_operators(self) -> tuple[str, str]:
        """How a match says "or" and "and"."""

    @property
    @abstractmethod
    def search_everything(self) -> str:
        """The match of every entry."""

    @abstractmethod
    def search_without(self, match: str) -> str:
        """The match of all entries but those that another one matches."""

    @abstractmethod
    def search_phrase(self, tokens: tuple[str, ...], *, open_ended: bool) -> str:
        """The match of tokens one after the other."""

    @abstractmethod
    def search_matches(self, table: SearchTable, text: SqlExpression) -> SqlExpression:
        """A query of the keys of the entries that match a text."""

    @abstractmethod
    def search_tokens(self, text: SqlExpression) -> SqlExpression:
        """The tokens of a text, each with a blank before and behind it."""

    @property
    @abstractmethod
    def text_indexing(self) -> TextIndexing:
        """How texts are found by their parts."""

    @abstractmethod
    def prepare(self, database: peewee.Database) -> None:
        """Install what the templates need in every connection of the database."""


def instant_to_canonical(node: SqlExpression, storage: Storage) -> SqlExpression:
    """Instants with six digits."""
    missing = 6 - storage.digits
    if missing == 0:
        return node
    padding = "0" * missing if storage.digits else "." + "0" * missing
    return sql("({0} || '" + padding + "')", node)
