"""What becomes of the answers, and of the silence, of the advisory service."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.audit import Verdict, exit_status, verdict_of

SOUND = {"name": "flask", "version": "3.1.3", "vulns": []}
UNKNOWN = {"name": "lark", "skip_reason": "could not be audited"}
BAD = {
    "name": "jinja2",
    "version": "3.1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.6"], "aliases": [], "description": "x"}],
}
WORDS = ("jinja2 3.1.0: PYSEC-1, mended by 3.1.6",)


@pytest.mark.parametrize(
    ("dependencies", "expected"),
    [
        ([SOUND], Verdict(is_whole=True)),
        ([SOUND, UNKNOWN], Verdict(is_whole=False)),
        ([SOUND, BAD], Verdict(is_whole=True, vulnerabilities=WORDS)),
        ([UNKNOWN, BAD], Verdict(is_whole=False, vulnerabilities=WORDS)),
    ],
)
def test_a_report_is_read(dependencies, expected):
    assert verdict_of(json.dumps({"dependencies": dependencies}), "") == expected


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ("ERROR: Could not connect to PyPI's vulnerability feed", Verdict(is_whole=False)),
        ("ERROR: lock is broken", Verdict(is_whole=False, fault="ERROR: lock is broken")),
        ("", Verdict(is_whole=False, fault="pip-audit said nothing")),
    ],
)
def test_silence_is_no_vulnerability_but_a_fault_of_ours_is_told(errors, expected):
    assert verdict_of("", errors) == expected


@pytest.mark.parametrize(
    ("verdict", "usual", "strict"),
    [
        (Verdict(is_whole=True), 0, 0),
        (Verdict(is_whole=False), 0, 1),
        (Verdict(is_whole=True, vulnerabilities=WORDS), 1, 1),
        (Verdict(is_whole=False, vulnerabilities=WORDS), 1, 1),
        (Verdict(is_whole=False, fault="x"), 1, 1),
    ],
)
def test_a_vulnerability_fails_and_silence_only_where_it_is_asked_for(verdict, usual, strict):
    assert exit_status(verdict, strict=False) == usual
    assert exit_status(verdict, strict=True) == strict


def test_make_check_asks_and_has_the_rules_of_security_on():
    makefile = Path("Makefile").read_text(encoding="utf-8")
    check = re.search(r"^check:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    rules = Path("pyproject.toml").read_text(encoding="utf-8")

    assert check is not None
    assert "python -m tests.audit\n" in check[1]
    assert '"S",' in rules
