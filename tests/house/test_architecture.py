"""What must hold for every module: arrows point down, files and functions stay short."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 50
# Pure tables may be as long as what they list.
TABLES: frozenset[str] = frozenset({"odata/uri/ast.py"})
PACKAGES = ("app", "models", "odata")


def _modules() -> list[Path]:
    found = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]
    return [*found, ROOT / "wsgi.py"]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LINES_OF_A_FUNCTION:
                yield f"{_name(path)}:{node.lineno} {node.name} has {length} lines"


def test_imports_keep_the_contracts():
    command = Path(sys.executable).with_name("lint-imports")
    assert shutil.which(command), "import-linter is not installed"

    outcome = subprocess.run(
        [str(command), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_a_module_is_short(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())

    assert lines <= LINES_OF_A_FILE or _name(path) in TABLES


def test_every_function_is_short():
    assert [fault for path in _modules() for fault in _long_functions(path)] == []
