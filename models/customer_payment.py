"""Customer payments and the journals that they are entered in (reference §6.4).

A payment is a line of a journal until the journal is posted. Its amount is what the customer
has paid, whatever its sign: Business Central's clients write it as a credit, below zero.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import peewee

from models.account import Account
from models.actions import bound_action
from models.base import (
    NO_ID,
    Entity,
    EntityRules,
    key_of,
    last_modified,
    number,
    reference,
    text,
)
from models.books import Books
from models.code_table import CodeEntity, CodeRules, code_exposure
from models.customer import Customer
from models.dimension_sets import begin_set, remove_sets
from models.grants import BUSINESS
from models.journal_place import (
    JOURNAL_NEEDED,
    batch_of,
    begin_line,
    check_place,
    journal_of,
    last_line,
    place_line,
)
from models.numbers import PAYMENTS, Numbering
from models.parts import dimension_set_of, parent_of
from models.posting import CASH, PAYMENT, RECEIVABLES, Claim, Leg, Posting, account_for, apply, post
from models.reference_check import find, find_seen, mismatch
from models.sales_kind import DRAFT
from models.sales_posting import NOTHING_TO_POST, open_entry, settle
from models.sales_tables import NO_DAY, SalesInvoice
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.errors import NotFoundError, RuleError
from odata.query.change import Change
from odata.sql.expose import Exposure, column, to_many, to_one
from odata.sql.fields import DayField, GuidField, ScaledDecimalField, TextField

INVOICE_NEEDED = (
    'The "appliesToInvoiceId" should be set to the ID of an Open, Paid, Corrective, '
    "or Canceled Sales Invoice."
)
CUSTOMER_VALUES_DIFFER = "The customer values do not match to a specific Customer."
_TEMPLATE = "CASHRCPT"


class CustomerPaymentJournal(CodeEntity):
    """A journal; without a balancing account it takes the company's cash account."""

    code = TextField(10)
    balancing_account_id = GuidField(default=NO_ID)
    balancing_account_number = TextField(20, default="")

    class Meta:
        table_name = "customer_payment_journal"


class CustomerPayment(Entity):
    """A line of a journal."""

    journal_id = GuidField()
    journal_display_name = TextField(10, default="")
    line_number = peewee.IntegerField(default=0)
    customer_id = GuidField(default=NO_ID)
    customer_number = TextField(20, default="")
    posting_date = DayField(default=NO_DAY)
    document_number = TextField(20, default="")
    external_document_number = TextField(35, default="")
    amount = ScaledDecimalField(default=Decimal(0))
    applies_to_invoice_id = GuidField(default=NO_ID)
    applies_to_invoice_number = TextField(20, default="")
    description = TextField(100, default="")
    comment = TextField(250, default="")

    class Meta:
        table_name = "customer_payment"


_NUMBERING = Numbering(PAYMENTS, CustomerPayment.document_number)


class JournalRules(CodeRules):
    """Codes, and a balancing account that exists."""

    def check_values(self, change: Change) -> None:
        """Take over the number of the balancing account."""
        key = change.values.get("balancingAccountId")
        if not change.is_given("balancingAccountId"):
            return
        account = None if key == NO_ID else find(Account, change.scope, Account.id == key)
        if key != NO_ID and account is None:
            message = mismatch("balancingAccountId", "G/L Account")
            change.fault(message, target="balancingAccountId")
        change.values["balancingAccountNumber"] = account.number if account else ""

    def after_delete(self, change: Change) -> None:
        """Remove the payments with it."""
        model = CustomerPayment
        change.rows.delete(model, model.journal_id == change.key["id"])


class PaymentRules(EntityRules):
    """A journal, a customer, and an invoice that is posted."""

    def before_create(self, change: Change) -> None:
        """Place the payment in its journal and complete it."""
        super().before_create(change)
        model = CustomerPayment
        journal = begin_line(change, CustomerPaymentJournal)
        change.values["journalDisplayName"] = journal.display_name[:10]
        batch = batch_of(_TEMPLATE, journal.code)
        place_line(change, model, last_line(model, journal.id), batch)
        change.values.setdefault("postingDate", change.now.date())
        _set_invoice(change)
        _set_customer(change)
        if not change.values.get("documentNumber") and not change.faults:
            change.values["documentNumber"] = _NUMBERING.draw(change.scope)

    def before_update(self, change: Change) -> None:
        """Keep the journal, and the numbers and ids in step."""
        super().before_update(change)
        journal = journal_of(change, CustomerPaymentJournal)
        check_place(change, CustomerPayment, batch_of(_TEMPLATE, journal.code))
        _set_invoice(change)
        _set_customer(change)

    def after_create(self, change: Change) -> None:
        """Take over the dimension values of the customer."""
        begin_set(change, "customerPayment", (change.value("customerId"),))

    def after_delete(self, change: Change) -> None:
        """Remove the dimension values with it."""
        remove_sets(change.rows, (change.key["id"],))


def post_journal(books: Books, key: str) -> None:
    """Post the payments of a journal, which is empty afterwards."""
    journal = find(CustomerPaymentJournal, books.company, CustomerPaymentJournal.id == key)
    if journal is None:
        raise NotFoundError("The journal cannot be found.")
    model = CustomerPayment
    payments = list(model.select().where(model.journal_id == key).order_by(model.line_number))
    if not payments:
        raise RuleError(NOTHING_TO_POST)
    for payment in payments:
        _post(books, journal, payment)
    remove_sets(books.rows, (payment.id for payment in payments))
    books.rows.delete(model, model.journal_id == key)


