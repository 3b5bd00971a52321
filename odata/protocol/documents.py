"""The documents that describe the service: service document and ``$metadata``.

Both are written once; an answer carries a tag, so clients may ask whether it changed.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

from odata.csdl import CsdlVersion, service_document_entries, write_json, write_xml
from odata.edm.model import Model
from odata.protocol.annotation_choice import AnnotationChoice, read_annotation_choice
from odata.protocol.context_url import context_url
from odata.protocol.etag import names_tag, parse_if_none_match, write_tag
from odata.protocol.exchange import VARY
from odata.protocol.messages import Request, Response
from odata.protocol.negotiation import (
    MetadataFormat,
    MetadataLevel,
    negotiate,
    negotiate_metadata_document,
)
from odata.protocol.preferences import Preference, parse_preferences, preference_applied
from odata.protocol.versions import V4_0, response_version

# The forms of one model, and what clients choose of its annotations.
_MOST_KEPT = 16


class Documents:
    """The service document and the metadata of one model."""

    def __init__(self, model: Model) -> None:
        self._entries = service_document_entries(model)
        self._metadata = lru_cache(_MOST_KEPT)(
            lambda kind, version, choice: _write(model, kind, version, choice)
        )

    def metadata_tag(self, version: str) -> str:
        """The entity tag of the model as CSDL XML (OData JSON 4.5.2)."""
        return self._metadata(MetadataFormat.XML, version, None)[1]

    def service_document(self, request: Request, format_option: str | None) -> Response:
        """The sets of the service (OData Protocol 11.1.1)."""
        max_version = request.header("odata-maxversion")
        representation = negotiate(request.header("accept"), format_option, max_version)
        document: dict[str, object] = {}
        if representation.metadata is not MetadataLevel.NONE:
            prefix = "@odata." if representation.version == V4_0 else "@"
            document[f"{prefix}context"] = context_url(request.service_root)
            document[f"{prefix}metadataEtag"] = write_tag(self.metadata_tag(representation.version))
        document["value"] = self._entries
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        headers = [
            ("OData-Version", representation.version),
            VARY,
            ("Content-Type", representation.content_type),
        ]
        return Response(200, headers, body)

    def metadata(self, request: Request, format_option: str | None) -> Response:
        """The model as CSDL (OData Protocol 11.1.2)."""
        max_version = request.header("odata-maxversion")
        kind = negotiate_metadata_document(request.header("accept"), format_option, max_version)
        version = response_version(max_version)
        preferences = parse_preferences(request.header("prefer"))
        choice = read_annotation_choice(preferences.include_annotations)
        body, tag = self._metadata(kind, version, choice)
        headers = [("OData-Version", version), VARY, ("ETag", f'W/"{tag}"')]
        if choice is not None:
            applied = {Preference.INCLUDE_ANNOTATIONS: f'"{choice.text}"'}
            headers.append(("Preference-Applied", preference_applied(preferences, applied)))
        condition = parse_if_none_match(request.header("if-none-match"))
        if names_tag(condition, tag):
            return Response(304, headers)
        return Response(200, [*headers, ("Content-Type", kind.value)], body)


def _write(
    model: Model, kind: MetadataFormat, version: str, choice: AnnotationChoice | None
) -> tuple[bytes, str]:
    includes = None if choice is None else choice.includes
    # CSDL JSON exists since 4.01.
    if kind is MetadataFormat.JSON:
        body = write_json(model, version="4.01", includes=includes)
    else:
        wanted: CsdlVersion = "4.0" if version == V4_0 else "4.01"
        body = write_xml(model, version=wanted, includes=includes)
    return body, hashlib.sha256(body).hexdigest()[:24]
