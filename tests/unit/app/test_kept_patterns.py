"""Regular expressions are compiled once, and match as they would without that."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from app import kept_patterns as module
from app.kept_patterns import kept_patterns

TEXTS = (r"(?P<year>\d{4})-(?P<month>\d\d)", r"[a-z]+|\s", "(?i:straße)")


def made() -> list[re.Pattern[str]]:
    """Expressions that have just been compiled."""
    re.purge()
    return [re.compile(text) for text in TEXTS]


@pytest.fixture
def kept(tmp_path, monkeypatch) -> Path:
    """The file of expressions, after some were compiled."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = tmp_path / "cache" / "patterns"
    with kept_patterns(path):
        made()
    return path


@pytest.fixture
def compiled(monkeypatch) -> list[str]:
    """The expressions that are compiled."""
    texts: list[str] = []
    original = module._COMPILER.compile

    def compile_text(text: str, flags: int = 0) -> object:
        texts.append(text)
        return original(text, flags)

    monkeypatch.setattr(module._COMPILER, "compile", compile_text)
    return texts


def test_known_expressions_are_not_compiled(kept, compiled):
    with kept_patterns(kept):
        patterns = made()

    assert compiled == []
    assert patterns == made()
    found = patterns[0].search("on 2024-05-01")
    assert found is not None
    assert found.groupdict() == {"year": "2024", "month": "05"}
    assert patterns[2].fullmatch("STRAßE")


def test_the_same_expression_with_other_flags_is_another_one(kept, compiled):
    with kept_patterns(kept):
        made()
        pattern = re.compile(TEXTS[1], re.IGNORECASE)

    assert compiled == [TEXTS[1]]
    assert pattern.fullmatch("ABC")


def test_what_is_no_expression_is_refused_and_not_kept(kept):
    with kept_patterns(kept), pytest.raises(re.error, match="unterminated"):
        re.compile("(a")


def test_a_file_that_is_damaged_is_made_anew(kept, compiled):
    kept.write_bytes(kept.read_bytes()[:-1])
    with kept_patterns(kept):
        made()
    assert compiled == list(TEXTS)
    compiled.clear()
    with kept_patterns(kept):
        made()
    assert compiled == []


def test_nothing_is_written_where_python_writes_no_bytecode(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    with kept_patterns(tmp_path / "patterns"):
        made()
    assert list(tmp_path.iterdir()) == []


def test_the_compiler_is_left_as_it_was(kept):
    before = dict(vars(module._COMPILER))
    with pytest.raises(ZeroDivisionError), kept_patterns(kept):
        raise ZeroDivisionError
    assert vars(module._COMPILER) == before


def test_a_python_whose_compiler_is_another_one_keeps_nothing(monkeypatch):
    monkeypatch.setattr(module, "_COMPILER", None)
    assert module.place_of_patterns() is None
    with kept_patterns(None):
        assert made()[1].fullmatch("abc")
