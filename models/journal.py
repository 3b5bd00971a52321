"""General journals: where entries are prepared until they are posted (reference §6.4)."""

from __future__ import annotations

from models.account import Account
from models.address_check import INVALID_RELATION
from models.attachment import remove_attachments_of
from models.base import NO_ID, key_of, last_modified, reference, required_text, text
from models.code_table import CodeEntity, CodeRules, Use, code_property
from models.dimension_sets import remove_sets
from models.grants import BUSINESS
from models.journal_table import JournalLine
from models.reference_check import find, mismatch, missing_in_table
from odata.edm.model import Capabilities
from odata.query.change import Change, Rows
from odata.sql.expose import Exposure, to_many
from odata.sql.exposure import ActionDeclaration
from odata.sql.fields import GuidField, TextField

CAPTION = "Gen. Journal Batch"
TEMPLATE = "GENERAL"
_TEMPLATE_TABLE = "Gen. Journal Template"


class Journal(CodeEntity):
    """A journal of one company; its lines take over its balancing account."""

    code = TextField(10)
    template_display_name = TextField(10, default=TEMPLATE)
    balancing_account_id = GuidField(default=NO_ID)
    balancing_account_number = TextField(20, default="")

    class Meta:
        table_name = "journal"


class JournalRules(CodeRules):
    """Codes, the one template, and a balancing account that exists; lines go with the journal."""

    def __init__(self) -> None:
        copies = {"code": JournalLine.journal_display_name}
        super().__init__(Journal, CAPTION, (Use("journal", JournalLine.journal_id, copies),))

    def before_delete(self, change: Change) -> None:
        """Lines do not keep their journal: they go with it."""

    def after_delete(self, change: Change) -> None:
        """Remove the lines with it."""
        model, key = JournalLine, change.key["id"]
        lines = model.select(model.id).where(model.journal_id == key)
        remove_lines(change.rows, [line.id for line in lines])

    def check_values(self, change: Change) -> None:
        """Hold the template to the one that there is; take over the account's number."""
        template = change.values.get("templateDisplayName")
        if change.is_given("templateDisplayName") and template != TEMPLATE:
            message = missing_in_table("Journal Template Name", CAPTION, template, _TEMPLATE_TABLE)
            change.fault(message, target="templateDisplayName", code=INVALID_RELATION)
        if not change.is_given("balancingAccountId"):
            return
        key = change.values.get("balancingAccountId")
        account = None if key == NO_ID else find(Account, change.scope, Account.id == key)
        if key != NO_ID and account is None:
            message = mismatch("balancingAccountId", "Account")
            change.fault(message, target="balancingAccountId")
        change.values["balancingAccountNumber"] = account.number if account else ""


def remove_lines(rows: Rows, keys: list[str]) -> None:
    """Remove lines of a journal with what hangs below them."""
    remove_sets(rows, keys)
    remove_attachments_of(rows, keys)
    rows.delete(JournalLine, JournalLine.id << keys)


def journals(actions: tuple[ActionDeclaration, ...]) -> Exposure:
    """The entity set ``journals``."""
    model = Journal
    return Exposure(
        model,
        "journal",
        "journals",
        properties=(
            key_of(model),
            code_property(model.code, CAPTION, searchable=True),
            text(model.display_name, searchable=True),
            required_text(model.template_display_name, upper_case=True, default=TEMPLATE),
            last_modified(model),
            reference(model.balancing_account_id),
            text(model.balancing_account_number, computed=True, upper_case=True),
        ),
        navigation=(
            to_many("journalLines", "journalLine", on=(("id", "journalId"),), partner="journal"),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("code",),
        capabilities=Capabilities(searchable=True),
        rules=JournalRules(),
        grants=BUSINESS,
        actions=actions,
    )
