"""``$search`` over a small corpus, the same rows on every database."""

from __future__ import annotations

import json
from urllib.parse import quote

import peewee
import pytest

from models.connection import open_database
from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request
from odata.protocol.settings import EngineSettings
from odata.sql.dialects import dialect_of
from odata.sql.expose import Exposure, column, publish, to_many, to_one
from odata.sql.search import enter_all, install_all


class Shelf(peewee.Model):
    """What books stand on; nothing of it is searched."""

    id = peewee.IntegerField(primary_key=True)
    room = peewee.TextField()


class Book(peewee.Model):
    """What is searched."""

    id = peewee.IntegerField(primary_key=True)
    title = peewee.TextField()
    remark = peewee.TextField(null=True)
    shelf_id = peewee.IntegerField()
    language = peewee.TextField(default="")


CORPUS = (
    (1, "Adatum Corporation", "robert.townes@contoso.com", 1),
    (2, "Trey Research", "+1 (425) 555-0100", 1),
    (3, "Zürcher Kantonalbank", "Straße 12", 1),
    (4, "O'Neill-Smith & Sons", None, 2),
    (5, "Corporation of Adatum", "x", 2),
    (6, "ΣΊΣΥΦΟΣ Αθήνα", "東京都 港区", 2),
    (7, "not and or", "a_b c%d", 2),
    (8, "1.250,75 EUR", "invoice 2024-001", 2),
    (9, "", "", 2),
)


def _books(url: str) -> None:
    database = open_database(url)
    with database.bind_ctx((Shelf, Book)):
        database.create_tables((Shelf, Book))
        Shelf.insert_many([(1, "front"), (2, "back")], fields=(Shelf.id, Shelf.room)).execute()
        install_all(_source(database), dialect_of(database))
        fields = (Book.id, Book.title, Book.remark, Book.shelf_id)
        Book.insert_many(CORPUS, fields=fields).execute()
        enter_all(_source(database), dialect_of(database))
    database.close()


def _source(database):
    shelf = Exposure(
        Shelf,
        "shelf",
        "shelves",
        properties=(column(Shelf.id), column(Shelf.room)),
        navigation=(to_many("books", "book", on=(("id", "shelfId"),), contained=False),),
    )
    book = Exposure(
        Book,
        "book",
        "books",
        properties=(
            column(Book.id),
            column(Book.title, searchable=True),
            column(Book.remark, searchable=True),
            column(Book.shelf_id),
            column(Book.language),
        ),
        navigation=(to_one("shelf", "shelf", on=(("shelfId", "id"),), contained=False),),
    )
    return publish("Library", (shelf, book), database=database)


@pytest.fixture
def library(database_from):
    """Asks an engine over the corpus: ``library("GET", "books", "$search=x")``."""
    database = open_database(database_from("books", _books))
    with database.bind_ctx((Shelf, Book)):
        engine = Engine(_source(database), EngineSettings(secret=b"library"))

        def ask(method, path, query="", body=None):
            response = engine.handle(
                Request(
                    method,
                    "http://localhost/",
                    path,
                    query,
                    {"content-type": "application/json"},
                    json.dumps(body).encode() if body is not None else b"",
                    Principal("tester", frozenset({"writer"})),
                )
            )
            text = (
                b"".join(response.body) if not isinstance(response.body, bytes) else response.body
            )
            return response.status, text.decode()

        ask.database = database
        ask.plans = engine.plans
        yield ask
    database.close()


def _found(library, search: str) -> list[int]:
    status, text = library("GET", "books", "$select=id&$search=" + quote(search))
    assert status == 200, text
    return [row["id"] for row in json.loads(text)["value"]]


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        ("adatum", [1, 5]),
        ("ADATUM", [1, 5]),
        ("ada", [1, 5]),
        ("datum", []),
        ("adatum corporation", [1, 5]),
        ('"adatum corporation"', [1]),
        ('"corporation of"', [5]),
        ('"corporation o"', []),
        ('"corp"', []),
        ("adatum AND of", [5]),
        ("adatum NOT of", [1]),
        ("adatum AND NOT of", [1]),
        ("trey OR adatum", [1, 2, 5]),
        ("trey OR adatum of", [2, 5]),
        ("(trey OR adatum) NOT robert", [2, 5]),
        ("NOT corporation", [2, 3, 4, 6, 7, 8, 9]),
        ("NOT (trey OR corporation)", [3, 4, 6, 7, 8, 9]),
        ("NOT trey NOT corporation", [3, 4, 6, 7, 8, 9]),
        ("trey OR NOT corporation", [2, 3, 4, 6, 7, 8, 9]),
        ("NOT NOT corporation", [1, 5]),
        (f"{'NOT ' * 61}corporation", [2, 3, 4, 6, 7, 8, 9]),
        (f"trey OR {'NOT ' * 60}corporation", [1, 2, 5]),
        ("NOT NOT (trey OR NOT NOT corporation)", [1, 2, 5]),
        ("zurcher", [3]),
        ("Zürcher", [3]),
        ("strasse", [3]),
        ("STRASS", [3]),
        ("straße", [3]),
        ("neill", [4]),
        ("o'neill-sm", [4]),
        ("smith-neill", []),
        ("σίσυφος", [6]),
        ("αθηνα", [6]),
        ("東京", [6]),
        ("京", []),
        ("and", [7]),
        ('"not and or"', [7]),
        ("a_b", [7]),
        ("c%d", [7]),
        ("robert.townes@contoso.com", [1]),
        ("townes@con", [1]),
        ("com@contoso", []),
        ("425-555", [2]),
        ("555-01", [2]),
        ("+1", [2, 3, 8]),
        ("1250", []),
        ("1.250", [8]),
        ("2024-001", [8]),
        ("2024-002", []),
        ("corporation robert", [1]),
        ('"corporation robert"', []),
        ("&", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("adatum & of", [5]),
        ("nowhere", []),
    ],
)
def test_rows_that_match(library, search, ids):
    assert _found(library, search) == ids


