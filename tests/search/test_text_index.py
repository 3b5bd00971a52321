"""Texts found through an index: the same rows as without, whatever is asked and whoever writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.connection import open_database
from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request
from odata.protocol.settings import EngineSettings
from odata.sql import narrowing
from odata.sql.dialects import dialect_of, sqlite_text_index
from odata.sql.expose import Exposure, column, publish
from odata.sql.fields import TextField
from odata.sql.text_indexes import drop_text_indexes, keep_text_indexes

TITLES = (
    "Adatum Corporation",
    "ADATUM corporation of Atlanta",
    "100% of a_b\\c",
    "say \"yes\" to 'quotes'",
    "Zürcher Straße",
    "ΟΔΟΣ ΣΊΣΥΦΟΣ",
    "İstanbul ALİ",
    "\u212aelvin \u212bngstrom",
    "\u13a0\u1c90 \U00010400",
    "東京都 港区",
    "NEAR AND OR NOT",
    "ab",
    "",
)
# Pieces of the titles and of what case makes of them, and what is nowhere.
NEEDLES = st.one_of(
    st.sampled_from([*TITLES, *map(str.lower, TITLES), *map(str.upper, TITLES)]).flatmap(
        lambda title: st.tuples(
            st.integers(0, max(len(title) - 1, 0)), st.integers(0, len(title))
        ).map(lambda ends: title[ends[0] : ends[0] + ends[1]])
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=6),
)
CONDITIONS = (
    "contains({title},{needle})",
    "endswith({title},{needle})",
    "startswith({title},{needle})",
    "contains(tolower({title}),{needle})",
    "endswith(tolower({title}),{needle})",
    "startswith(tolower({title}),{needle})",
    "tolower({title}) eq {needle}",
    "{needle} eq tolower({title})",
    "tolower({title}) in ({needle},'adatum corporation')",
    "contains({title},{needle}) or contains(tolower({title}),{needle})",
    "contains({title},{needle}) or id eq 3",
    "contains({title},{needle}) and contains({title},'orp')",
    "not contains({title},{needle})",
    "contains({title},{needle}) eq false",
    "contains(remark,{needle}) and id gt 2",
)


class Book(peewee.Model):
    """What is looked for, as one set with the index and one without."""

    id = peewee.IntegerField(primary_key=True)
    title = TextField(200)
    remark = TextField(null=True)

    class Meta:
        table_name = "book"


def _exposure(name: str, *, has_index: bool) -> Exposure:
    return Exposure(
        Book,
        name,
        f"{name}s",
        properties=(
            column(Book.id),
            column(Book.title, text_index=has_index),
            column(Book.remark, text_index=has_index),
        ),
    )


def _source(database):
    both = (_exposure("book", has_index=True), _exposure("plainBook", has_index=False))
    return publish("Library", both, database=database)


class Library:
    """Asks an engine over the books."""

    def __init__(self, database: peewee.Database) -> None:
        self.database = database
        self.source = _source(database)
        self._engine = Engine(self.source, EngineSettings(secret=b"library", page_size=4))

    def ask(self, method: str, path: str, query: str = "", body: object = None):
        """The status and the body of an answer."""
        headers = {"content-type": "application/json"}
        content = b"" if body is None else json.dumps(body).encode()
        writer = Principal("tester", frozenset({"writer"}))
        request = Request(method, "http://localhost/", path, query, headers, content, writer)
        response = self._engine.handle(request)
        found = response.body if isinstance(response.body, bytes) else b"".join(response.body)
        return response.status, found.decode()

    def ids(self, entity_set: str, condition: str, options: str = "") -> object:
        """What a condition finds, page by page, and how much it says there is."""
        query = f"$count=true&$select=id&$filter={quote(condition)}{options}"
        found, count = [], None
        while True:
            status, text = self.ask("GET", entity_set, query)
            assert status == 200, text
            answer = json.loads(text)
            count = answer.get("@odata.count", count)
            found += [row["id"] for row in answer["value"]]
            if "@odata.nextLink" not in answer:
                return found, count
            query = answer["@odata.nextLink"].partition("?")[2]


@pytest.fixture
def library(database_from, monkeypatch) -> Iterator[Library]:
    """Books with an index that takes changes and is asked at small numbers already."""
    monkeypatch.setattr(sqlite_text_index, "_WAITING", 3)
    monkeypatch.setattr(narrowing, "_MOST_ROWS", 2)
    monkeypatch.setattr(narrowing, "_MOST_COUNTED", 2)
    database = open_database(database_from("indexed_books", _fill))
    with database.bind_ctx((Book,)):
        yield Library(database)
    database.close()


def _fill(url: str) -> None:
    database = open_database(url)
    with database.bind_ctx((Book,)), database.atomic():
        database.create_tables((Book,))
        rows = [(number, title, None) for number, title in enumerate(TITLES)]
        Book.insert_many(rows, fields=(Book.id, Book.title, Book.remark)).execute()
        keep_text_indexes(_source(database), dialect_of(database))
    database.close()


def _condition(template: str, needle: str) -> str:
    return template.format(title="title", needle="'" + needle.replace("'", "''") + "'")


REPEATED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@given(template=st.sampled_from(CONDITIONS), needle=NEEDLES, is_reversed=st.booleans())
@REPEATED
def test_rows_are_those_that_are_found_without_an_index(library, template, needle, is_reversed):
    condition = _condition(template, needle)
    options = "&$orderby=title desc" if is_reversed else ""

    assert library.ids("books", condition, options) == library.ids("plainBooks", condition, options)


@given(
    changes=st.lists(
        st.tuples(st.sampled_from(("put", "drop", "move")), st.integers(0, 15), NEEDLES),
        max_size=12,
    ),
    needle=NEEDLES,
)
@settings(REPEATED, max_examples=25)
def test_rows_are_found_whoever_has_changed_them(library, changes, needle):
    """Past the service, as another program would."""
    for kind, number, title in changes:
        if kind == "put":
            Book.delete().where(Book.id == number + 100).execute()
            Book.insert(id=number + 100, title=title).execute()
            Book.update(title=title).where(Book.id == number).execute()
        elif kind == "drop":
            Book.delete().where(Book.id == number).execute()
        else:
            free = Book.select(peewee.fn.MAX(Book.id)).scalar() or 0
            Book.update(id=free + 1).where(Book.id == number).execute()
    for template in (CONDITIONS[0], CONDITIONS[3], CONDITIONS[6]):
        condition = _condition(template, needle)

        assert library.ids("books", condition) == library.ids("plainBooks", condition)


def test_what_is_written_is_found_at_once(library):
    library.ask("POST", "books", body={"id": 50, "title": "Fabrikam", "remark": "new"})
    assert library.ids("books", "contains(title,'abrik')") == ([50], 1)

    library.ask("PATCH", "books(50)", body={"remark": "sold"})
    assert library.ids("books", "contains(title,'abrik') and contains(remark,'old')") == ([50], 1)

    library.ask("PATCH", "books(50)", body={"title": "Litware"})
    assert library.ids("books", "contains(title,'abrik')") == ([], 0)

    library.ask("DELETE", "books(50)")
    assert library.ids("books", "contains(title,'itwa')") == ([], 0)


def _plan(library: Library, monkeypatch, condition: str) -> str:
    """How the database reads the books that fulfil a condition."""
    asked: list[tuple[str, object]] = []
    execute = peewee.Database.execute_sql

    def execute_sql(database, sql, params=None):
        asked.append((sql, params))
        return execute(database, sql, params)

    with monkeypatch.context() as patch:
        patch.setattr(peewee.Database, "execute_sql", execute_sql)
        library.ask("GET", "books", f"$top=3&$filter={quote(condition)}")
    (statement, values) = next(item for item in asked if "book" in item[0] and "LIMIT" in item[0])
    explain = "EXPLAIN " if library.database.param == "%s" else "EXPLAIN QUERY PLAN "
    rows = library.database.execute_sql(explain + statement, values).fetchall()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("tolower(title) eq 'adatum corporation'", "book_texts_0"),
        ("startswith(tolower(title),'adatum')", "book_texts_0"),
        ("contains(title,'datum')", ""),
        ("contains(tolower(title),'datum')", ""),
    ],
)
def test_an_index_is_asked(library, monkeypatch, condition, index):
    """The server of the tests has no trigrams: what needs them reads all rows there."""
    if library.database.param == "%s":
        library.database.execute_sql("SET enable_seqscan = off")
        library.database.execute_sql("SET enable_indexscan = on")

        assert index in _plan(library, monkeypatch, condition)
        return
    plan = _plan(library, monkeypatch, condition)

    assert re.search("SCAN book_texts_runs VIRTUAL TABLE", plan)
    assert re.search(r"SEARCH s1 USING INTEGER PRIMARY KEY", plan)


def test_a_short_needle_and_a_plain_set_ask_no_index(library, monkeypatch):
    library.ask("GET", "plainBooks", "$filter=contains(title,'datum')")

    assert "texts" not in _plan(library, monkeypatch, "not contains(title,'datum')")


def test_an_index_is_made_once_and_anew_for_other_columns(library):
    database, dialect = library.database, dialect_of(library.database)
    narrower = publish("Library", (_exposure("book", has_index=False),), database=database)
    with database.atomic():
        assert keep_text_indexes(library.source, dialect) == ()
        assert keep_text_indexes(narrower, dialect) == ()
        assert keep_text_indexes(library.source, dialect) == ("book_texts",)
        drop_text_indexes(database, dialect)
        assert keep_text_indexes(library.source, dialect) == ("book_texts",)

    assert library.ids("books", "contains(title,'datum C')") == ([0], 1)
