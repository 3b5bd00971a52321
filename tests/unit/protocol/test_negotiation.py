"""Accept, $format and Content-Type."""

import pytest

from odata.errors import BadRequestError, NotAcceptableError, UnsupportedMediaTypeError
from odata.protocol.negotiation import (
    MediaKind,
    MetadataFormat,
    MetadataLevel,
    check_content_encoding,
    check_content_type,
    negotiate,
    negotiate_metadata_document,
    negotiate_text,
)

POWER_QUERY = (
    "application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,"
    "application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,"
    "text/plain;q=0.7"
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
MINIMAL = "application/json; odata.metadata=minimal; odata.streaming=true"
NONE = "application/json; odata.metadata=none; odata.streaming=true"
FULL = "application/json; odata.metadata=full; odata.streaming=true"
ALL_KINDS = (MediaKind.JSON, MediaKind.CSV, MediaKind.NDJSON)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, MINIMAL),
        ("", MINIMAL),
        (" ", MINIMAL),
        ("*/*", MINIMAL),
        ("application/*", MINIMAL),
        ("application/json", MINIMAL),
        ("Application/JSON", MINIMAL),
        (POWER_QUERY, MINIMAL),
        (BROWSER, MINIMAL),
        ("application/json, text/javascript, */*; q=0.01", MINIMAL),
        ("application/json;odata.metadata=none", NONE),
        ("application/json;metadata=none", NONE),
        ("application/json; ODATA.Metadata=FULL", FULL),
        ('application/json;odata.metadata="full"', FULL),
        ("application/json;odata.metadata=full;q=0.5,application/json;q=0.4", FULL),
        ("*/*, application/json;odata.metadata=none", NONE),
        ("application/json;odata.metadata=bogus, application/json;odata.metadata=none", NONE),
        ("application/json;q=high, */*", MINIMAL),
        ("application/json;odata=verbose, */*;q=0.1", MINIMAL),
        ("application/json;ExponentialDecimals=true", MINIMAL),
        ("application/json;odata.streaming=true", MINIMAL),
        (
            "application/json;odata.streaming=false",
            "application/json; odata.metadata=minimal",
        ),
        (
            "application/json;odata.metadata=minimal;IEEE754Compatible=true",
            MINIMAL + "; IEEE754Compatible=true",
        ),
        ("application/json;IEEE754Compatible=false", MINIMAL),
        ("application/json; charset=utf-8", MINIMAL + "; charset=utf-8"),
    ],
)
def test_accept_decides_the_content_type(accept, content_type):
    assert negotiate(accept, None, "4.0").content_type == content_type


@pytest.mark.parametrize(
    "accept",
    [
        "application/json;odata=verbose",
        "application/json;q=0",
        "text/html",
        "application/xml",
        "application/json;charset=utf-16",
        "application/json;q=0, */*",
        "application",
        ";;;",
    ],
)
def test_nothing_usable_is_not_acceptable(accept):
    with pytest.raises(NotAcceptableError):
        negotiate(accept, None, None)


@pytest.mark.parametrize(
    ("max_version", "version", "content_type"),
    [
        (None, "4.0", MINIMAL),
        ("4.0", "4.0", MINIMAL),
        (" 4.0 ", "4.0", MINIMAL),
        ("4", "4.0", MINIMAL),
        ("4.0;NetFx", "4.0", MINIMAL),
        ("4.00", "4.0", MINIMAL),
        ("4.01", "4.01", "application/json;metadata=minimal"),
        ("4.02", "4.01", "application/json;metadata=minimal"),
        ("5.0", "4.01", "application/json;metadata=minimal"),
    ],
)
def test_max_version_decides_the_version(max_version, version, content_type):
    found = negotiate("application/json", None, max_version)
    assert (found.version, found.content_type) == (version, content_type)


@pytest.mark.parametrize("max_version", ["3.0", "", "abc", "4.0,4.0", "-4", "1e1", "\u0664.\u0660"])
def test_a_version_that_cannot_be_served_is_refused(max_version):
    with pytest.raises(BadRequestError):
        negotiate(None, None, max_version)


def test_4_01_repeats_ieee754_compatible():
    found = negotiate("application/json;IEEE754Compatible=true", None, "4.01")
    assert found.content_type == "application/json;metadata=minimal;IEEE754Compatible=true"


@pytest.mark.parametrize(
    ("option", "content_type"),
    [
        ("json", MINIMAL),
        ("JSON", MINIMAL),
        ("application/json", MINIMAL),
        ("application/json;odata.metadata=none", NONE),
        ("application/json; odata.metadata=full", FULL),
        ("application/json;metadata=full", FULL),
    ],
)
def test_format_beats_accept(option, content_type):
    found = negotiate("text/html", option, None)
    assert found.content_type == content_type


@pytest.mark.parametrize(
    "option",
    ["", "xml", "atom", "json;odata.metadata=none", "application/json;odata=verbose", "*/*", "csv"],
)
def test_unknown_format_is_not_acceptable(option):
    with pytest.raises(NotAcceptableError):
        negotiate(None, option, None)


