"""Numbers of new customers in the form that a dialect shows."""

from __future__ import annotations

from app.rest.dialect import Call
from models.customer import Customer
from models.numbers import CUSTOMERS, Numbering, SeriesBeginning
from odata.payload.json_document import JsonObject

_USUAL = Numbering(CUSTOMERS, Customer.number)


class OwnNumbers:
    """Draws from a series of the dialect where the client names no number.

    A company whose customers may not be numbered by hand numbers them itself.
    """

    def __init__(self, series: str, beginning: SeriesBeginning) -> None:
        self._numbering = Numbering(series, Customer.number, beginning)

    def __call__(self, call: Call, values: JsonObject) -> None:
        """Give a new customer its number."""
        if not values.get("number") and _USUAL.allows_manual(call.caller.scope):
            values["number"] = self._numbering.draw(call.caller.scope)
