"""Countries and regions of a company: what a customer's ``country`` may be."""

from __future__ import annotations

import peewee

from models.code_table import CodeEntity
from odata.sql.fields import TextField

CAPTION = "Country/Region"


class CountryRegion(CodeEntity):
    """A country or region; ``address_format`` 1 writes the city before the post code."""

    code = TextField(10)
    display_name = TextField(50, default="")
    address_format = peewee.SmallIntegerField(default=1)

    class Meta:
        table_name = "country_region"
