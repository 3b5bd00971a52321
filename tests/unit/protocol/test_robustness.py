"""Whatever stands in a header is read, ignored or refused, never an accident."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from odata.edm.types import Primitive
from odata.errors import ODataError
from odata.protocol.etag import parse_if_match
from odata.protocol.negotiation import (
    check_content_type,
    negotiate,
    negotiate_metadata_document,
    negotiate_text,
)
from odata.protocol.preferences import parse_isolation, parse_preferences
from odata.protocol.skiptoken import SkipTokens
from odata.protocol.versions import payload_version, response_version

HEADERS = st.one_of(
    st.text(max_size=60),
    st.text('application/json;odt.maq=01*,"\\ W', max_size=60),
    st.lists(
        st.sampled_from(
            [
                "application/json",
                "*/*",
                ";q=0.5",
                ";odata.metadata=full",
                ",",
                '"',
                "=",
                "maxpagesize=",
                "5",
                'W/"a"',
                "*",
                " ",
            ]
        ),
        max_size=12,
    ).map("".join),
)


@settings(deadline=None)
@given(HEADERS)
def test_headers_are_read_or_refused(header):
    tokens = SkipTokens(b"secret")
    for read in (
        lambda: negotiate(header, None, None),
        lambda: negotiate(None, header, header),
        lambda: negotiate_metadata_document(header, None, None),
        lambda: negotiate_text(header),
        lambda: check_content_type(header, b"{}"),
        lambda: parse_if_match(header),
        lambda: parse_isolation(header, None),
        lambda: response_version(header),
        lambda: payload_version(header, None),
        lambda: tokens.read(header, "", [Primitive.STRING]),
    ):
        with contextlib.suppress(ODataError):
            read()


@settings(deadline=None)
@given(HEADERS)
def test_preferences_never_fail(header):
    parse_preferences(header)
