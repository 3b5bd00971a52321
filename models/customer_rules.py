"""What Business Central checks when a customer is written or removed (reference §4)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping

import peewee

from models.address_check import (
    INVALID_RELATION,
    check_country,
    check_tax_number,
)
from models.attachment import remove_attachments
from models.base import NO_ID, EntityRules, milliseconds
from models.branch import CAPTION as BRANCH_CAPTION
from models.branch import Branch
from models.code_table import Use, already_exists, code_use
from models.company import Company
from models.contact import remove_relations
from models.customer import CAPTION, Customer, customers
from models.customer_address import COLUMNS, follow_customer, has_address, primary_address
from models.customer_address import KIND as ADDRESS_KIND
from models.customer_owned import remove_owned
from models.default_dimension import remove_dimensions
from models.integer_id import give_integer_id
from models.ledger import CustomerLedgerEntry
from models.number_draws import Drawn, NumberDraw
from models.numbers import CUSTOMERS, Numbering
from models.party import (
    check_new_number,
    give_number,
    local_currency,
    require_display_name,
    set_currency,
)
from models.payment_method import CAPTION as PAYMENT_METHOD_CAPTION
from models.payment_method import PaymentMethod
from models.payment_term import CAPTION as PAYMENT_TERM_CAPTION
from models.payment_term import PaymentTerm
from models.picture import remove_picture
from models.reference_check import (
    Reference,
    check_references,
    find,
    mismatch,
    missing_in_table,
)
from models.sales_tables import SalesOrder
from models.salesperson import CAPTION as SALESPERSON_CAPTION
from models.salesperson import Salesperson
from models.service_contract import has_active_contracts
from models.shipment_method import CAPTION as SHIPMENT_METHOD_CAPTION
from models.shipment_method import ShipmentMethod
from models.surroundings import Surroundings
from models.tax_area import CAPTION as TAX_AREA_CAPTION
from models.tax_area import TaxArea
from models.work_order import has_active_work_orders
from odata.errors import DuplicateKeyError, RuleError
from odata.query.change import Change, Sought
from odata.sql.expose import Exposure

DeleteCheck = Callable[[Change], str | None]
"""Gives the reason why the customer may not be deleted, or None."""

PRIVACY_BLOCKED = (
    "The Blocked field cannot be changed because the user is blocked for privacy reasons."
)
_NUMBERING = Numbering(CUSTOMERS, Customer.number)
_KIND = "customer"
_DRAW = NumberDraw(_NUMBERING, (_KIND, ADDRESS_KIND))
_REFERENCES = (
    Reference("paymentTermsId", PaymentTerm, PAYMENT_TERM_CAPTION),
    Reference("shipmentMethodId", ShipmentMethod, SHIPMENT_METHOD_CAPTION),
    Reference("paymentMethodId", PaymentMethod, PAYMENT_METHOD_CAPTION),
    Reference("branchId", Branch, BRANCH_CAPTION),
)

_CURRENCY = ("currencyId", "currencyCode")
# Of all properties these are held against something else, or bring others along.
_CHECKED = frozenset(
    {
        "country",
        "salespersonCode",
        "taxAreaId",
        "taxRegistrationNumber",
        "currencyId",
        "currencyCode",
        "code",
        *(item.property_name for item in _REFERENCES),
    }
)
# These bring nothing along but the primary address.
_CONTAINED = (COLUMNS.keys() - _CHECKED) | frozenset(
    {
        "displayName",
        "phoneNumber",
        "otherPhoneNumber",
        "faxNumber",
        "email",
        "website",
        "legalName",
        "notes",
        "creditLimit",
        "taxLiable",
    }
)


class CustomerRules(EntityRules):
    """The rules of the entity set ``customers``; ``delete_checks`` may each refuse a delete."""

    def __init__(self, delete_checks: tuple[DeleteCheck, ...]) -> None:
        self._delete_checks = delete_checks

    def before_create(self, change: Change) -> None:
        """Check the whole customer and give it a number and a currency."""
        super().before_create(change)
        require_display_name(change)
        _check_values(change)
        change.values["createdDateTime"] = milliseconds(change.now)
        is_drawn = not change.faults and not change.values.get("number")
        drawn = _draw(change, change.scope) if is_drawn else Drawn()
        if change.given.isdisjoint(_CURRENCY):
            change.values["currencyCode"] = drawn.local_currency or local_currency(change.scope)
        if drawn.number is None:
            give_number(change, _NUMBERING, CAPTION)
        if not is_drawn and not change.faults:
            drawn = _draw(change, None)
        if not change.faults and _KIND not in drawn.integer_ids:
            give_integer_id(change, _KIND)

    def after_create(self, change: Change) -> None:
        """Keep the customer's own address as its primary one."""
        follow_customer(change)

    def after_update(self, change: Change) -> None:
        """Keep the primary address in step."""
        follow_customer(change)

    def sought(self, key: Mapping[str, object], names: Collection[str]) -> tuple[Sought, ...]:
        """The primary address, which is kept in step."""
        return primary_address(key, names)

    def is_contained(self, names: Collection[str]) -> bool:
        """Whether it is about nothing that is held against something else."""
        return _CONTAINED.issuperset(names)

    def before_update(self, change: Change) -> None:
        """Check what changes; another number renames the customer."""
        super().before_update(change)
        _check_values(change)
        check_new_number(change, _NUMBERING, CAPTION)
        if "blocked" in change.given and change.values["blocked"] != _current(change, "blocked"):
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
        """Remove what hangs below and the relations of contacts with it."""
        remove_relations(change)
        remove_dimensions(change, "customer")
        remove_attachments(change)
        remove_owned(change)
        remove_picture(change)


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


