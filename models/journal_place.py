"""Where the lines of journals stand: in a journal that exists, each at a place of its own."""

from __future__ import annotations

from typing import Any, TypeVar

from models.base import NO_ID
from models.code_table import CodeEntity, already_exists
from models.reference_check import find, mismatch
from odata.errors import DuplicateKeyError, RuleError
from odata.query.change import Change

Journal = TypeVar("Journal", bound=CodeEntity)
LineTable = Any  # a model class with journal_id and line_number
Line = Any  # a row of it

JOURNAL_NEEDED = "You must specify a journal batch ID or a journal ID to get a journal line."
JOURNAL_FIXED = "The Journal Batch Id isn't editable."
_STEP = 10_000


def begin_line(change: Change, journals: type[Journal]) -> Journal:
    """The journal of a new line: the one that it is made below, or that it names."""
    if change.parent is not None:
        change.values["journalId"] = change.parent.key["id"]
    return journal_of(change, journals)


def journal_of(change: Change, journals: type[Journal]) -> Journal:
    """The journal of a line, which stays."""
    current = change.current
    key = change.value("journalId")
    if current is not None and key != current["journalId"]:
        raise RuleError(JOURNAL_FIXED, target="journalId")
    if key in (None, "", NO_ID):
        raise RuleError(JOURNAL_NEEDED, target="journalId")
    journal = find(journals, change.scope, journals.id == key)
    if journal is None:
        raise RuleError(mismatch("journalId", "Journal"), target="journalId")
    return journal


def last_line(lines: LineTable, journal: str) -> Line | None:
    """The last line of a journal."""
    found = lines.select().where(lines.journal_id == journal)
    return found.order_by(lines.line_number.desc(), lines.id.desc()).first()


def place_line(change: Change, lines: LineTable, last: Line | None, batch: str) -> None:
    """Give a new line the place that it asks for, else one behind the last; ``batch`` says of
    which journal."""
    if change.values.get("lineNumber"):
        check_place(change, lines, batch)
    else:
        change.values["lineNumber"] = (last.line_number if last else 0) + _STEP


def check_place(change: Change, lines: LineTable, batch: str) -> None:
    """Refuse a place that another line of the journal has."""
    current, place = change.current or {}, change.value("lineNumber")
    if place == current.get("lineNumber"):
        return
    taken = lines.select().where(
        lines.journal_id == change.value("journalId"), lines.line_number == place
    )
    if taken.exists():
        message = already_exists("Gen. Journal Line", f"{batch},Line No.='{place}'")
        raise DuplicateKeyError(message, target="lineNumber")


def batch_of(template: str, code: str) -> str:
    """How Business Central identifies a journal."""
    return f"Journal Template Name='{template}',Journal Batch Name='{code}'"
