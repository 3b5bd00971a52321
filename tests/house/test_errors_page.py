"""What docs/errors.md must tell."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from odata import errors

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| (\d{3}) \| `(\w+)` \|", re.MULTILINE)
_CODE = re.compile(
    r'"((?:Application|Authentication|Authorization|BadRequest|Internal|Request)_[A-Za-z]+)"'
)


def _documented() -> list[tuple[int, str]]:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    return [(int(status), code) for status, code in _ROW.findall(text)]


def _classes() -> list[type[errors.ODataError]]:
    return [
        member
        for _, member in inspect.getmembers(errors, inspect.isclass)
        if issubclass(member, errors.ODataError) and member is not errors.ODataError
    ]


def _codes_in_source() -> set[str]:
    return {
        code
        for package in ("app", "models", "odata")
        for path in (ROOT / package).rglob("*.py")
        for code in _CODE.findall(path.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize("error", _classes(), ids=lambda error: error.__name__)
def test_an_error_is_documented_with_its_status(error):
    assert (error.status, error.code) in _documented()


@pytest.mark.parametrize("code", sorted(_codes_in_source()))
def test_a_code_is_documented(code):
    assert code in {documented for _, documented in _documented()}


def test_no_row_stands_twice_or_out_of_order():
    documented = _documented()

    assert len(set(documented)) == len(documented)
    assert [status for status, _ in documented] == sorted(status for status, _ in documented)
