from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from models.customer import Customer
from models.demo.identifiers import CRONUS, MY_COMPANY
from models.numbers import CUSTOMERS, Numbering, NumberSeries

NUMBERING = Numbering(CUSTOMERS, Customer.number)


def test_the_first_number_drawn_is_the_one_of_the_documents(source):
    assert NUMBERING.draw(CRONUS) == "30000"


def test_numbers_that_are_taken_are_skipped(source):
    assert [NUMBERING.draw(CRONUS) for _ in range(2)] == ["30000", "100000"]


def test_each_company_has_its_own_series(source):
    NUMBERING.draw(CRONUS)
    assert NUMBERING.draw(MY_COMPANY) == "30000"


def test_prefix_and_width_shape_the_number(source):
    NumberSeries.update(prefix="K", width=6, last_number=41, increment_by=1).execute()
    assert NUMBERING.draw(CRONUS) == "K000042"


def test_a_refused_transaction_gives_its_number_back(database):
    with database.atomic() as transaction:
        NUMBERING.draw(CRONUS)
        transaction.rollback()
    assert NUMBERING.draw(CRONUS) == "30000"


def test_two_connections_never_draw_the_same_number(database):
    NumberSeries.update(prefix="N", last_number=0, increment_by=1).execute()
    mode = () if database.for_update else ("IMMEDIATE",)

    def draw(_: int) -> list[str]:
        with database.connection_context():
            drawn = []
            for _ in range(10):
                with database.atomic(*mode):
                    drawn.append(NUMBERING.draw(CRONUS))
            return drawn

    with ThreadPoolExecutor(2) as workers:
        drawn = [number for numbers in workers.map(draw, range(2)) for number in numbers]
    assert sorted(drawn, key=lambda number: int(number[1:])) == [f"N{n}" for n in range(1, 21)]


def test_a_company_without_series_is_told_so(source):
    with pytest.raises(LookupError, match="has no number series CUST"):
        NUMBERING.draw("00000000-0000-0000-0000-000000000001")
