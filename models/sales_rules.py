"""What Business Central checks when the head of a sales document is written (reference §6.4)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from models.attachment import remove_attachments
from models.base import NO_ID, EntityRules
from models.customer import Customer
from models.date_formula import evaluate
from models.dimension_sets import add_set, begin_set, check_shortcuts, remove_sets, take_shortcuts
from models.party import set_currency
from models.payment_term import CAPTION as PAYMENT_TERM_CAPTION
from models.payment_term import PaymentTerm
from models.reference_check import Reference, check_references, find_seen
from models.sales_kind import SalesKind
from models.sales_tables import SalesInvoice
from models.sales_totals import lines_of, refresh
from models.shipment_method import CAPTION as SHIPMENT_METHOD_CAPTION
from models.shipment_method import ShipmentMethod
from odata.errors import RuleError
from odata.query.change import Change

CUSTOMER_NEEDED = 'A "customerNumber" or a "customerId" must be provided.'
CUSTOMER_VALUES_DIFFER = "The sell-to customer values do not match to a specific Customer."
CUSTOMER_UNKNOWN = "The sell-to customer cannot be found."
BILL_TO_VALUES_DIFFER = "The bill-to customer values do not match to a specific Customer."
BILL_TO_UNKNOWN = "The bill-to customer cannot be found."
_REFERENCES = (
    Reference("paymentTermsId", PaymentTerm, PAYMENT_TERM_CAPTION),
    Reference("shipmentMethodId", ShipmentMethod, SHIPMENT_METHOD_CAPTION),
)
_POSTING_DATE, _DUE_DATE = "postingDate", "dueDate"
_DATES = (_POSTING_DATE, _DUE_DATE)
_BLOCKED_FOR_INVOICES = {2: "Invoice", 3: "All"}
_ADDRESS: Mapping[str, str] = {
    "AddressLine1": "address_line1",
    "AddressLine2": "address_line2",
    "City": "city",
    "Country": "country",
    "State": "state",
    "PostCode": "postal_code",
}
_TAKEN_OVER: Mapping[str, str] = {
    "currencyId": "currency_id",
    "currencyCode": "currency_code",
    "paymentTermsId": "payment_terms_id",
    "shipmentMethodId": "shipment_method_id",
    "salesperson": "salesperson_code",
    "phoneNumber": "phone_number",
    "email": "email",
}
# What a document takes over from its customer, and what names the same in another way.
_COMPLETED = frozenset(
    {
        *(f"{prefix}{suffix}" for prefix in ("sellTo", "shipTo") for suffix in _ADDRESS),
        *_TAKEN_OVER,
        *("customerId", "customerNumber", "billToCustomerId", "billToCustomerNumber"),
        *("shipToName", "shortcutDimension1Code", "shortcutDimension2Code"),
    }
)


def completed_of(kind: SalesKind) -> frozenset[str]:
    """The properties that a new document gets where the client leaves them out."""
    return _COMPLETED | {kind.date_name, *_DATES}


class SalesHeaderRules(EntityRules):
    """The rules of one kind of document."""

    def __init__(self, kind: SalesKind) -> None:
        self._kind = kind

    def before_create(self, change: Change) -> None:
        """Find the customer, take over what it says, give a number and dates."""
        super().before_create(change)
        if not _chosen(change, "customerId") and not _chosen(change, "customerNumber"):
            raise RuleError(CUSTOMER_NEEDED, target="customerId")
        _set_customer(change)
        self._check_values(change)
        self._set_dates(change)
        if not change.faults:
            change.values["number"] = self._kind.numbering.draw(change.scope)

    def _set_invoice(self, change: Change) -> None:
        """Keep the id and the number of what a credit memo corrects in step."""
        key, number = _chosen(change, "invoiceId"), _chosen(change, "invoiceNumber")
        if not key and not number:
            return
        condition = SalesInvoice.id == key if key else SalesInvoice.number == number
        invoice = find_seen(change, "salesInvoices", SalesInvoice, condition)
        if invoice is None or (number and invoice.number != number):
            name = "invoiceId" if key else "invoiceNumber"
            change.fault(f'The "{name}" does not match to a Sales Invoice.', target=name)
            return
        change.values |= {"invoiceId": invoice.id, "invoiceNumber": invoice.number}

    def before_update(self, change: Change) -> None:
        """Check what changes; a document that is posted stays as it is."""
        super().before_update(change)
        self._check_open(change)
        if change.is_given("customerId") or change.is_given("customerNumber"):
            _set_customer(change)
        self._check_values(change)
        if change.is_given("paymentTermsId") or change.is_given(self._kind.date_name):
            _set_due_date(change, self._kind.date_name)

    def before_delete(self, change: Change) -> None:
        """Refuse for a document that is posted."""
        self._check_open(change)

    def after_create(self, change: Change) -> None:
        """Work out the amounts with what was nested, and take over dimension values."""
        begin_set(change, self._kind.head_type, (change.value("customerId"),))
        for line in lines_of(self._kind, str(change.key["id"])):
            place = (change.scope, str(line.id), self._kind.line_type)
            add_set(change.rows, change.key["id"], place, change.now)
        refresh(change.rows, self._kind, str(change.key["id"]), change.now)

    def after_update(self, change: Change) -> None:
        """Work out the amounts; let the dimension values follow their shortcuts."""
        take_shortcuts(change, self._kind.head_type)
        refresh(change.rows, self._kind, str(change.key["id"]), change.now)

    def after_delete(self, change: Change) -> None:
        """Remove the lines with it."""
        line, key = self._kind.line, change.key["id"]
        lines = line.select(line.id).where(line.document_id == key)
        remove_sets(change.rows, (key, *(row.id for row in lines)))
        change.rows.delete(line, line.document_id == key)
        remove_attachments(change)

    def _check_open(self, change: Change) -> None:
        head = self._kind.head.get_by_id(change.key["id"])
        if not self._kind.is_open(head):
            raise RuleError(f"The {self._kind.caption.lower()} {head.number} cannot be changed.")

    def _check_values(self, change: Change) -> None:
        _set_bill_to(change)
        self._set_invoice(change)
        set_currency(change)
        check_shortcuts(change)
        check_references(change, _REFERENCES)

    def _set_dates(self, change: Change) -> None:
        today = change.now.date()
        for name in (self._kind.date_name, _POSTING_DATE):
            if not change.is_given(name):
                change.values[name] = today
        _set_due_date(change, self._kind.date_name)


def due_date(terms: PaymentTerm | None, day: datetime.date) -> datetime.date:
    """When a document of a day is due."""
    return day if terms is None else evaluate(terms.due_date_calculation, day)


def _set_due_date(change: Change, date_name: str) -> None:
    if change.is_given(_DUE_DATE):
        return
    terms = PaymentTerm.get_or_none(PaymentTerm.id == change.value("paymentTermsId"))
    day = change.value(date_name)
    if isinstance(day, datetime.date):
        name = _DUE_DATE if change.entity_type.find_property(_DUE_DATE) else ".due_date"
        change.values[name] = due_date(terms, day)


def _set_customer(change: Change) -> None:
    customer = _customer(change, "customerId", "customerNumber")
    if customer is None:
        raise RuleError(CUSTOMER_UNKNOWN, target="customerId")
    reason = _BLOCKED_FOR_INVOICES.get(customer.blocked)
    if reason:
        raise RuleError(
            f"You cannot create this type of document when Customer {customer.number} "
            f"is blocked with type {reason}",
            target="customerId",
        )
    change.values |= {
        "customerId": customer.id,
        "customerNumber": customer.number,
        "customerName": customer.display_name,
        ".tax_liable": customer.tax_liable,
    }
    if not change.is_given("billToCustomerId") and not change.is_given("billToCustomerNumber"):
        _take_over_bill_to(change, customer)
    _take_over_address(change, "sellTo", customer)
    _take_over_address(change, "shipTo", customer)
    if not change.is_given("shipToName"):
        _put(change, "shipToName", customer.display_name)
    money = change.is_given("currencyId") or change.is_given("currencyCode")
    for name, source in _TAKEN_OVER.items():
        if not change.is_given(name) and not (money and name.startswith("currency")):
            change.values[name] = getattr(customer, source)


def _set_bill_to(change: Change) -> None:
    if not _chosen(change, "billToCustomerId") and not _chosen(change, "billToCustomerNumber"):
        return
    customer = _customer(change, "billToCustomerId", "billToCustomerNumber")
    if customer is None:
        raise RuleError(BILL_TO_UNKNOWN, target="billToCustomerId")
    _take_over_bill_to(change, customer)


def _take_over_bill_to(change: Change, customer: Customer) -> None:
    change.values |= {
        "billToCustomerId": customer.id,
        "billToCustomerNumber": customer.number,
        "billToName": customer.display_name,
    }
    _take_over_address(change, "billTo", customer)


def _take_over_address(change: Change, prefix: str, customer: Customer) -> None:
    for suffix, source in _ADDRESS.items():
        if not change.is_given(prefix + suffix):
            _put(change, prefix + suffix, getattr(customer, source))


def _put(change: Change, name: str, value: object) -> None:
    """Write a value that not every kind of document publishes."""
    if change.entity_type.find_property(name) is not None:
        change.values[name] = value


def _customer(change: Change, id_name: str, number_name: str) -> Customer | None:
    """The customer that an id or a number names; both must name the same."""
    key, number = _chosen(change, id_name), _chosen(change, number_name)
    condition = Customer.id == key if key else Customer.number == number
    found = find_seen(change, "customers", Customer, condition)
    if found is not None and key and number and found.number != number:
        differ = CUSTOMER_VALUES_DIFFER if id_name == "customerId" else BILL_TO_VALUES_DIFFER
        raise RuleError(differ, target=number_name)
    return found


def _chosen(change: Change, name: str) -> object | None:
    value = change.values.get(name) if change.is_given(name) else None
    return None if value in (None, "", NO_ID) else value
