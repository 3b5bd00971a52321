"""Search on SQLite: FTS5 over entries that are tokens already, and over rows that wait for it.

The tokenizer ``ascii`` splits at blanks only, as all our tokens are letters and digits, and
takes every character beyond ASCII as a part of a token.

FTS5 takes many changes together at a tenth of what they cost one by one. So triggers of built-in
SQL alone note the key of every row that is new, changes or goes, whoever does it. What FTS5 says
of a noted row does not count: its text is read and compared where it stands, by
``sqlite_search_match``, until the row is entered anew with others.
"""

from __future__ import annotations

from collections.abc import Iterable

from odata.sql.dialects.base import SearchNotes, SearchTable
from odata.sql.nodes import SqlExpression, sql

# Characters for private use are in no token of ours.
_BETWEEN_PROPERTIES = " \ue000 "
_IN_EVERY_ENTRY = "\ue001"
EVERYTHING = f'"{_IN_EVERY_ENTRY}"'
_ENTRIES = (
    (
        "CREATE TABLE {name} "
        "(entry INTEGER PRIMARY KEY, {columns}, document TEXT NOT NULL, UNIQUE ({keys}))"
    ),
    (
        "CREATE VIRTUAL TABLE {words} USING fts5(document, content={name}, content_rowid=entry, "
        "tokenize=ascii, prefix='2 3')"
    ),
    (
        "CREATE TRIGGER {entered} AFTER INSERT ON {name} BEGIN "
        "INSERT INTO {words}(rowid, document) VALUES (new.entry, new.document); END"
    ),
    (
        "CREATE TRIGGER {removed} AFTER DELETE ON {name} BEGIN "
        "INSERT INTO {words}({words}, rowid, document) VALUES ('delete', old.entry, old.document); "
        "END"
    ),
)
# Deleting and inserting under one number after the other leaves one piece, not two.
_REWRITTEN = (
    "CREATE TRIGGER {rewritten} AFTER UPDATE OF document ON {name} BEGIN "
    "INSERT INTO {words}({words}, rowid, document) VALUES ('delete', old.entry, old.document); "
    "INSERT INTO {words}(rowid, document) VALUES (new.entry, new.document); END"
)
_NOTES = (
    "CREATE TABLE {waiting} ({columns}, PRIMARY KEY ({keys})) WITHOUT ROWID",
    (
        "CREATE TRIGGER {inserted} AFTER INSERT ON {own} BEGIN "
        "INSERT INTO {waiting} VALUES ({new}) ON CONFLICT DO NOTHING; END"
    ),
    (
        "CREATE TRIGGER {changed} AFTER UPDATE OF {watched} ON {own} WHEN {differ} "
        "BEGIN INSERT INTO {waiting} VALUES ({new}) ON CONFLICT DO NOTHING; END"
    ),
    (
        "CREATE TRIGGER {moved} AFTER UPDATE OF {keys} ON {own} WHEN {other} "
        "BEGIN INSERT INTO {waiting} VALUES ({old}), ({new}) ON CONFLICT DO NOTHING; END"
    ),
    (
        "CREATE TRIGGER {deleted} AFTER DELETE ON {own} BEGIN "
        "INSERT INTO {waiting} VALUES ({old}) ON CONFLICT DO NOTHING; END"
    ),
)
_PARTS = ("words", "entered", "removed", "rewritten", "waiting")
_EVENTS = ("inserted", "changed", "moved", "deleted")
# Of two tables without statistics SQLite might read the longer one: CROSS JOIN says which.
_MATCHES = (
    "(SELECT {found_keys} FROM {name} AS found "
    "WHERE found.entry IN (SELECT rowid FROM {words} WHERE {words} MATCH {{0}} "
    "AND rowid NOT IN (SELECT entries.entry "
    "FROM {waiting} AS noted CROSS JOIN {name} AS entries WHERE {noted_entry})) "
    "UNION ALL SELECT {noted_keys} FROM {waiting} AS noted CROSS JOIN {own} AS found "
    "WHERE {same} AND odata_searched({{0}}, {texts}))"
)
# FTS5 writes a piece for each statement, and another one where numbers do not ascend.
_TAKING = (
    "SELECT COUNT(*) FROM {waiting}",
    (
        "SELECT {noted_keys}, entries.entry, entries.document, found.rowid IS NOT NULL, {texts} "
        "FROM (SELECT {keys} FROM {waiting} ORDER BY {keys} LIMIT ?) AS noted "
        "LEFT JOIN {own} AS found ON {same} LEFT JOIN {name} AS entries ON {noted_entry} "
        "ORDER BY entries.entry"
    ),
    (
        "UPDATE {name} SET document = fresh.document FROM (SELECT value ->> 0 AS entry, "
        "value ->> 1 AS document FROM json_each(?)) AS fresh WHERE {name}.entry = fresh.entry"
    ),
    "DELETE FROM {name} WHERE entry IN (SELECT value FROM json_each(?))",
    (
        "DELETE FROM {waiting} WHERE ({keys}) IN "
        "(SELECT {keys} FROM {waiting} ORDER BY {keys} LIMIT ?)"
    ),
    (
        "DELETE FROM {name} WHERE entry IN "
        "(SELECT found.entry FROM {waiting} AS noted CROSS JOIN {name} AS found WHERE {same})"
    ),
)


