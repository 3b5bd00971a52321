"""How the general ledger of a company is set up: a view of one row; read only (reference §17)."""

from __future__ import annotations

import datetime

import peewee

from models.base import Entity, choice, key_of, last_modified, text
from models.company import READ_ONLY
from models.grants import COMPANY_SETUP
from models.surroundings import Surroundings
from odata.sql.expose import Exposure, column
from odata.sql.fields import DayField, TextField

_NO_DAY = datetime.date(1, 1, 1)


class GeneralLedgerSetup(Entity):
    """The row of one company; its id is the company's."""

    allow_posting_from = DayField(default=_NO_DAY)
    allow_posting_to = DayField(default=_NO_DAY)
    additional_reporting_currency = TextField(10, default="")
    local_currency_code = TextField(10, default="")
    local_currency_symbol = TextField(10, default="")
    allow_query_from_consolidation = peewee.BooleanField(default=False)

    class Meta:
        table_name = "general_ledger_setup"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``generalLedgerSetup``."""
    model = GeneralLedgerSetup
    return Exposure(
        model,
        "generalLedgerSetup",
        "generalLedgerSetup",
        properties=(
            key_of(model),
            column(model.allow_posting_from, computed=True, unset=_NO_DAY),
            column(model.allow_posting_to, computed=True, unset=_NO_DAY),
            text(model.additional_reporting_currency, computed=True),
            text(model.local_currency_code, computed=True),
            text(model.local_currency_symbol, computed=True),
            last_modified(model),
            choice(model.allow_query_from_consolidation, unset=False, computed=True),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        capabilities=READ_ONLY,
        grants=COMPANY_SETUP,
    )
