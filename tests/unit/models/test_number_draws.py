"""Numbers that are drawn in one statement, and the series that are kept meanwhile."""

from __future__ import annotations

import psycopg
import pytest

from models.connection import open_database
from models.container import build_source
from models.customer import Customer
from models.demo.identifiers import CRONUS
from models.number_draws import NumberDraw
from models.numbers import CUSTOMERS, Numbering, NumberSeries
from odata import commits

DRAW = NumberDraw(Numbering(CUSTOMERS, Customer.number), ("customer", "address"))
LAST_ADDRESS = b"SELECT last_number FROM number_series WHERE code = 'ID:address'"


def test_a_number_and_integer_ids_are_drawn_together(source):
    before = DRAW.draw(CRONUS, ("customer", "address"))
    after = DRAW.draw(CRONUS, ("customer",))

    assert (before.number, before.local_currency) == ("30000", "USD")
    assert after.number is None  # a customer has 40000
    assert after.integer_ids == {"customer": before.integer_ids["customer"] + 1}


def test_without_a_company_integer_ids_alone_are_drawn(source):
    before = DRAW.draw(CRONUS, ("customer", "address")).integer_ids
    drawn = DRAW.draw(None, ("customer", "address"))

    assert (drawn.number, drawn.local_currency) == (None, None)
    assert drawn.integer_ids == {kind: last + 1 for kind, last in before.items()}


@pytest.mark.postgresql
def test_all_series_are_kept_from_the_first_draw_on(postgresql_databases, fill_demo):
    url = postgresql_databases.copy_of("demo", fill_demo)
    database = open_database(url)
    build_source(database)
    commits.offer(is_kept_back=False)
    with database.connection_context(), psycopg.connect(url, autocommit=True) as other:
        NumberSeries.update(last_number=0, increment_by=1).where(
            NumberSeries.code == CUSTOMERS
        ).execute()
        before = _addresses(other)
        with database.atomic():
            DRAW.draw(None, ("customer",))
            with pytest.raises(psycopg.errors.LockNotAvailable):
                _addresses(other, LAST_ADDRESS + b" FOR UPDATE NOWAIT")
        with database.shared("customers"):
            first = DRAW.draw(CRONUS, ("customer",))
            with pytest.raises(psycopg.errors.LockNotAvailable):
                _addresses(other, LAST_ADDRESS + b" FOR UPDATE NOWAIT")
            second = DRAW.draw(CRONUS, ("customer", "address"))
            third = DRAW.draw(CRONUS, ("customer", "address"))
        after = _addresses(other)

    assert [item.number for item in (first, second, third)] == ["1", "2", "3"]
    assert "address" not in first.integer_ids
    assert [item.integer_ids["address"] for item in (second, third)] == [before + 1, before + 2]
    assert after == before + 2
    postgresql_databases.drop_all()


def _addresses(other: psycopg.Connection, sql: bytes = LAST_ADDRESS) -> int:
    """What was drawn last of the integer ids of addresses."""
    return int(other.execute(sql).fetchall()[0][0])
