"""GUIDs of new entities."""

from __future__ import annotations

import os
import threading
import time
import uuid

from odata.edm.guid import new_guid


def test_new_guids_are_different_and_in_canonical_text():
    found = {new_guid() for _ in range(64)}

    assert len(found) == 64
    for text in found:
        guid = uuid.UUID(text)
        assert (str(guid), guid.version, guid.variant) == (text, 7, uuid.RFC_4122)


def test_guids_of_threads_are_different():
    found = [[], [], [], []]
    threads = [
        threading.Thread(target=lambda own=own: own.extend(new_guid() for _ in range(1000)))
        for own in found
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({guid for own in found for guid in own}) == 4000


def test_a_process_has_other_guids_than_the_one_that_it_comes_from():
    new_guid()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, " ".join(new_guid() for _ in range(200)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    of_child = {guid[14:] for guid in os.read(reading, 64 * 1024).decode().split()}
    os.close(reading)
    os.close(writing)

    assert len(of_child) == 200
    assert of_child.isdisjoint({new_guid()[14:] for _ in range(200)})


def test_a_guid_begins_with_the_milliseconds_of_its_time(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_123_999_999)

    assert new_guid().startswith("018bcfe5-687b-7")


def test_a_guid_of_a_later_time_is_greater():
    earlier = new_guid()
    time.sleep(0.002)

    assert new_guid() > earlier
