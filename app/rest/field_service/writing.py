"""What the field service dialect adds to a customer that it writes."""

from __future__ import annotations

from app.rest.dialect import Call
from app.rest.field_service.schemas import BILLING_ADDRESS
from models.customer import Customer
from models.numbers import FIELD_SERVICE_CUSTOMERS, Numbering, SeriesBeginning
from odata.payload.json_document import JsonObject
from odata.uri import building

NUMBERS = Numbering(FIELD_SERVICE_CUSTOMERS, Customer.number, SeriesBeginning("C-", 5, 10_000))


def give_number(call: Call, values: JsonObject) -> None:
    """``C-10001`` and so on, where the client names none."""
    if not values.get("number"):
        values["number"] = NUMBERS.draw(call.caller.scope)


def write_billing_address(call: Call, path: str, beside: JsonObject) -> None:
    """Bring the customer's address for billing to what the body says; null removes it."""
    address = beside[BILLING_ADDRESS]
    caller, collection = call.unconditional(), f"{path}/addresses"
    wanted = building.options(
        filter=building.equals("addressType", "billing"),
        select=building.selected(("id",)),
        orderby=(building.ordered("integerId"),),
        top=1,
    )
    found = call.service.page(caller, collection, wanted).entities
    known = f"{call.scope_path}customerAddresses({found[0].values['id']})" if found else None
    if isinstance(address, dict) and known is not None:
        call.service.update(caller, known, address)
    elif isinstance(address, dict):
        call.service.create(caller, collection, {**address, "addressType": "billing"})
    elif known is not None:
        call.service.delete(caller, known)
