"""Salespeople and purchasers: what a customer's ``salespersonCode`` may be."""

from __future__ import annotations

import peewee

from models.code_table import CodeEntity
from odata.sql.fields import TextField

CAPTION = "Salesperson/Purchaser"


class Salesperson(CodeEntity):
    """A salesperson or purchaser of one company."""

    code = TextField(20)
    display_name = TextField(50, default="")
    email = TextField(80, default="")
    blocked = peewee.BooleanField(default=False)

    class Meta:
        table_name = "salesperson"
