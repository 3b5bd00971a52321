"""Each plain REST dialect is told of where its users look."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.rest.blueprint import DIALECTS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = [dialect.name for dialect in DIALECTS]


@pytest.mark.parametrize("dialect", DIALECTS, ids=NAMES)
def test_readme_names_the_roots_the_page_and_the_description(dialect):
    page = f"docs/integrators/{dialect.name}.md"
    row = next(line for line in README.splitlines() if line.startswith("|") and page in line)

    for root in dialect.roots:
        assert f"`{root}" in row
    assert f"`/{dialect.name}/openapi.json`" in row


@pytest.mark.parametrize("dialect", DIALECTS, ids=NAMES)
def test_a_dialect_has_a_page_for_integrators(dialect):
    text = (ROOT / "docs" / "integrators" / f"{dialect.name}.md").read_text(encoding="utf-8")

    assert f"/{dialect.name}/docs" in text
    for last in {route.template.split("/")[-1] for route in dialect.routes}:
        assert last in text or last.startswith("{")
