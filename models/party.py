"""What customers, vendors, contacts and items have in common: numbers, names, currencies."""

from __future__ import annotations

from models.base import NO_ID
from models.code_table import already_exists
from models.company import Company
from models.currency import CAPTION as CURRENCY_CAPTION
from models.currency import Currency
from models.forms import BLANK_FIELD
from models.numbers import Numbering
from models.prepared import Prepared
from models.reference_check import find, mismatch
from odata.errors import DuplicateKeyError
from odata.query.change import Change

CURRENCY_VALUES_DIFFER = "The currency values do not match to a specific Currency."


def require_display_name(change: Change) -> None:
    """Note a fault where a new entity has no name."""
    if not change.is_given("displayName"):
        change.fault('A "displayName" must be provided.', target="displayName")


def give_number(change: Change, numbering: Numbering, caption: str) -> None:
    """Check the number that a client has chosen; else draw the next one."""
    if change.values.get("number"):
        _check_number(change, numbering, caption)
    elif not change.faults:
        change.values["number"] = numbering.draw(change.scope)


def check_new_number(change: Change, numbering: Numbering, caption: str) -> None:
    """Check the number of an entity that is renamed."""
    current = change.current or {}
    if "number" in change.given and change.values.get("number") != current.get("number"):
        _check_number(change, numbering, caption)


def _check_number(change: Change, numbering: Numbering, caption: str) -> None:
    number = str(change.values.get("number") or "")
    if not number:
        message = f"No. must have a value in {caption}: No.=. It cannot be zero or empty."
        change.fault(message, target="number", code=BLANK_FIELD)
        return
    if not numbering.allows_manual(change.scope):
        change.fault(_manual_numbers_off(numbering.series), target="number")
        return
    if numbering.is_taken(change.scope, number):
        raise DuplicateKeyError(already_exists(caption, f"No.='{number}'"), target="number")


def _manual_numbers_off(series: str) -> str:
    return (
        "You may not enter numbers manually. If you want to enter numbers manually, "
        f"please activate Manual Nos. in No. Series {series}."
    )


def local_currency(company: str | None) -> str:
    """The code of the company's own currency."""
    row = _LOCAL_CURRENCY.first(company=company)
    if row is None:
        raise LookupError(f"there is no company {company}")
    return str(row[0])


_LOCAL_CURRENCY = Prepared(
    lambda company: Company.select(Company.local_currency_code).where(Company.id == company),
    "company",
)


def set_currency(change: Change) -> None:
    """Keep ``currencyId`` and ``currencyCode`` in step; the local currency has no id.

    An id of zeros beside a code says nothing, so the code decides.
    """
    by_id = change.is_given("currencyId") and change.values["currencyId"] != NO_ID
    if by_id:
        _set_currency_by_id(change)
    elif change.is_given("currencyCode"):
        _set_currency_by_code(change)
    elif change.is_given("currencyId"):
        change.values["currencyCode"] = local_currency(change.scope)


def _set_currency_by_id(change: Change) -> None:
    currency = find(Currency, change.scope, Currency.id == change.values["currencyId"])
    if currency is None:
        change.fault(mismatch("currencyId", CURRENCY_CAPTION), target="currencyId")
        return
    if change.is_given("currencyCode") and change.values["currencyCode"] != currency.code:
        change.fault(CURRENCY_VALUES_DIFFER, target="currencyCode")
        return
    change.values["currencyCode"] = currency.code


def _set_currency_by_code(change: Change) -> None:
    code = change.values["currencyCode"]
    local_code = local_currency(change.scope)
    if code in ("", local_code):
        change.values["currencyId"] = NO_ID
        change.values["currencyCode"] = local_code
        return
    currency = find(Currency, change.scope, Currency.code == code)
    if currency is None:
        change.fault(mismatch("currencyCode", CURRENCY_CAPTION), target="currencyCode")
        return
    change.values["currencyId"] = currency.id
