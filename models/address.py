"""The address block of customers, vendors, contacts, employees and places."""

from __future__ import annotations

from models.base import Entity, text
from odata.sql.fields import TextField
from odata.sql.mapping import ColumnMapping


class Addressed(Entity):
    """An entity with an address."""

    address_line1 = TextField(100, default="")
    address_line2 = TextField(50, default="")
    city = TextField(30, default="")
    state = TextField(30, default="")
    country = TextField(10, default="")
    postal_code = TextField(20, default="")


def address(model: type[Addressed], *, searchable: str = "") -> tuple[ColumnMapping, ...]:
    """The properties of the address; ``searchable`` names those that a search looks at."""
    return (
        text(model.address_line1, searchable="addressLine1" in searchable),
        text(model.address_line2),
        text(model.city, searchable="city" in searchable),
        text(model.state),
        text(model.country, upper_case=True),
        text(model.postal_code, upper_case=True),
    )
