"""What the action ``post`` of a general journal does (reference §11.3).

All lines are posted or none. The lines of one day with the same document number are one
transaction, which must balance: each line by itself where it has a balancing account. A line on
a customer moves receivables and writes an entry in the customer's ledger. The entries take over
the dimension values of the line, and that of its account the files. Lines without an account
and an amount are left out; all lines are gone afterwards.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from models.actions import bound_action
from models.attachment import Attachment
from models.base import NO_ID, milliseconds
from models.books import Books
from models.customer import Customer
from models.journal import Journal, journals, remove_lines
from models.journal_accounts import refusal_of, target_of
from models.journal_table import JournalLine
from models.parts import FILE_PARENTS
from models.posting import RECEIVABLES, Claim, Leg, Posting, account_for, post_entries
from models.reference_check import find
from models.sales_posting import NOTHING_TO_POST
from models.sales_tables import NO_DAY
from models.surroundings import Surroundings
from models.tags import new_tag
from odata.errors import NotFoundError, RuleError
from odata.sql.expose import Exposure

_NO_DOCUMENT_TYPE = 0


@dataclass(frozen=True, slots=True)
class _Document:
    """Lines that are posted together."""

    number: str
    day: datetime.date
    lines: tuple[JournalLine, ...]


def post_general_journal(books: Books, key: str) -> None:
    """Post the lines of a journal, which is empty afterwards."""
    if find(Journal, books.company, Journal.id == key) is None:
        raise NotFoundError(f"The General Journal Batch with ID {key} cannot be found.")
    model = JournalLine
    lines = list(model.select().where(model.journal_id == key).order_by(model.line_number))
    posted = [line for line in lines if line.amount or line.account_id != NO_ID]
    if not posted:
        raise RuleError(NOTHING_TO_POST)
    for document in _documents(posted):
        _post(books, document)
    remove_lines(books.rows, [line.id for line in lines])


def _documents(lines: list[JournalLine]) -> Iterator[_Document]:
    """The lines by their document, in the order in which the documents begin."""
    for line in lines:
        _check(line)
    begins: dict[tuple[datetime.date, str], int] = {}
    for place, line in enumerate(lines):
        begins.setdefault(_document_of(line), place)
    ordered = sorted(lines, key=lambda line: begins[_document_of(line)])
    for (day, number), members in groupby(ordered, _document_of):
        yield _Document(number, day, tuple(members))


def _document_of(line: JournalLine) -> tuple[datetime.date, str]:
    return line.posting_date, line.document_number


def _check(line: JournalLine) -> None:
    """Refuse a line that lacks what every entry has."""
    needed = {
        "Posting Date": line.posting_date != NO_DAY,
        "Document No.": line.document_number != "",
        "Account No.": line.account_number != "",
    }
    for name, is_there in needed.items():
        if not is_there:
            raise RuleError(
                f"{name} must have a value in Gen. Journal Line: Journal Batch "
                f"Name={line.journal_display_name}, Line No.={line.line_number}. "
                "It cannot be zero or empty."
            )


def _post(books: Books, document: _Document) -> None:
    legs: list[Leg] = []
    claims: list[Claim] = []
    for line in document.lines:
        own, amount = len(legs), line.amount
        _add(books, line, (line.account_type, line.account_id, amount), legs, claims)
        if line.balancing_account_id != NO_ID:
            other = (line.balance_account_type, line.balancing_account_id, -amount)
            _add(books, line, other, legs, claims)
        _move_files(books, line, legs[own])
    difference = sum((leg.amount for leg in legs), Decimal(0))
    if difference:
        raise RuleError(
            f"Document No. {document.number} is out of balance by {difference.normalize():f}. "
            "Please check that Posting Date, Document No. and Amount are correct for each line."
        )
    number = document.number
    posting = Posting(books, _NO_DOCUMENT_TYPE, number, document.day, f"Journal {number}")
    post_entries(posting, legs, claims)


def _add(
    books: Books,
    line: JournalLine,
    side: tuple[int, str, Decimal],
    legs: list[Leg],
    claims: list[Claim],
) -> None:
    """The leg of one side of a line, and the claim where that side is a customer."""
    kind, key, amount = side
    target = target_of(books.company, kind, key)
    if target is None:
        raise RuleError(f"The account of line {line.line_number} cannot be found.")
    refusal = refusal_of(target)
    if refusal:
        raise RuleError(refusal)
    if isinstance(target, Customer):
        claims.append(Claim(target.id, amount, line.posting_date))
        target = account_for(books.company, RECEIVABLES)
    legs.append(Leg(target, amount, line.id, line.description))


def _move_files(books: Books, line: JournalLine, leg: Leg) -> None:
    """Let the files of a line go with the entry of its account."""
    columns = {
        "parent_id": leg.entry_id,
        "parent_type": FILE_PARENTS["generalLedgerEntry"],
        "etag": new_tag(),
        "last_modified": milliseconds(books.now),
    }
    books.rows.update(Attachment, columns, Attachment.parent_id == line.id)


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``journals`` with its action."""
    return journals((bound_action("post", post_general_journal),))
