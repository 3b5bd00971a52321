from __future__ import annotations

import pytest

from tests.company.conftest import message

KINDS = (
    ("salesInvoices", "salesInvoiceLines"),
    ("salesOrders", "salesOrderLines"),
    ("salesQuotes", "salesQuoteLines"),
)
ADATUM = "d1e2f3a4-b5c6-7890-1234-567890abcdef"
NO_ID = "00000000-0000-0000-0000-000000000000"
AMOUNTS = ("totalAmountExcludingTax", "totalTaxAmount", "totalAmountIncludingTax")


def item(clerk, number):
    return clerk.one("items", f"number eq '{number}'")["id"]


@pytest.mark.parametrize(("heads", "lines"), KINDS)
def test_a_document_takes_over_what_its_customer_says(clerk, heads, lines):
    made = clerk.create(heads, {"customerNumber": "10000"})
    assert made["customerId"] == made["billToCustomerId"] == ADATUM
    names = ("customerName", "sellToCity", "billToCity", "shipToPostCode", "currencyCode")
    assert [made[name] for name in names] == [
        "Adatum Corporation",
        "Atlanta",
        "Atlanta",
        "31772",
        "USD",
    ]
    assert made["status"] == "Draft"
    assert made["paymentTermsId"] == "a1a1a1a1-b2b2-c3c3-d4d4-e5e5e5e5e5e5"


@pytest.mark.parametrize(("heads", "lines"), KINDS)
def test_lines_are_numbered_and_the_head_follows_them(clerk, heads, lines):
    head = clerk.create(heads, {"customerId": ADATUM})
    path = f"{heads}({head['id']})"
    desk = {"itemId": item(clerk, "1000"), "quantity": 2}
    chair = {"lineType": "Item", "lineObjectNumber": "1100", "quantity": 3, "discountPercent": 10}
    first, second = (clerk.create(f"{path}/{lines}", body) for body in (desk, chair))
    assert [first["sequence"], second["sequence"]] == [10000, 20000]
    assert (first["description"], first["unitPrice"], first["taxPercent"]) == ("Oak desk", 420, 6)
    assert (second["discountAmount"], second["amountExcludingTax"]) == (17.99, 161.86)
    after = clerk.get(path)
    assert after["@odata.etag"] != head["@odata.etag"]
    assert [after[name] for name in AMOUNTS] == [1001.86, 60.11, 1061.97]
    tag = after["@odata.etag"]
    changed = clerk.change(f"{path}/{lines}({first['id']})", {"quantity": 1})
    assert changed["amountExcludingTax"] == 420
    after = clerk.get(path)
    assert (after["@odata.etag"] != tag, after["totalAmountExcludingTax"]) == (True, 581.86)
    assert clerk.delete(f"{path}/{lines}({second['id']})").status_code == 204
    assert clerk.get(path)["totalAmountExcludingTax"] == 420


@pytest.mark.parametrize(("heads", "lines"), KINDS)
def test_a_document_is_created_with_its_lines_at_once(clerk, heads, lines):
    body = {
        "customerId": ADATUM,
        lines: [{"itemId": item(clerk, "1200"), "quantity": 4}, {"description": "Thank you"}],
    }
    head = clerk.create(heads, body)
    assert [head[name] for name in AMOUNTS] == [300, 0, 300]
    rows = clerk.rows(f"{heads}({head['id']})/{lines}")
    assert [(row["sequence"], row["lineType"]) for row in rows] == [
        (10000, "Item"),
        (20000, "Comment"),
    ]


def test_the_discount_of_a_document_is_shared_among_its_lines(clerk):
    lines = [
        {"itemId": item(clerk, "1000"), "quantity": 1},
        {"itemId": item(clerk, "1200"), "quantity": 1},
        {"itemId": item(clerk, "1101"), "quantity": 1},
    ]
    head = clerk.create("salesInvoices", {"customerId": ADATUM, "salesInvoiceLines": lines})
    path = f"salesInvoices({head['id']})"
    head = clerk.change(path, {"discountAmount": 100})
    rows = clerk.rows(f"{path}/salesInvoiceLines")
    assert [row["invoiceDiscountAllocation"] for row in rows] == [61.40, 10.96, 27.64]
    assert [row["netAmount"] for row in rows] == [358.60, 64.04, 161.36]
    assert [row["netTaxAmount"] for row in rows] == [21.52, 0, 9.68]
    assert [head[name] for name in AMOUNTS] == [584, 31.2, 615.2]
    assert head["remainingAmount"] == 615.2


