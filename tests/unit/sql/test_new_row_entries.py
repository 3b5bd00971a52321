"""The entries of new rows that were given values in the same columns."""

from __future__ import annotations

import peewee
import pytest

from odata.edm.model import EntityType
from odata.sql.change_log import NewEntry
from odata.sql.mapping import EntityMapping
from odata.sql.new_row_entries import new_row_entries
from odata.sql.publication import Publication
from odata.sql.row_change_text import row_change_text
from odata.sql.row_slots import NewRow

_GIVEN = ("id", "tag", "city")


class _Place(peewee.Model):
    id = peewee.TextField(primary_key=True)
    tag = peewee.TextField()
    city = peewee.TextField()
    rate = peewee.TextField(default="5 %")
    fields = peewee.TextField(default="{}")


def _set(columns, *, key=("id",), documents=(), tag=None, is_follower=False):
    mapping = EntityMapping(EntityType("place", "Test", ()), _Place, {}, entity_tag=tag)
    paths = {(name,): column for name, column in columns.items()}
    told = row_change_text(paths, documents, {}, {})
    return Publication(mapping, paths, key, is_follower=is_follower, row_text=told)


def _row(city="Rome", fields="{}"):
    return {"id": "a1", "tag": "t1", "city": city, "rate": "5 %", "fields": fields}


def _compiled(sets, given=_GIVEN):
    return new_row_entries(sets, NewRow(_row(), given))


def test_a_new_row_is_told_with_its_own_values_and_those_that_all_have():
    told = _compiled(
        [(_set({"id": "id", "city": "city", "rate": "rate"}, tag=_Place.tag), "places")]
    )

    assert told.of(_row(city='"Ost" 100 %')) == [
        NewEntry(
            "",
            "places",
            '["a1"]',
            "a1",
            "created",
            '[{"name":"id","new":"a1"},'
            '{"name":"city","new":"\\"Ost\\" 100 %"},'
            '{"name":"rate","new":"5 %"}]',
            "",
            "t1",
        )
    ]


def test_sets_are_told_in_their_order_each_under_its_key():
    sets = [
        (_set({"id": "id"}), "places"),
        (_set({"city": "city"}, key=("id", "city", None), is_follower=True), "cities"),
        (_set({"name": "city"}), "names"),
    ]

    told = _compiled(sets).of(_row())

    assert [(item.entity_set, item.key, item.entity_key) for item in told] == [
        ("places", '["a1"]', "a1"),
        ("cities", '["a1","Rome",null]', "a1,Rome,"),
        ("names", '["a1"]', "a1"),
    ]


def test_a_follower_that_shows_nothing_is_not_told():
    sets = [(_set({"id": "id"}), "places"), (_set({}, is_follower=True), "shadows")]

    assert [item.entity_set for item in _compiled(sets).of(_row())] == ["places"]


def test_a_row_with_dynamic_properties_is_left_to_who_asks_it():
    told = _compiled([(_set({"id": "id"}, documents=("fields",)), "places")], (*_GIVEN, "fields"))

    assert told.of(_row(fields='{"a":1}')) is None
    assert len(told.of(_row())) == 1


@pytest.mark.parametrize(
    ("found", "given"),
    [
        (_set({"id": "id"}), None),
        (_set({"absent": "absent"}), _GIVEN),
        (_set({"id": "id"}, key=("absent",)), _GIVEN),
        (_set({}), _GIVEN),
    ],
    ids=["unknown others", "no such column", "no such key", "nothing but a tag"],
)
def test_rows_that_must_be_asked_are_not_compiled(found, given):
    assert _compiled([(found, "places")], given) is None