def _post(books: Books, journal: CustomerPaymentJournal, payment: CustomerPayment) -> None:
    company, amount = payment.company_id, abs(payment.amount)
    if not amount or payment.customer_id == NO_ID:
        raise RuleError(f"Line {payment.line_number} needs a customer and an amount.")
    cash = (
        account_for(company, CASH)
        if journal.balancing_account_id == NO_ID
        else Account.get_by_id(journal.balancing_account_id)
    )
    posting = Posting(
        books,
        PAYMENT,
        payment.document_number,
        payment.posting_date,
        payment.description or f"Payment {payment.document_number}",
    )
    receivables = account_for(company, RECEIVABLES)
    legs = (Leg(cash, amount, payment.id), Leg(receivables, -amount, payment.id))
    entry = post(posting, legs, Claim(payment.customer_id, -amount, payment.posting_date))
    if payment.applies_to_invoice_id == NO_ID:
        return
    invoice = find(SalesInvoice, company, SalesInvoice.id == payment.applies_to_invoice_id)
    if invoice is None:
        raise RuleError(INVOICE_NEEDED)
    part = min(amount, invoice.remaining_amount)
    if part:
        apply(books, open_entry(invoice), entry, part)
        settle(books, invoice, part)


def _set_invoice(change: Change) -> None:
    """Keep the invoice's id and number in step; it says who pays where nothing else does."""
    key, given = (_chosen(change, f"appliesToInvoice{name}") for name in ("Id", "Number"))
    if not key and not given:
        if change.is_given("appliesToInvoiceId") or change.is_given("appliesToInvoiceNumber"):
            change.values |= {"appliesToInvoiceId": NO_ID, "appliesToInvoiceNumber": ""}
        return
    condition = SalesInvoice.id == key if key else SalesInvoice.number == given
    invoice = find_seen(change, "salesInvoices", SalesInvoice, condition)
    if invoice is None or invoice.status == DRAFT:
        if key:
            change.fault(INVOICE_NEEDED, target="appliesToInvoiceId")
        change.values["appliesToInvoiceId"] = NO_ID
        return
    change.values["appliesToInvoiceId"] = invoice.id
    change.values["appliesToInvoiceNumber"] = invoice.number
    if not change.value("customerId") and not change.value("customerNumber"):
        change.values["customerId"] = invoice.bill_to_customer_id
        change.values["customerNumber"] = invoice.bill_to_customer_number


def _set_customer(change: Change) -> None:
    key, given = (_chosen(change, name) for name in ("customerId", "customerNumber"))
    if not key and not given:
        return
    condition = Customer.id == key if key else Customer.number == given
    customer = find_seen(change, "customers", Customer, condition)
    if customer is None:
        name = "customerId" if key else "customerNumber"
        change.fault(mismatch(name, "Customer"), target=name)
    elif key and given and customer.number != given:
        change.fault(CUSTOMER_VALUES_DIFFER, target="customerNumber")
    else:
        change.values |= {"customerId": customer.id, "customerNumber": customer.number}


def _chosen(change: Change, name: str) -> object | None:
    value = change.values.get(name) if change.is_given(name) else None
    return None if value in (None, "", NO_ID) else value


def journals_exposure(_: Surroundings) -> Exposure:
    """The entity set ``customerPaymentJournals``."""
    model = CustomerPaymentJournal
    declared = code_exposure(
        model,
        ("customerPaymentJournal", "customerPaymentJournals"),
        JournalRules(model, "Gen. Journal Batch"),
        (
            reference(model.balancing_account_id),
            text(model.balancing_account_number, computed=True, upper_case=True),
        ),
        grants=BUSINESS,
    )
    return replace(
        declared,
        actions=(bound_action("post", post_journal),),
        navigation=(
            to_many(
                "customerPayments",
                "customerPayment",
                on=(("id", "journalId"),),
                partner="customerPaymentJournal",
            ),
        ),
    )


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``customerPayments``."""
    model = CustomerPayment
    return Exposure(
        model,
        "customerPayment",
        "customerPayments",
        properties=(
            key_of(model),
            reference(model.journal_id),
            text(model.journal_display_name, computed=True),
            number(model.line_number, computed_default=True),
            reference(model.customer_id, computed_default=True),
            text(model.customer_number, upper_case=True, computed_default=True),
            column(model.posting_date, unset=NO_DAY, computed_default=True),
            text(model.document_number, upper_case=True, computed_default=True),
            text(model.external_document_number),
            number(model.amount),
            reference(model.applies_to_invoice_id),
            text(model.applies_to_invoice_number, upper_case=True),
            text(model.description),
            text(model.comment),
            last_modified(model),
        ),
        navigation=(
            parent_of("customerPaymentJournal", "journalId", "customerPayments"),
            to_one("customer", "customer", on=(("customerId", "id"),)),
            dimension_set_of("customerPayment"),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("journalId", "lineNumber"),
        capabilities=Capabilities(requires_parent=JOURNAL_NEEDED),
        rules=PaymentRules(),
        grants=BUSINESS,
    )
