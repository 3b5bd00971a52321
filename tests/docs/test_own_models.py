"""The examples that publish models of one's own, run as they stand and asked over WSGI."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import Client

from tests.docs.document import blocks_of

WRITTEN = {"Content-Type": "application/json"}


@pytest.fixture
def publish(tmp_path, monkeypatch) -> Iterator[Callable[[str], Client]]:
    """Runs the ``python`` blocks of a document in order and gives a client of what they make."""
    monkeypatch.chdir(tmp_path)
    namespaces: list[dict[str, object]] = []

    def run(name: str) -> Client:
        source = "\n".join(block.text for block in blocks_of(name) if block.language == "python")
        namespace: dict[str, object] = {"__name__": "shop"}
        exec(compile(source, name, "exec"), namespace)  # noqa: S102 - our own document
        namespaces.append(namespace)
        return Client(namespace["application"])

    yield run
    for namespace in namespaces:
        namespace["database"].close()


@pytest.fixture
def shop(publish) -> Client:
    """The service of README."""
    return publish("README.md")


def _post(client: Client, target: str, body: object) -> dict[str, object]:
    answer = client.post(target, data=json.dumps(body), headers=WRITTEN)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_the_service_of_readme_reads_what_was_written(shop):
    _post(shop, "/odata/shelves", {"name": "Poetry"})
    _post(shop, "/odata/books", {"title": "Leaves of Grass", "shelfId": 1})

    found = shop.get("/odata/shelves?$expand=books($select=title)").json["value"]

    assert found == [
        {
            "id": 1,
            "name": "Poetry",
            "books": [{"@odata.id": "books(1)", "title": "Leaves of Grass"}],
        }
    ]


def test_the_service_of_readme_describes_itself(shop):
    answer = shop.get("/odata/$metadata")

    assert answer.status_code == 200
    assert '<EntitySet Name="shelves"' in answer.text


def test_the_service_of_readme_filters_through_a_navigation_property(shop):
    for number, name in enumerate(("Poetry", "Travel"), start=1):
        _post(shop, "/odata/shelves", {"name": name})
        _post(shop, "/odata/books", {"title": f"A book of {name}", "shelfId": number})

    found = shop.get("/odata/shelves?$filter=books/any(b:contains(b/title,'Travel'))").json

    assert [shelf["name"] for shelf in found["value"]] == ["Travel"]


@pytest.fixture
def library(publish) -> Client:
    """The service of the page for authors of models, with one author."""
    client = publish("docs/model-authors.md")
    _post(client, "/odata/authors", {"name": "Herman Melville"})
    return client


MOBY_DICK = {
    "authorId": 1,
    "title": "Moby-Dick",
    "isbn": "978014243724x",
    "price": 12.5,
    "pages": 720,
    "publishedOn": "1851-10-18",
}


def test_a_book_is_written_under_its_rules(library):
    book = _post(library, "/odata/books", MOBY_DICK)

    assert book["isbn"] == "978014243724X"
    assert book["isLong"] is True
    assert book["state"] == "Shelved"


def test_all_faults_that_rules_note_are_reported(library):
    body = {**MOBY_DICK, "pages": -1, "publishedOn": "2999-01-01"}

    answer = library.post("/odata/books", data=json.dumps(body), headers=WRITTEN)

    assert answer.status_code == 400
    assert [found["target"] for found in answer.json["error"]["details"]] == [
        "pages",
        "publishedOn",
    ]


def test_a_book_is_found_by_its_alternate_key_and_by_a_word(library):
    _post(library, "/odata/books", MOBY_DICK)

    assert library.get("/odata/books(isbn='978014243724X')").json["title"] == "Moby-Dick"
    assert len(library.get("/odata/books?$search=moby").json["value"]) == 1


def test_a_changed_book_needs_its_tag(library):
    tag = _post(library, "/odata/books", MOBY_DICK)["@odata.etag"]
    changed = {"data": json.dumps({"state": "Lent"})}

    first = library.patch("/odata/books(1)", headers={**WRITTEN, "If-Match": tag}, **changed)
    second = library.patch("/odata/books(1)", headers={**WRITTEN, "If-Match": tag}, **changed)
    removal = library.delete("/odata/books(1)", headers={"If-Match": "*"})

    assert (first.status_code, second.status_code, removal.status_code) == (200, 409, 400)
    assert "lent" in removal.json["error"]["message"]


def test_a_book_is_lent_once_and_priced_in_another_currency(library):
    _post(library, "/odata/books", MOBY_DICK)

    first = library.post("/odata/books(1)/Library.lend")
    second = library.post("/odata/books(1)/Library.lend")
    price = library.get("/odata/books(1)/Library.priceIn(rate=2)")

    assert (first.status_code, second.status_code) == (204, 400)
    assert price.json["value"] == 25


def test_an_author_has_properties_that_nobody_declared(library):
    body = {
        "name": "Herman Melville",
        "born@odata.type": "#Date",
        "born": "1819-08-01",
        "awards": 0,
        "homes": ["New York", "Lee"],
    }
    _post(library, "/odata/authors", body)

    asked = "year(born) lt 1900 and homes/any(h:h eq 'Lee')"
    found = library.get(f"/odata/authors?$filter={asked}&$orderby=awards desc").json["value"]
    library.patch("/odata/authors(2)", data='{"awards":null}', headers=WRITTEN)

    assert [author["id"] for author in found] == [2]
    assert library.get("/odata/authors(2)/born").json["value"] == "1819-08-01"
    assert library.get("/odata/authors(2)/awards").status_code == 204
