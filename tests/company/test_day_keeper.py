from __future__ import annotations

import datetime

import pytest

from models.availability import discard_connection
from models.customer import Customer
from models.day_keeper import DayKeeper
from models.demo.identifiers import ADATUM, CRONUS
from models.ledger import CustomerLedgerEntry
from models.overdue import bring_to
from odata.query.change import UnloggedRows

DUE = datetime.date(2026, 3, 10)


@pytest.fixture
def database(find_lasting):
    lasting = find_lasting("own")
    lasting.fresh_client()
    with lasting.database.connection_context():
        bring_to(UnloggedRows(), CRONUS, DUE)
        CustomerLedgerEntry.insert(
            id="00000000-0000-0000-0000-00000000000a",
            company_id=CRONUS,
            entry_number=9000,
            customer_id=ADATUM,
            posting_date=DUE,
            due_date=DUE,
            amount=100,
            remaining_amount=100,
        ).execute()
        yield lasting.database
    discard_connection()


@pytest.mark.parametrize(
    ("days", "overdue"), [(0, 3200), (1, 3300), (40, 3300)], ids=["due", "next day", "later"]
)
def test_what_was_due_before_the_day_is_overdue(database, days, overdue):
    now = datetime.datetime.combine(DUE, datetime.time(8), datetime.UTC)
    moments = iter([now + datetime.timedelta(days=days)] * 2)
    tag = Customer.get_by_id(ADATUM).etag
    keeper = DayKeeper(database.atomic, lambda _now: UnloggedRows(), lambda: next(moments))
    keeper.keep()
    keeper.keep()
    stored = Customer.get_by_id(ADATUM)
    assert (stored.overdue_amount, stored.balance_due, stored.etag) == (overdue, overdue, tag)


def test_a_day_that_goes_back_takes_back_what_was_overdue(database):
    bring_to(UnloggedRows(), CRONUS, DUE + datetime.timedelta(days=5))
    bring_to(UnloggedRows(), CRONUS, DUE)
    assert Customer.get_by_id(ADATUM).overdue_amount == 3200


def test_a_setting_tells_which_day_it_is(serve):
    customer = f"/api/v2.0/companies({CRONUS})/customers"
    before = serve(today=datetime.date(2026, 1, 20))
    made = before.post(customer, json={"displayName": "Late"}).json["id"]
    item = before.get(f"/api/v2.0/companies({CRONUS})/items?$top=1").json["value"][0]["id"]
    invoice = {"customerId": made, "salesInvoiceLines": [{"itemId": item, "quantity": 1}]}
    invoices = f"/api/v2.0/companies({CRONUS})/salesInvoices"
    posted = before.post(invoices, json=invoice).json

    before.post(f"{invoices}({posted['id']})/Microsoft.NAV.post")

    aged = "$expand=agedAccountsReceivable"
    early = before.get(f"{customer}({made})?{aged}").json
    discard_connection()
    after = serve(today=datetime.date(2026, 3, 5))
    late = after.get(f"{customer}({made})?{aged}").json
    assert (posted["postingDate"], posted["dueDate"]) == ("2026-01-20", "2026-01-20")
    assert (early["overdueAmount"], early["balanceDue"]) == (0, 0)
    assert late["overdueAmount"] == late["balanceDue"] == late["balance"] > 0
    assert late["@odata.etag"] == early["@odata.etag"]
    assert late["agedAccountsReceivable"]["period2Amount"] == late["balance"]
    assert late["agedAccountsReceivable"]["agedAsOfDate"] == "2026-03-05"
