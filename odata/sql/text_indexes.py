"""Texts that are found by their parts through an index: what is declared, what a database has,
and which conditions of a plan can ask it.

An index serves ``contains``, ``endswith``, and ``contains``, ``startswith``, ``endswith``, ``eq``
and ``in`` of ``tolower``, where they restrict the rows of a request; the conditions themselves
stay in the statement and decide. A table of its own says for which columns each was made.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import peewee

from odata.query import plan
from odata.query.read_plan import ReadPlan
from odata.sql.dialects.base import Dialect
from odata.sql.dialects.text_index import IndexedColumn, Needle, Needles, TextIndex
from odata.sql.execution import run, translated_failures
from odata.sql.mapping import ColumnMapping, DataSource, EntityMapping
from odata.sql.nodes import MatchParameter, ParameterNode, RequestParameter, SqlExpression
from odata.sql.storage import Form, Storage
from odata.uri.ast import ComparisonOperator, LogicalOperator

_REGISTRY = "text_index"
_CREATE_REGISTRY = (
    f"CREATE TABLE IF NOT EXISTS {_REGISTRY}"
    " (index_name VARCHAR(63) NOT NULL PRIMARY KEY, signature TEXT NOT NULL)"
)
_TEXT = Storage(Form.TEXT)
_SEARCHES = frozenset({"contains", "endswith"})
_LOWERED_SEARCHES = frozenset({"contains", "endswith", "startswith"})
_SPECIAL = re.compile(r"[\\%_]")


def _like_pattern(layout: str) -> Callable[[Sequence[str]], str]:
    return lambda values: layout % _SPECIAL.sub(r"\\\g<0>", values[0])


# The patterns of LIKE by which a text that a function names is looked for.
LIKE_PATTERNS: Mapping[str, Callable[[Sequence[str]], str]] = {
    "contains": _like_pattern("%%%s%%"),
    "endswith": _like_pattern("%%%s"),
}


def text_indexes(source: DataSource) -> Mapping[str, TextIndex]:
    """The indexes that a data source asks for, by their tables; types share that of theirs."""
    found: dict[str, TextIndex] = {}
    for mapping in source.by_type.values():
        columns = _indexed(mapping)
        if columns:
            name = _table(mapping)
            others = found[name].columns if name in found else ()
            found[name] = _index(mapping, name, tuple(dict.fromkeys((*others, *columns))))
    return found


def _table(mapping: EntityMapping) -> str:
    return str(mapping.model._meta.table_name)  # noqa: SLF001 - Peewee's public name


def _indexed(mapping: EntityMapping) -> list[IndexedColumn]:
    return [
        IndexedColumn(item.column.column_name, item.definition.facets.max_length)
        for item in mapping.properties.values()
        if isinstance(item, ColumnMapping) and item.has_text_index
    ]


def _index(mapping: EntityMapping, table: str, columns: tuple[IndexedColumn, ...]) -> TextIndex:
    (key,) = mapping.entity_type.all_key_names()
    return TextIndex(table, mapping.column(key).column_name, columns)


# --- the indexes in the database ----------------------------------------------------------------


def keep_text_indexes(source: DataSource, dialect: Dialect) -> tuple[str, ...]:
    """Make the indexes that are asked for and not there, or there for other columns; gives the
    names of those that were made."""
    database, indexing = source.database, dialect.text_indexing
    kept = _kept(database)
    wanted = text_indexes(source).values()
    signatures = {index.name: indexing.signature(database, index) for index in wanted}
    for name, signature in kept.items():
        if signatures.get(name) != signature:
            _drop(database, dialect, name)
    missing = [index for index in wanted if kept.get(index.name) != signatures[index.name]]
    if missing:
        run(database, _CREATE_REGISTRY, [])
    places = f"{database.param}, {database.param}"
    for index in missing:
        indexing.create(database, index)
        insert = f"INSERT INTO {_REGISTRY} (index_name, signature) VALUES ({places})"  # noqa: S608 - our names
        run(database, insert, [index.name, signatures[index.name]])
    return tuple(index.name for index in missing)


def drop_text_indexes(database: peewee.Database, dialect: Dialect) -> None:
    """Remove all of them, so that their tables can be altered or made anew."""
    for name in _kept(database):
        _drop(database, dialect, name)


def _drop(database: peewee.Database, dialect: Dialect, name: str) -> None:
    dialect.text_indexing.drop(database, name)
    run(database, f"DELETE FROM {_REGISTRY} WHERE index_name = {database.param}", [name])  # noqa: S608 - our name


def _kept(database: peewee.Database) -> Mapping[str, str]:
    with translated_failures():
        if not database.table_exists(_REGISTRY):
            return {}
    return dict(run(database, f"SELECT index_name, signature FROM {_REGISTRY}", []).fetchall())  # noqa: S608 - our name


# --- the conditions of a plan -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What an index can be asked for a plan: ``match`` is the place of the question."""

    index: TextIndex
    key: str
    match: SqlExpression


