"""The body of every failure, and the answer that it stands in.

Cites: OData JSON 21.1 (error response), Business Central reference §9.1 (its envelope).
"""

from __future__ import annotations

import json

from odata.errors import EntityChangedError, ErrorDetail, ODataError
from odata.protocol.etag import write_tag
from odata.protocol.exchange import VARY
from odata.protocol.messages import Request, Response
from odata.protocol.versions import V4_0, response_version

# The form of a failure, and the language of its message.
ERROR_HEADERS = (("Content-Type", "application/json"), ("Content-Language", "en"))

ErrorObject = dict[str, object]


def error_response(error: ODataError, request: Request) -> Response:
    """The answer that tells of a failure."""
    try:
        version = response_version(request.header("odata-maxversion"))
    except ODataError:
        version = V4_0
    headers = [("OData-Version", version), VARY, *ERROR_HEADERS, *error.headers]
    return Response(error.http_status, headers, error_response_body(error, request.request_id))


def error_response_body(error: ODataError, request_id: str) -> bytes:
    """The failure as JSON, the same at every metadata level."""
    text = json.dumps(error_document(error, request_id), ensure_ascii=False, separators=(",", ":"))
    # A message may quote what the client sent, unpaired surrogates included.
    return text.encode("utf-8", "replace")


def error_document(error: ODataError, request_id: str) -> ErrorObject:
    """The failure as a JSON object, for parts of a batch."""
    content: ErrorObject = {
        "code": error.code,
        "message": _with_correlation(error.message, request_id),
    }
    if error.target is not None:
        content["target"] = error.target
    if error.details:
        content["details"] = [_detail(item) for item in error.details]
    if error.position is not None:
        content["innererror"] = {"position": error.position}
    if isinstance(error, EntityChangedError) and error.current_tag is not None:
        content["innererror"] = _conflict(error, error.current_tag)
    return {"error": content}


def _conflict(error: EntityChangedError, current_tag: str) -> ErrorObject:
    content: ErrorObject = {"currentTag": write_tag(current_tag)}
    if error.changed is not None:
        content["changedProperties"] = list(error.changed)
        content["conflictingProperties"] = list(error.conflicting)
    return content


def _with_correlation(message: str, request_id: str) -> str:
    return f"{message}  CorrelationId:  {request_id}." if request_id else message


def _detail(item: ErrorDetail) -> ErrorObject:
    content: ErrorObject = {"code": item.code, "message": item.message}
    if item.target is not None:
        content["target"] = item.target
    return content
