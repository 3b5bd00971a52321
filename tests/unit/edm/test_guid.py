"""GUIDs of new entities."""

from __future__ import annotations

import time
import uuid

from odata.edm.guid import new_guid


def test_new_guids_are_different_and_in_canonical_text():
    found = {new_guid() for _ in range(64)}

    assert len(found) == 64
    for text in found:
        guid = uuid.UUID(text)
        assert (str(guid), guid.version, guid.variant) == (text, 7, uuid.RFC_4122)


def test_a_guid_begins_with_the_milliseconds_of_its_time(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_123_999_999)

    assert new_guid().startswith("018bcfe5-687b-7")


def test_a_guid_of_a_later_time_is_greater():
    earlier = new_guid()
    time.sleep(0.002)

    assert new_guid() > earlier
