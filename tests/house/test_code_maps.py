"""Package docstrings are maps: they name every module, and no module that is not there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Steps of the schema are numbered; their order needs no map.
_STEPS = "models/migrations"
# A line of a map: names between commas, then two blanks and words, or the end of the line.
_ENTRY = re.compile(r"^(?: {4})?((?:\w+, )*\w+)(?: {2,}\S.*)?$", re.MULTILINE)


def _packages() -> list[str]:
    found = (
        path.parent.relative_to(ROOT).as_posix()
        for name in ("app", "models", "odata")
        for path in sorted((ROOT / name).rglob("__init__.py"))
    )
    return [name for name in found if name != _STEPS]


def _docstring(package: str) -> str:
    text = (ROOT / package / "__init__.py").read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(text), clean=False) or ""


def _modules(package: str) -> set[str]:
    directory = ROOT / package
    files = {path.stem for path in directory.glob("*.py")} - {"__init__"}
    return files | {path.parent.name for path in directory.glob("*/__init__.py")}


@pytest.mark.parametrize("package", _packages())
def test_a_package_names_each_of_its_modules(package):
    named = set(re.findall(r"\w+", _docstring(package)))

    assert sorted(_modules(package) - named) == []


@pytest.mark.parametrize("package", _packages())
def test_a_package_names_no_module_that_is_gone(package):
    entries = _ENTRY.findall(_docstring(package))
    named = {name for entry in entries for name in entry.split(", ")}
    grammars = {path.stem for path in (ROOT / package).glob("*.lark")}

    assert sorted(named - _modules(package) - grammars) == []
