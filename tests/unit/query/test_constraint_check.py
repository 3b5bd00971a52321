from __future__ import annotations

from odata.edm.constraints import Pattern
from odata.edm.types import ComplexType, Primitive, Property
from odata.query.constraint_check import find_violations

LETTERS = Pattern("[a-z]*", lambda value, known: f"{value} of {known('number')}", "Code")


def test_members_and_items_are_held_against_their_constraints():
    text = Property("text", Primitive.STRING, constraint=LETTERS)
    texts = Property("texts", Primitive.STRING, is_collection=True, constraint=LETTERS)
    part = ComplexType("part", "Ns", (text, texts))
    whole = ComplexType("whole", "Ns", (Property("part", part), text, texts))
    values = {
        "text": "a1",
        "texts": ["a", "b2"],
        "part": {"text": "c3", "texts": ["d4"]},
        "unknown": "5",
    }

    found = list(find_violations(whole, values, {"number": 7}.get))

    assert [(item.target, item.message, item.code) for item in found] == [
        ("text", "a1 of 7", "Code"),
        ("texts/1", "b2 of 7", "Code"),
        ("part/text", "c3 of 7", "Code"),
        ("part/texts/0", "d4 of 7", "Code"),
    ]


def test_null_and_what_is_right_are_no_violations():
    whole = ComplexType("whole", "Ns", (Property("text", Primitive.STRING, constraint=LETTERS),))

    assert not list(find_violations(whole, {"text": None}, {}.get))
    assert not list(find_violations(whole, {"text": "abc"}, {}.get))
