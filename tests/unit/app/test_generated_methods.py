"""Methods of dataclasses are compiled once, and are what they would be without that."""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.generated_methods import kept_methods


def made() -> object:
    """A value of a class that has just been made."""

    @dataclass(frozen=True, slots=True)
    class Price:
        """An amount in a currency."""

        amount: int
        currency: str = "USD"

    return Price(3)


@pytest.fixture
def kept(tmp_path, monkeypatch) -> Path:
    """The file of methods, after one class was made."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = tmp_path / "cache" / "methods"
    with kept_methods(path):
        made()
    return path


@pytest.fixture
def compiled(monkeypatch) -> list[str]:
    """The texts that are compiled."""
    texts: list[str] = []

    def compile_text(source: str, *rest: str) -> object:
        texts.append(source)
        return compile(source, *rest)

    monkeypatch.setattr("app.generated_methods.compile", compile_text, raising=False)
    return texts


def test_known_methods_are_not_compiled(kept, compiled):
    with kept_methods(kept):
        value = made()
    assert compiled == []
    assert repr(value) == "made.<locals>.Price(amount=3, currency='USD')"
    assert value != made()
    assert hash(value) == hash((3, "USD"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.amount = 4


def test_methods_that_are_not_known_are_compiled_and_kept(kept, compiled):
    @dataclass
    class Before:
        """A class of the time before."""

        amount: int

    with kept_methods(kept):

        @dataclass
        class After:
            """Another class."""

            other: int

    assert repr(After(1)).endswith("After(other=1)")
    assert compiled
    assert all("other" in text or "cls" in text for text in compiled)
    compiled.clear()
    with kept_methods(kept):
        made()
    assert compiled == []


def test_a_file_that_is_damaged_is_made_anew(kept, compiled):
    kept.write_bytes(kept.read_bytes()[:-1])
    with kept_methods(kept):
        made()
    assert compiled
    compiled.clear()
    with kept_methods(kept):
        made()
    assert compiled == []


def test_nothing_is_written_where_python_writes_no_bytecode(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    with kept_methods(tmp_path / "methods"):
        made()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_no_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "file").touch()
    with kept_methods(tmp_path / "file" / "methods"):
        assert made() is not None
    with kept_methods(None):
        assert made() is not None


def test_dataclasses_are_left_as_they_were(kept):
    with pytest.raises(ZeroDivisionError), kept_methods(kept):
        raise ZeroDivisionError
    assert not hasattr(dataclasses, "exec")
