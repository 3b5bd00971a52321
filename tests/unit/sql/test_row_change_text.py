"""What the log tells of a row that is new or gone."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from odata.edm.types import EnumMember, EnumType
from odata.sql.row_change_text import row_change_text

_KIND = EnumType("kind", "Test", (EnumMember("Company", 0), EnumMember("Person", 1)))
_MOMENT = datetime.datetime(2025, 2, 15, 9, 30, 0, 120_000, datetime.UTC)
_VALUES = [
    ("a", '"a"'),
    ('quote " and é', '"quote \\" and é"'),
    (None, "null"),
    (7, '"7"'),
    (True, '"true"'),
    (Decimal("1.50"), '"1.50"'),
    (_MOMENT, '"2025-02-15T09:30:00.120Z"'),
    (_MOMENT.replace(tzinfo=None), '"2025-02-15T09:30:00.120Z"'),
    (datetime.date(2025, 2, 15), '"2025-02-15"'),
    (["x"], '"[\\"x\\"]"'),
]


@pytest.mark.parametrize(("value", "written"), _VALUES, ids=[text for _, text in _VALUES])
def test_a_value_is_told_as_new_and_as_gone(value, written):
    told = row_change_text({("city",): "city_column"}, (), {}, {})

    new = told.created({"city_column": value, "other": 1})
    again = told.created({"city_column": value, "other": 1})
    gone = told.deleted({"city_column": value, "other": 1})

    assert new == again == f'[{{"name":"city","new":{written}}}]'
    assert gone == f'[{{"name":"city","oldValue":{written},"newValue":null}}]'


def test_each_row_is_told_with_its_own_values():
    told = row_change_text({("city",): "city"}, (), {}, {})

    texts = [told.created({"city": city}) for city in ("", "Rome", "", "Oslo")]

    assert [text[22:-2] for text in texts] == ['""', '"Rome"', '""', '"Oslo"']


def test_constants_come_first_and_only_with_new_rows():
    told = row_change_text({("city",): "city"}, (), {"sales": 0}, {})

    assert told.created({"city": "Rome"}) == (
        '[{"name":"sales","new":"0"},{"name":"city","new":"Rome"}]'
    )
    assert told.deleted({"city": "Rome"}) == ('[{"name":"city","oldValue":"Rome","newValue":null}]')


def test_members_of_enumerations_are_told_by_their_names():
    told = row_change_text({("kind",): "kind"}, (), {}, {("kind",): _KIND})

    assert told.created({"kind": 1}) == ('[{"name":"kind","new":"Person"}]')


def test_columns_that_a_row_lacks_are_not_told():
    told = row_change_text({("city",): "city", ("name",): "name"}, (), {}, {})

    assert told.created({"name": "Ada"}) == ('[{"name":"name","new":"Ada"}]')


def test_rows_with_dynamic_properties_are_told_in_full():
    told = row_change_text({("city",): "city"}, ("fields",), {}, {})

    assert told.of(None, {"city": "Rome", "fields": '{"a":1}'}, frozenset()) is None
    assert told.of(None, {"city": "Rome", "fields": "{}"}, frozenset()) is not None


def test_members_of_complex_values_are_told_in_full():
    assert row_change_text({("home", "city"): "home_city"}, (), {}, {}) is None


def test_of_an_update_the_values_that_differ_are_told():
    told = row_change_text(
        {("city",): "town", ("kind",): "kind"}, ("fields",), {}, {("kind",): _KIND}
    )
    old, new = {"town": "Rome", "kind": 0, "tag": 1}, {"town": "Oslo", "kind": 1, "tag": 2}

    assert told.of(old, new, frozenset({"kind", "town", "tag"})) == (
        '[{"name":"city","oldValue":"Rome","newValue":"Oslo"},'
        '{"name":"kind","oldValue":"Company","newValue":"Person"}]'
    )
    assert told.of(old, new, frozenset({"tag"})) == "[]"
    assert told.of(old, new, frozenset({"town", "fields"})) is None
