"""General ledger entries: what every posting has moved; read only (reference §6.4)."""

from __future__ import annotations

from decimal import Decimal

import peewee

from models.base import Entity, choice, key_of, last_modified, number, reference, text
from models.company import READ_ONLY
from models.enumerations import DOCUMENT_TYPE
from models.grants import BUSINESS
from models.parts import attachments_of, dimension_set_of
from models.surroundings import Surroundings
from odata.sql.expose import Exposure, column, to_one
from odata.sql.fields import DayField, EnumField, GuidField, ScaledDecimalField, TextField


class GeneralLedgerEntry(Entity):
    """One leg of a posting; the legs of a ``transaction_number`` add up to nothing."""

    entry_number = peewee.IntegerField()
    transaction_number = peewee.IntegerField()
    posting_date = DayField()
    document_number = TextField(20)
    document_type = EnumField(DOCUMENT_TYPE, default=0)
    account_id = GuidField()
    account_number = TextField(20)
    description = TextField(100, default="")
    debit_amount = ScaledDecimalField(default=Decimal(0))
    credit_amount = ScaledDecimalField(default=Decimal(0))
    additional_currency_debit_amount = ScaledDecimalField(default=Decimal(0))
    additional_currency_credit_amount = ScaledDecimalField(default=Decimal(0))

    class Meta:
        table_name = "general_ledger_entry"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``generalLedgerEntries``."""
    model = GeneralLedgerEntry
    return Exposure(
        model,
        "generalLedgerEntry",
        "generalLedgerEntries",
        properties=(
            key_of(model),
            number(model.entry_number, computed=True),
            column(model.posting_date, computed=True, nullable=True),
            text(model.document_number, computed=True, upper_case=True),
            choice(model.document_type, computed=True),
            reference(model.account_id, computed=True),
            text(model.account_number, computed=True, upper_case=True),
            text(model.description, computed=True),
            number(model.debit_amount, computed=True),
            number(model.credit_amount, computed=True),
            number(model.additional_currency_debit_amount, computed=True),
            number(model.additional_currency_credit_amount, computed=True),
            last_modified(model),
        ),
        navigation=(
            to_one("account", "account", on=(("accountId", "id"),)),
            attachments_of("generalLedgerEntry"),
            dimension_set_of("generalLedgerEntry"),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("entryNumber",),
        capabilities=READ_ONLY,
        grants=BUSINESS,
    )
