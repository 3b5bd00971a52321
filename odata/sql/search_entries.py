"""Entries of the rows that the engine writes, kept in step within the transaction of the change."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import peewee

from odata.query.search_terms import texts_of
from odata.sql.dialects.base import Dialect, SearchNotes, SearchTable
from odata.sql.execution import run, run_unread
from odata.sql.mapping import DataSource, EntityMapping
from odata.sql.search import (
    enter_rows,
    entry_of,
    insertion,
    missing,
    search_table,
    search_tables,
)
from odata.sql.statement_cache import stored_value

# So many rows may be noted before they are entered together, and so many at a time are: each
# that is noted is read by every search.
_MOST_NOTED = 250
_MOST_TAKEN = 1_000
# Changes between two looks of a process at the number of notes.
_UNSEEN = 50

Row = Mapping[str, object]
Touched = frozenset[str] | None


class SearchEntries(ABC):
    """Keeps the entries of the rows that the engine writes."""

    @abstractmethod
    def enter_row(self, mapping: EntityMapping, row: Row, touched: Touched) -> bool:
        """Enter a row that is new, or of which fields (by name) were touched; false where
        ``enter`` must look for it when all is written."""

    @abstractmethod
    def enter(self, mapping: EntityMapping, key: Row) -> None:
        """Enter the row of this key, if it has text to search and no entry."""

    @abstractmethod
    def enter_written(self, mapping: EntityMapping, row: Row, touched: Touched) -> None:
        """Enter a row that rules have written, likewise."""

    @abstractmethod
    def removed(self, mapping: EntityMapping) -> None:
        """A row was removed."""


def search_entries(source: DataSource, dialect: Dialect) -> SearchEntries:
    """As the database keeps them."""
    noted = {
        table.table: _Noted(table, notes)
        for table in search_tables(source)
        if (notes := dialect.search_notes(table)) is not None
    }
    return NotedEntries(source, dialect, noted) if noted else WrittenEntries(source, dialect)


# --- one by one -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entering:
    """How the row of a key is found where it has no entry, and entered: SQL, the columns of the
    key, and the names of the fields with text."""

    table: SearchTable
    missing: str
    insertion: str
    key: tuple[tuple[str, peewee.Field], ...]
    texts: tuple[str, ...]


_UNKNOWN = object()
_TEXTS = frozenset({str, type(None)})


class WrittenEntries(SearchEntries):
    """Enters each row when it is written; triggers remove what is out of date."""

    def __init__(self, source: DataSource, dialect: Dialect) -> None:
        self._database = source.database
        self._dialect = dialect
        self._known = {
            name: _entering(mapping, source.database, dialect)
            for name, mapping in source.by_type.items()
        }

    def enter_row(self, mapping: EntityMapping, row: Row, touched: Touched) -> bool:
        """By what is known of it; of other fields than those with text nothing is."""
        found = self._known.get(mapping.entity_type.name)
        if found is None:
            return True
        if touched is not None and touched.isdisjoint(found.texts):
            return False
        texts = [row.get(name, _UNKNOWN) for name in found.texts]
        if not _TEXTS.issuperset(map(type, texts)):
            return False
        key = [stored_value(column, row[column.name]) for _, column in found.key]
        entry = entry_of(self._dialect, found.table, (*key, *texts))
        run_unread(self._database, found.insertion, list(entry))
        return True

    def enter(self, mapping: EntityMapping, key: Row) -> None:
        """By its key."""
        found = self._known.get(mapping.entity_type.name)
        if found is None:
            return
        values = [
            column.db_value(key[name])  # type: ignore[no-untyped-call]  # Peewee's gap
            for name, column in found.key
        ]
        rows = run(self._database, found.missing, values).fetchall()
        enter_rows(self._database, self._dialect, found.table, rows)

    def enter_written(self, mapping: EntityMapping, row: Row, touched: Touched) -> None:
        """By its key."""
        del touched
        found = self._known.get(mapping.entity_type.name)
        if found is not None:
            self.enter(mapping, {name: row[column.name] for name, column in found.key})

    def removed(self, mapping: EntityMapping) -> None:
        """By a trigger."""


def _entering(
    mapping: EntityMapping, database: peewee.Database, dialect: Dialect
) -> _Entering | None:
    table = search_table(mapping)
    if table is None:
        return None
    condition = "".join(f' AND t."{name}" = {database.param}' for name in table.key)
    names = mapping.entity_type.all_key_names()
    key = tuple((name, mapping.column(name)) for name in names)
    insert = insertion(database, dialect, table)
    texts = tuple(_fields(mapping, table))
    return _Entering(table, missing(table) + condition, insert, key, texts)


def _fields(mapping: EntityMapping, table: SearchTable) -> list[str]:
    """The names of the fields with text."""
    columns = (mapping.write_model or mapping.model)._meta.columns  # noqa: SLF001 - Peewee's published name
    return [columns[name].name for name in table.columns if name in columns]


# --- many together --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Noted:
    """A table whose rows are noted, and how many changes this process has not looked at yet; at
    first those that others may have left."""

    table: SearchTable
    notes: SearchNotes
    unseen: int = _UNSEEN


class NotedEntries(SearchEntries):
    """Leaves it to triggers to note what is written, and enters notes when they are many."""

    def __init__(self, source: DataSource, dialect: Dialect, noted: Mapping[str, _Noted]) -> None:
        self._database = source.database
        self._dialect = dialect
        self._known: dict[str, _Noted] = {}
        self._texts: dict[str, frozenset[str]] = {}
        for name, mapping in source.by_type.items():
            found = noted.get((mapping.write_model or mapping.model)._meta.table_name)  # noqa: SLF001 - Peewee's published name
            if found is not None:
                self._known[name] = found
                self._texts[name] = frozenset(_fields(mapping, found.table))

    def enter_row(self, mapping: EntityMapping, row: Row, touched: Touched) -> bool:
        """It is noted."""
        self.enter_written(mapping, row, touched)
        return True

    def enter(self, mapping: EntityMapping, key: Row) -> None:
        """It is noted."""

    def enter_written(self, mapping: EntityMapping, row: Row, touched: Touched) -> None:
        """It is noted, if text of it was touched."""
        del row
        name = mapping.entity_type.name
        if touched is None or not touched.isdisjoint(self._texts.get(name, ())):
            self.removed(mapping)

    def removed(self, mapping: EntityMapping) -> None:
        """It is noted."""
        noted = self._known.get(mapping.entity_type.name)
        if noted is None:
            return
        noted.unseen += 1
        if noted.unseen > _UNSEEN:
            self._look(noted)

    def _look(self, noted: _Noted) -> None:
        (number,) = run(self._database, noted.notes.number, []).fetchone()
        if number >= _MOST_NOTED:
            self._take(noted)
        # What is left is looked at by the next change.
        noted.unseen = 0 if number < _MOST_TAKEN else _UNSEEN

    def _take(self, noted: _Noted) -> None:
        """Change, remove and make entries, each in one statement, then forget the notes."""
        database, notes, table = self._database, noted.notes, noted.table
        changed: list[Sequence[object]] = []
        gone: list[object] = []
        new: list[Sequence[object]] = []
        width = len(table.key)
        for row in run(database, notes.rows, [_MOST_TAKEN]).fetchall():
            entry, document, is_there, *texts = row[width:]
            if entry is None:
                if is_there:
                    new.append((*row[:width], *texts))
            elif not is_there:
                gone.append(entry)
            elif document != (now := self._dialect.search_document(texts_of(texts))):
                changed.append((entry, now))
        for statement, entries in ((notes.changed, changed), (notes.gone, gone)):
            if entries:
                run(database, statement, [json.dumps(entries)])
        enter_rows(database, self._dialect, table, new)
        run(database, notes.taken, [_MOST_TAKEN])
