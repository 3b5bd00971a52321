"""Change tracking: the delta link of a collection, and what it answers.

A collection read with ``Prefer: track-changes`` ends with a delta link. It keeps what the
request selected, filtered and expanded; asked, it gives the entities that changed since, those
that left the collection, and the next delta link. A change that commits late is not missed
(``odata.sql.change_order`` says why), and none is given twice. An entity below which something
expanded has changed is told with all that is expanded below it, as the JSON format allows;
where the changes of an expanded set are not logged, or a filter looks at other entities or at
the clock, changes are not tracked and the preference is not applied. Long deltas come in
pages, which all tell what was changed when the first one was asked for; what changes later
belongs to the next delta. ``$count`` counts the changes. After the time for which changes are
kept a link is answered with 410 and the address of a fresh start, and so it is once the caller
is shown other properties, or nothing is tracked any more.

Cites: OData Protocol 11.3 (requesting changes), OData JSON 15 (delta payload).
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from odata.edm.types import Primitive
from odata.errors import BadRequestError, GoneError, NotAcceptableError
from odata.protocol.context import context_of
from odata.protocol.context_url import deleted_entity_fragment
from odata.protocol.exchange import Exchange
from odata.protocol.links import KeyValue, key_predicate
from odata.protocol.messages import Response, whole_body
from odata.protocol.negotiation import (
    MediaKind,
    MetadataLevel,
    Representation,
    negotiate_text,
)
from odata.protocol.preferences import Preference
from odata.protocol.skiptoken import SkipTokens, binding_of
from odata.protocol.versions import V4_0
from odata.query.read_plan import ReadPlan
from odata.query.resource import Suffix
from odata.service.deltas import Delta, DeltaPage, DeltaReader, Mark, RemovedEntity
from odata.sql.change_log import Span

_INSTANT = Primitive.DATE_TIME_OFFSET
_KINDS = (
    Primitive.STRING,
    _INSTANT,
    Primitive.INT64,
    Primitive.STRING,
    Primitive.STRING,
    _INSTANT,
    Primitive.INT64,
    Primitive.STRING,
)
_TOKEN = "$deltatoken"
_NOT_KEPT = frozenset({"$top", "$skip", "$count", "$orderby", "$skiptoken", _TOKEN, "aid"})
_PURPOSE = b" of deltas"
_SEEN_LENGTH = 16
_SECOND = datetime.timedelta(seconds=1)

ShowPage = Callable[[Exchange], Response]


class DeltaHandler:
    """Answers collections whose changes are tracked."""

    def __init__(
        self, reader: DeltaReader, secret: bytes, show: ShowPage, kept: datetime.timedelta
    ) -> None:
        self._reader = reader
        self._tokens = SkipTokens(secret + _PURPOSE, _TOKEN)
        self._show = show
        self._kept = kept

    def is_counted(self, exchange: Exchange) -> bool:
        """Whether a request asks how many changes a delta link tells of."""
        target = exchange.prepared.target
        return target.suffix is Suffix.COUNT and _option(exchange, _TOKEN) is not None

    def is_asked(self, exchange: Exchange) -> bool:
        """Whether a request begins, goes on or repeats a tracked read."""
        if _option(exchange, _TOKEN) is not None:
            return True
        return (
            exchange.preferences.track_changes
            and _can_tell(exchange.representation)
            and self._reader.is_trackable(exchange.prepared, exchange.scope)
        )

    def answer(self, exchange: Exchange) -> Response:
        """A page of a tracked read, or the changes since one."""
        token = _option(exchange, _TOKEN)
        if token is not None:
            self._check_link(exchange)
        if token is None or _option(exchange, "$skiptoken") is not None:
            return self._page(exchange, token)
        with self._reader.snapshot():
            link = self._read(exchange, token)
            span, after = Span(link.since, link.until), Mark(link.after, link.after_key)
            page = DeltaPage(span, exchange.page_size, after)
            prepared, values = exchange.prepared, exchange.values
            delta = self._reader.read(prepared, values, exchange.scope, page)
            count = None
            if prepared.read_plan.with_count:
                count = self._reader.count(prepared, values, exchange.scope, page.span)
        return self._delta(exchange, delta, link, count)

    def _check_link(self, exchange: Exchange) -> None:
        """Refuse a link where its answer has no form, or where the caller no longer sees all
        that it is about."""
        if not _can_tell(exchange.representation):
            raise NotAcceptableError("a delta is told as JSON that has control information")
        if not self._reader.is_trackable(exchange.prepared, exchange.scope):
            raise _gone(exchange, "Changes of this collection are not tracked; read it again.")

    def answer_count(self, exchange: Exchange) -> Response:
        """How many changes the delta link of a collection tells of."""
        if not self._reader.is_trackable(exchange.prepared, exchange.scope):
            raise BadRequestError("Changes of this collection are not tracked.", target=_TOKEN)
        content_type = negotiate_text(exchange.request.header("accept"))
        return exchange.response(200, str(self._count(exchange)).encode(), content_type)

    def _count(self, exchange: Exchange) -> int:
        with self._reader.snapshot():
            link = self._read(exchange, _option(exchange, _TOKEN) or "")
            span = Span(link.since, link.until)
            prepared, values = exchange.prepared, exchange.values
            return self._reader.count(prepared, values, exchange.scope, span)

    # --- the first read -------------------------------------------------------------------

    def _page(self, exchange: Exchange, token: str | None) -> Response:
        with self._reader.snapshot():
            if token is None:
                exchange.applied[Preference.TRACK_CHANGES] = ""
                position = self._reader.position()
                token = self._token(exchange, self._fresh(exchange, position, exchange.now))
            response = self._show(exchange)
            body = whole_body(response)
        response.body = self._with_link(exchange, body, token)
        return response

    def _with_link(self, exchange: Exchange, body: bytes, token: str) -> bytes:
        """The page with a delta link at its end, or the token in its next link."""
        name = f',"{exchange.prepared.style.prefix}nextLink":'.encode()
        head, found, link = body.rpartition(name)
        if not found or link.find(b"}") != len(link) - 1:
            return body[:-1] + self._link(exchange, token) + b"}"
        url: str = json.loads(link[:-1])
        if _option(exchange, _TOKEN) is None:
            url = f"{url}&{_TOKEN}={token}"
        return head + name + json.dumps(url).encode() + b"}"

    # --- deltas ---------------------------------------------------------------------------

    def _delta(self, exchange: Exchange, delta: Delta, link: _Link, count: int | None) -> Response:
        if exchange.preferences.maxpagesize is not None:
            exchange.applied[Preference.MAXPAGESIZE] = str(exchange.page_size)
        prefix = exchange.prepared.style.prefix
        context = json.dumps(f"{context_of(exchange)}/$delta", ensure_ascii=False)
        counted = "" if count is None else f'"{prefix}count":{count},'
        items = [_removed(exchange, item) for item in delta.removed] + delta.changed
        body = b"".join(
            (
                f'{{"{prefix}context":{context},{exchange.metadata_member}{counted}"value":['.encode(),
                b",".join(items),
                b"]",
                self._behind(exchange, delta, link),
                b"}",
            )
        )
        return exchange.response(200, body, exchange.representation.content_type)

    def _behind(self, exchange: Exchange, delta: Delta, link: _Link) -> bytes:
        """The link to the next page, or to the next delta."""
        if delta.last is None:
            fresh = self._fresh(exchange, link.until, link.ended or link.begun)
            return self._link(exchange, self._token(exchange, fresh))
        further = replace(link, after=delta.last.number, after_key=delta.last.key)
        return self._link(exchange, self._token(exchange, further), "nextLink")

    def _link(self, exchange: Exchange, token: str, name: str = "deltaLink") -> bytes:
        url = json.dumps(f"{_fresh_start(exchange, joint='&')}{_TOKEN}={token}")
        return f',"{exchange.prepared.style.prefix}{name}":{url}'.encode()

    # --- tokens ---------------------------------------------------------------------------

    def _fresh(self, exchange: Exchange, position: str, now: datetime.datetime) -> _Link:
        return _Link(position, now, self._kept // _SECOND, _seen(exchange))

    def _token(self, exchange: Exchange, link: _Link) -> str:
        bounds = (link.since, link.begun, link.kept, link.seen, link.until, link.ended)
        parts = (*bounds, link.after, link.after_key)
        return self._tokens.write(zip(_KINDS, parts, strict=True), _binding(exchange))

    def _read(self, exchange: Exchange, token: str) -> _Link:
        """What a link says; one that has no end yet ends now."""
        link = _Link(*self._tokens.read(token, _binding(exchange), _KINDS))  # type: ignore[arg-type]  # the kinds tell the types
        if exchange.now - link.begun > min(self._kept, link.kept * _SECOND):
            raise _gone(
                exchange,
                "The changes since this link was made are no longer kept; read everything again.",
            )
        if link.seen != _seen(exchange):
            raise _gone(exchange, "What is shown here has changed; read everything again.")
        if link.until:
            return link
        return replace(link, until=self._reader.position(), ended=exchange.now)


@dataclass(frozen=True, slots=True)
class _Link:
    """What a token holds: a position, when it was taken, for how many seconds changes were kept
    then, and which properties the caller saw; on the pages of a delta also the position where
    it ends, and the place of the last change that was told."""

    since: str
    begun: datetime.datetime
    kept: int
    seen: str
    until: str = ""
    ended: datetime.datetime | None = None
    after: int = 0
    after_key: str = ""


def _can_tell(representation: Representation) -> bool:
    """Whether a representation has room for links and for what was removed."""
    is_json = representation.media is MediaKind.JSON
    return is_json and representation.metadata is not MetadataLevel.NONE


def _seen(exchange: Exchange) -> str:
    """The properties that the caller sees at all levels: once they are others, entities look
    different of which no change was logged."""
    names = json.dumps(_names(exchange.prepared.read_plan))
    return hashlib.sha256(names.encode()).hexdigest()[:_SEEN_LENGTH]


def _names(plan: ReadPlan) -> list[object]:
    own = sorted(item.name for item in plan.entity_type.all_properties())
    return [own, *([item.path, _names(item.read)] for item in plan.expands)]


def _gone(exchange: Exchange, message: str) -> GoneError:
    start = _fresh_start(exchange)
    return GoneError(message, target=_TOKEN, headers=(("Location", start),))


def _option(exchange: Exchange, name: str) -> str | None:
    return dict(exchange.shape.options).get(name)


def _binding(exchange: Exchange) -> str:
    options = dict(exchange.shape.options)
    options.pop("$orderby", None)
    return binding_of(exchange.scope, exchange.prepared.target.steps[-1].name, options)


def _fresh_start(exchange: Exchange, *, joint: str = "") -> str:
    """The URL that reads the collection anew; ``joint`` where an option will follow."""
    request = exchange.request
    pairs = [
        f"{quote(name, safe='$@')}={quote(value, safe='')}"
        for name, value in exchange.shape.options
        if name not in _NOT_KEPT
    ]
    url = f"{request.service_root}{request.path.rstrip('/')}"
    if not pairs:
        return f"{url}?" if joint else url
    return f"{url}?{'&'.join(pairs)}{joint}"


def _removed(exchange: Exchange, item: RemovedEntity) -> bytes:
    """An entity that is no longer there (OData JSON 15.4)."""
    entity_type = exchange.prepared.target.entity_type
    definition = entity_type.key_properties()[0]
    edm_type = definition.edm_type
    primitive = edm_type if isinstance(edm_type, Primitive) else Primitive.STRING
    predicate = key_predicate((KeyValue(definition.name, primitive, item.key[0]),))
    step = exchange.prepared.target.steps[-1].name
    url = f"{exchange.scope_path}{step}({predicate})"
    reason = "deleted" if item.is_deleted else "changed"
    if exchange.representation.version != V4_0:
        return _compact({"@removed": {"reason": reason}, "@id": url})
    fragment = f"#{deleted_entity_fragment(exchange.scope_path + step)}"
    return _compact({"@odata.context": fragment, "id": url, "reason": reason})


def _compact(item: Mapping[str, object]) -> bytes:
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()
