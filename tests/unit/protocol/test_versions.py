"""The version by which a payload is read."""

import pytest

from odata.errors import BadRequestError
from odata.protocol.versions import payload_version


@pytest.mark.parametrize(
    ("version", "max_version", "expected"),
    [
        (None, None, "4.01"),
        (None, "4.0", "4.0"),
        (None, "4.01", "4.01"),
        (None, "4.02", "4.01"),
        ("4.0", None, "4.0"),
        ("4.0", "4.01", "4.0"),
        ("4.01", "4.0", "4.01"),
        (" 4.01", None, "4.01"),
        ("4.0;NetFx", None, "4.0"),
    ],
)
def test_a_payload_is_read_by_its_own_version(version, max_version, expected):
    assert payload_version(version, max_version) == expected


@pytest.mark.parametrize("version", ["3.0", "4.02", "5.0", "", "x", "4.0, 4.0"])
def test_an_unsupported_version_is_refused(version):
    with pytest.raises(BadRequestError):
        payload_version(version, None)
