"""Business Central reference §6.3: aging as of a day and sales between days, by ``$filter``."""

from __future__ import annotations

import pytest

from models.demo.identifiers import CRONUS, id_of
from tests.integration.service import COMPANY, Service, error_of

AGED = f"{COMPANY}/agedAccountsReceivables"
SALES = f"{COMPANY}/customerSales"
DESK = id_of(CRONUS, "item", "1000")
AMOUNTS = ("balanceDue", "currentAmount", "period1Amount", "period2Amount", "period3Amount")


def new_customer(service: Service) -> str:
    return str(service.post(f"{COMPANY}/customers", {"displayName": "Proseware"}).json["id"])


def invoice(service: Service, customer: str, day: str, due: str, quantity: int = 1) -> str:
    body = {
        "customerId": customer,
        "invoiceDate": day,
        "postingDate": day,
        "dueDate": due,
        "salesInvoiceLines": [{"itemId": DESK, "quantity": quantity}],
    }
    made = service.post(f"{COMPANY}/salesInvoices", body).json["id"]
    assert (
        service.post(f"{COMPANY}/salesInvoices({made})/Microsoft.NAV.post", {}).status_code == 204
    )
    return str(made)


def pay(service: Service, document: str, day: str, amount: int) -> None:
    (journal,) = service.rows("$filter=code eq 'GENERAL'", f"{COMPANY}/customerPaymentJournals")
    target = f"{COMPANY}/customerPaymentJournals({journal['id']})"
    body = {"amount": -amount, "appliesToInvoiceId": document, "postingDate": day}
    assert service.post(f"{target}/customerPayments", body).status_code == 201
    assert service.post(f"{target}/Microsoft.NAV.post", {}).status_code == 204


def aged(service: Service, customer: str, condition: str) -> list[float]:
    rows = service.rows(f"$filter=customerId eq {customer} and {condition}", AGED)
    (row,) = rows
    return [row[name] for name in AMOUNTS]


@pytest.mark.bc("AgedARE2E")
def test_amounts_are_aged_as_of_any_day(service: Service):
    customer = new_customer(service)
    first = invoice(service, customer, "2026-01-10", "2026-02-10")
    invoice(service, customer, "2026-03-01", "2026-03-31", quantity=2)
    pay(service, first, "2026-04-05", 100)

    expected = {
        "2026-01-09": [0, 0, 0, 0, 0],
        "2026-01-31": [420, 420, 0, 0, 0],
        "2026-03-01": [1260, 840, 420, 0, 0],
        "2026-03-20": [1260, 840, 0, 420, 0],
        "2026-04-04": [1260, 0, 840, 420, 0],
        "2026-04-05": [1160, 0, 840, 320, 0],
        "2026-06-30": [1160, 0, 0, 0, 1160],
    }
    found = {day: aged(service, customer, f"agedAsOfDate eq {day}") for day in expected}
    assert found == expected


def test_the_length_of_the_periods_is_asked_for(service: Service):
    customer = new_customer(service)
    invoice(service, customer, "2026-01-10", "2026-02-10")
    row = service.rows(
        f"$filter=agedAsOfDate eq 2026-03-20 and periodLengthFilter eq '2M' "
        f"and customerId eq {customer}",
        AGED,
    )[0]
    assert (row["agedAsOfDate"], row["periodLengthFilter"]) == ("2026-03-20", "2M")
    assert (row["period1Label"], row["period2Label"]) == ("1 - 59 days", "60 - 120 days")
    assert (row["period1Amount"], row["period3Amount"]) == (420, 0)


def test_the_last_row_is_the_total_of_what_was_asked_for(service: Service):
    before = service.rows("$filter=agedAsOfDate eq 2026-03-20", AGED)
    customer = new_customer(service)
    invoice(service, customer, "2026-01-10", "2026-02-10")
    rows = service.rows("$filter=agedAsOfDate eq 2026-03-20", AGED)
    assert [row["name"] for row in rows][-1] == "Total"
    difference = [rows[-1][name] - before[-1][name] for name in AMOUNTS]
    assert [round(value, 2) for value in difference] == [420, 0, 0, 420, 0]


def test_amounts_as_of_a_day_are_filtered_sorted_and_counted(service: Service):
    customer = new_customer(service)
    invoice(service, customer, "2026-01-10", "2026-02-10", quantity=5000)
    query = (
        "$filter=agedAsOfDate eq 2026-03-20 and period2Amount gt 1000 and name ne 'Total'"
        "&$orderby=period2Amount desc&$count=true&$select=customerId,period2Amount"
    )
    found = service.get(AGED, query)
    assert found["@odata.count"] == 1
    assert [row["period2Amount"] for row in found["value"]] == [2_100_000]


@pytest.mark.parametrize(
    "query",
    [
        "$filter=periodLengthFilter eq 'CM'",
        "$filter=agedAsOfDate eq 0001-01-05",
        "$filter=agedAsOfDate eq 2026-01-01 and agedAsOfDate eq 2026-01-02",
        "$filter=agedAsOfDate eq 'x'",
    ],
)
def test_what_cannot_be_aged_is_refused(shared: Service, query):
    assert error_of(shared.ask(AGED, query))[:2] == (400, "BadRequest")


def test_a_report_is_read_only(shared: Service):
    assert error_of(shared.post(AGED, {}))[0] == 405


def test_sales_are_those_of_the_days_in_the_filter(service: Service):
    customer = new_customer(service)
    invoice(service, customer, "2026-01-10", "2026-02-10")
    invoice(service, customer, "2026-03-01", "2026-03-31", quantity=2)
    day = "dateFilter_FilterOnly"
    expected = {
        "": 1260,
        f" and {day} le 2026-01-31": 420,
        f" and {day} ge 2026-02-01 and {day} lt 2026-04-01": 840,
        f" and {day} eq 2026-01-11": 0,
    }
    found = {
        condition: service.rows(f"$filter=customerId eq {customer}{condition}", SALES)
        for condition in expected
    }
    assert {key: rows[0]["totalSalesAmount"] for key, rows in found.items()} == expected
    assert all("dateFilter_FilterOnly" not in rows[0] for rows in found.values())


@pytest.mark.parametrize(
    "query",
    [
        "$orderby=dateFilter_FilterOnly",
        "$filter=not (dateFilter_FilterOnly eq 2026-01-01)",
        "$filter=dateFilter_FilterOnly eq 2026-01-01 or name eq 'x'",
        "$filter=dateFilter_FilterOnly eq dateFilter_FilterOnly",
    ],
)
def test_dates_of_sales_filter_alone(shared: Service, query):
    assert error_of(shared.ask(SALES, query))[:2] == (400, "BadRequest")
