"""POST, PATCH, PUT and DELETE.

Order of the checks (Business Central reference §8): the path, the precondition's presence,
the precondition itself, the body, the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from odata.edm.types import Primitive
from odata.errors import (
    EntityChangedError,
    MethodNotAllowedError,
    ODataError,
    PreconditionInvalidError,
    PreconditionRequiredError,
    UnsupportedMediaTypeError,
)
from odata.payload.entity_payload import EntityPayload
from odata.payload.json_document import read_json
from odata.payload.reader import ReaderSettings, read_entity
from odata.protocol.deep_insert import Levels, levels_of
from odata.protocol.etag import (
    Absent,
    AnyTag,
    missing_if_match,
    names_tag,
    parse_if_match,
    write_tag,
)
from odata.protocol.exchange import Exchange
from odata.protocol.links import KeyValue, key_predicate
from odata.protocol.messages import Response
from odata.protocol.negotiation import check_content_encoding, check_content_type
from odata.protocol.preferences import Preference, ReturnPreference
from odata.protocol.reading import entity_response, not_found
from odata.protocol.settings import EngineSettings
from odata.protocol.versions import payload_version
from odata.query.change import Operation, Parent
from odata.query.resource import ResourceKind, Suffix, Target
from odata.service.reading import Reader
from odata.service.writing import Actor, Expectation, StoredEntity, Writer

FollowPath = Callable[[Exchange, str, Levels], Exchange]


class WriteHandler:
    """Answers the methods that change something."""

    def __init__(
        self,
        reader: Reader,
        writer: Writer,
        settings: EngineSettings,
        follow: FollowPath,
        check_path: Callable[[Exchange], None],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._settings = settings
        self._follow = follow
        self._check_path = check_path

    def answer(self, exchange: Exchange) -> Response:
        """The answer to a method that changes something."""
        self._check_method(exchange)
        try:
            return self._dispatch(exchange)
        except PreconditionInvalidError:
            # A broken tag is read before the entity is looked for, yet told after it.
            if self._writer.find_stored(exchange.prepared.target, exchange.values) is None:
                self._check_path(exchange)
                raise not_found(exchange) from None
            raise

    def _dispatch(self, exchange: Exchange) -> Response:
        method, target = exchange.request.method, exchange.prepared.target
        if target.kind is ResourceKind.STREAM:
            return self._stream(exchange)
        if method == "POST":
            return self._create(exchange)
        if method == "DELETE":
            return self._delete(exchange)
        return self._update(exchange)

    def _check_method(self, exchange: Exchange) -> None:
        method, target = exchange.request.method, exchange.prepared.target
        allowed = allowed_methods(target)
        if method not in allowed:
            raise method_not_allowed(method, target, allowed)

    # --- create -------------------------------------------------------------------------

    def _create(self, exchange: Exchange) -> Response:
        target = exchange.prepared.target
        self._check_path(exchange)
        payload = self._read_body(exchange, target, Operation.CREATE, None)
        parent = self._parent(exchange)
        key = self._writer.create(target.entity_type, payload, self._actor(exchange), parent)
        predicate = _predicate(target, key)
        created = self._follow(exchange, f"({predicate})", levels_of(payload))
        location = f"{exchange.request.service_root}{created.request.path}"
        response = self._represent(exchange, created, 201)
        response.headers.append(("Location", location))
        if response.status == HTTPStatus.NO_CONTENT:
            response.headers.append(("OData-EntityId", location))
        return response

    def _parent(self, exchange: Exchange) -> Parent | None:
        steps = exchange.prepared.target.steps
        navigation = steps[-1].navigation
        if navigation is None or steps[-2].entity_type.name == self._settings.scope_type:
            return None
        key = exchange.key_values(steps[-2].key)
        return Parent(steps[-2].entity_type, navigation.name, key)

    def _represent(self, exchange: Exchange, shown: Exchange, status: int) -> Response:
        """The entity after the change, or nothing where the client wants nothing."""
        if exchange.preferences.return_ is ReturnPreference.MINIMAL:
            exchange.applied[Preference.RETURN] = "minimal"
            return self._without_body(exchange, shown)
        if exchange.preferences.return_ is ReturnPreference.REPRESENTATION:
            shown.applied[Preference.RETURN] = "representation"
        entity = self._reader.entity(shown.prepared, shown.values)
        if entity is None:
            raise not_found(exchange)
        return entity_response(shown, status, entity)

    def _without_body(self, exchange: Exchange, shown: Exchange) -> Response:
        response = exchange.response(204)
        entity = self._reader.entity(shown.prepared, shown.values)
        if entity is not None and entity.entity_tag is not None:
            response.headers.append(("ETag", write_tag(entity.entity_tag)))
        return response

    # --- update, delete -------------------------------------------------------------------

    def _update(self, exchange: Exchange) -> Response:
        target = exchange.prepared.target
        expectation = self._expectation(exchange, is_required=target.entity_type.has_entity_tag)

        def read_body(stored: StoredEntity) -> EntityPayload:
            return self._read_body(exchange, target, Operation.UPDATE, stored)

        self._changing(
            exchange,
            lambda: self._writer.update(
                target, exchange.values, expectation, read_body, self._actor(exchange)
            ),
        )
        return self._represent(exchange, exchange, 200)

    def _delete(self, exchange: Exchange) -> Response:
        target = exchange.prepared.target
        required = target.entity_type.has_entity_tag and self._settings.require_if_match_on_delete
        expectation = self._expectation(exchange, is_required=required)
        stream = _only_stream(target)
        if stream is not None:
            content = (None, "")
            self._changing(
                exchange,
                lambda: self._writer.write_stream(
                    stream, exchange.values, expectation, content, self._actor(exchange)
                ),
            )
            return exchange.response(204)
        self._changing(
            exchange,
            lambda: self._writer.delete(
                target, exchange.values, expectation, self._actor(exchange)
            ),
        )
        return exchange.response(204)

    def _stream(self, exchange: Exchange) -> Response:
        request, target = exchange.request, exchange.prepared.target
        expectation = self._expectation(exchange, is_required=True)
        if request.method == "DELETE":
            content: tuple[bytes | None, str] = (None, "")
        else:
            content_type = request.header("content-type") or "application/octet-stream"
            if not _is_media(content_type):
                raise UnsupportedMediaTypeError(
                    "a picture travels as application/octet-stream or as its own media type"
                )
            content = (request.body, content_type)
        tag = self._changing(
            exchange,
            lambda: self._writer.write_stream(
                target, exchange.values, expectation, content, self._actor(exchange)
            ),
        )
        return exchange.response(204).with_header("ETag", write_tag(str(tag)))

    def _changing(self, exchange: Exchange, change: Callable[[], object]) -> object:
        try:
            return change()
        except ODataError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                self._check_path(exchange)
            raise

    # --- preconditions ----------------------------------------------------------------------

    def _expectation(self, exchange: Exchange, *, is_required: bool) -> Expectation:
        condition = parse_if_match(exchange.request.header("if-match"))
        mismatch = self._settings.mismatch_status

        def check(stored: StoredEntity) -> None:
            current = stored.entity_tag
            if isinstance(condition, Absent):
                if is_required:
                    raise self._missing(exchange)
                return
            if not names_tag(condition, current):
                raise EntityChangedError(mismatch_status=mismatch, current_tag=current)

        return Expectation(check, is_exact=not isinstance(condition, Absent | AnyTag))

    def _missing(self, exchange: Exchange) -> ODataError:
        error = missing_if_match(tag_in_body=b'@odata.etag"' in exchange.request.body)
        if self._settings.mismatch_status == HTTPStatus.PRECONDITION_FAILED:
            return PreconditionRequiredError(error.message, target="If-Match")
        return error

    # --- bodies -----------------------------------------------------------------------------

    def _read_body(
        self,
        exchange: Exchange,
        target: Target,
        operation: Operation,
        stored: StoredEntity | None,
    ) -> EntityPayload:
        request = exchange.request
        check_content_encoding(request.header("content-encoding"))
        check_content_type(request.header("content-type"), request.body)
        version = payload_version(
            request.header("odata-version"), request.header("odata-maxversion")
        )
        settings = ReaderSettings(supplied=self._supplied(exchange))
        if stored is not None:
            settings = ReaderSettings(key=stored.key, current=stored.values)
        return read_entity(
            read_json(request.body),
            target.entity_type,
            operation=operation,
            odata_version=version,
            settings=settings,
        )

    def _supplied(self, exchange: Exchange) -> frozenset[str]:
        navigation = exchange.prepared.target.steps[-1].navigation
        if navigation is None:
            return frozenset()
        return frozenset(item.referenced_name for item in navigation.constraints)

    def _actor(self, exchange: Exchange) -> Actor:
        request = exchange.request
        return Actor(
            request.principal.name,
            exchange.now,
            exchange.scope,
            request.request_id,
            request.service_root,
        )


def _predicate(target: Target, key: Mapping[str, object]) -> str:
    values = []
    for definition in target.entity_type.key_properties():
        edm_type = definition.edm_type
        primitive = edm_type if isinstance(edm_type, Primitive) else Primitive.STRING
        values.append(KeyValue(definition.name, primitive, key[definition.name]))
    return key_predicate(values)


def _only_stream(target: Target) -> Target | None:
    """The stream of an entity that is nothing but a stream: deleting one deletes the other."""
    if target.kind is not ResourceKind.RELATED_ENTITY and target.kind is not ResourceKind.ENTITY:
        return None
    entity_set = target.entity_set
    streams = [item for item in target.entity_type.all_properties() if item.is_stream]
    if entity_set is None or entity_set.capabilities.insertable or len(streams) != 1:
        return None
    return Target(
        ResourceKind.STREAM,
        target.steps,
        target.block,
        target.anchors,
        property_path=(streams[0],),
        entity_set=entity_set,
    )


def _is_media(content_type: str) -> bool:
    media = content_type.partition(";")[0].strip().lower()
    return media == "application/octet-stream" or media.startswith("image/")


def allowed_methods(target: Target) -> tuple[str, ...]:
    """The methods that a resource answers."""
    if target.suffix is Suffix.COUNT or target.suffix is Suffix.VALUE:
        return ("GET", "HEAD")
    capabilities = target.entity_set.capabilities if target.entity_set is not None else None
    match target.kind:
        case ResourceKind.STREAM:
            return ("GET", "HEAD", "PATCH", "PUT", "DELETE")
        case ResourceKind.COLLECTION if target.suffix is Suffix.NONE:
            writable = capabilities is not None and capabilities.insertable
            return ("GET", "HEAD", "POST") if writable else ("GET", "HEAD")
        case ResourceKind.ENTITY | ResourceKind.RELATED_ENTITY if target.suffix is Suffix.NONE:
            methods = ["GET", "HEAD"]
            if capabilities is not None and capabilities.updatable:
                methods += ["PATCH", "PUT"]
            if capabilities is not None and capabilities.deletable:
                methods.append("DELETE")
            return tuple(methods)
        case _:
            return ("GET", "HEAD")


def method_not_allowed(
    method: str, target: Target, allowed: tuple[str, ...]
) -> MethodNotAllowedError:
    """The refusal of a method, in Business Central's words (reference §9.2)."""
    kinds = {ResourceKind.COLLECTION: "Collection", ResourceKind.STREAM: "Primitive"}
    name = target.steps[-1].name if target.steps else "the service"
    if target.property_path:
        name = target.property_path[-1].name
    kind = kinds.get(target.kind, "Primitive" if target.property_path else "Entity")
    return MethodNotAllowedError(
        f"'{method}' requests for '{name}' of EdmType '{kind}' are not allowed within "
        "Dynamics 365 Business Central OData web services.",
        allowed=allowed,
    )
