"""Locations: where the stock of a company lies (reference §6.1)."""

from __future__ import annotations

from models.address import Addressed, address
from models.address_check import check_country
from models.base import text
from models.code_table import CodeEntity, CodeRules, code_exposure
from models.forms import EMAIL, phone_of
from models.grants import TABLE
from models.surroundings import Surroundings
from odata.query.change import Change
from odata.sql.expose import Exposure
from odata.sql.fields import TextField

CAPTION = "Location"


class Location(CodeEntity, Addressed):
    """A location of one company."""

    code = TextField(10)
    contact = TextField(100, default="")
    phone_number = TextField(30, default="")
    email = TextField(80, default="")
    website = TextField(90, default="")

    class Meta:
        table_name = "location"


class LocationRules(CodeRules):
    """Codes, and an address that can be true."""

    def check_values(self, change: Change) -> None:
        """Check the address."""
        check_country(change, CAPTION)


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``locations``."""
    return code_exposure(
        Location,
        ("location", "locations"),
        LocationRules(Location, CAPTION, around.uses_of("location")),
        (
            text(Location.contact),
            *address(Location),
            text(Location.phone_number, constraint=phone_of(CAPTION)),
            text(Location.email, constraint=EMAIL),
            text(Location.website),
        ),
        grants=TABLE,
    )
