"""What a change expects of the entity that it meets, and what a conflict tells.

A stale tag is answered with the current one and, where the log of changes still knows, with
the names of the properties that changed since and those among them that the caller changes
too. ``Prefer: merge=non-overlapping`` applies a stale PATCH whose properties nobody else has
touched.

Cites: OData Protocol 11.4.1.1 (preconditions), Business Central reference §8.
"""

from __future__ import annotations

from http import HTTPStatus

from odata.edm.model import EntityType
from odata.errors import (
    EntityChangedError,
    ODataError,
    PreconditionFailedError,
    PreconditionRequiredError,
)
from odata.payload.control_information import is_control_information, read_control_information
from odata.payload.json_document import JsonObject, read_json
from odata.protocol.etag import (
    ABSENT,
    TagCondition,
    Tags,
    missing_if_match,
    names_tag,
    parse_if_match,
    parse_if_none_match,
)
from odata.protocol.exchange import Exchange
from odata.protocol.preferences import Preference
from odata.protocol.settings import EngineSettings
from odata.protocol.versions import V4_01
from odata.service.writing import Expectation, StoredEntity, Writer

NON_OVERLAPPING = "non-overlapping"


class Preconditions:
    """Makes the expectations of requests."""

    def __init__(self, writer: Writer, settings: EngineSettings) -> None:
        self._writer = writer
        self._settings = settings

    def expectation(self, exchange: Exchange, *, is_required: bool) -> Expectation:
        """What the headers (and, at version 4.01, the body) of a request expect; broken tags
        are told once the entity is found."""

        def check(stored: StoredEntity) -> None:
            condition = self._condition(exchange)
            header = exchange.request.headers.get("if-none-match")
            unwanted = ABSENT if header is None else parse_if_none_match(header)
            if header is not None and names_tag(unwanted, stored.entity_tag):
                raise PreconditionFailedError(
                    "The entity exists, which the request does not want.", target="If-None-Match"
                )
            if condition is ABSENT:
                if is_required and unwanted is ABSENT:
                    raise self._missing(exchange)
                return
            if not names_tag(condition, stored.entity_tag):
                self._meet(exchange, stored, condition)

        return Expectation(check)

    def has_condition(self, exchange: Exchange) -> bool:
        """Whether the request expects the entity to exist."""
        return self._condition(exchange) is not ABSENT

    def _condition(self, exchange: Exchange) -> TagCondition:
        headers = exchange.request.headers
        header = headers.get("if-match")
        if header is None and (headers.get("odata-version") or "").startswith(V4_01):
            # OData JSON 4.5.8: in a body of version 4.01 the tag is a condition.
            header = read_control_information(_document(exchange)).etag
        return parse_if_match(header)

    def _missing(self, exchange: Exchange) -> ODataError:
        error = missing_if_match(tag_in_body=b'@odata.etag"' in exchange.request.body)
        if self._settings.mismatch_status == HTTPStatus.PRECONDITION_FAILED:
            return PreconditionRequiredError(error.message, target="If-Match")
        return error

    # --- conflicts ------------------------------------------------------------------------

    def _meet(self, exchange: Exchange, stored: StoredEntity, condition: TagCondition) -> None:
        """Refuse a stale tag, unless the client lets changes be merged and they can be."""
        changed = self._changed(exchange, stored, condition)
        conflicting = None if changed is None else changed & _own_names(exchange)
        merges = exchange.preferences.merge == NON_OVERLAPPING
        if merges and exchange.request.method == "PATCH" and conflicting == frozenset():
            exchange.applied[Preference.MERGE] = NON_OVERLAPPING
            return
        raise EntityChangedError(
            mismatch_status=self._settings.mismatch_status,
            current_tag=stored.entity_tag,
            changed=None if changed is None else tuple(sorted(changed)),
            conflicting=tuple(sorted(conflicting or ())),
        )

    def _changed(
        self, exchange: Exchange, stored: StoredEntity, condition: TagCondition
    ) -> frozenset[str] | None:
        """What clients have changed since the caller's tag; what the service computes is left
        out."""
        log = self._writer.log
        if log is None or not isinstance(condition, Tags):
            return None
        entity_type, recorder = exchange.prepared.target.entity_type, self._writer.store.recorder
        names = log.changed_since(
            recorder.name(entity_type),
            recorder.scope(entity_type, exchange.scope),
            tuple(stored.key.values()),
            (condition.texts, stored.entity_tag),
        )
        if names is None:
            return None
        return frozenset(name for name in names if _is_for_clients(entity_type, name))


def _is_for_clients(entity_type: EntityType, name: str) -> bool:
    definition = entity_type.find_property(name)
    return entity_type.is_open if definition is None else not definition.is_computed


def _own_names(exchange: Exchange) -> frozenset[str]:
    """The properties that the request changes."""
    target = exchange.prepared.target
    if target.property_path:
        return frozenset({target.property_path[0].name})
    names: set[str] = set()
    for name in _document(exchange):
        definition = target.entity_type.find_property(name)
        navigation = target.entity_type.find_navigation(name.partition("@")[0])
        if definition is not None:
            names.add(definition.name)
        elif navigation is not None:
            names |= {item.property_name for item in navigation.constraints}
        elif target.entity_type.is_open and not is_control_information(name):
            names.add(name)
    return frozenset(names)


def _document(exchange: Exchange) -> JsonObject:
    """The body, where it is a JSON object: reading it for good comes later."""
    try:
        document = read_json(exchange.request.body, exchange.json_limits)
    except ODataError:
        return {}
    return document if isinstance(document, dict) else {}