def has_orders(change: Change) -> str | None:
    """So do orders that are not finished."""
    orders = SalesOrder.select().where(
        SalesOrder.company_id == change.scope,
        (SalesOrder.customer_id == change.key["id"])
        | (SalesOrder.bill_to_customer_id == change.key["id"]),
    )
    if not orders.exists():
        return None
    return "there is at least one outstanding Sales Order for this customer"


DELETE_CHECKS: tuple[DeleteCheck, ...] = (
    has_open_entries,
    has_entries_in_open_year,
    has_orders,
    has_active_work_orders,
    has_active_contracts,
)


def _draw(change: Change, company: str | None) -> Drawn:
    """Draw what the customer and its primary address need, where the series have begun; no
    number without a company."""
    kinds = (_KIND, ADDRESS_KIND) if has_address(change) else (_KIND,)
    drawn = _DRAW.draw(company, kinds)
    if drawn.number is not None:
        change.values["number"] = drawn.number
    if _KIND in drawn.integer_ids:
        change.values["integerId"] = drawn.integer_ids[_KIND]
    change.drawn.update(drawn.integer_ids)
    return drawn


def _check_values(change: Change) -> None:
    if _CHECKED.isdisjoint(change.values):
        return
    check_country(change, CAPTION)
    _check_salesperson(change)
    _set_tax_area(change)
    check_tax_number(change, "taxRegistrationNumber")
    set_currency(change)
    check_references(change, _REFERENCES)
    _check_code(change)


def _check_code(change: Change) -> None:
    """Refuse a short code that another customer has."""
    code = change.values.get("code")
    if not code or code == _current(change, "code"):
        return
    if find(Customer, change.scope, Customer.code == code) is not None:
        raise DuplicateKeyError(already_exists(CAPTION, f"Code='{code}'"), target="code")


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


def _current(change: Change, name: str) -> object:
    return None if change.current is None else change.current.get(name)


def _entries(change: Change) -> peewee.ModelSelect[CustomerLedgerEntry]:
    return CustomerLedgerEntry.select().where(
        CustomerLedgerEntry.company_id == change.scope,
        CustomerLedgerEntry.customer_id == change.key["id"],
    )


_USES = (
    Use("currency", Customer.currency_id, {"code": Customer.currency_code}),
    Use("paymentTerm", Customer.payment_terms_id),
    Use("paymentMethod", Customer.payment_method_id),
    Use("shipmentMethod", Customer.shipment_method_id),
    Use("taxArea", Customer.tax_area_id, {"displayName": Customer.tax_area_display_name}),
    code_use("countryRegion", Customer.country),
    code_use("salespersonPurchaser", Customer.salesperson_code),
    Use("branch", Customer.branch_id),
)


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``customers`` with its rules."""
    around.note_uses("customer", _USES)
    return customers(CustomerRules(DELETE_CHECKS))
