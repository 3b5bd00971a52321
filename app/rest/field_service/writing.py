"""What the field service dialect adds to a customer that it writes."""

from __future__ import annotations

from app.rest.dialect import Call
from app.rest.identities import forget_ids, keep_by_id
from app.rest.numbering import OwnNumbers
from models.numbers import FIELD_SERVICE_CUSTOMERS, SeriesBeginning
from odata.payload.json_document import JsonObject, JsonValue
from odata.uri import building

_LISTS = ("contacts",)
# ``C-10001`` and so on.
_give_number = OwnNumbers(FIELD_SERVICE_CUSTOMERS, SeriesBeginning("C-", 5, 10_000))


def complete(call: Call, values: JsonObject) -> None:
    """Give a new customer its number, and its contacts ids of their own."""
    _give_number(call, values)
    forget_ids(values, _LISTS)


def keep_identities(call: Call, path: str, values: JsonObject) -> None:
    """Name the stored contacts that a body is about."""
    keep_by_id(call, path, values, _LISTS)


def write_billing_address(call: Call, path: str, address: JsonValue) -> None:
    """Bring the customer's address for billing to what the body says; null removes it."""
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