@pytest.mark.parametrize(
    ("accept", "option", "kind", "content_type"),
    [
        ("text/csv", None, MediaKind.CSV, "text/csv; charset=utf-8"),
        ("text/*", None, MediaKind.CSV, "text/csv; charset=utf-8"),
        (None, "csv", MediaKind.CSV, "text/csv; charset=utf-8"),
        (None, "ndjson", MediaKind.NDJSON, "application/x-ndjson; charset=utf-8"),
        ("*/*", None, MediaKind.JSON, MINIMAL),
        ("text/csv;q=0.5, application/json", None, MediaKind.JSON, MINIMAL),
    ],
)
def test_other_kinds_where_a_resource_offers_them(accept, option, kind, content_type):
    found = negotiate(accept, option, None, ALL_KINDS)
    assert (found.media, found.content_type) == (kind, content_type)


def test_the_representation_tells_what_the_writer_needs():
    found = negotiate("application/json;odata.metadata=full;IEEE754Compatible=true", None, None)
    assert (found.metadata, found.ieee754, found.streaming) == (MetadataLevel.FULL, True, True)


@pytest.mark.parametrize(
    ("accept", "option", "max_version", "expected"),
    [
        (None, None, None, MetadataFormat.XML),
        ("*/*", None, None, MetadataFormat.XML),
        ("*/*", None, "4.01", MetadataFormat.XML),
        (POWER_QUERY, None, "4.0", MetadataFormat.XML),
        (BROWSER, None, None, MetadataFormat.XML),
        ("application/xml", None, None, MetadataFormat.XML),
        ("application/json;odata.metadata=full", None, "4.0", MetadataFormat.XML),
        ("application/json;odata.metadata=full", None, None, MetadataFormat.XML),
        ("application/json, application/xml;q=0.5", None, "4.0", MetadataFormat.XML),
        ("application/json", None, None, MetadataFormat.JSON),
        ("application/json", None, "4.0", MetadataFormat.JSON),
        ("application/json, application/xml;q=0.5", None, "4.01", MetadataFormat.JSON),
        ("application/json;metadata=minimal", None, "4.01", MetadataFormat.JSON),
        ("application/json, application/xml", None, "4.01", MetadataFormat.XML),
        ("application/xml", "json", None, MetadataFormat.JSON),
        (None, "application/json", None, MetadataFormat.JSON),
        ("application/json", "xml", None, MetadataFormat.XML),
        (None, "application/xml", None, MetadataFormat.XML),
    ],
)
def test_metadata_is_xml_unless_json_is_clearly_meant(accept, option, max_version, expected):
    assert negotiate_metadata_document(accept, option, max_version) is expected


@pytest.mark.parametrize(
    ("accept", "option", "max_version"),
    [
        ("text/html", None, None),
        ("text/html", None, "4.01"),
        (None, "atom", None),
        ("application/json;odata=verbose", None, None),
    ],
)
def test_metadata_has_no_third_form(accept, option, max_version):
    with pytest.raises(NotAcceptableError):
        negotiate_metadata_document(accept, option, max_version)


@pytest.mark.parametrize(
    "accept", [None, "*/*", "text/plain", "application/json", "application/json;q=0.1", POWER_QUERY]
)
def test_plain_text_is_given_to_clients_that_accept_only_json(accept):
    assert negotiate_text(accept) == "text/plain; charset=utf-8"


def test_plain_text_is_not_given_to_others():
    with pytest.raises(NotAcceptableError):
        negotiate_text("image/png")


@pytest.mark.parametrize(
    ("content_type", "body", "ieee754"),
    [
        ("application/json", b"{}", False),
        ("Application/Json", b"{}", False),
        ("application/json; charset=utf-8", b"{}", False),
        ('application/json; charset="UTF-8"', b"{}", False),
        ("application/json;odata.metadata=minimal;IEEE754Compatible=true", b"{}", True),
        ("application/json;ieee754compatible=TRUE", b"{}", True),
        ("application/json;IEEE754Compatible=false", b"{}", False),
        ("application/json;odata=verbose", b"{}", False),
        (None, b"", False),
        ("text/plain", b"", False),
        ("application/json;IEEE754Compatible=true", b"", False),
    ],
)
def test_json_bodies_are_read(content_type, body, ieee754):
    assert check_content_type(content_type, body) is ieee754


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/xml",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/mixed; boundary=b",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/json, text/plain",
    ],
)
def test_other_bodies_are_refused_with_415(content_type):
    with pytest.raises(UnsupportedMediaTypeError):
        check_content_type(content_type, b"{}")


def test_compressed_bodies_are_refused_with_415():
    check_content_encoding(None)
    check_content_encoding("identity")
    with pytest.raises(UnsupportedMediaTypeError):
        check_content_encoding("gzip")
