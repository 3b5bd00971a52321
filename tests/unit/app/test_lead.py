"""Who leads a worker while requests are answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.lead import Lead

# Far more than any of it takes: how long a thread that never comes is waited for.
_PATIENCE = 30.0


@contextmanager
def follower(lead: Lead) -> Iterator[list[bool]]:
    """A thread that follows; gives the list in which it tells whether it came to lead."""
    told: list[bool] = []
    thread = threading.Thread(target=lambda: told.append(lead.follow()))
    thread.start()
    yield told
    thread.join(_PATIENCE)
    assert not thread.is_alive()


def test_who_answers_quickly_leads_again():
    lead = Lead(2)

    for _ in range(3):
        lead.begin()
        assert lead.end()


def test_while_an_answer_takes_long_another_thread_takes_the_lead():
    lead = Lead(2)
    lead.begin()

    with follower(lead) as told:
        pass

    assert told == [True]
    assert not lead.end()


def test_who_sleeps_is_woken_by_an_answer_that_takes_long():
    lead = Lead(2)
    with follower(lead) as told:
        # Long enough for the watch to fall asleep; were it awake the same would hold.
        threading.Event().wait(0.3)
        lead.begin()

    assert told == [True]


def test_who_is_about_to_wait_gives_way():
    lead = Lead(2)
    with follower(lead) as told:
        lead.begin()
        lead.give_way()

    assert told == [True]
    lead.give_way()
    assert not lead.end()


def test_who_leads_needs_not_give_way():
    lead = Lead(2)

    lead.give_way()
    lead.begin()

    assert lead.end()


def test_one_thread_is_left_to_lead():
    lead = Lead(1)
    assert lead.may_answer()
    lead.begin()
    with follower(lead):
        pass

    assert not lead.may_answer()
    assert not lead.end()
    assert lead.may_answer()


def test_at_the_end_all_who_follow_are_let_go():
    lead = Lead(2)
    with follower(lead) as one, follower(lead) as other:
        lead.finish()

    assert one == other == [False]