class TextIndexes:
    """The indexes of a data source that its database has."""

    def __init__(self, source: DataSource, dialect: Dialect) -> None:
        self._source = source
        self._narrowing = dialect.text_indexing.narrowing
        self._kept: Mapping[str, TextIndex] | None = None
        self._lock = threading.Lock()

    def narrowed(self, read_plan: ReadPlan) -> Narrowed | None:
        """The question whose answer is all rows that a plan may give, and others; None where
        there is no index to ask, or the database asks by itself."""
        root = read_plan.block.root
        if self._narrowing is None or type(root) is not plan.Source:
            return None
        mapping = self._source.of(root.entity_type)
        index = self._known().get(_table(mapping))
        if index is None:
            return None
        found = _Conditions(root, mapping)
        wanted = found.all_of(read_plan.filters)
        if wanted is None:
            return None
        source = MatchParameter(tuple(found.given), self._narrowing.match(wanted))
        (key,) = mapping.entity_type.all_key_names()
        return Narrowed(index, key, ParameterNode(source))

    def _known(self) -> Mapping[str, TextIndex]:
        with self._lock:
            if self._kept is None:
                kept = _kept(self._source.database)
                wanted = text_indexes(self._source)
                self._kept = {name: item for name, item in wanted.items() if item.name in kept}
            return self._kept


class _Conditions:
    """Reads what conditions demand of the indexed texts of one source."""

    def __init__(self, root: plan.Source, mapping: EntityMapping) -> None:
        self.given: list[RequestParameter] = []
        self._root = root
        self._mapping = mapping

    def all_of(self, conditions: Iterable[plan.Expression]) -> Needle | Needles | None:
        """What all conditions demand together; None where they demand nothing."""
        demands = map(self._wanted, conditions)
        found = tuple(item for item in demands if item is not None)
        return Needles(found, any_will_do=False) if found else None

    def _wanted(self, condition: plan.Expression) -> Needle | Needles | None:
        match condition:
            case plan.Logical(operator=LogicalOperator.AND):
                return self.all_of(condition.operands)
            case plan.Logical():
                return self._any_of(map(self._wanted, condition.operands))
            case plan.Call(arguments=(text, plan.Parameter() as given)):
                return self._called(condition.signature.name, text, given)
            case plan.Comparison(operator=ComparisonOperator.EQ, left=left, right=right):
                return self._equal(left, right) or self._equal(right, left)
            case plan.In(has_null=False):
                return self._any_of(self._equal(condition.left, item) for item in condition.items)
            case _:
                return None

    def _any_of(self, found: Iterator[Needle | Needles | None]) -> Needles | None:
        items = tuple(found)
        wanted = tuple(item for item in items if item is not None)
        return Needles(wanted, any_will_do=True) if len(wanted) == len(items) else None

    def _called(self, name: str, text: plan.Expression, given: plan.Parameter) -> Needle | None:
        lowered = lowered_text(text)
        if name in (_SEARCHES if lowered is None else _LOWERED_SEARCHES):
            return self._needle(lowered or text, given, is_lowered=lowered is not None)
        return None

    def _equal(self, text: plan.Expression, given: plan.Expression) -> Needle | None:
        """Of texts in lower case: others are found by indexes of their column."""
        lowered = lowered_text(text)
        if lowered is None or not isinstance(given, plan.Parameter):
            return None
        return self._needle(lowered, given, is_lowered=True)

    def _needle(
        self, text: plan.Expression, given: plan.Parameter, *, is_lowered: bool
    ) -> Needle | None:
        if not isinstance(text, plan.PropertyRef) or text.source is not self._root:
            return None
        if given.rule is not plan.ParameterRule.NONE:
            return None
        if not is_text_indexed(self._mapping, text):
            return None
        self.given.append(RequestParameter(given, _TEXT))
        return Needle(len(self.given) - 1, is_lowered)


def lowered_text(expression: plan.Expression) -> plan.Expression | None:
    """What is turned to lower case."""
    match expression:
        case plan.Call(arguments=(text,)) if expression.signature.name == "tolower":
            return text
        case _:
            return None


def is_text_indexed(mapping: EntityMapping, reference: plan.PropertyRef) -> bool:
    """Whether a property is declared to be found by parts of its text."""
    found = mapping.properties.get(reference.path[0])
    return len(reference.path) == 1 and isinstance(found, ColumnMapping) and found.has_text_index
