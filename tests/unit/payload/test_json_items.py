"""Items and members are found wherever JSON allows blanks."""

from __future__ import annotations

import json

import pytest

from odata.payload.json_items import find_item, find_member, split_items

ARRAYS = (
    (b"[]", []),
    (b"[ ]", []),
    (b" [ \r\n\t] ", []),
    (b"[1,-2.50,null]", [b"1", b"-2.50", b"null"]),
    (b" [ 1 , 2.0\t,\r\n null ]\n", [b"1", b"2.0", b"null"]),
    (b'["a, b]",{"c":[]} , [ ] ]', [b'"a, b]"', b'{"c":[]}', b"[ ]"]),
    ('["\u00e4" ,"\u20ac"]'.encode(), ['"\u00e4"'.encode(), '"\u20ac"'.encode()]),
)
OBJECTS = (
    (b"{}", b"null"),
    (b"{ }", b"null"),
    (b'{"a":1,"b":"x"}', b'"x"'),
    (b'{ "a" : {"b": 1} ,\t"b"\r\n:\n[ 2 ] }', b"[ 2 ]"),
    (b'{"a": ": ,}" , "b": null}', b"null"),
    (b'{"\\u0062": true }', b"true"),
    (b"null", None),
    (b"[ ]", None),
)


@pytest.mark.parametrize(("array", "items"), ARRAYS)
def test_items_are_found_as_they_are_written(array, items):
    assert list(split_items(array)) == items


@pytest.mark.parametrize(("value", "member"), OBJECTS)
def test_a_member_is_found_as_it_is_written(value, member):
    assert find_member(value, "b") == member


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" , ", " : ")])
def test_places_and_members_do_not_depend_on_blanks(separators):
    array = json.dumps([{"a": 1, "b": "c, d: {"}, None], separators=separators).encode()

    item = find_item(array, -2)

    assert item is not None
    assert find_member(item, "b") == b'"c, d: {"'
    assert (find_item(array, 1), find_item(array, 2)) == (b"null", None)
