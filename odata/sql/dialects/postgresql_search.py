"""Search on PostgreSQL: vectors of our own tokens, found through a GIN index.

Vectors and queries are read from their own notation, so no text search configuration, no
dictionary and no collation takes part.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from odata.query.search_terms import LONGEST_TOKEN, character_ranges
from odata.sql.dialects.base import SearchTable
from odata.sql.nodes import SqlExpression, sql

_SCHEMA = (
    "CREATE TABLE {name} AS SELECT {keys}, CAST('' AS tsvector) AS document FROM {own} WHERE FALSE",
    "ALTER TABLE {name} ADD PRIMARY KEY ({keys}), ALTER COLUMN document SET NOT NULL",
    "CREATE INDEX ON {name} USING gin (document)",
    (
        "CREATE FUNCTION {forget}() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN DELETE FROM {name} WHERE {same}; RETURN NULL; END $$"
    ),
    "CREATE TRIGGER {deleted} AFTER DELETE ON {own} FOR EACH ROW EXECUTE FUNCTION {forget}()",
    (
        "CREATE TRIGGER {changed} AFTER UPDATE OF {watched} ON {own} "
        "FOR EACH ROW WHEN ({differ}) EXECUTE FUNCTION {forget}()"
    ),
)


def schema(table: SearchTable) -> tuple[str, ...]:
    """Entries with their vector, and triggers that remove those of changed rows."""
    watched = [f'"{column}"' for column in (*table.key, *table.columns)]
    pieces = {
        "name": f'"{table.name}"',
        "own": f'"{table.table}"',
        "forget": f'"{table.name}_forget"',
        "deleted": f'"{table.name}_of_deleted"',
        "changed": f'"{table.name}_of_changed"',
        "keys": ", ".join(f'"{column}"' for column in table.key),
        "same": " AND ".join(f'"{column}" = OLD."{column}"' for column in table.key),
        "watched": ", ".join(watched),
        "differ": " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in watched),
    }
    return tuple(statement.format_map(pieces) for statement in _SCHEMA)


def removal(table: SearchTable) -> tuple[str, ...]:
    """Its triggers with their function, then its table."""
    return (f'DROP FUNCTION "{table.name}_forget" CASCADE', f'DROP TABLE "{table.name}"')


def document(texts: Iterable[tuple[str, ...]]) -> str:
    """Each token with its position; a position is left out between properties."""
    pieces: list[str] = []
    position = 0
    for tokens in texts:
        for token in tokens:
            position += 1
            pieces.append(f"'{token}':{position}")
        position += 1
    return " ".join(pieces)


def matches(table: SearchTable, text: SqlExpression) -> SqlExpression:
    """The keys of the entries that match."""
    keys = ", ".join(f'found."{column}"' for column in table.key)
    query = f'SELECT {keys} FROM "{table.name}" AS found'  # noqa: S608 - names of the model
    return sql("(" + query + " WHERE found.document @@ CAST({0} AS tsquery))", text)


@lru_cache(maxsize=1)
def tokens_template() -> str:
    """A text as its tokens with a blank before and behind each: the normal form of
    ``search_terms`` in the database's own words, with Python's classes of characters."""
    folded = 'normalize(casefold(normalize({0}, NFKD) COLLATE "pg_unicode_fast"), NFKD)'
    bare = f"regexp_replace({folded} COLLATE \"C\", '[{character_ranges('Mn')}]', '', 'g')"
    apart = f"regexp_replace({bare}, '[^{character_ranges('L', 'N', 'M')}]+', ' ', 'g')"
    cut = f"regexp_replace({apart}, '([^ ]{{{LONGEST_TOKEN}}})[^ ]+', '\\1', 'g')"
    return f"(' ' || {cut} || ' ')"
