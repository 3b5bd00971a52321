"""The engine: one request in, one response out.

``handle`` in five steps: negotiate, find the shape, prepare (once per shape), choose the
scope, hand over to the reading or the writing side. Every failure becomes an answer.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import lru_cache, partial
from http import HTTPStatus

from odata.csdl.capabilities import Served, advertise
from odata.edm.check import check_model
from odata.edm.model import Model
from odata.errors import EvaluationError, ForbiddenError, ODataError, TransactionLostError
from odata.payload.row_style import Detail
from odata.protocol.addressing import check_document_options, readdressed
from odata.protocol.advertised import conformance_of, custom_headers, custom_query_options
from odata.protocol.all_entities import AllEntities
from odata.protocol.allowed_methods import (
    allowed_methods,
    document_not_changed,
    method_not_allowed,
)
from odata.protocol.batch import Answering, Transactions
from odata.protocol.batch_answer import BatchHandler
from odata.protocol.changing import ChangeHandler
from odata.protocol.delta import DeltaHandler
from odata.protocol.documents import Documents
from odata.protocol.error_body import error_response
from odata.protocol.etag import tag_text
from odata.protocol.exchange import Exchange
from odata.protocol.idempotency import IdempotentRequests
from odata.protocol.like_reads import note_read, read_again, reads_ahead
from odata.protocol.manner import Manners
from odata.protocol.messages import Principal, Request, Response, whole_body
from odata.protocol.negotiation import MediaKind
from odata.protocol.neighbours import Neighbours
from odata.protocol.operations import OperationHandler
from odata.protocol.permit import Permits
from odata.protocol.preconditions import Preconditions
from odata.protocol.preferences import applied_to_rows, refuse_isolation
from odata.protocol.reading import ReadHandler, refuse_flat
from odata.protocol.settings import EngineSettings
from odata.protocol.skiptoken import SkipTokens
from odata.protocol.write_tools import WriteTools
from odata.protocol.writing import WriteHandler
from odata.query.resource import ResourceKind, ScopeRule, Suffix, Target
from odata.service.deltas import DeltaReader
from odata.service.evaluation import located
from odata.service.plan_cache import PathTargets, PlanCache
from odata.service.preparation import Asked
from odata.service.reading import Reader
from odata.service.row_texts import default_row_texts
from odata.service.scopes import Scopes
from odata.service.shapes import RequestShape, shape_of
from odata.service.typed_shapes import typed_shape
from odata.service.views import NoRoles, RoleBook, Views
from odata.service.writing import Writer
from odata.sql.assembly import Assembler
from odata.sql.dialects import dialect_of
from odata.sql.idempotency import IdempotencyKeys
from odata.sql.mapping import DataSource
from odata.sql.reader import StatementBuilder
from odata.sql.row_texts import RowTexts

Clock = Callable[[], datetime.datetime]

_MOST_DOCUMENTS = 32
_READING = ("GET", "HEAD")


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Engine:
    """Serves one data source as OData."""

    def __init__(
        self,
        source: DataSource,
        settings: EngineSettings,
        *,
        clock: Clock = _utc_now,
        roles: RoleBook | None = None,
        on_forbidden: Callable[[Request], None] | None = None,
    ) -> None:
        check_model(source.model)
        self._on_forbidden = on_forbidden
        self.source = source
        self.settings = settings
        self.clock = clock
        dialect = dialect_of(source.database)
        dialect.prepare(source.database)
        texts = RowTexts(source.database, default_row_texts(source, dialect))
        builder = StatementBuilder(source, dialect, texts)
        rule = self._scope_rule()
        self._scopes = Scopes(source, rule) if rule is not None else None
        self._paths = PathTargets(source.model, rule, settings.limits.text)
        advertise(source.model, self._served())
        views = Views(source, builder, settings.scope_type, settings.limits, roles or NoRoles())
        self.permits = Permits(views, dialect, self._named_scope)
        self.plans = PlanCache(settings.plan_cache_size)
        self.writer = Writer(source, builder, dialect, tag_text, rule, settings.changes_kept)
        reader = Reader(Assembler(source.database, dialect))
        self._documents = lru_cache(maxsize=_MOST_DOCUMENTS)(Documents)
        self._manners = Manners(
            plain_enums=settings.plain_enums, stream_names=source.stream_names()
        )
        self._reader = reader
        self._neighbours = Neighbours(self.plans, reader, self._scopes)
        tokens = SkipTokens(settings.secret)
        self._everything = AllEntities(reader, tokens, self._neighbours)
        self._reading = ReadHandler(
            reader,
            self.writer,
            tokens,
            self._neighbours.check_path,
            guards_formulas=settings.guard_csv_formulas,
            heeds_if_match=settings.mismatch_status == HTTPStatus.PRECONDITION_FAILED,
        )
        tools = self._write_tools()
        self._operations = OperationHandler(tools)
        self._changing = ChangeHandler(WriteHandler(tools).answer, self._operations.answer)
        self._deltas = self._delta_handler()
        self._batches = self._batch_handler(reader)
        self._idempotency = self._idempotent_requests()

    def _batch_handler(self, reader: Reader) -> BatchHandler:
        transactions = Transactions(
            self.writer.transaction, self.writer.snapshot, self.writer.again_where_lost
        )
        answering = Answering(self.handle, reads_ahead(reader, self._reading, self.clock))
        return BatchHandler(self.source.model, self.settings, answering, transactions)

    def _write_tools(self) -> WriteTools:
        settings = self.settings
        return WriteTools(
            self._reader,
            self.writer,
            settings,
            Preconditions(self.writer, settings),
            self._neighbours.follow,
            self._neighbours.created,
            self._neighbours.at,
            self._reading.answer,
            self._neighbours.check_path,
        )

    def _served(self) -> Served:
        settings = self.settings
        return Served(
            settings.limits,
            settings.schema_version,
            has_key_segments=settings.key_as_segment,
            logs_changes=self.source.has_change_log,
            conformance=conformance_of(settings),
            headers=custom_headers(settings, has_keys=self.source.has_idempotency_keys),
            query_options=custom_query_options(settings),
        )

    def _delta_handler(self) -> DeltaHandler | None:
        log, settings = self.writer.log, self.settings
        if log is None:
            return None
        reader = DeltaReader(self._reader, self.writer, log)
        return DeltaHandler(reader, settings.secret, self._reading.answer, settings.changes_kept)

    def _scope_rule(self) -> ScopeRule | None:
        name = self.settings.scope_type
        if name is None:
            return None
        parent = self.source.model.entity_types[name]
        return ScopeRule(parent, lambda item: self.source.of(item).scope is not None)

    def handle(self, request: Request) -> Response:
        """The answer to a request; failures are answers too."""
        try:
            return self.once(request, self._respond)
        except ODataError as error:
            return self._refusal(error, request)

    def once(self, request: Request, handle: Callable[[Request], Response]) -> Response:
        """The answer that ``handle`` gives, or has given before under an Idempotency-Key; it is
        called again where the database has undone a change for the sake of others."""
        if self._idempotency is not None and self._idempotency.is_asked(request):
            handle = partial(self._idempotency.answer, handle=handle)
        return self.writer.again_where_lost(partial(handle, request))

    def scope_named(self, principal: Principal, text: str | None) -> str | None:
        """The scope of this key or name, or the only one that the caller may see."""
        return None if self._scopes is None else self._scopes.from_text(text, principal.scopes)

    def model_for(self, request: Request) -> Model:
        """The model as the sender of a request sees it."""
        return self.permits.of(request).view.model

    def perform(self, request: Request) -> Response:
        """The answer to a request of another part of the program; a failure is raised."""
        response = self._answer(request)
        response.body = whole_body(response)
        return response

    def _respond(self, request: Request) -> Response:
        """The answer; inside a transaction a failure undoes its own part of it alone."""
        try:
            if not self.writer.is_in_transaction:
                return self._answer(request)
            with self.writer.transaction():
                response = self._answer(request)
                response.body = whole_body(response)
                return response
        except ODataError as error:
            return self._refusal(error, request)

    def _refusal(self, error: ODataError, request: Request) -> Response:
        if isinstance(error, TransactionLostError):
            raise error  # for who began the transaction
        if isinstance(error, ForbiddenError) and self._on_forbidden is not None:
            self._on_forbidden(request)
        if isinstance(error, EvaluationError) and request.options is None:
            addressed = self._readdressed(request)
            error = located(error, addressed.path, addressed.query)
        return error_response(error, request)

    def _idempotent_requests(self) -> IdempotentRequests | None:
        source = self.source
        if not source.has_idempotency_keys:
            return None
        keys = IdempotencyKeys(source.database, self.settings.answers_kept)
        return IdempotentRequests(keys, self.writer.transaction, self.clock)

    def _answer(self, request: Request) -> Response:
        known = None if request.settled is None else read_again(request, self.clock)
        if known is not None:
            return self._read(known)
        request = self._readdressed(request)
        path = request.path.strip("/")
        if path == "":
            return self._describe(request, self._described(request).service_document)
        if path == "$metadata":
            return self._describe(request, self._described(request).metadata)
        if path == "$batch" or path.endswith("/$batch"):
            return self._batches.answer(request)
        exchange = self._exchange(request)
        if request.settled is not None:
            note_read(exchange)
        if request.method in ("GET", "HEAD"):
            return self._read(exchange)
        return self._changing.answer(exchange)

    def _readdressed(self, request: Request) -> Request:
        return readdressed(request, self.settings, self.source.model, self.model_of)

    def model_of(self, principal: Principal | None) -> Model:
        """The model as a caller sees it in any of its scopes; whole for nobody in particular."""
        return self.source.model if principal is None else self.permits.anywhere(principal).model

    def _described(self, request: Request) -> Documents:
        return self._documents(self.model_of(request.principal))

    def _describe(
        self, request: Request, document: Callable[[Request, str | None], Response]
    ) -> Response:
        if request.method not in ("GET", "HEAD"):
            raise document_not_changed(request.method, request.path.strip("/"))
        check_document_options(request.query)
        shape = shape_of("", request.query)
        return document(request, dict(shape.options).get("$format"))

    # --- one exchange ---------------------------------------------------------------------

    def _exchange(self, request: Request) -> Exchange:
        headers = request.headers
        if "isolation" in headers or "odata-isolation" in headers:
            refuse_isolation(headers.get("isolation"), headers.get("odata-isolation"))
        permit, shape = self.permits.of(request), _shape(request)
        manner = self._manners.of(request, shape, is_bulk=request.method == "GET")
        is_paged = manner.page_size is not None
        asked = Asked(request.method, manner.style, permit.view.preparer, is_paged)
        prepared = self.plans.find(request.path, shape, asked)
        if manner.representation.media is not MediaKind.JSON and not _is_list(prepared.target):
            manner = self._manners.of(request, shape, is_bulk=False)
            prepared = self.plans.find(request.path, shape, asked._replace(style=manner.style))
        exchange = Exchange(
            request,
            shape,
            prepared,
            manner.representation,
            manner.preferences,
            request.at or self.clock(),
            min(self.settings.page_size, manner.page_size or self.settings.page_size),
            permit.view,
            caller_values=permit.values,
            json_limits=self.settings.json,
        )
        if manner.style.detail is Detail.FULL:
            described, version = self._described(request), manner.representation.version
            exchange.metadata_tag = described.metadata_tag(version)
        if request.method in _READING:
            exchange.applied |= applied_to_rows(manner.preferences)
        self._choose_scope(exchange)
        if exchange.scope is not None and permit.scopes is not None:
            exchange.caller_values = self.permits.narrowed(permit, exchange.scope)
        return exchange

    def _choose_scope(self, exchange: Exchange) -> None:
        target, scopes = exchange.prepared.target, self._scopes
        if scopes is None or not target.is_scoped:
            return
        request, shape = exchange.request, exchange.shape
        if target.scope_key:
            visible = request.principal.scopes
            exchange.scope = scopes.from_key(target.scope_key, shape.literals, visible)
        else:
            exchange.scope = self._scope_of(request, shape, target, scopes)
        exchange.scope_path = f"{scopes.set_name}({exchange.scope})/"

    def _scope_of(
        self, request: Request, shape: RequestShape, target: Target, scopes: Scopes
    ) -> str:
        """The scope in the path, or that an option or a header chooses, else that of the
        entity at the root."""
        visible, first = request.principal.scopes, target.steps[0]
        if target.scope_key:
            return scopes.from_key(target.scope_key, shape.literals, visible)
        text = self._scope_text(request, shape)
        if text is not None or not first.key:
            return scopes.from_text(text, visible)
        return scopes.holding(first, shape.literals, visible)

    def _scope_text(self, request: Request, shape: RequestShape) -> str | None:
        name = self.settings.scope_option
        for option, value in shape.options:
            if option.lower() == name:
                return value.strip().strip("'")
        return request.header(name)

    def _named_scope(self, request: Request) -> str | None:
        """The scope that a request is about, if it is about one, whoever asks."""
        if self._scopes is None:
            return None
        shape = _shape(request)
        try:
            target = self._paths.find(request.path, shape)
        except ODataError:
            return None  # whoever asks sees no more of such a path than everywhere
        if target.steps and target.steps[0].entity_type is self._scopes.rule.parent:
            key = target.steps[0].key
            visible = request.principal.scopes
            return self._scopes.from_key(key, shape.literals, visible) if key else None
        if not target.is_scoped:
            return None
        return self._scope_of(request, shape, target, self._scopes)

    # --- paths ----------------------------------------------------------------------------

    def _read(self, exchange: Exchange) -> Response:
        target = exchange.prepared.target
        if target.kind is ResourceKind.BATCH or target.suffix in (Suffix.QUERY, Suffix.EACH):
            allowed = allowed_methods(target) if target.suffix is Suffix.EACH else ("POST",)
            raise method_not_allowed(exchange.request.method, target, allowed)
        if target.kind is ResourceKind.OPERATION:
            return self._operations.answer(exchange)
        if target.kind is ResourceKind.ALL:
            return self._everything.answer(exchange)
        if target.kind is ResourceKind.COLLECTION:
            refuse_flat(exchange)
            found = None if self._deltas is None else self._delta(exchange, self._deltas)
            if found is not None:
                return found
        return self._reading.answer(exchange)

    def _delta(self, exchange: Exchange, deltas: DeltaHandler) -> Response | None:
        """The answer to a tracked read; None where changes are not asked for."""
        if deltas.is_counted(exchange):
            path = exchange.request.path.rstrip("/").rpartition("/")[0]
            counted = self._neighbours.at(exchange, path, exchange.request.query)
            return deltas.answer_count(counted)
        return deltas.answer(exchange) if deltas.is_asked(exchange) else None


def _shape(request: Request) -> RequestShape:
    if request.options is None:
        return shape_of(request.path, request.query)
    return typed_shape(request.path, request.options)


def _is_list(target: Target) -> bool:
    return target.kind is ResourceKind.COLLECTION and target.suffix is Suffix.NONE
