"""Plans become SQL, per dialect; literals are parameters, plain comparisons stay plain."""

from __future__ import annotations

import peewee
import pytest

from odata.query.plan import new_block
from odata.sql.compiler import Compiler
from odata.sql.dialects import PostgresqlDialect, SqliteDialect
from odata.sql.sources import SourceTable
from tests.unit.query.desk import Desk

_DATABASES = {
    "sqlite": (SqliteDialect(), peewee.SqliteDatabase(":memory:")),
    "postgresql": (PostgresqlDialect(), peewee.PostgresqlDatabase("none")),
}


def _sql(dialect_name: str, text: str) -> str:
    dialect, database = _DATABASES[dialect_name]
    desk = Desk()
    compiler = Compiler(SourceTable(desk.source), dialect)
    node = compiler.condition(desk.condition(text))
    written, _ = database.get_sql_context().sql(node).query()
    return str(written)


PLAIN = (
    ("count eq 5", '"s1"."count" = ?'),
    ("count ne 5", '"s1"."count" <> ?'),
    ("whole eq 5", '"s1"."whole" = ?'),
    ("whole ne 5", '"s1"."whole" IS NOT ?'),
    ("not (whole eq 5)", '(NOT ("s1"."whole" IS ?))'),
    ("whole gt 5", '"s1"."whole" > ?'),
    ("not (whole gt 5)", '(NOT COALESCE(("s1"."whole" > ?), FALSE))'),
    ("not (count gt 5)", '(NOT ("s1"."count" > ?))'),
    ("amount eq 5", '"s1"."amount" = ?'),
    ("amount lt exact", 'odata_compare'),
    ("text eq null", '("s1"."text" IS NULL)'),
    ("text ne null", '("s1"."text" IS NOT NULL)'),
    ("text ge null", '("s1"."text" IS NULL)'),
    ("text gt null", "FALSE"),
    ("whole eq small", '"s1"."whole" IS "s1"."small"'),
    ("count in (1,2)", '("s1"."count" IN (?, ?))'),
    ("whole in (1,null)", '(("s1"."whole" IN (?)) OR ("s1"."whole" IS NULL))'),
    ("not (whole in (1))", '(NOT COALESCE(("s1"."whole" IN (?)), FALSE))'),
    ("count in ()", "FALSE"),
    ("flag", '"s1"."flag"'),
    ("contains(text,'a')", '(instr("s1"."text", ?) > 0)'),
    ("startswith(text,'a')", '("s1"."text" >= ? AND "s1"."text" < ?)'),
    ("startswith(text,title)", 'substr("s1"."text", 1, length("s1"."title"))'),
    ("true and flag", '(TRUE AND "s1"."flag")'),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PLAIN)
def test_sqlite_is_asked(text, expected):
    assert expected in _sql("sqlite", text)


TYPED = (
    ("count eq 5", '("s1"."count" = CAST(%s AS BIGINT))'),
    ("whole ne 5", '("s1"."whole" IS DISTINCT FROM CAST(%s AS BIGINT))'),
    ("not (whole eq 5)", '(NOT ("s1"."whole" IS NOT DISTINCT FROM CAST(%s AS BIGINT)))'),
    ("text eq 'a'", '("s1"."text" = (CAST(%s AS TEXT) COLLATE "C"))'),
    ("amount gt 5", '("s1"."amount" > CAST(%s AS BIGINT))'),
    ("count add 1 gt 5", 'CAST("s1"."count" AS BIGINT) + CAST(%s AS BIGINT)'),
    ("contains(text,'a')", 'strpos("s1"."text", (CAST(%s AS TEXT) COLLATE "C")) > 0'),
    ("matchesPattern(text,'a')", '("s1"."text" ~ (CAST(%s AS TEXT) COLLATE "C"))'),
    ("tolower(text) eq 'a'", 'lower("s1"."text" COLLATE "pg_unicode_fast")'),
)


@pytest.mark.parametrize(("text", "expected"), TYPED)
def test_postgresql_is_asked(text, expected):
    assert expected in _sql("postgresql", text)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_lambda_is_a_correlated_subquery(dialect):
    written = _sql(dialect, "parts/any(p:p/line eq 'a')")
    assert written.startswith("EXISTS")
    assert '"thing_id" = "s' in written


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_conjunction_of_a_thousand_terms_is_a_balanced_tree(dialect):
    written = _sql(dialect, " and ".join(["flag"] * 500))
    deepest = depth = 0
    for character in written:
        depth += {"(": 1, ")": -1}.get(character, 0)
        deepest = max(deepest, depth)
    assert deepest <= 10


def test_an_operand_of_postgresql_is_written_once():
    text = "substring(" * 5 + "text" + ",1,2)" * 5
    assert _sql("postgresql", f"{text} eq 'a'").count('"s1"."text"') == 1


def test_two_uses_of_a_navigation_property_are_one_join():
    desk = Desk()
    root = new_block(desk.source.model.entity_types["thing"]).root
    navigation = root.entity_type.find_navigation("parent")
    assert navigation is not None
    assert root.join(navigation) is root.join(navigation)
    assert root.block is not None
    assert len(root.block.joins) == 1