def schema(table: SearchTable) -> tuple[str, ...]:
    """Entries numbered for FTS5, triggers that keep FTS5 and the entries in step, and notes."""
    return _written(table, (*_ENTRIES, _REWRITTEN, *_NOTES))


def removal(table: SearchTable) -> tuple[str, ...]:
    """Its triggers on the other table, which are gone if that was made anew; its own tables."""
    tables = (f"{table.name}_waiting", f"{table.name}_words", table.name)
    return (*_triggers_removed(table), *(f'DROP TABLE IF EXISTS "{name}"' for name in tables))


def notes(table: SearchTable) -> SearchNotes:
    """How noted rows are entered, some of them at a time."""
    schema = (*_triggers_removed(table), *_written(table, (_REWRITTEN, *_NOTES)))
    return SearchNotes(f"{table.name}_waiting", schema, *_written(table, _TAKING))


def settling(table: SearchTable) -> tuple[str, ...]:
    """One piece of FTS5 instead of many."""
    words = f'"{table.name}_words"'
    return (f"INSERT INTO {words} ({words}) VALUES ('optimize')",)  # noqa: S608 - names of the model


def document(texts: Iterable[tuple[str, ...]]) -> str:
    """The tokens of each property, apart from those of the next."""
    properties = [" ".join(tokens) for tokens in texts]
    return _BETWEEN_PROPERTIES.join((_IN_EVERY_ENTRY, *properties))


def matches(table: SearchTable, text: SqlExpression) -> SqlExpression:
    """The keys of the entries that FTS5 finds, and of the noted rows that match."""
    (query,) = _written(table, (_MATCHES,))
    return sql(query, text)


def _triggers_removed(table: SearchTable) -> tuple[str, ...]:
    return tuple(f'DROP TRIGGER IF EXISTS "{table.name}_of_{event}"' for event in _EVENTS)


def _written(table: SearchTable, statements: Iterable[str]) -> tuple[str, ...]:
    keys = [f'"{column}"' for column in table.key]
    texts = [f'"{column}"' for column in table.columns]
    pieces = {
        "name": f'"{table.name}"',
        "own": f'"{table.table}"',
        **{part: f'"{table.name}_{part}"' for part in _PARTS},
        **{event: f'"{table.name}_of_{event}"' for event in _EVENTS},
        "columns": ", ".join(f"{column} NOT NULL" for column in keys),
        "keys": ", ".join(keys),
        "found_keys": ", ".join(f"found.{column}" for column in keys),
        "noted_keys": ", ".join(f"noted.{column}" for column in keys),
        "same": " AND ".join(f"found.{column} = noted.{column}" for column in keys),
        "noted_entry": " AND ".join(f"entries.{column} = noted.{column}" for column in keys),
        "texts": ", ".join(f"found.{column}" for column in texts),
        "old": ", ".join(f"old.{column}" for column in keys),
        "new": ", ".join(f"new.{column}" for column in keys),
        "watched": ", ".join(texts),
        "differ": " OR ".join(f"old.{column} IS NOT new.{column}" for column in texts),
        "other": " OR ".join(f"old.{column} IS NOT new.{column}" for column in keys),
    }
    return tuple(statement.format_map(pieces) for statement in statements)
