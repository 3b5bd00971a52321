"""The bound actions of Business Central, by the type that has them (reference §11.3)."""

from __future__ import annotations

from collections.abc import Callable

from models.books import Books
from models.credit_memo_actions import (
    cancel_and_send_credit_memo,
    cancel_credit_memo,
    post_and_send_credit_memo,
    post_credit_memo,
    send_credit_memo,
)
from models.customer_payment import post_journal
from models.journal_posting import post_general_journal
from models.sales_conversion import make_invoice, make_order, send_quote, ship_and_invoice
from models.sales_posting import (
    cancel_and_send_invoice,
    cancel_invoice,
    make_corrective_credit_memo,
    post_and_send_invoice,
    post_invoice,
    send_invoice,
)
from odata.query.operation_call import OperationCall, OperationRun
from odata.sql.mapping import DataSource
from odata.sql.operations import declare_action

Act = Callable[[Books, str], None]
"""What an action does: in the books of a company, to the entity of which id."""

_ACTIONS: tuple[tuple[str, str, Act], ...] = (
    ("salesInvoice", "cancel", cancel_invoice),
    ("salesInvoice", "cancelAndSend", cancel_and_send_invoice),
    ("salesInvoice", "makeCorrectiveCreditMemo", make_corrective_credit_memo),
    ("salesInvoice", "post", post_invoice),
    ("salesInvoice", "postAndSend", post_and_send_invoice),
    ("salesInvoice", "send", send_invoice),
    ("salesCreditMemo", "cancel", cancel_credit_memo),
    ("salesCreditMemo", "cancelAndSend", cancel_and_send_credit_memo),
    ("salesCreditMemo", "post", post_credit_memo),
    ("salesCreditMemo", "postAndSend", post_and_send_credit_memo),
    ("salesCreditMemo", "send", send_credit_memo),
    ("salesOrder", "shipAndInvoice", ship_and_invoice),
    ("salesQuote", "makeInvoice", make_invoice),
    ("salesQuote", "makeOrder", make_order),
    ("salesQuote", "send", send_quote),
    ("customerPaymentJournal", "post", post_journal),
    ("journal", "post", post_general_journal),
)


def declare_actions(source: DataSource) -> None:
    """Declare all actions on the published model."""
    for type_name, name, act in _ACTIONS:
        declare_action(source, name, _run(act), bound_to=type_name)


def _run(act: Act) -> OperationRun:
    def run(call: OperationCall) -> None:
        if call.key is not None and call.scope is not None:
            act(Books(call.scope, call.now, call.rows), str(call.key["id"]))

    return run
