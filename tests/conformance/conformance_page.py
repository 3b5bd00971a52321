"""The page ``docs/conformance.md``: which item of the standard is proven by which test.

Written by ``python -m tests.conformance.conformance_page``, which puts the summary into README,
too; tests hold both against the cases.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.conformance.case import Case, read_cases

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "conformance.md"
README = ROOT / "README.md"
CHECKLIST = Path(__file__).with_name("checklist.toml")

_TABLE = re.compile(r"^\| Level \| must .*?(?=^\n)", re.MULTILINE | re.DOTALL)
_HEAD = """# What is proven of OData

The items of the conformance clauses of OData 4.0 and 4.01 (Protocol 13) and of the JSON format,
each with the tests that prove it on SQLite and on PostgreSQL. Cases are requests and answers
as data in `tests/conformance/cases`; the tests fail as soon as one of them does.
This page is written by `python -m tests.conformance.conformance_page` from
`tests/conformance/checklist.toml` and the cases.
"""


@dataclass(frozen=True)
class Item:
    """One item of the standard."""

    identity: str
    level: str
    strength: str
    requirement: str
    proof: str = ""
    note: str = ""


def read_items() -> tuple[Item, ...]:
    """The items in the order of the standard."""
    document = tomllib.loads(CHECKLIST.read_text(encoding="utf-8"))
    return tuple(
        Item(
            table["id"],
            table["level"],
            table["strength"],
            table["requirement"],
            table.get("proof", ""),
            table.get("note", ""),
        )
        for table in document["item"]
    )


def write_page(items: Sequence[Item], cases: Iterable[Case]) -> str:
    """The page as it has to be."""
    by_item: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for identity in case.items:
            by_item[identity].append(case)
    sections = (
        _section(level, tuple(found), by_item)
        for level, found in groupby(items, key=lambda item: item.level)
    )
    return "\n".join([_HEAD, _summary(items, by_item), *sections])


def _summary(items: Sequence[Item], by_item: Mapping[str, list[Case]]) -> str:
    lines = ["| Level | must | should | may |", "|---|---|---|---|"]
    for level, found in groupby(items, key=lambda item: item.level):
        listed = tuple(found)
        counts = (_proven(listed, strength, by_item) for strength in ("must", "should", "may"))
        lines.append(f"| {level} | {' | '.join(counts)} |")
    return "\n".join([*lines, ""])


def _proven(items: Sequence[Item], strength: str, by_item: Mapping[str, list[Case]]) -> str:
    asked = [item for item in items if item.strength == strength]
    proven = [item for item in asked if _is_settled(item, by_item)]
    return f"{len(proven)} of {len(asked)}" if asked else "-"


def _is_settled(item: Item, by_item: Mapping[str, list[Case]]) -> bool:
    is_refused = item.note in ("501", "not built")
    return bool(by_item.get(item.identity) or item.proof or item.note) and not is_refused


def _section(level: str, items: Sequence[Item], by_item: Mapping[str, list[Case]]) -> str:
    lines = [f"## {level}", "", "| Item | | Requirement | Proof |", "|---|---|---|---|"]
    lines += [
        f"| {item.identity} | {item.strength} | {item.requirement} |"
        f" {'; '.join(_proofs(item, by_item)) or 'open'} |"
        for item in items
    ]
    return "\n".join([*lines, ""])


def _proofs(item: Item, by_item: Mapping[str, list[Case]]) -> Iterator[str]:
    cases = by_item.get(item.identity, ())
    for file, found in groupby(sorted(case.file for case in cases)):
        count = len(tuple(found))
        yield f"{count} {'case' if count == 1 else 'cases'} in `{file}`"
    if item.proof:
        yield f"`{item.proof}`"
    if item.note:
        yield item.note


def write_readme(readme: str, page: str) -> str:
    """README with the summary of the page in place of the one it has."""
    summary = _TABLE.search(page)
    if summary is None:
        raise ValueError("the page has no summary")
    return _TABLE.sub(lambda _: summary.group(), readme, count=1)


if __name__ == "__main__":
    PAGE.write_text(write_page(read_items(), read_cases()), encoding="utf-8")
    told = write_readme(README.read_text("utf-8"), PAGE.read_text("utf-8"))
    README.write_text(told, encoding="utf-8")
