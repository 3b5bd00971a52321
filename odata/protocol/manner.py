"""In which manner a request wants to be answered: what its header fields and ``$format`` ask
for, settled once for all requests that ask alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from odata.payload.row_style import RowStyle
from odata.protocol.exchange import style_of
from odata.protocol.messages import Request
from odata.protocol.negotiation import (
    MediaKind,
    Representation,
    negotiate,
    negotiate_text,
    usual_representation,
)
from odata.protocol.preferences import Preferences, parse_preferences
from odata.protocol.versions import response_version
from odata.service.shapes import RequestShape

_MOST_MANNERS = 256


@dataclass(frozen=True, slots=True)
class Manner:
    """The form of an answer, what the client prefers, and the style of rows that follows;
    ``page_size`` is the greatest number of entities that the client wants at once."""

    representation: Representation
    preferences: Preferences
    style: RowStyle
    page_size: int | None


class _Form(Enum):
    """What there is to be negotiated: the media type of a document about one entity or about
    many, whether text is accepted, or nothing, as bytes have no other form."""

    ENTITY = auto()
    BULK = auto()
    TEXT = auto()
    BYTES = auto()

    __hash__ = object.__hash__  # as members are, each the only one of its kind; without a call


_OFFERED = {
    _Form.ENTITY: (MediaKind.JSON,),
    _Form.BULK: (MediaKind.JSON, MediaKind.CSV, MediaKind.NDJSON),
}


class Manners:
    """Tells the manner of each request; ``stream_names`` are those of properties that are
    bytes."""

    def __init__(self, *, plain_enums: bool, stream_names: frozenset[str]) -> None:
        self._plain_enums = plain_enums
        self._stream_names = stream_names
        self._settled = lru_cache(maxsize=_MOST_MANNERS)(self._settle)

    def of(self, request: Request, shape: RequestShape, *, is_bulk: bool) -> Manner:
        """What a request asks for; ``is_bulk``: of many entities, which have further forms."""
        header = request.headers.get
        return self._settled(
            request.method,
            self._form(request, is_bulk=is_bulk),
            header("accept"),
            dict(shape.options).get("$format") if shape.options else None,
            header("odata-maxversion"),
            header("prefer"),
        )

    def _form(self, request: Request, *, is_bulk: bool) -> _Form:
        path = request.path
        last = path.rpartition("/")[2] or path.rstrip("/").rpartition("/")[2]
        if last in ("$count", "$value"):
            return _Form.TEXT
        if request.method == "DELETE" or last in self._stream_names:
            return _Form.BYTES
        return _Form.BULK if is_bulk else _Form.ENTITY

    def _settle(
        self,
        method: str,
        form: _Form,
        accept: str | None,
        format_option: str | None,
        max_version: str | None,
        prefer: str | None,
    ) -> Manner:
        preferences = parse_preferences(prefer)
        offered = _OFFERED.get(form)
        if offered is not None:
            representation = negotiate(accept, format_option, max_version, offered)
        else:
            if form is _Form.TEXT:
                negotiate_text(accept)
            representation = usual_representation(response_version(max_version))
        omit = preferences.omit_values if method in ("GET", "HEAD") else None
        style = style_of(representation, plain_enums=self._plain_enums, omit=omit)
        page_size = preferences.maxpagesize if method == "GET" else None
        return Manner(representation, preferences, style, page_size)
