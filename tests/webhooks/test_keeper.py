"""The process beside the server: whatever becomes of the worker, there is another one."""

from __future__ import annotations

import sys

import pytest

from app.webhooks.keeper import Keeper

# Notes what it is told, and fails; but the third one runs until it is ended.
WORKER = """
import pathlib, sys, time
notes = pathlib.Path(sys.argv[1])
told = notes.read_text().split() if notes.exists() else []
notes.write_text(" ".join([*told, sys.argv[2] if sys.argv[2:] else "-"]))
time.sleep(60) if len(told) == 2 else sys.exit(3)
"""


@pytest.fixture
def notes(tmp_path):
    return tmp_path / "notes"


def test_a_worker_that_ends_is_started_again_and_the_last_one_ends_with_the_server(notes):
    def is_over():
        return notes.exists() and len(notes.read_text().split()) == 3

    keeper = Keeper([sys.executable, "-c", WORKER, str(notes)], is_over, first_pause=0.0)
    keeper.run()

    assert notes.read_text() == "- --after=3 --after=3"


def test_a_worker_that_ends_soon_is_waited_for_longer_each_time():
    keeper = Keeper([], lambda: True, first_pause=1.0, longest_pause=3.0)
    pauses = []
    for lived in (0.0, 0.0, 0.0, 5.0, 0.0):
        keeper._wait(lived)
        pauses.append(keeper._pause)

    assert pauses == [1.0, 2.0, 3.0, 1.0, 2.0]
