"""What is not granted is not in the model that a caller sees, nor anything that needs it."""

from __future__ import annotations

import peewee
import pytest

from odata.edm.check import check_model
from odata.edm.grants import Grant, granted
from odata.edm.model import Model
from odata.edm.visible_model import visible_model
from odata.query.grant_check import grant_faults
from odata.sql.expose import Exposure, column, publish, to_many, to_one

DATABASE = peewee.SqliteDatabase(":memory:")


class Shelf(peewee.Model):
    name = peewee.CharField(40, default="")
    secret = peewee.CharField(40, default="")

    class Meta:
        database = DATABASE


class Book(peewee.Model):
    title = peewee.CharField(80, default="")
    isbn = peewee.CharField(20, default="")
    notes = peewee.CharField(80, default="")
    shelf_id = peewee.IntegerField(null=True)

    class Meta:
        database = DATABASE


@pytest.fixture
def model() -> Model:
    shelves = Exposure(
        Shelf,
        "shelf",
        "shelves",
        (column(Shelf.id, computed=True), column(Shelf.name), column(Shelf.secret)),
        (to_many("books", "book", on=(("id", "shelfId"),), contained=False, partner="shelf"),),
        default_order=("secret", "name"),
    )
    books = Exposure(
        Book,
        "book",
        "books",
        (
            column(Book.id, computed=True),
            column(Book.title, searchable=True),
            column(Book.isbn, required=True),
            column(Book.notes, searchable=True),
            column(Book.shelf_id),
        ),
        (to_one("shelf", "shelf", on=(("shelfId", "id"),), contained=False, partner="books"),),
        alternate_keys=(("isbn",),),
    )
    return publish("Library", (shelves, books), database=DATABASE).model


def seen(model: Model, *grants: Grant) -> Model:
    found = visible_model(model, granted(grants))
    check_model(found)
    return found


def names(items) -> list[str]:
    return [item.name for item in items]


def test_everything_granted_is_everything(model):
    found = seen(model, Grant("shelves"), Grant("books"))

    assert list(found.entity_sets) == ["shelves", "books"]
    assert names(found.entity_types["book"].all_navigation()) == ["shelf"]
    assert (
        found.entity_types["book"].navigation_named("shelf").target is (found.entity_types["shelf"])
    )


def test_a_set_that_is_not_granted_takes_the_ways_to_it_along(model):
    found = seen(model, Grant("books"))

    assert list(found.entity_types) == ["book"]
    assert list(found.entity_sets) == ["books"]
    assert found.entity_types["book"].all_navigation() == ()
    assert found.find_type("Library.shelf") is None


def test_a_hidden_property_takes_along_what_needs_it(model):
    book = seen(model, Grant("shelves"), Grant("books", hidden=frozenset({"isbn", "shelfId"})))

    assert names(book.entity_types["book"].all_properties()) == ["id", "title", "notes"]
    assert book.entity_types["book"].alternate_keys == ()
    assert book.entity_types["book"].all_navigation() == ()
    assert book.entity_types["shelf"].all_navigation() == ()


def test_a_hidden_property_does_not_order(model):
    found = seen(model, Grant("shelves", hidden=frozenset({"secret"})))

    assert found.entity_sets["shelves"].default_order == ("name",)


def test_a_hidden_text_ends_the_search(model):
    found = seen(model, Grant("books", hidden=frozenset({"notes"})))

    assert not any(item.is_searchable for item in found.entity_types["book"].all_properties())
    assert not found.entity_sets["books"].capabilities.searchable


def test_the_whole_model_stays_as_it_was(model):
    seen(model, Grant("books", hidden=frozenset({"notes"})))

    assert model.entity_types["book"].find_property("notes") is not None
    assert names(model.entity_types["shelf"].all_navigation()) == ["books"]


@pytest.mark.parametrize(
    ("grant", "fault"),
    [
        (Grant("boks"), "a grant names boks, which is no set, singleton or import"),
        (Grant("books", hidden=frozenset({"id"})), "hides id, which is part of the key"),
        (Grant("books", hidden=frozenset({"nots"})), "hides nots, which is not there"),
        (Grant("books", rows="nots eq 1"), "has the rows 'nots eq 1'"),
        (Grant("books", rows="title eq @author"), "stands behind 'in' alone"),
    ],
)
def test_a_grant_that_does_not_fit_is_refused(model, grant, fault):
    assert fault in " ".join(grant_faults(model, grant))


def test_a_grant_that_fits_has_no_fault(model):
    rows = "shelf/name in @shelf or title eq 'a@b' and not (id in @book)"

    assert list(grant_faults(model, Grant("books", rows=rows))) == []
