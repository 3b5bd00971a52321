"""Salespeople and purchasers of a company (reference §6.1)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import peewee

from models.address_check import check_email
from models.base import choice, number, text
from models.code_table import CodeEntity, CodeRules, code_exposure
from models.grants import TABLE
from models.payment_term import check_percent
from models.surroundings import Surroundings
from odata.query.change import Change
from odata.sql.expose import Exposure
from odata.sql.fields import ScaledDecimalField, TextField

CAPTION = "Salesperson/Purchaser"


class Salesperson(CodeEntity):
    """A salesperson or purchaser of one company."""

    code = TextField(20)
    display_name = TextField(50, default="")
    email = TextField(80, default="")
    email2 = TextField(80, default="")
    phone_no = TextField(30, default="")
    job_title = TextField(30, default="")
    commission_percent = ScaledDecimalField(18, 5, default=Decimal(0))
    privacy_blocked = peewee.BooleanField(default=False)
    blocked = peewee.BooleanField(default=False)

    class Meta:
        table_name = "salesperson"


class SalespersonRules(CodeRules):
    """Codes, e-mail addresses and a percentage."""

    def check_values(self, change: Change) -> None:
        """Check the addresses and the commission."""
        check_email(change, "email")
        check_email(change, "email2")
        check_percent(change, "commisionPercent")


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``salespeoplePurchasers``."""
    coded = code_exposure(
        Salesperson,
        ("salespersonPurchaser", "salespeoplePurchasers"),
        SalespersonRules(Salesperson, CAPTION, around.uses_of("salespersonPurchaser")),
        (
            text(Salesperson.email),
            text(Salesperson.email2),
            text(Salesperson.phone_no),
            text(Salesperson.job_title),
            number(Salesperson.commission_percent, "commisionPercent"),
            choice(Salesperson.privacy_blocked, unset=False),
            choice(Salesperson.blocked, unset=False),
        ),
        grants=TABLE,
    )
    # Business Central declares this code alone without saying that it is never null.
    key, _, *others = coded.properties
    code = text(Salesperson.code, required=True, upper_case=True, searchable=True)
    return replace(coded, properties=(key, code, *others))
