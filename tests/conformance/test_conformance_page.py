from __future__ import annotations

from tests.conformance.case import read_cases
from tests.conformance.conformance_page import (
    PAGE,
    README,
    ROOT,
    read_items,
    write_page,
    write_readme,
)


def test_the_page_is_what_the_cases_give():
    assert PAGE.read_text(encoding="utf-8") == write_page(read_items(), read_cases())


def test_every_case_names_an_item_of_the_standard():
    known = {item.identity for item in read_items()}

    assert {name for case in read_cases() for name in case.items} <= known


def test_every_proof_is_a_file():
    assert [
        item.proof for item in read_items() if item.proof and not (ROOT / item.proof).is_file()
    ] == []


def test_readme_has_the_summary_of_the_page():
    readme = README.read_text(encoding="utf-8")

    assert readme == write_readme(readme, PAGE.read_text(encoding="utf-8"))
