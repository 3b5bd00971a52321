"""What every document keeps: links that lead somewhere, and no trace of anybody's machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_HOME = re.compile(r"(?<![\w.])/(?:home|root|Users|work|tmp)/")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _prose(path: Path) -> str:
    return _FENCED.sub("", path.read_text(encoding="utf-8"))


def _anchors(path: Path) -> set[str]:
    headings = _HEADING.findall(_prose(path))
    return {re.sub(r"[^\w -]", "", found.lower()).replace(" ", "-") for found in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_link_leads_somewhere(document):
    for target, anchor in _LINK.findall(_prose(document)):
        path = (document.parent / target).resolve() if target else document
        assert path.is_file(), target
        assert not anchor or anchor in _anchors(path), f"{target}#{anchor}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_a_document_names_no_directory_of_a_person(document):
    assert _HOME.findall(document.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("lock", LOCKS, ids=_name)
def test_a_lock_file_names_packages_and_hashes_alone(lock):
    text = lock.read_text(encoding="utf-8")

    assert "://" not in text
    assert "--index-url" not in text
    requirements = re.findall(r"^[a-zA-Z0-9].*?(?=^[a-zA-Z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert [found for found in requirements if "--hash=sha256:" not in found] == []
