"""One request on its way through the engine, with what its headers ask for."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from odata.payload.json_document import DEFAULT_LIMITS, JsonLimits
from odata.payload.row_style import Detail, RowStyle
from odata.protocol.etag import write_tag
from odata.protocol.messages import Request, Response
from odata.protocol.negotiation import MediaKind, MetadataLevel, Representation
from odata.protocol.nested_link import nested_link
from odata.protocol.preferences import (
    OmitValues,
    Preference,
    Preferences,
    preference_applied,
)
from odata.protocol.versions import V4_0
from odata.query.key_predicate import KeyPart
from odata.query.parameters import read_parameter
from odata.query.plan import Constant, Expression, Parameter
from odata.service.preparation import Prepared
from odata.service.shapes import RequestShape
from odata.service.views import View
from odata.sql.assembly import NESTED_LINK, STRING_NUMBERS
from odata.sql.expander import PAGE
from odata.sql.statement import RequestValues

EdmValue = Any  # the Python value of any EDM type

# What an answer depends on beside its URL (OData Protocol 8.1).
VARY = ("Vary", "Accept, OData-MaxVersion, Prefer")

_DETAILS = {
    MetadataLevel.NONE: Detail.NONE,
    MetadataLevel.MINIMAL: Detail.MINIMAL,
    MetadataLevel.FULL: Detail.FULL,
}


@dataclass(slots=True)
class Exchange:
    """A request with its shape, its preparation and what was negotiated.

    ``page_size`` is the greatest number of entities that one collection shows; ``view`` is
    what the caller sees, ``caller_values`` what its limits ask for; ``applied`` collects the
    preferences that were honoured. ``metadata_tag`` is that of ``$metadata``, where the answer
    tells it.
    """

    request: Request
    shape: RequestShape
    prepared: Prepared
    representation: Representation
    preferences: Preferences
    now: datetime.datetime
    page_size: int
    view: View
    scope: str | None = None
    scope_path: str = ""
    caller_values: Mapping[str, Any] = field(default_factory=dict)
    applied: dict[Preference, str] = field(default_factory=dict)
    metadata_tag: str = ""
    json_limits: JsonLimits = DEFAULT_LIMITS

    def at(
        self,
        request: Request,
        shape: RequestShape,
        prepared: Prepared,
        now: datetime.datetime | None = None,
    ) -> Exchange:
        """What the same caller asks of another resource, or at another time."""
        return Exchange(
            request,
            shape,
            prepared,
            self.representation,
            self.preferences,
            now or self.now,
            self.page_size,
            self.view,
            self.scope,
            self.scope_path,
            self.caller_values,
            {},
            self.metadata_tag,
            self.json_limits,
        )

    @property
    def metadata_member(self) -> str:
        """The control information that tells the state of the model, behind the context URL."""
        if not self.metadata_tag:
            return ""
        tag = json.dumps(write_tag(self.metadata_tag))
        return f'"{self.prepared.style.prefix}metadataEtag":{tag},'

    @property
    def values(self) -> RequestValues:
        """The values of this request for statements."""
        named: dict[str, Any] = {
            "scope": self.scope,
            "now": self.now,
            "service_root": self.request.service_root,
            "scope_path": self.scope_path,
            **self.caller_values,
            PAGE: self.page_size,
            NESTED_LINK: self._nested_link,
            STRING_NUMBERS: self.prepared.style.ieee754,
        }
        return RequestValues(self.shape.literals, named)

    def _nested_link(self, path: tuple[str, ...], address: bytes) -> bytes:
        return nested_link(self.request, self.shape.options, path, (address, self.page_size))

    def read_value(self, expression: Expression | None) -> EdmValue:
        """The value of a parameter or constant; None for None."""
        if isinstance(expression, Parameter):
            return read_parameter(expression, self.shape.literals[expression.slot])
        return expression.value if isinstance(expression, Constant) else None

    def key_values(self, key: tuple[KeyPart, ...]) -> dict[str, object]:
        """The values of a key predicate."""
        return {part.name: self.read_value(part.value) for part in key}

    @property
    def implied_scope(self) -> str:
        """The path of the scope where an option or a header has chosen it, not the path."""
        return "" if self.prepared.target.scope_key else self.scope_path

    def response(
        self, status: int, body: bytes | Iterable[bytes] = b"", content_type: str | None = None
    ) -> Response:
        """An answer with the headers that all answers share."""
        headers = [("OData-Version", self.representation.version), VARY]
        response = Response(status, headers, body)
        if content_type is not None:
            response.headers.append(("Content-Type", content_type))
        if self.applied:
            text = preference_applied(self.preferences, self.applied)
            response.headers.append(("Preference-Applied", text))
        return response


def style_of(
    representation: Representation, *, plain_enums: bool, omit: OmitValues | None = None
) -> RowStyle:
    """The style of rows for a representation."""
    prefix = "@odata." if representation.version == V4_0 else "@"
    is_plain = representation.media is not MediaKind.JSON
    detail = Detail.NONE if is_plain else _DETAILS[representation.metadata]
    return RowStyle(
        prefix,
        detail,
        representation.ieee754,
        omit is not None,
        plain_enums,
        omit is OmitValues.DEFAULTS,
    )
