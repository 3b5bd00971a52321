"""The tables of the parser are kept beside the bytecode, and are not needed."""

from __future__ import annotations

import sys

from odata.uri.parser import build_parser
from odata.uri.parser_tables import kept_tables, place_for

_TEXT = "contains(displayName,'Harbor') and not (balance gt 5 or blocked ne ' ')"


def _trees(parser):
    return parser.parse(_TEXT, "expression"), parser.parse("a,b/c desc", "orderby_items")


def test_a_parser_of_kept_tables_gives_the_same_trees(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    made = build_parser.__wrapped__()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    loaded = build_parser.__wrapped__()

    assert [path.suffix for path in kept] == [".tables"]
    assert not hasattr(loaded, "grammar"), "it was read again"
    assert _trees(loaded) == _trees(made)


def test_nothing_is_written_where_python_writes_no_bytecode(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert place_for(tmp_path / "odata.tables") is None


def test_another_grammar_has_tables_of_its_own(tmp_path):
    first, second = tmp_path / "odata.lark", tmp_path / "new" / "odata.lark"
    second.parent.mkdir()
    first.write_text("a: b")
    second.write_text("a: c")

    assert kept_tables(first).name != kept_tables(second).name
