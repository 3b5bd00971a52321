"""Texts found by their parts on PostgreSQL: trigrams where pg_trgm is there, and lower case.

Its planner chooses between these indexes and others by what is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import peewee

from odata.sql.dialects.postgresql_templates import TEMPLATES
from odata.sql.dialects.text_index import TextIndex
from odata.sql.execution import run

# An entry of a B-tree must fit into a third of a page, whatever its characters.
_MOST_CHARACTERS = 500
_IS_USABLE = (
    "SELECT 1 FROM pg_opclass WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid)"
)
_IS_INSTALLED = "SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'"
_MAY_INSTALL = (
    "SELECT 1 FROM pg_available_extension_versions AS v, pg_roles AS r WHERE v.name = 'pg_trgm' "
    "AND r.rolname = current_user AND (r.rolsuper OR "
    "(v.trusted AND has_database_privilege(current_database(), 'CREATE')))"
)
# Lower case as OData means it came with PostgreSQL 18.
_KNOWS_LOWER = "SELECT 1 FROM pg_collation WHERE collname = 'pg_unicode_fast'"


class PostgresqlTextIndexing:
    """GIN indexes of trigrams, B-trees of texts in lower case."""

    narrowing = None

    def signature(self, database: peewee.Database, index: TextIndex) -> str:
        """What the indexes are over."""
        return ",".join(_definitions(index, _abilities(database)))

    def create(self, database: peewee.Database, index: TextIndex) -> None:
        """The extension, where it is missing and may be installed, and the indexes."""
        abilities = _abilities(database)
        if abilities.trigrams:
            run(database, "CREATE EXTENSION IF NOT EXISTS pg_trgm", [])
        # A schema is brought up without the patience that a request has.
        run(database, "SET LOCAL statement_timeout = 0", [])
        for number, definition in enumerate(_definitions(index, abilities)):
            statement = f'CREATE INDEX "{index.name}_{number}" ON "{index.table}" {definition}'
            run(database, statement, [])
        # The planner knows nothing of texts in lower case before.
        run(database, f'ANALYZE "{index.table}"', [])

    def drop(self, database: peewee.Database, index_name: str) -> None:
        """All indexes of that name."""
        query = "SELECT indexname FROM pg_indexes WHERE indexname ~ %s AND schemaname = ANY(%s)"
        schemas = run(database, "SELECT current_schemas(FALSE)", []).fetchone()[0]
        for (name,) in run(database, query, [f"^{index_name}_[0-9]+$", schemas]).fetchall():
            run(database, f'DROP INDEX "{name}"', [])


@dataclass(frozen=True, slots=True)
class _Abilities:
    """What a database can index."""

    trigrams: bool
    lower: bool


def _abilities(database: peewee.Database) -> _Abilities:
    """Whether pg_trgm can be used, or be installed by this user, and whether there is the
    lower case of OData."""
    is_installed = _finds(database, _IS_INSTALLED)
    trigrams = _finds(database, _IS_USABLE if is_installed else _MAY_INSTALL)
    return _Abilities(trigrams, _finds(database, _KNOWS_LOWER))


def _finds(database: peewee.Database, query: str) -> bool:
    return run(database, query, []).fetchone() is not None


def _definitions(index: TextIndex, abilities: _Abilities) -> Iterator[str]:
    for column in index.columns:
        text = f'"{column.name}" COLLATE "C"'
        lowered = TEMPLATES["tolower"].format(f'"{column.name}"')
        is_short = column.max_length is not None and column.max_length <= _MOST_CHARACTERS
        if abilities.lower and is_short:
            # Without the scope: an index for it alone is not wanted of this one.
            yield f"({lowered})"
        if abilities.lower and abilities.trigrams:
            yield f"USING gin ({lowered} gin_trgm_ops)"
        if abilities.trigrams:
            yield f"USING gin ({text} gin_trgm_ops)"
