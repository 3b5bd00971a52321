"""Countries and regions of a company: what an address may name (reference §6.1)."""

from __future__ import annotations

from models.base import choice
from models.code_table import CodeEntity, CodeRules, code_exposure
from models.enumerations import ADDRESS_FORMAT
from models.grants import TABLE, portal_reads
from models.surroundings import Surroundings
from odata.sql.expose import Exposure
from odata.sql.fields import EnumField, TextField

CAPTION = "Country/Region"


class CountryRegion(CodeEntity):
    """A country or region; ``address_format`` 1 writes the city before the post code."""

    code = TextField(10)
    display_name = TextField(50, default="")
    address_format = EnumField(ADDRESS_FORMAT, default=1)

    class Meta:
        table_name = "country_region"


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``countriesRegions``."""
    return code_exposure(
        CountryRegion,
        ("countryRegion", "countriesRegions"),
        CodeRules(CountryRegion, CAPTION, around.uses_of("countryRegion")),
        (choice(CountryRegion.address_format, default=1),),
        grants=(*TABLE, *portal_reads()),
    )
