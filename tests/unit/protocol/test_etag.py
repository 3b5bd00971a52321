"""Entity tags and conditions."""

import base64

import pytest

from odata.errors import PreconditionInvalidError
from odata.protocol.etag import (
    Absent,
    AnyTag,
    Tags,
    missing_if_match,
    names_tag,
    parse_if_match,
    parse_if_none_match,
    tag_text,
    write_tag,
)

TAG = "JzE5OzY3MjczMjkxODU0MzQ2NTQ2MTcxOzAwOyc="
SENTENCE = (
    "Could not validate the client concurrency token required by the service. "
    "Please provide a valid token in the client request."
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, Absent()),
        ("*", AnyTag()),
        (" * ", AnyTag()),
        (f'W/"{TAG}"', Tags(frozenset({TAG}))),
        (f'"{TAG}"', Tags(frozenset({TAG}))),
        (f'  W/"{TAG}"  ', Tags(frozenset({TAG}))),
        ('"a", W/"b" ,"c"', Tags(frozenset({"a", "b", "c"}))),
        ('"a",,"b",', Tags(frozenset({"a", "b"}))),
        ('"a,b"', Tags(frozenset({"a,b"}))),
        ('W/"*"', Tags(frozenset({"*"}))),
        ('"\xe9"', Tags(frozenset({"\xe9"}))),
        ('"' + "x" * 5000 + '"', Tags(frozenset({"x" * 5000}))),
        (",".join(f'"{n}"' for n in range(500)), Tags(frozenset(str(n) for n in range(500)))),
    ],
)
def test_conditions_are_read_weakly(header, expected):
    assert parse_if_match(header) == expected
    assert parse_if_none_match(header) == expected


@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        ",",
        TAG,
        f"W/{TAG}",
        f'W/\\"{TAG}\\"',
        f'"W/\\"{TAG}\\""',
        '""',
        'W/""',
        'w/"a"',
        'W/ "a"',
        '"a',
        'a"',
        '"a" "b"',
        '*, "a"',
        '"a", *',
        '"a b"',
        "undefined",
        "null",
        "'a'",
        '"' + " " * 8000,
    ],
)
def test_what_is_no_tag_is_refused_with_the_sentence_and_advice(header):
    with pytest.raises(PreconditionInvalidError) as caught:
        parse_if_match(header)
    assert caught.value.message.startswith(SENTENCE)
    assert "If-Match" in caught.value.message
    assert "@odata.etag" in caught.value.message
    assert (caught.value.status, caught.value.code) == (400, "BadRequest_InvalidToken")


def test_a_malformed_if_none_match_is_refused_by_its_own_name():
    with pytest.raises(PreconditionInvalidError, match="If-None-Match: \\*"):
        parse_if_none_match("abc")


@pytest.mark.parametrize(
    ("condition", "text", "expected"),
    [
        (Absent(), "a", False),
        (AnyTag(), "a", True),
        (AnyTag(), None, True),
        (Tags(frozenset({"a", "b"})), "b", True),
        (Tags(frozenset({"a", "b"})), "A", False),
        (Tags(frozenset({"a"})), None, False),
    ],
)
def test_a_condition_names_a_tag_or_does_not(condition, text, expected):
    assert names_tag(condition, text) is expected


def test_the_refusal_of_a_missing_header_mentions_a_tag_in_the_body():
    assert "in the body" not in missing_if_match().message
    assert "in the body" in missing_if_match(tag_in_body=True).message
    assert missing_if_match().message.startswith(SENTENCE)


@pytest.mark.parametrize(
    ("counter", "envelope"),
    [
        (0, "'19;00000000000000000001;00;'"),
        (1, "'19;61803398874989484831;00;'"),
        (2, "'19;23606797749978969661;00;'"),
        (10**19 - 1, "'19;38196601125010515171;00;'"),
    ],
)
def test_a_tag_has_the_envelope_of_business_central(counter, envelope):
    assert base64.b64decode(tag_text(counter)).decode() == envelope


def test_tags_do_not_repeat():
    assert len({tag_text(counter) for counter in range(20000)}) == 20000


def test_a_tag_is_written_weak():
    assert write_tag("abc") == 'W/"abc"'


def test_a_written_tag_is_read_back():
    assert parse_if_match(write_tag(tag_text(7))) == Tags(frozenset({tag_text(7)}))
