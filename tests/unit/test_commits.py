"""What changes in one transaction leave to those that follow."""

from __future__ import annotations

import pytest

from odata import commits
from odata.commits import Notes


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def notes(written) -> Notes:
    found = Notes()
    found.begin_change()
    return found


def test_what_is_owed_takes_the_place_of_what_was_owed_of_the_same(notes, written):
    notes.owe("series", lambda: written.append("first"))
    notes.owe("other", lambda: written.append("other"))
    notes.owe("series", lambda: written.append("second"))
    notes.pay()
    notes.pay()
    assert written == ["second", "other"]


def test_of_a_change_that_is_undone_nothing_is_owed(notes, written):
    notes.owe("series", lambda: written.append("first"))
    notes.known["company"] = True
    notes.begin_change()
    notes.owe("series", lambda: written.append("second"))
    notes.undo_change()
    assert not notes.known
    notes.pay()
    assert written == ["first"]


def test_what_a_change_has_paid_before_it_is_undone_is_owed_again(notes, written):
    notes.owe("series", lambda: written.append("first"))
    notes.begin_change()
    notes.pay()
    notes.undo_change()
    notes.pay()
    assert written == ["first", "first"]


def test_what_was_undone_once_is_not_owed_by_what_follows(notes, written):
    notes.owe("series", lambda: written.append("first"))
    notes.begin_change()
    notes.undo_change()
    notes.begin_change()
    notes.owe("series", lambda: written.append("third"))
    notes.undo_change()
    notes.pay()
    assert written == ["first"]


def test_where_a_payment_fails_it_is_told(notes):
    notes.owe("series", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        notes.pay()
    assert notes.has_failed


def test_who_starts_over_rests_on_nothing():
    class Open:
        def commit(self) -> None:
            """It is there."""

    commits.offer(is_kept_back=True)
    commits.put_off(Open())
    commits.end()
    assert commits.rests_on()
    commits.start_over()
    assert not commits.rests_on()
    commits.offer(is_kept_back=False)


def test_who_forgets_the_notes_writes_what_is_owed(notes, written):
    commits.share(notes)
    try:
        notes.known["company"] = True
        notes.owe("series", lambda: written.append("first"))
        commits.forget_notes()
    finally:
        commits.share(None)
    assert written == ["first"]
    assert not notes.known
