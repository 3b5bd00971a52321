"""The answer to ``$batch`` in either format.

JSON is answered with JSON and multipart with multipart, because clients that send the one
and accept ``application/json`` cannot always read the other; at version 4.01, and for JSON
requests, an ``Accept`` that names the other format alone is honoured.

``respond-async`` is not applied, as the standard allows: a batch is answered when it is done.
"""

from __future__ import annotations

from odata.edm.model import Model
from odata.errors import MethodNotAllowedError, UnsupportedMediaTypeError
from odata.payload.json_document import JsonLimits
from odata.protocol import batch_json, batch_multipart
from odata.protocol.batch import (
    Answering,
    BatchRun,
    Transactions,
    check_envelope,
)
from odata.protocol.batch_json import JSON_BATCH
from odata.protocol.batch_multipart import MULTIPART
from odata.protocol.batch_parts import Outcome, Part, check_size
from odata.protocol.batch_url import BatchUrls
from odata.protocol.header_syntax import parse_elements
from odata.protocol.messages import Request, Response
from odata.protocol.negotiation import check_content_encoding, usual_representation
from odata.protocol.settings import EngineSettings
from odata.protocol.versions import V4_0, response_version


class BatchHandler:
    """Answers ``$batch`` at the root and below an entity."""

    def __init__(
        self,
        model: Model,
        settings: EngineSettings,
        answering: Answering,
        transactions: Transactions,
    ) -> None:
        self._model = model
        self._settings = settings
        self._answering = answering
        self._transactions = transactions

    def answer(self, request: Request) -> Response:
        """Runs the batch; its envelope is answered with 200 whatever becomes of its parts."""
        if request.method != "POST":
            raise MethodNotAllowedError(
                f"'{request.method}' requests for '$batch' are not allowed.", allowed=("POST",)
            )
        version = response_version(request.header("odata-maxversion"))
        check_content_encoding(request.header("content-encoding"))
        check_envelope(request)
        media = (request.header("content-type") or "").partition(";")[0].strip().lower()
        parts = _read(request, media, self._settings.json)
        check_size(parts, self._settings.batch_limit)
        urls = BatchUrls(
            request, below=self._below(request), scope_option=self._settings.scope_option
        )
        goes_on = media == JSON_BATCH and version != V4_0
        run = BatchRun(
            request,
            urls,
            self._answering,
            self._transactions,
            goes_on=goes_on,
            most_octets=self._settings.batch_octets,
        )
        outcomes = run.run(parts)
        return _write(outcomes, _answered_media(request, media, version), version)

    def _below(self, request: Request) -> frozenset[str]:
        """The names that may follow the entity under which the batch is posted."""
        name = request.path.strip("/").partition("/")[0].partition("(")[0]
        entity_set = self._model.entity_sets.get(name)
        if entity_set is None:
            return frozenset()
        return frozenset(item.name for item in entity_set.entity_type.all_navigation())


def _read(request: Request, media: str, limits: JsonLimits) -> tuple[Part, ...]:
    if media == JSON_BATCH:
        return batch_json.read_batch(request.body, limits)
    if media == MULTIPART:
        return batch_multipart.read_batch(request.body, request.header("content-type") or "")
    raise UnsupportedMediaTypeError(
        f"a batch is read as {JSON_BATCH} or {MULTIPART}, not as '{media}'"
    )


def _answered_media(request: Request, media: str, version: str) -> str:
    names = {item.name for item in parse_elements(request.header("accept") or "")}
    other = JSON_BATCH if media == MULTIPART else MULTIPART
    if media == MULTIPART and version == V4_0:
        return media
    return other if other in names and media not in names and "*/*" not in names else media


def _write(outcomes: list[Outcome], media: str, version: str) -> Response:
    if media == MULTIPART:
        body, content_type = batch_multipart.write_batch(outcomes)
    else:
        body, content_type = (
            batch_json.write_batch(outcomes),
            usual_representation(version).content_type,
        )
    return Response(200, [("OData-Version", version), ("Content-Type", content_type)], body)
