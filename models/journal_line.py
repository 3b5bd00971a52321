"""The lines of general journals (reference §6.4, §17).

A line that names no account to balance it takes the journal's. Without a number of a document
it goes on with the last document of the journal while that does not balance, and begins the
next one otherwise.
"""

from __future__ import annotations

from decimal import Decimal

from models.attachment import remove_attachments
from models.base import (
    NO_ID,
    EntityRules,
    choice,
    key_of,
    last_modified,
    number,
    reference,
    text,
)
from models.dimension_sets import begin_set, remove_sets
from models.grants import BUSINESS
from models.journal import Journal
from models.journal_accounts import ACCOUNT, BALANCING, set_side
from models.journal_place import (
    JOURNAL_NEEDED,
    batch_of,
    begin_line,
    check_place,
    journal_of,
    last_line,
    place_line,
)
from models.journal_table import JournalLine
from models.numbers import Numbering, SeriesBeginning
from models.parts import attachments_of, dimension_set_of, parent_of
from models.sales_tables import NO_DAY
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.query.change import Change
from odata.sql.expose import Exposure, column, to_one

JOURNAL_NAME_FIXED = "The Journal Batch Display Name isn't editable."
_DOCUMENTS = Numbering("GENJNL", JournalLine.document_number, SeriesBeginning("GJ", 5))


class JournalLineRules(EntityRules):
    """A journal that stays, accounts by id or number, a place and a document."""

    def before_create(self, change: Change) -> None:
        """Place the line in its journal and complete it."""
        super().before_create(change)
        journal = begin_line(change, Journal)
        change.values["journalDisplayName"] = journal.code
        last = last_line(JournalLine, journal.id)
        place_line(change, JournalLine, last, _batch(journal))
        _set_accounts(change)
        if not change.is_given("balancingAccountId") and not change.value("balancingAccountNumber"):
            _take_over_balancing(change, journal)
        if not change.faults:
            _set_document(change, last)

    def before_update(self, change: Change) -> None:
        """Keep the journal, and the numbers and ids in step."""
        super().before_update(change)
        check_place(change, JournalLine, _batch(journal_of(change, Journal)))
        _set_accounts(change)

    def before_delete(self, change: Change) -> None:
        """Keep the journal from being posted meanwhile."""
        journal_of(change, Journal)

    def after_create(self, change: Change) -> None:
        """Take over the dimension values of the customers."""
        customers = (change.value("accountId"), change.value("balancingAccountId"))
        begin_set(change, "journalLine", customers)

    def after_delete(self, change: Change) -> None:
        """Remove the dimension values and the files with it."""
        remove_sets(change.rows, (change.key["id"],))
        remove_attachments(change)


def _batch(journal: Journal) -> str:
    return batch_of(journal.template_display_name, journal.code)


def _set_accounts(change: Change) -> None:
    account = set_side(change, ACCOUNT)
    set_side(change, BALANCING)
    if account is not None and not change.value("description"):
        change.values["description"] = account.display_name


def _take_over_balancing(change: Change, journal: Journal) -> None:
    if not change.value("balanceAccountType"):
        change.values |= {
            "balancingAccountId": journal.balancing_account_id,
            "balancingAccountNumber": journal.balancing_account_number,
        }


def _set_document(change: Change, last: JournalLine | None) -> None:
    goes_on = last is not None and _is_open(last)
    if not change.values.get("postingDate"):
        change.values["postingDate"] = last.posting_date if last and goes_on else change.now.date()
    if change.values.get("documentNumber"):
        return
    change.values["documentNumber"] = (
        last.document_number if last and goes_on else _DOCUMENTS.draw(change.scope)
    )


def _is_open(last: JournalLine) -> bool:
    """Whether the document of a line does not balance yet."""
    model = JournalLine
    lines = model.select(model.amount).where(
        model.journal_id == last.journal_id,
        model.document_number == last.document_number,
        model.balancing_account_id == NO_ID,
    )
    return sum((line.amount for line in lines), Decimal(0)) != 0


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``journalLines``."""
    model = JournalLine
    return Exposure(
        model,
        "journalLine",
        "journalLines",
        properties=(
            key_of(model),
            reference(model.journal_id),
            text(model.journal_display_name, computed=True, refusal=JOURNAL_NAME_FIXED),
            number(model.line_number, computed_default=True),
            choice(model.account_type),
            reference(model.account_id),
            text(model.account_number, upper_case=True),
            column(model.posting_date, unset=NO_DAY, computed_default=True),
            text(model.document_number, upper_case=True, computed_default=True),
            text(model.external_document_number),
            number(model.amount),
            text(model.description),
            text(model.comment),
            text(model.tax_code, upper_case=True),
            choice(model.balance_account_type),
            reference(model.balancing_account_id),
            text(model.balancing_account_number, upper_case=True),
            last_modified(model),
        ),
        navigation=(
            parent_of("journal", "journalId", "journalLines"),
            to_one("account", "account", on=(("accountId", "id"),)),
            attachments_of("journalLine"),
            dimension_set_of("journalLine"),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("journalId", "lineNumber"),
        capabilities=Capabilities(requires_parent=JOURNAL_NEEDED),
        rules=JournalLineRules(),
        grants=BUSINESS,
    )
