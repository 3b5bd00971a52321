"""Texts found by their parts on SQLite: FTS5 over all runs of three characters.

Triggers of built-in SQL alone note every row that has changed, whoever does it; when enough of
them have come together, the index takes them in one step, which costs a tenth of taking them one
by one. Rows that are noted are always looked at, and whoever looks compares the text itself: so
the index may give too many rows, never too few.

A row is known to FTS5 by a number of ours: those that SQLite gives to rows may change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import peewee

from odata.sql.dialects.text_index import Needle, Needles, TextIndex
from odata.sql.execution import run
from odata.sql.nodes import SqlExpression, sql

# So many changed rows are noted before the index takes them.
_WAITING = 250
_LENGTH = 3
# More runs of a needle cost more than they exclude.
_MOST_RUNS = 12
_MOST_NEEDLES = 50
_BETWEEN_COLUMNS = 0xE000  # a character for private use, which no run of a needle crosses
# The one capital whose small form is two characters.
_DOTTED, _DOTTED_SMALL = "\u0130", "i\u0307"

_SCHEMA = (
    "CREATE TABLE {rows} (entry INTEGER PRIMARY KEY, key NOT NULL UNIQUE, text TEXT NOT NULL)",
    "CREATE TABLE {waiting} (number INTEGER PRIMARY KEY, key NOT NULL UNIQUE, text TEXT)",
    (
        "CREATE VIRTUAL TABLE {runs} USING fts5(text, content={rows}, content_rowid=entry, "
        "tokenize='trigram case_sensitive 0', detail=none, columnsize=0)"
    ),
    'INSERT INTO {rows} (key, text) SELECT {key}, {text} FROM {own} AS "row" ORDER BY {key}',
    "INSERT INTO {runs} (rowid, text) SELECT entry, text FROM {rows}",
    # In one piece now, so that no change has to wait for it.
    "INSERT INTO {runs} ({runs}) VALUES ('optimize')",
    (
        "CREATE TRIGGER {inserted} AFTER INSERT ON {own} BEGIN "
        "INSERT INTO {waiting} (key, text) VALUES (new.{key}, {new_text}) "
        "ON CONFLICT (key) DO UPDATE SET text = excluded.text; END"
    ),
    (
        "CREATE TRIGGER {updated} AFTER UPDATE OF {watched} ON {own} "
        "WHEN old.{key} IS new.{key} AND ({differ}) BEGIN "
        "INSERT INTO {waiting} (key, text) VALUES (new.{key}, {new_text}) "
        "ON CONFLICT (key) DO UPDATE SET text = excluded.text; END"
    ),
    (
        "CREATE TRIGGER {moved} AFTER UPDATE OF {key} ON {own} WHEN old.{key} IS NOT new.{key} "
        "BEGIN INSERT INTO {waiting} (key, text) VALUES (old.{key}, NULL), "
        "(new.{key}, {new_text}) ON CONFLICT (key) DO UPDATE SET text = excluded.text; END"
    ),
    (
        "CREATE TRIGGER {deleted} AFTER DELETE ON {own} BEGIN "
        "INSERT INTO {waiting} (key, text) VALUES (old.{key}, NULL) "
        "ON CONFLICT (key) DO UPDATE SET text = NULL; END"
    ),
    # Of two tables without statistics SQLite might read the longer one: CROSS JOIN says which.
    (
        "CREATE TRIGGER {taken} AFTER INSERT ON {waiting} WHEN new.number >= {most} BEGIN "
        "INSERT INTO {runs} ({runs}, rowid, text) SELECT 'delete', r.entry, r.text "
        "FROM {waiting} AS w CROSS JOIN {rows} AS r ON r.key = w.key; "
        "DELETE FROM {rows} WHERE key IN (SELECT key FROM {waiting}); "
        "INSERT INTO {rows} (key, text) SELECT key, text FROM {waiting} WHERE text IS NOT NULL; "
        "INSERT INTO {runs} (rowid, text) SELECT r.entry, r.text "
        "FROM {waiting} AS w CROSS JOIN {rows} AS r ON r.key = w.key ORDER BY r.entry; "
        "DELETE FROM {waiting}; END"
    ),
)
_NOTHING = '""'  # what FTS5 takes for a question that no row answers
_ENTRIES = "SELECT rowid FROM {runs} WHERE {runs} MATCH {{0}} LIMIT {most}"
_ROWS = (
    "(SELECT key FROM {rows} WHERE entry IN (SELECT entry FROM {entries}) "
    "UNION ALL SELECT key FROM {waiting})"
)
_TRIGGERS = ("inserted", "updated", "moved", "deleted", "taken")


class SqliteTextIndexing:
    """FTS5 with trigrams."""

    def signature(self, database: peewee.Database, index: TextIndex) -> str:
        """The columns are all that can differ."""
        del database
        return ",".join((index.key, *(column.name for column in index.columns)))

    def create(self, database: peewee.Database, index: TextIndex) -> None:
        """Two tables, FTS5 over one of them, and triggers."""
        pieces = _pieces(index)
        for statement in _SCHEMA:
            run(database, statement.format_map(pieces), [])

    def drop(self, database: peewee.Database, index_name: str) -> None:
        """Triggers first, which would miss their tables; some are gone with the other table."""
        for event in _TRIGGERS:
            run(database, f'DROP TRIGGER IF EXISTS "{index_name}_{event}"', [])
        for part in ("_runs", "_waiting", ""):
            run(database, f'DROP TABLE IF EXISTS "{index_name}{part}"', [])

    @property
    def narrowing(self) -> SqliteNarrowing:
        """SQLite decides without knowing what is asked for."""
        return SqliteNarrowing()


class SqliteNarrowing:
    """Asks FTS5."""

    def match(self, wanted: Needle | Needles) -> Callable[[Sequence[str]], str]:
        """Runs of three characters, in the notation of FTS5."""
        is_too_much = _count(wanted) > _MOST_NEEDLES

        def written(values: Sequence[str]) -> str:
            return (None if is_too_much else _match(wanted, values)) or _NOTHING

        return written

    def entries(self, index: TextIndex, match: SqlExpression, most: int) -> SqlExpression:
        """What FTS5 finds."""
        return sql(_ENTRIES.format_map({**_pieces(index), "most": most}), match)

    def is_useful(self, match: SqlExpression) -> SqlExpression:
        """Where a needle has runs to ask for."""
        return sql("({0} <> '" + _NOTHING + "')", match)

    def rows(self, index: TextIndex, entries: str) -> SqlExpression:
        """Those of the entries, and those that the index has not taken yet."""
        return peewee.SQL(_ROWS.format_map({**_pieces(index), "entries": entries}))


def _pieces(index: TextIndex) -> dict[str, object]:
    columns = [f'"{column.name}"' for column in index.columns]
    names = {event: f'"{index.name}_{event}"' for event in (*_TRIGGERS, "runs", "waiting")}
    return {
        **names,
        "rows": f'"{index.name}"',
        "own": f'"{index.table}"',
        "key": f'"{index.key}"',
        "text": _text('"row"', columns),
        "new_text": _text("new", columns),
        "watched": ", ".join(columns),
        "differ": " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns),
        "most": _WAITING,
    }


def _text(row: str, columns: Sequence[str]) -> str:
    """The texts of a row in one, as FTS5 shall see them."""
    joined = f" || char({_BETWEEN_COLUMNS}) || ".join(
        f"COALESCE({row}.{column}, '')" for column in columns
    )
    small = " || ".join(f"char({ord(character)})" for character in _DOTTED_SMALL)
    return f"replace({joined}, char({ord(_DOTTED)}), {small})"


def _count(wanted: Needle | Needles) -> int:
    return 1 if isinstance(wanted, Needle) else sum(map(_count, wanted.items))


def _match(wanted: Needle | Needles, values: Sequence[str]) -> str | None:
    """A superset of what is wanted; None stands for everything."""
    if isinstance(wanted, Needle):
        runs = _runs(values[wanted.place], is_lowered=wanted.is_lowered)
        return " AND ".join(f'"{run_}"' for run_ in runs) or None
    found = [_match(item, values) for item in wanted.items]
    if wanted.any_will_do and None in found:
        return None
    operator = " OR " if wanted.any_will_do else " AND "
    return operator.join(f"({text})" for text in found if text is not None) or None


def _runs(needle: str, *, is_lowered: bool) -> list[str]:
    text = needle.replace(_DOTTED, _DOTTED_SMALL)
    last = len(text) - _LENGTH
    step = max(_LENGTH, -(-last // (_MOST_RUNS - 1)))
    starts = dict.fromkeys((*range(0, last, step), last)) if last >= 0 else ()
    runs = (text[start : start + _LENGTH] for start in starts)
    return [
        run_.replace('"', '""')
        for run_ in runs
        if "\0" not in run_ and (not is_lowered or all(map(_is_folded_alike, run_)))
    ]


def _is_folded_alike(character: str) -> bool:
    """Whether FTS5 takes all that is this character in lower case for the same; it knows
    letters of Unicode 6 only, Python those of later ones."""
    return (
        character < "\u0220" or character.upper() == character or _is_greek_or_cyrillic(character)
    )


def _is_greek_or_cyrillic(character: str) -> bool:
    return "\u0391" <= character <= "\u03ce" or "\u0400" <= character <= "\u0481"
