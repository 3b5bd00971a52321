"""What Business Central checks when a customer is written or removed (reference §4)."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import peewee

from models.address_check import (
    INVALID_RELATION,
    check_country,
    check_email,
    check_phone,
    check_tax_number,
)
from models.base import NO_ID, EntityRules
from models.code_table import BLANK_FIELD, already_exists
from models.company import Company
from models.currency import CAPTION as CURRENCY_CAPTION
from models.currency import Currency
from models.customer import CAPTION, CUSTOMER_PARENT, Customer
from models.default_dimension import DefaultDimension
from models.ledger import CustomerLedgerEntry
from models.numbers import CUSTOMERS, Numbering
from models.payment_method import CAPTION as PAYMENT_METHOD_CAPTION
from models.payment_method import PaymentMethod
from models.payment_term import CAPTION as PAYMENT_TERM_CAPTION
from models.payment_term import PaymentTerm
from models.picture import PictureContent
from models.reference_check import (
    Reference,
    check_references,
    find,
    mismatch,
    missing_in_table,
)
from models.salesperson import CAPTION as SALESPERSON_CAPTION
from models.salesperson import Salesperson
from models.shipment_method import CAPTION as SHIPMENT_METHOD_CAPTION
from models.shipment_method import ShipmentMethod
from models.tax_area import CAPTION as TAX_AREA_CAPTION
from models.tax_area import TaxArea
from odata.errors import DuplicateKeyError, RuleError
from odata.query.change import Change

DeleteCheck = Callable[[Change], str | None]
"""Gives the reason why the customer may not be deleted, or None."""

CURRENCY_VALUES_DIFFER = "The currency values do not match to a specific Currency."
PRIVACY_BLOCKED = (
    "The Blocked field cannot be changed because the user is blocked for privacy reasons."
)
MANUAL_NUMBERS_OFF = (
    "You may not enter numbers manually. If you want to enter numbers manually, "
    f"please activate Manual Nos. in No. Series {CUSTOMERS}."
)
_NUMBERING = Numbering(CUSTOMERS, Customer.number)
_REFERENCES = (
    Reference("paymentTermsId", PaymentTerm, PAYMENT_TERM_CAPTION),
    Reference("shipmentMethodId", ShipmentMethod, SHIPMENT_METHOD_CAPTION),
    Reference("paymentMethodId", PaymentMethod, PAYMENT_METHOD_CAPTION),
)


class CustomerRules(EntityRules):
    """The rules of the entity set ``customers``; ``delete_checks`` may each refuse a delete."""

    def __init__(self, delete_checks: tuple[DeleteCheck, ...]) -> None:
        self._delete_checks = delete_checks

    def before_create(self, change: Change) -> None:
        """Check the whole customer and give it a number and a currency."""
        super().before_create(change)
        if not change.is_given("displayName"):
            change.fault('A "displayName" must be provided.', target="displayName")
        _check_values(change)
        if not change.is_given("currencyId") and not change.is_given("currencyCode"):
            change.values["currencyCode"] = local_currency(change.scope)
        if change.values.get("number"):
            _check_number(change)
        elif not change.faults:
            change.values["number"] = _NUMBERING.draw(change.scope)

    def before_update(self, change: Change) -> None:
        """Check what changes; another number renames the customer."""
        super().before_update(change)
        _check_values(change)
        if change.is_given("number") and change.values.get("number") != _current(change, "number"):
            _check_number(change)
        if change.is_given("blocked") and change.values["blocked"] != _current(change, "blocked"):
            _check_privacy(change)

    def before_delete(self, change: Change) -> None:
        """Refuse while something else stands on the customer."""
        for check in self._delete_checks:
            reason = check(change)
            if reason is not None:
                raise RuleError(
                    f"You cannot delete {CAPTION} {change.value('number')} because {reason}."
                )

    def after_delete(self, change: Change) -> None:
        """Remove the default dimensions and the picture with it."""
        key = change.key["id"]
        DefaultDimension.delete().where(
            DefaultDimension.company_id == change.scope,
            DefaultDimension.parent_id == key,
            DefaultDimension.parent_type == CUSTOMER_PARENT,
        ).execute()
        PictureContent.delete().where(PictureContent.id == key).execute()


def has_open_entries(change: Change) -> str | None:
    """Open ledger entries stand against a delete."""
    entries = _entries(change).where(CustomerLedgerEntry.open)
    return "there are one or more open ledger entries" if entries.exists() else None


def has_entries_in_open_year(change: Change) -> str | None:
    """So do entries of a fiscal year that is not closed."""
    company = Company.get_by_id(change.scope)
    closed_until: datetime.date = company.closed_until
    entries = _entries(change).where(CustomerLedgerEntry.posting_date > closed_until)
    if not entries.exists():
        return None
    return "it has ledger entries in a fiscal year that has not been closed yet"


DELETE_CHECKS: tuple[DeleteCheck, ...] = (has_open_entries, has_entries_in_open_year)


def local_currency(company: str | None) -> str:
    """The code of the company's own currency."""
    row = Company.get_by_id(company)
    return str(row.local_currency_code)


def _check_values(change: Change) -> None:
    if change.is_given("displayName") and not str(change.values.get("displayName") or "").strip():
        change.fault('The blank "displayName" is not allowed.', target="displayName")
    check_country(change, CAPTION)
    check_phone(change, "phoneNumber", CAPTION)
    check_email(change, "email")
    _check_salesperson(change)
    _set_tax_area(change)
    check_tax_number(change, "taxRegistrationNumber")
    _set_currency(change)
    check_references(change, _REFERENCES)


def _check_number(change: Change) -> None:
    number = str(change.values.get("number") or "")
    if not number:
        message = f"No. must have a value in {CAPTION}: No.=. It cannot be zero or empty."
        change.fault(message, target="number", code=BLANK_FIELD)
        return
    if not _NUMBERING.allows_manual(change.scope):
        change.fault(MANUAL_NUMBERS_OFF, target="number")
        return
    if _NUMBERING.is_taken(change.scope, number):
        raise DuplicateKeyError(already_exists(CAPTION, f"No.='{number}'"), target="number")


def _check_privacy(change: Change) -> None:
    row = find(Customer, change.scope, Customer.id == change.key["id"])
    if row is not None and row.privacy_blocked:
        change.fault(PRIVACY_BLOCKED, target="blocked")


def _check_salesperson(change: Change) -> None:
    code = change.values.get("salespersonCode")
    if code and find(Salesperson, change.scope, Salesperson.code == code) is None:
        change.fault(
            missing_in_table("Salesperson Code", CAPTION, code, SALESPERSON_CAPTION),
            target="salespersonCode",
            code=INVALID_RELATION,
        )


def _set_tax_area(change: Change) -> None:
    key = change.values.get("taxAreaId")
    if not change.is_given("taxAreaId") or key == _current(change, "taxAreaId"):
        return
    if key == NO_ID:
        change.values["taxAreaDisplayName"] = ""
        return
    area = find(TaxArea, change.scope, TaxArea.id == key)
    if area is None:
        change.fault(mismatch("taxAreaId", TAX_AREA_CAPTION), target="taxAreaId")
        return
    change.values["taxAreaDisplayName"] = area.display_name


def _set_currency(change: Change) -> None:
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


def _current(change: Change, name: str) -> object:
    return None if change.current is None else change.current.get(name)


def _entries(change: Change) -> peewee.ModelSelect[CustomerLedgerEntry]:
    return CustomerLedgerEntry.select().where(
        CustomerLedgerEntry.company_id == change.scope,
        CustomerLedgerEntry.customer_id == change.key["id"],
    )