@pytest.mark.parametrize(
    ("path", "query", "answer"),
    [
        ("books/$count", "$search=adatum", "2"),
        ("books/$count", "$search=adatum&$filter=id gt 1", "1"),
        ("shelves/$count", "$filter=books/$count($search=adatum) eq 1", "2"),
        ("shelves/$count", "$filter=books/$count($search=trey) eq 1", "1"),
        ("shelves(2)/books/$count", "$search=adatum", "1"),
    ],
)
def test_searched_entities_are_counted(library, path, query, answer):
    assert library("GET", path, quote(query, safe="=&$()/,")) == (200, answer)


def test_search_filter_order_count_and_top_go_together(library):
    query = "$search=co&$filter=id lt 9&$orderby=title desc&$top=1&$count=true&$select=id"

    _, text = library("GET", "books", quote(query, safe="=&$"))

    answer = json.loads(text)
    assert answer["@odata.count"] == 2
    assert [row["id"] for row in answer["value"]] == [5]


def test_an_expanded_collection_is_searched(library):
    query = "$expand=books($search=adatum;$select=id)&$select=id"

    _, text = library("GET", "shelves", quote(query, safe="=&$();,"))

    books = {row["id"]: [book["id"] for book in row["books"]] for row in json.loads(text)["value"]}
    assert books == {1: [1], 2: [5]}


def test_a_type_without_searchable_properties_is_refused(library):
    status, text = library("GET", "shelves", "$search=front")

    assert status == 501
    assert "'shelf' has no searchable properties: use $filter" in text


def test_what_is_written_is_found_at_once(library):
    library("POST", "books", body={"id": 10, "title": "Fabrikam", "shelfId": 1, "language": ""})
    assert _found(library, "fabrikam") == [10]

    library("PATCH", "books(10)", body={"title": "Litware"})
    assert _found(library, "fabrikam") == []
    assert _found(library, "litware") == [10]

    library("PATCH", "books(10)", body={"language": "en"})
    assert _found(library, "litware") == [10]

    library("DELETE", "books(10)")
    assert _found(library, "litware") == []


def test_a_row_changed_by_others_is_never_found_by_its_old_text(library):
    library.database.execute_sql("UPDATE book SET title = 'Northwind' WHERE id = 2")
    assert _found(library, "trey") == []

    enter_all(_source(library.database), dialect_of(library.database))
    assert _found(library, "northwind") == [2]


def test_many_entries_at_once_are_left_in_one_piece(library, monkeypatch):
    """Or later changes would have to merge the pieces, some of them for a tenth of a second."""
    monkeypatch.setattr("odata.sql.search._CHUNK", 2)
    database = library.database
    database.execute_sql("DELETE FROM book_search")

    enter_all(_source(database), dialect_of(database))

    assert _found(library, "adatum") == [1, 5]
    if dialect_of(database).name == "sqlite":
        pieces = "SELECT COUNT(DISTINCT segid) FROM book_search_words_idx"
        assert database.execute_sql(pieces).fetchone() == (1,)


def test_tables_that_are_there_are_left_alone(library):
    install_all(_source(library.database), dialect_of(library.database))

    assert _found(library, "adatum") == [1, 5]


def test_a_row_deleted_by_others_is_forgotten(library):
    library.database.execute_sql("DELETE FROM book WHERE id = 2")
    library.database.execute_sql("INSERT INTO book VALUES (2, 'Other', NULL, 1, '')")

    assert _found(library, "trey") == []


def test_a_refused_change_leaves_the_text_as_it_was(library):
    status, _ = library("PATCH", "books(1)", body={"title": "Litware", "nonsense": 1})

    assert status == 400
    assert _found(library, "adatum") == [1, 5]


def test_searches_share_one_plan(library):
    counters = library.plans.counters
    for search in ("adatum", "trey OR NOT corporation", "&", '"of adatum"'):
        _found(library, search)

    assert (counters.misses, counters.hits) == (1, 3)


def test_a_malformed_search_is_refused_by_a_known_plan_too(library):
    _found(library, "adatum")

    status, text = library("GET", "books", "$select=id&$search=" + quote('"open'))

    assert status == 400
    assert "$search" in text
