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
