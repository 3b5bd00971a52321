"""The text that the log of changes keeps of properties."""

from __future__ import annotations

import pytest

from odata.sql.change_text import read_properties, write_properties


def test_a_property_without_an_old_value_is_kept_without_its_place():
    changed = {"city": (None, "Rome"), "rate": (None, None), "code": ("A", None)}

    assert write_properties(changed) == (
        '[{"name":"city","new":"Rome"},{"name":"rate","new":null},'
        '{"name":"code","oldValue":"A","newValue":null}]'
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('[{"name":"city","new":"Rome"}]', (None, "Rome")),
        ('[{"name":"city","new":null}]', (None, None)),
        ('[{"name":"city","oldValue":null,"newValue":"Rome"}]', (None, "Rome")),
        ('[{"name": "city", "oldValue": null, "newValue": "Rome"}]', (None, "Rome")),
        ('[{"name":"city","oldValue":"Oslo","newValue":null}]', ("Oslo", None)),
    ],
)
def test_new_and_older_texts_are_read(text, read):
    assert read_properties(text) == {"city": read}
