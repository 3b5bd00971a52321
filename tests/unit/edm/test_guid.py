"""GUIDs of new entities."""

from __future__ import annotations

import uuid

from odata.edm.guid import new_guid


def test_new_guids_are_random_ones_in_canonical_text():
    found = {new_guid() for _ in range(64)}

    assert len(found) == 64
    for text in found:
        guid = uuid.UUID(text)
        assert (str(guid), guid.version, guid.variant) == (text, 4, uuid.RFC_4122)
