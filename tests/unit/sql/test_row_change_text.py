"""What the log tells of a row that is new or gone."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from odata.edm.types import EnumMember, EnumType
from odata.query.change import Operation
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

    new = told.of(Operation.CREATE, {"city_column": value, "other": 1})
    again = told.of(Operation.CREATE, {"city_column": value, "other": 1})
    gone = told.of(Operation.DELETE, {"city_column": value, "other": 1})

    assert new == again == f'[{{"name":"city","oldValue":null,"newValue":{written}}}]'
    assert gone == f'[{{"name":"city","oldValue":{written},"newValue":null}}]'


def test_each_row_is_told_with_its_own_values():
    told = row_change_text({("city",): "city"}, (), {}, {})

    texts = [told.of(Operation.CREATE, {"city": city}) for city in ("", "Rome", "", "Oslo")]

    assert [text[43:-2] for text in texts] == ['""', '"Rome"', '""', '"Oslo"']


def test_constants_come_first_and_only_with_new_rows():
    told = row_change_text({("city",): "city"}, (), {"sales": 0}, {})

    assert told.of(Operation.CREATE, {"city": "Rome"}) == (
        '[{"name":"sales","oldValue":null,"newValue":"0"},'
        '{"name":"city","oldValue":null,"newValue":"Rome"}]'
    )
    assert told.of(Operation.DELETE, {"city": "Rome"}) == (
        '[{"name":"city","oldValue":"Rome","newValue":null}]'
    )


def test_members_of_enumerations_are_told_by_their_names():
    told = row_change_text({("kind",): "kind"}, (), {}, {("kind",): _KIND})

    assert told.of(Operation.CREATE, {"kind": 1}) == (
        '[{"name":"kind","oldValue":null,"newValue":"Person"}]'
    )


def test_columns_that_a_row_lacks_are_not_told():
    told = row_change_text({("city",): "city", ("name",): "name"}, (), {}, {})

    assert told.of(Operation.CREATE, {"name": "Ada"}) == (
        '[{"name":"name","oldValue":null,"newValue":"Ada"}]'
    )


def test_rows_with_dynamic_properties_are_told_in_full():
    told = row_change_text({("city",): "city"}, ("fields",), {}, {})

    assert told.of(Operation.CREATE, {"city": "Rome", "fields": '{"a":1}'}) is None
    assert told.of(Operation.CREATE, {"city": "Rome", "fields": "{}"}) is not None


def test_updates_and_members_of_complex_values_are_told_in_full():
    assert row_change_text({("home", "city"): "home_city"}, (), {}, {}) is None
    told = row_change_text({("city",): "city"}, (), {}, {})
    assert told.of(Operation.UPDATE, {"city": "Rome"}) is None
