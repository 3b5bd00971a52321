"""The chart of accounts; read only (reference §6.4)."""

from __future__ import annotations

from decimal import Decimal

import peewee

from models.base import Entity, choice, key_of, last_modified, number, required_text, text
from models.company import READ_ONLY
from models.enumerations import ACCOUNT_CATEGORY, ACCOUNT_TYPE
from models.grants import BUSINESS
from models.surroundings import Surroundings
from odata.edm.annotations import LANGUAGE_DEPENDENT
from odata.sql.expose import Exposure, expression
from odata.sql.fields import EnumField, ScaledDecimalField, TextField
from odata.sql.mapping import SqlExpression, TableAlias

CAPTION = "G/L Account"


class Account(Entity):
    """An account of one company. ``purpose``, which is not published, says what the company
    posts to it by itself; ``net_change`` follows the entries without touching the tag."""

    number = TextField(20)
    display_name = TextField(100, default="")
    category = EnumField(ACCOUNT_CATEGORY, default=0)
    sub_category = TextField(80, default="")
    blocked = peewee.BooleanField(default=False)
    account_type = EnumField(ACCOUNT_TYPE, default=0)
    direct_posting = peewee.BooleanField(default=True)
    net_change = ScaledDecimalField(default=Decimal(0))
    consolidation_translation_method = peewee.SmallIntegerField(default=0)
    consolidation_debit_account = TextField(20, default="")
    consolidation_credit_account = TextField(20, default="")
    exclude_from_consolidation = peewee.BooleanField(default=False)
    purpose = TextField(20, default="")

    class Meta:
        table_name = "account"


_METHODS = (
    "Average Rate (Manual)",
    "Closing Rate",
    "Historical Rate",
    "Composite Rate",
    "Equity Rate",
)


def _translation_method(account: TableAlias) -> SqlExpression:
    """An option of old: published as its caption."""
    return peewee.Case(account.consolidation_translation_method, tuple(enumerate(_METHODS)), "")


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``accounts``."""
    return Exposure(
        Account,
        "account",
        "accounts",
        properties=(
            key_of(Account),
            required_text(Account.number, computed=True, upper_case=True, searchable=True),
            text(Account.display_name, computed=True, searchable=True),
            choice(Account.category, computed=True),
            text(Account.sub_category, computed=True),
            choice(Account.blocked, unset=False, computed=True),
            choice(Account.account_type, computed=True),
            choice(Account.direct_posting, unset=False, computed=True),
            number(Account.net_change, computed=True),
            expression(
                "consolidationTranslationMethod",
                TextField(),
                _translation_method,
                unset="",
                annotations=((LANGUAGE_DEPENDENT, True),),
            ),
            text(Account.consolidation_debit_account, computed=True),
            text(Account.consolidation_credit_account, computed=True),
            choice(Account.exclude_from_consolidation, unset=False, computed=True),
            last_modified(Account),
        ),
        scope=Account.company_id,
        scope_type="company",
        entity_tag=Account.etag,
        default_order=("number",),
        capabilities=READ_ONLY,
        grants=BUSINESS,
    )
