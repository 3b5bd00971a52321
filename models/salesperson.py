"""Salespeople and purchasers of a company (reference §6.1)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import peewee

from models.base import choice, percent, text
from models.code_table import CodeEntity, CodeRules, code_exposure, code_property
from models.forms import EMAIL
from models.grants import TABLE
from models.surroundings import Surroundings
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


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``salespeoplePurchasers``."""
    coded = code_exposure(
        Salesperson,
        ("salespersonPurchaser", "salespeoplePurchasers"),
        CodeRules(Salesperson, CAPTION, around.uses_of("salespersonPurchaser")),
        (
            text(Salesperson.email, constraint=EMAIL),
            text(Salesperson.email2, constraint=EMAIL),
            text(Salesperson.phone_no),
            text(Salesperson.job_title),
            percent(Salesperson.commission_percent, "commisionPercent"),
            choice(Salesperson.privacy_blocked, unset=False),
            choice(Salesperson.blocked, unset=False),
        ),
        grants=TABLE,
    )
    # Business Central declares this code alone without saying that it is never null.
    key, _, *others = coded.properties
    code = code_property(Salesperson.code, CAPTION, text, searchable=True)
    return replace(coded, properties=(key, code, *others))
