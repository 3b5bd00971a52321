import pytest

from odata.errors import UriSyntaxError
from odata.uri.percent_encoding import decode


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("a+b", "a+b"), ("%2527", "%27"), ("%25", "%"), ("%e2%82%ac", "€"), ("ä", "ä"), ("", "")],
)
def test_text_is_decoded_once(raw, expected):
    assert decode(raw) == expected


@pytest.mark.parametrize("raw", ["%", "%2", "%zz", "%FF", "%C0%AE", "%ED%A0%80", "%00", "\ud800"])
def test_bad_encoding_is_refused(raw):
    with pytest.raises(UriSyntaxError):
        decode(raw)
