"""The counter of entity tags on both databases."""

from __future__ import annotations

from models.connection import open_database
from odata.sql.dialects import dialect_of


def test_a_new_counter_gives_each_number_once(database_url):
    database = open_database(database_url)
    counter = dialect_of(database).counter(database)

    counter.create()

    assert [counter.next() for _ in range(3)] == [1, 2, 3]
    database.close()


def test_a_counter_that_is_there_goes_on_counting(database_url):
    database = open_database(database_url)
    counter = dialect_of(database).counter(database)
    counter.create()
    counter.next()

    counter.create()

    assert counter.next() == 2
    database.close()
