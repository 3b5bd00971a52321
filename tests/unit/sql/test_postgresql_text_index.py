"""Which indexes PostgreSQL gets, by what it can do."""

import pytest

from odata.sql.dialects.postgresql_text_index import _Abilities, _definitions
from odata.sql.dialects.text_index import IndexedColumn, TextIndex

INDEX = TextIndex("book", "id", (IndexedColumn("title", 100), IndexedColumn("notes", None)))
LOWER_TITLE = '(lower("title" COLLATE "pg_unicode_fast") COLLATE "C")'
LOWER_NOTES = '(lower("notes" COLLATE "pg_unicode_fast") COLLATE "C")'


@pytest.mark.parametrize(
    ("trigrams", "lower", "definitions"),
    [
        (False, False, []),
        (False, True, [f"({LOWER_TITLE})"]),
        (
            True,
            False,
            [
                'USING gin ("title" COLLATE "C" gin_trgm_ops)',
                'USING gin ("notes" COLLATE "C" gin_trgm_ops)',
            ],
        ),
        (
            True,
            True,
            [
                f"({LOWER_TITLE})",
                f"USING gin ({LOWER_TITLE} gin_trgm_ops)",
                'USING gin ("title" COLLATE "C" gin_trgm_ops)',
                f"USING gin ({LOWER_NOTES} gin_trgm_ops)",
                'USING gin ("notes" COLLATE "C" gin_trgm_ops)',
            ],
        ),
    ],
)
def test_indexes_are_those_that_the_database_can_have(trigrams, lower, definitions):
    assert list(_definitions(INDEX, _Abilities(trigrams, lower))) == definitions
