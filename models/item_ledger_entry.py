"""Item ledger entries: how the stock of items has moved; read only (reference §6.4)."""

from __future__ import annotations

from decimal import Decimal

import peewee

from models.base import Entity, choice, key_of, last_modified, number, text
from models.company import READ_ONLY
from models.enumerations import ANALYSIS_SOURCE_TYPE, ITEM_DOCUMENT_TYPE, ITEM_ENTRY_TYPE
from models.grants import BUSINESS
from models.surroundings import Surroundings
from odata.sql.expose import Exposure, column
from odata.sql.fields import DayField, EnumField, ScaledDecimalField, TextField

SALE, CUSTOMER_SOURCE = 1, 1
SALES_INVOICE, SALES_CREDIT_MEMO = 2, 4


class ItemLedgerEntry(Entity):
    """A movement: what leaves the stock is below zero."""

    entry_number = peewee.IntegerField()
    item_number = TextField(20)
    posting_date = DayField()
    entry_type = EnumField(ITEM_ENTRY_TYPE, default=SALE)
    source_number = TextField(20, default="")
    source_type = EnumField(ANALYSIS_SOURCE_TYPE, default=0)
    document_number = TextField(20, default="")
    document_type = EnumField(ITEM_DOCUMENT_TYPE, default=0)
    description = TextField(100, default="")
    quantity = ScaledDecimalField(18, 5, default=Decimal(0))
    sales_amount_actual = ScaledDecimalField(default=Decimal(0))
    cost_amount_actual = ScaledDecimalField(default=Decimal(0))

    class Meta:
        table_name = "item_ledger_entry"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``itemLedgerEntries``."""
    model = ItemLedgerEntry
    return Exposure(
        model,
        "itemLedgerEntry",
        "itemLedgerEntries",
        properties=(
            key_of(model),
            number(model.entry_number, computed=True),
            text(model.item_number, computed=True, upper_case=True),
            column(model.posting_date, computed=True, nullable=True),
            choice(model.entry_type, computed=True),
            text(model.source_number, computed=True, upper_case=True),
            choice(model.source_type, computed=True),
            text(model.document_number, computed=True, upper_case=True),
            choice(model.document_type, computed=True),
            text(model.description, computed=True),
            number(model.quantity, computed=True),
            number(model.sales_amount_actual, computed=True),
            number(model.cost_amount_actual, computed=True),
            last_modified(model),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("entryNumber",),
        capabilities=READ_ONLY,
        grants=BUSINESS,
    )
