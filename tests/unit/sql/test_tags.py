"""The counter of entity tags on both databases."""

from __future__ import annotations

import os

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


def test_numbers_that_were_drawn_ahead_are_given_by_every_counter_of_the_database(database_url):
    database = open_database(database_url)
    counter = dialect_of(database).counter(database)
    counter.create()
    counter.keep(counter.draw_ahead())
    drawn = [counter.next(), dialect_of(database).counter(database).next()]

    other = open_database(database_url)
    later = dialect_of(other).counter(other).next()

    assert drawn == [1, 2]
    assert later == 513
    database.close()
    other.close()


def test_a_counter_is_short_once_it_was_asked_until_numbers_are_drawn_ahead(database_url):
    database = open_database(database_url)
    counter = dialect_of(database).counter(database)
    counter.create()
    is_short = [counter.is_short]
    counter.next()
    is_short.append(counter.is_short)

    counter.keep(counter.draw_ahead())

    assert [*is_short, counter.is_short] == [False, True, False]
    database.close()


def test_a_forked_process_gives_no_number_that_was_drawn_before_it(database_url):
    database = open_database(database_url)
    counter = dialect_of(database).counter(database)
    counter.create()
    counter.keep(counter.draw_ahead())
    counter.next()

    child = os.fork()
    if child == 0:
        os._exit(0 if counter.is_short else 1)

    assert os.waitpid(child, 0)[1] == 0
    assert counter.next() == 2
    database.close()