@pytest.mark.parametrize(("heads", "lines"), KINDS)
@pytest.mark.bc(68)
def test_lines_are_listed_by_document_only(clerk, heads, lines):
    response = clerk.ask(lines)
    assert response.status_code == 400
    assert message(response) == "You must specify an Id or a Document Id to get the lines."
    made = clerk.create(heads, {"customerId": ADATUM, lines: [{"description": "One"}]})
    rows = clerk.rows(lines, _filter=f"documentId eq {made['id']}")
    assert [row["description"] for row in rows] == ["One"]
    assert clerk.get(f"{lines}({rows[0]['id']})")["documentId"] == made["id"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, 'A "customerNumber" or a "customerId" must be provided.'),
        ({"customerNumber": "NOBODY"}, "The sell-to customer cannot be found."),
        (
            {"customerNumber": "20000", "customerId": ADATUM},
            "The sell-to customer values do not match to a specific Customer.",
        ),
    ],
)
@pytest.mark.parametrize(("heads", "lines"), KINDS)
def test_a_document_needs_a_customer(clerk, heads, lines, given, expected):
    response = clerk.post(heads, given)
    assert (response.status_code, message(response)) == (400, expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"itemId": ADATUM, "accountId": ADATUM},
            'Both "itemId" and "accountId" are specified. Specify only one of them.',
        ),
        ({"itemId": ADATUM}, "Item does not exist."),
        ({"accountId": ADATUM}, "Account does not exist."),
        (
            {"sequence": 10000, "description": "again"},
            "The document has a line 10000 already.",
        ),
    ],
)
def test_what_a_line_may_not_be_is_refused_with_its_sentence(clerk, given, expected):
    head = clerk.create(
        "salesInvoices", {"customerId": ADATUM, "salesInvoiceLines": [{"description": "One"}]}
    )
    response = clerk.post(f"salesInvoices({head['id']})/salesInvoiceLines", given)
    assert (response.status_code, message(response)) == (400, expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"documentId": NO_ID}, 'The value for "documentId" cannot be modified.'),
        (
            {"sequence": 5},
            'The value for "sequence" cannot be modified. Delete and insert the line again.',
        ),
        ({"lineObjectNumber": "1"}, 'The value for "lineObjectNumber" cannot be modified.'),
    ],
)
def test_the_place_of_a_line_stays(clerk, given, expected):
    head = clerk.create(
        "salesInvoices", {"customerId": ADATUM, "salesInvoiceLines": [{"description": "One"}]}
    )
    (line,) = clerk.rows(f"salesInvoices({head['id']})/salesInvoiceLines")
    response = clerk.patch(f"salesInvoiceLines({line['id']})", given)
    assert (response.status_code, message(response)) == (400, expected)


@pytest.mark.parametrize(("heads", "lines"), KINDS)
def test_each_document_is_expanded_with_its_own_lines(clerk, heads, lines):
    keys = []
    for text in ("One", "Two"):
        body = {"customerId": ADATUM, lines: [{"description": text}]}
        keys.append(clerk.create(heads, body)["id"])
    rows = clerk.rows(heads, _expand=lines, _orderby="number")
    assert [row[lines][0]["description"] for row in rows if row["id"] in keys] == ["One", "Two"]


def test_a_document_that_is_removed_takes_its_lines_along(clerk):
    body = {"customerId": ADATUM, "salesQuoteLines": [{"description": "One"}]}
    key = clerk.create("salesQuotes", body)["id"]
    assert clerk.delete(f"salesQuotes({key})").status_code == 204
    assert clerk.rows("salesQuoteLines", _filter=f"documentId eq {key}") == []


def test_a_customer_with_an_order_stays(clerk):
    customer = clerk.create("customers", {"displayName": "Proseware"})
    path = f"customers({customer['id']})"
    order = clerk.create("salesOrders", {"customerId": customer["id"]})
    assert message(clerk.delete(path)) == (
        f"You cannot delete Customer {customer['number']} because there is at least one "
        "outstanding Sales Order for this customer."
    )
    clerk.delete(f"salesOrders({order['id']})")
    assert clerk.delete(path).status_code == 204


def test_an_item_that_stands_on_a_line_stays(clerk):
    key = item(clerk, "1300")
    clerk.create("salesQuotes", {"customerId": ADATUM, "salesQuoteLines": [{"itemId": key}]})
    response = clerk.delete(f"items({key})")
    assert message(response) == (
        "You cannot delete Item 1300 because there is at least one outstanding document line "
        "for this item."
    )


def test_a_customer_that_is_blocked_gets_no_document(clerk):
    customer = clerk.create("customers", {"displayName": "Proseware", "blocked": "All"})
    response = clerk.post("salesOrders", {"customerId": customer["id"]})
    assert message(response) == (
        f"You cannot create this type of document when Customer {customer['number']} "
        "is blocked with type All"
    )
