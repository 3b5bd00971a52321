"""From a quote to the payment, over HTTP alone; balances and ledgers at each step."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.company.conftest import message

DESK, ASSEMBLY = "1000", "1200"


def item(clerk, number):
    return clerk.one("items", f"number eq '{number}'")["id"]


def new_customer(clerk):
    terms = clerk.one("paymentTerms", "code eq 'COD'")
    body = {"displayName": "Proseware", "taxLiable": True, "paymentTermsId": terms["id"]}
    return clerk.create("customers", body)


def draft(clerk, customer, quantity=1):
    line = {"itemId": item(clerk, DESK), "quantity": quantity}
    body = {"customerId": customer["id"], "salesInvoiceLines": [line]}
    return clerk.create("salesInvoices", body)


def balances(clerk, customer):
    row = clerk.get(f"customers({customer['id']})")
    return [row[name] for name in ("balance", "totalSalesExcludingTax")]


def legs(clerk, document):
    rows = clerk.rows("generalLedgerEntries", _filter=f"documentNumber eq '{document}'")
    return [(row["accountNumber"], row["debitAmount"], row["creditAmount"]) for row in rows]


def aged(clerk, customer):
    row = clerk.get(f"customers({customer['id']})/agedAccountsReceivable")
    periods = sum(row[f"period{number}Amount"] for number in (1, 2, 3))
    return [row["balanceDue"], row["currentAmount"], periods]


def is_balanced(clerk):
    rows = clerk.rows("generalLedgerEntries")
    return sum(Decimal(str(row["debitAmount"])) - Decimal(str(row["creditAmount"])) for row in rows)


@pytest.mark.bc("SalesQuotesE2E", "SalesOrdersE2E", "CustomerPaymentsE2E")
def test_a_quote_becomes_an_order_an_invoice_and_a_payment(clerk):
    customer = new_customer(clerk)
    quote = clerk.create(
        "salesQuotes",
        {
            "customerId": customer["id"],
            "salesQuoteLines": [
                {"itemId": item(clerk, DESK), "quantity": 2},
                {"itemId": item(clerk, ASSEMBLY), "quantity": 3},
            ],
        },
    )
    assert quote["totalAmountIncludingTax"] == 1115.4
    path = f"salesQuotes({quote['id']})"
    assert clerk.call(path, "send").status_code == 204
    assert clerk.get(path)["status"] == "Sent"
    assert clerk.call(path, "makeOrder").status_code == 204
    assert clerk.ask(path).status_code == 404

    mine = f"customerId eq {customer['id']}"
    order = clerk.one("salesOrders", mine)
    assert (order["totalAmountIncludingTax"], order["fullyShipped"]) == (1115.4, False)
    assert (balances(clerk, customer), aged(clerk, customer)) == ([0, 0], [0, 0, 0])
    assert is_balanced(clerk) == 0
    tag = customer["@odata.etag"]
    stock = clerk.one("items", f"number eq '{DESK}'")["inventory"]
    assert clerk.call(f"salesOrders({order['id']})", "shipAndInvoice").status_code == 204
    assert clerk.rows("salesOrders", _filter=mine) == []
    assert clerk.one("items", f"number eq '{DESK}'")["inventory"] == stock - 2

    invoice = clerk.one("salesInvoices", mine)
    names = ("number", "status", "orderNumber", "remainingAmount", "totalTaxAmount")
    assert [invoice[name] for name in names] == [
        "PS-INV103001",
        "Open",
        order["number"],
        1115.4,
        50.4,
    ]
    assert legs(clerk, "PS-INV103001") == [
        ("15110", 1115.4, 0),
        ("23100", 0, 50.4),
        ("40200", 0, 840),
        ("40200", 0, 225),
    ]
    assert balances(clerk, customer) == [1115.4, 1065]
    assert clerk.get(f"customers({customer['id']})")["@odata.etag"] == tag
    assert (aged(clerk, customer), is_balanced(clerk)) == ([1115.4, 1115.4, 0], 0)

    journal = clerk.one("customerPaymentJournals", "code eq 'GENERAL'")
    payments = f"customerPaymentJournals({journal['id']})/customerPayments"
    payment = clerk.create(payments, {"amount": -1000, "appliesToInvoiceId": invoice["id"]})
    assert payment["customerId"] == customer["id"]
    assert (payment["documentNumber"], payment["lineNumber"]) == ("G1001", 10000)
    assert clerk.call(f"customerPaymentJournals({journal['id']})", "post").status_code == 204
    assert clerk.rows(payments) == []
    assert legs(clerk, "G1001") == [("10100", 1000, 0), ("15110", 0, 1000)]
    assert balances(clerk, customer) == [115.4, 1065]
    assert (aged(clerk, customer), is_balanced(clerk)) == ([115.4, 115.4, 0], 0)
    invoice = clerk.get(f"salesInvoices({invoice['id']})")
    assert (invoice["status"], invoice["remainingAmount"]) == ("Open", 115.4)

    clerk.create(payments, {"amount": 115.4, "appliesToInvoiceNumber": invoice["number"]})
    clerk.call(f"customerPaymentJournals({journal['id']})", "post")
    assert (balances(clerk, customer), aged(clerk, customer)) == ([0, 1065], [0, 0, 0])
    assert clerk.get(f"customers({customer['id']})")["@odata.etag"] == tag
    assert clerk.get(f"salesInvoices({invoice['id']})")["status"] == "Paid"
    assert is_balanced(clerk) == 0
    assert clerk.one("accounts", "number eq '15110'")["netChange"] == 0
    assert clerk.one("accounts", "number eq '10100'")["netChange"] == 1115.4
    sales = clerk.one("customerSales", f"customerId eq {customer['id']}")
    assert sales["totalSalesAmount"] == 1065


def test_a_draft_keeps_its_id_when_it_is_posted(clerk):
    invoice = draft(clerk, new_customer(clerk))
    path = f"salesInvoices({invoice['id']})"
    assert clerk.call(path, "postAndSend").status_code == 204
    posted = clerk.get(path)
    assert (posted["status"], posted["number"] != invoice["number"]) == ("Open", True)
    assert posted["@odata.etag"] != invoice["@odata.etag"]
    response = clerk.call(path, "post")
    assert message(response) == "The action can be applied to a draft invoice only."
    assert clerk.patch(path, {"email": "a@b.example"}).status_code == 400
    assert clerk.delete(path).status_code == 400
    (line,) = clerk.rows(f"{path}/salesInvoiceLines")
    assert clerk.delete(f"salesInvoiceLines({line['id']})").status_code == 400


@pytest.mark.parametrize("action", ["cancel", "cancelAndSend"])
@pytest.mark.bc("SalesInvoicesE2E")
def test_an_invoice_that_is_canceled_leaves_no_balance(clerk, action):
    customer = new_customer(clerk)
    path = f"salesInvoices({draft(clerk, customer)['id']})"
    assert message(clerk.call(path, action)) == (
        "The action can be applied to a posted invoice only."
    )
    clerk.call(path, "post")
    assert balances(clerk, customer) == [445.2, 420]
    assert clerk.call(path, action).status_code == 204
    assert clerk.get(path)["status"] == "Canceled"
    assert balances(clerk, customer) == [0, 0]
    assert is_balanced(clerk) == 0
    assert message(clerk.call(path, action)) == (
        "The invoice cannot be canceled because it has already been canceled."
    )


def test_an_invoice_that_is_partly_paid_is_not_corrected(clerk):
    path = f"salesInvoices({draft(clerk, new_customer(clerk))['id']})"
    action = "makeCorrectiveCreditMemo"
    assert message(clerk.call(path, action)) == (
        "The action can be applied to a posted invoice only."
    )
    clerk.call(path, "post")
    journal = clerk.one("customerPaymentJournals", "code eq 'GENERAL'")["id"]
    payment = {"amount": -1, "appliesToInvoiceNumber": clerk.get(path)["number"]}
    clerk.create(f"customerPaymentJournals({journal})/customerPayments", payment)
    clerk.call(f"customerPaymentJournals({journal})", "post")
    assert message(clerk.call(path, action)) == (
        "The invoice is partially paid or credited. The corrective credit memo may not be fully "
        "closed by the invoice."
    )


def test_an_empty_invoice_is_not_posted(clerk):
    invoice = clerk.create("salesInvoices", {"customerId": new_customer(clerk)["id"]})
    response = clerk.call(f"salesInvoices({invoice['id']})", "post")
    assert message(response) == "There is nothing to post."


def test_a_part_of_an_order_is_invoiced_and_the_rest_stays(clerk):
    customer = new_customer(clerk)
    line = {"itemId": item(clerk, DESK), "quantity": 3, "invoiceQuantity": 1, "shipQuantity": 1}
    body = {"customerId": customer["id"], "salesOrderLines": [line]}
    path = f"salesOrders({clerk.create('salesOrders', body)['id']})"
    clerk.call(path, "shipAndInvoice")
    (line,) = clerk.rows(f"{path}/salesOrderLines")
    names = ("quantity", "invoicedQuantity", "invoiceQuantity", "shippedQuantity")
    assert [line[name] for name in names] == [3, 1, 2, 1]
    assert balances(clerk, customer) == [445.2, 420]
    clerk.call(path, "shipAndInvoice")
    assert clerk.ask(path).status_code == 404
    assert balances(clerk, customer) == [1335.6, 1260]


def test_a_quote_becomes_the_draft_of_an_invoice(clerk):
    customer = new_customer(clerk)
    line = {"itemId": item(clerk, DESK), "quantity": 1}
    body = {"customerId": customer["id"], "salesQuoteLines": [line]}
    quote = clerk.create("salesQuotes", body)
    assert clerk.call(f"salesQuotes({quote['id']})", "makeInvoice").status_code == 204
    invoice = clerk.one("salesInvoices", f"customerId eq {customer['id']}")
    assert (invoice["status"], invoice["totalAmountIncludingTax"]) == ("Draft", 445.2)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"appliesToInvoiceId": "00000000-0000-0000-0000-000000000009"},
            (
                'The "appliesToInvoiceId" should be set to the ID of an Open, Paid, Corrective, '
                "or Canceled Sales Invoice."
            ),
        ),
        ({"customerNumber": "NOBODY"}, 'The "customerNumber" does not match to a Customer.'),
    ],
)
def test_a_payment_names_what_exists(clerk, given, expected):
    journal = clerk.one("customerPaymentJournals", "code eq 'GENERAL'")
    response = clerk.post(f"customerPaymentJournals({journal['id']})/customerPayments", given)
    assert (response.status_code, message(response)) == (400, expected)


def test_payments_are_listed_by_journal_only(clerk):
    assert message(clerk.ask("customerPayments")) == (
        "You must specify a journal batch ID or a journal ID to get a journal line."
    )


def test_a_payment_keeps_its_journal_and_has_a_place_of_its_own(clerk):
    journal = clerk.one("customerPaymentJournals", "code eq 'GENERAL'")["id"]
    other = clerk.create("customerPaymentJournals", {"code": "OTHER"})["id"]
    first = clerk.create(f"customerPaymentJournals({journal})/customerPayments", {"amount": -1})
    path = f"customerPayments({first['id']})"

    same = clerk.post(f"customerPaymentJournals({journal})/customerPayments", {"lineNumber": 10000})
    moved = clerk.patch(path, {"journalId": other})

    assert first["lineNumber"] == 10000
    assert message(same) == (
        "The record in table Gen. Journal Line already exists. Identification fields and values: "
        "Journal Template Name='CASHRCPT',Journal Batch Name='GENERAL',Line No.='10000'"
    )
    assert message(moved) == "The Journal Batch Id isn't editable."
    assert clerk.change(path, {"lineNumber": 500})["lineNumber"] == 500
