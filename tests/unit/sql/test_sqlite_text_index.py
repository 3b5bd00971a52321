"""What is asked of FTS5: never less than the rows that have a text in lower case."""

import sqlite3
import sys

import pytest

from odata.sql.dialects.sqlite_text_index import SqliteTextIndexing, _text
from odata.sql.dialects.text_index import Needle, Needles


@pytest.fixture
def runs():
    """FTS5 as the index uses it, over the column ``text`` of rows."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE own (id INTEGER PRIMARY KEY, name)")
        connection.execute(
            "CREATE VIRTUAL TABLE runs USING fts5(text, tokenize='trigram case_sensitive 0',"
            " detail=none, columnsize=0)"
        )
        yield connection
    connection.close()


def _enter(connection, texts):
    connection.executemany("INSERT INTO own VALUES (?, ?)", enumerate(texts))
    entered = "INSERT INTO runs (rowid, text) SELECT id, {} FROM own AS o"
    connection.execute(entered.format(_text("o", ["name"])))


def _match(*needles, is_lowered=True):
    places = tuple(Needle(place, is_lowered) for place in range(len(needles)))
    return SqliteTextIndexing().narrowing.match(Needles(places, any_will_do=False))(needles)


def test_every_letter_is_found_by_its_small_form(runs):
    letters = [c for c in map(chr, range(1, sys.maxunicode + 1)) if c.lower() != c]
    _enter(runs, [f"ab{letter}yz" for letter in letters])
    missed = []
    for number, letter in enumerate(letters):
        for needle in (f"b{letter}y".lower(), f"ab{letter}".lower(), f"{letter}yz".lower()):
            match = _match(needle)
            found = (
                match == '""'
                or runs.execute(
                    "SELECT 1 FROM runs WHERE runs MATCH ? AND rowid = ?", (match, number)
                ).fetchone()
            )
            missed += [] if found else [letter]

    assert missed == []


@pytest.mark.parametrize(
    ("needles", "match"),
    [
        (("ab",), '""'),
        (("abc",), '(("abc"))'),
        (("abcd",), '(("abc" AND "bcd"))'),
        (('a"b',), '(("a""b"))'),
        (("a\0bcde",), '(("cde"))'),
        (("abc", "x"), '(("abc"))'),
        (("\u13a0ab", "abc"), '(("\u13a0ab")) AND (("abc"))'),
    ],
)
def test_a_needle_is_asked_for_by_its_runs(needles, match):
    asked = _match(*needles).replace("(", "").replace(")", "")

    assert asked == match.replace("(", "").replace(")", "")


def test_a_long_needle_is_asked_for_by_few_runs():
    assert _match("abcdefghij" * 100).count(" AND ") < 12


def test_too_many_needles_are_of_no_use():
    assert _match(*["abc"] * 51) == '""'
