"""Which representation a response has, and whether the body of a request can be read.

Cites: OData Protocol 8.2.1 (Accept), 11.2.12 ($format), OData JSON 3 (parameters of the
media type), Business Central reference §3.1 (the text of Content-Type).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from odata.errors import NotAcceptableError, UnsupportedMediaTypeError
from odata.protocol.header_syntax import Element, parse_element, parse_elements
from odata.protocol.versions import V4_0, response_version

TEXT_CONTENT_TYPE = "text/plain; charset=utf-8"

_UTF_8 = frozenset({"utf-8", "utf8"})
_NO_QUALITY = re.compile(r"0(?:\.0{0,3})?")
_READABLE_CHARSETS = _UTF_8 | {"us-ascii"}
# Java writes its weights without the zero before the point.
_QUALITY = re.compile(r"0(?:\.\d{0,3})?|\.\d{1,3}|1(?:\.0{0,3})?", re.ASCII)
_TEXT_RANGES = frozenset({"*/*", "text/*", "text/plain", "application/*", "application/json"})
_XML_RANGES = frozenset({"*/*", "application/*", "application/xml", "text/*", "text/xml"})
_JSON_RANGES = frozenset({"*/*", "application/*", "application/json"})


class MetadataLevel(Enum):
    """How much control information a representation carries (OData JSON 3.1)."""

    NONE = "none"
    MINIMAL = "minimal"
    FULL = "full"


class MediaKind(Enum):
    """The kind of document by its media type."""

    JSON = "application/json"
    CSV = "text/csv"
    NDJSON = "application/x-ndjson"

    __hash__ = object.__hash__  # without a call of Python


class MetadataFormat(Enum):
    """The kind of a ``$metadata`` document by its media type."""

    XML = "application/xml"
    JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Representation:
    """The form of a response.

    ``ieee754`` means that Int64 and Decimal are written as strings. ``charset`` says whether
    the client named one, which is then echoed.
    """

    version: str = V4_0
    metadata: MetadataLevel = MetadataLevel.MINIMAL
    ieee754: bool = False
    streaming: bool = True
    media: MediaKind = MediaKind.JSON
    charset: bool = False
    content_type: str = field(init=False, compare=False, default="")

    def __post_init__(self) -> None:
        """The value of the Content-Type header, written once for all answers."""
        object.__setattr__(self, "content_type", _content_type(self))


@lru_cache(maxsize=8)
def usual_representation(version: str) -> Representation:
    """The form of what is not negotiated."""
    return Representation(version)


@dataclass(frozen=True, slots=True)
class _Range:
    """One usable element of Accept."""

    media: str
    quality: float
    charset: bool
    metadata: MetadataLevel
    ieee754: bool
    streaming: bool
    names_odata: bool


@lru_cache(maxsize=512)
def negotiate(
    accept: str | None,
    format_option: str | None,
    max_version: str | None,
    offered: tuple[MediaKind, ...] = (MediaKind.JSON,),
) -> Representation:
    """The representation that the client likes best among the ``offered`` kinds."""
    version = response_version(max_version)
    if format_option is not None:
        return _of_format(format_option, version, offered)
    refused = _refused(accept)
    for accepted in _ranges(accept):
        media = _best_media(accepted.media, offered)
        if media is not None and media.value not in refused:
            return _representation(accepted, media, version)
    raise NotAcceptableError(f"the service offers {_listed(offered)} for this resource")


@lru_cache(maxsize=128)
def negotiate_metadata_document(
    accept: str | None, format_option: str | None, max_version: str | None
) -> MetadataFormat:
    """The form of ``$metadata``.

    XML wherever a 4.0 client may read it: some ask for JSON with parameters and read XML.
    JSON is for ``$format``, for clients of 4.01 that prefer it, and for those that accept
    plain JSON and no XML.
    """
    version = response_version(max_version)
    if format_option is not None:
        return _metadata_format(format_option)
    ranges = _ranges(accept)
    xml = next((item for item in ranges if item.media in _XML_RANGES), None)
    json = next((item for item in ranges if item.media in _JSON_RANGES), None)
    if version == V4_0:
        return _metadata_for_4_0(xml, json)
    return _metadata_by_quality(xml, json)


@lru_cache(maxsize=128)
def negotiate_text(accept: str | None) -> str:
    """The content type of ``/$count`` and ``/$value``.

    Clients that only ever accept JSON read these too, so JSON counts as consent.
    """
    if any(item.media in _TEXT_RANGES for item in _ranges(accept)):
        return TEXT_CONTENT_TYPE
    raise NotAcceptableError("the service offers text/plain for this resource")


def check_content_type(content_type: str | None, body: bytes) -> bool:
    """Refuse a body that is not JSON; tells whether its numbers may come as strings.

    An empty body needs no type and may have any (OData JSON 4.1, 3.2).
    """
    if not body:
        return False
    return _read_content_type(content_type)


def check_content_encoding(content_encoding: str | None) -> None:
    """Refuse compressed bodies: what they grow to is not known in advance."""
    if content_encoding and content_encoding.strip().lower() != "identity":
        raise UnsupportedMediaTypeError("a request body must not have a Content-Encoding")


# --- Accept -------------------------------------------------------------------------------


def _ranges(accept: str | None) -> list[_Range]:
    """The usable ranges, best first; an absent or empty header accepts everything."""
    if accept is None or not accept.strip():
        accept = "*/*"
    read = [_read_range(element) for element in parse_elements(accept)]
    usable = [item for item in read if item is not None and item.quality > 0]
    return sorted(usable, key=lambda item: (-item.quality, item.media.count("*")))


def _refused(accept: str | None) -> frozenset[str]:
    """Media types that a wildcard must not bring back: those with a quality of zero."""
    return frozenset(
        element.name
        for element in parse_elements(accept or "")
        if len(element.parameters) == 1 and _NO_QUALITY.fullmatch(element.parameter("q") or "1")
    )


def _read_range(element: Element) -> _Range | None:
    """The range, or None where it has a parameter that the service does not know."""
    choices: dict[str, str] = {}
    for name, value in element.parameters:
        plain = name.removeprefix("odata.")
        allowed = _PARAMETERS.get(plain)
        if allowed is None or not allowed.fullmatch(value):
            return None
        choices.setdefault(plain, value.lower())
    return _Range(
        media=element.name,
        quality=float(choices.get("q", "1")),
        charset="charset" in choices,
        metadata=MetadataLevel(choices.get("metadata", "minimal")),
        ieee754=choices.get("ieee754compatible") == "true",
        streaming=choices.get("streaming") != "false",
        names_odata=not choices.keys() <= {"q", "charset"},
    )


_TRUTH = re.compile("true|false", re.IGNORECASE)
_PARAMETERS: Mapping[str, re.Pattern[str]] = {
    "q": _QUALITY,
    "charset": re.compile("utf-?8", re.IGNORECASE),
    "metadata": re.compile("none|minimal|full", re.IGNORECASE),
    "streaming": _TRUTH,
    "ieee754compatible": _TRUTH,
    "exponentialdecimals": _TRUTH,
}


def _best_media(media: str, offered: tuple[MediaKind, ...]) -> MediaKind | None:
    for item in offered:
        kind, _, _ = item.value.partition("/")
        if media in ("*/*", f"{kind}/*", item.value):
            return item
    return None


def _representation(accepted: _Range, media: MediaKind, version: str) -> Representation:
    return Representation(
        version,
        accepted.metadata,
        accepted.ieee754,
        accepted.streaming,
        media,
        accepted.charset,
    )


def _listed(offered: tuple[MediaKind, ...]) -> str:
    return " and ".join(item.value for item in offered)


# --- $format ------------------------------------------------------------------------------


def _of_format(text: str, version: str, offered: tuple[MediaKind, ...]) -> Representation:
    abbreviated = {item.name.lower(): item for item in offered}.get(text.strip().lower())
    if abbreviated is not None:
        return Representation(version, media=abbreviated)
    wanted = _read_range(parse_element(text))
    media = {item.value: item for item in offered}.get(wanted.media if wanted else "")
    if wanted is None or media is None:
        expected = " or ".join(item.value for item in offered)
        raise NotAcceptableError(
            f"$format '{text}' is not available: expected {expected}", target="$format"
        )
    return _representation(wanted, media, version)


def _metadata_format(text: str) -> MetadataFormat:
    media = parse_element(text).name
    for item in MetadataFormat:
        if media in (item.value, item.name.lower()):
            return item
    raise NotAcceptableError(
        f"$format '{text}' is not available: expected xml or json", target="$format"
    )


# --- $metadata ----------------------------------------------------------------------------


def _metadata_for_4_0(xml: _Range | None, json: _Range | None) -> MetadataFormat:
    if json is None and xml is None:
        raise NotAcceptableError("the service offers application/xml for its metadata")
    if xml is None and json is not None and not json.names_odata:
        return MetadataFormat.JSON
    return MetadataFormat.XML


def _metadata_by_quality(xml: _Range | None, json: _Range | None) -> MetadataFormat:
    if xml is not None and (json is None or xml.quality >= json.quality):
        return MetadataFormat.XML
    if json is not None:
        return MetadataFormat.JSON
    raise NotAcceptableError("the service offers application/xml for its metadata")


# --- Content-Type -------------------------------------------------------------------------


def _content_type(representation: Representation) -> str:
    charset = ("charset=utf-8",) if representation.charset else ()
    if representation.media is not MediaKind.JSON:
        return "; ".join((representation.media.value, "charset=utf-8"))
    ieee754 = ("IEEE754Compatible=true",) if representation.ieee754 else ()
    level = representation.metadata.value
    if representation.version != V4_0:
        parts = ("application/json", f"metadata={level}", *ieee754, *charset)
        return ";".join(parts)
    streaming = ("odata.streaming=true",) if representation.streaming else ()
    parts = ("application/json", f"odata.metadata={level}", *streaming, *ieee754, *charset)
    return "; ".join(parts)


@lru_cache(maxsize=128)
def _read_content_type(content_type: str | None) -> bool:
    element = parse_element(content_type or "")
    if element.name != MediaKind.JSON.value:
        raise UnsupportedMediaTypeError(
            f"a body of type {element.name} is not read, application/json is"
            if element.name
            else "a body needs the header Content-Type: application/json"
        )
    charset = element.parameter("charset")
    if charset is not None and charset.lower() not in _READABLE_CHARSETS:
        raise UnsupportedMediaTypeError(f"the charset {charset} is not read, utf-8 is")
    return (element.parameter("ieee754compatible") or "").lower() == "true"
