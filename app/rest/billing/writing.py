"""What the billing dialect adds to a customer or contact that it writes."""

from __future__ import annotations

from app.rest.dialect import Call
from app.rest.numbering import OwnNumbers
from models.numbers import BILLING_CUSTOMERS, SeriesBeginning
from odata.errors import PayloadError
from odata.payload.json_document import JsonObject

# ``CUST-0001`` and so on.
give_number = OwnNumbers(BILLING_CUSTOMERS, SeriesBeginning("CUST-", 4))


def check_parent(call: Call, values: JsonObject) -> None:
    """The customer in the body is that of the path."""
    given = values.get("customer")
    if given is not None and str(given) != call.ids["customer_id"]:
        raise PayloadError("the customer is not that of the path", target="customer")
    values.pop("customer", None)


def check_parent_again(call: Call, _path: str, values: JsonObject) -> None:
    """The same for a change."""
    check_parent(call, values)
