"""Change tracking: the delta link of a collection, and what it answers.

A collection read with ``Prefer: track-changes`` ends with a delta link. It keeps what the
request selected, filtered and expanded; asked, it gives the entities that changed since, those
that left the collection, and the next delta link. A change that commits late is not missed
(``odata.sql.change_log`` says why), and none is given twice. Changes of expanded entities are
those of their own collections. After the time for which changes are kept a link is answered
with 410 and the address of a fresh start.

Cites: OData Protocol 11.3 (requesting changes), OData JSON 15 (delta payload).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from urllib.parse import quote

from odata.edm.types import Primitive
from odata.errors import GoneError
from odata.protocol.batch import whole_body
from odata.protocol.context import context_of
from odata.protocol.context_url import deleted_entity_fragment
from odata.protocol.exchange import Exchange
from odata.protocol.links import KeyValue, key_predicate
from odata.protocol.messages import Response
from odata.protocol.preferences import Preference
from odata.protocol.skiptoken import SkipTokens, binding_of
from odata.protocol.versions import V4_0
from odata.service.deltas import Delta, DeltaReader, RemovedEntity

_KINDS = (Primitive.STRING, Primitive.DATE_TIME_OFFSET)
_TOKEN = "$deltatoken"
_NOT_KEPT = frozenset({"$top", "$skip", "$count", "$orderby", "$skiptoken", _TOKEN, "aid"})
_PURPOSE = b" of deltas"

ShowPage = Callable[[Exchange], Response]


class DeltaHandler:
    """Answers collections whose changes are tracked."""

    def __init__(
        self, reader: DeltaReader, secret: bytes, show: ShowPage, kept: datetime.timedelta
    ) -> None:
        self._reader = reader
        self._tokens = SkipTokens(secret + _PURPOSE)
        self._show = show
        self._kept = kept

    def is_asked(self, exchange: Exchange) -> bool:
        """Whether a request begins, goes on or repeats a tracked read."""
        is_begun = _option(exchange, _TOKEN) is not None
        if not is_begun and not exchange.preferences.track_changes:
            return False
        return self._reader.is_trackable(exchange.prepared, exchange.scope)

    def answer(self, exchange: Exchange) -> Response:
        """A page of a tracked read, or the changes since one."""
        token = _option(exchange, _TOKEN)
        if token is None or _option(exchange, "$skiptoken") is not None:
            return self._page(exchange, token)
        position = self._position(exchange, token)
        with self._reader.snapshot():
            delta = self._reader.read(exchange.prepared, exchange.values, exchange.scope, position)
        return self._delta(exchange, delta)

    # --- the first read -------------------------------------------------------------------

    def _page(self, exchange: Exchange, token: str | None) -> Response:
        with self._reader.snapshot():
            if token is None:
                exchange.applied[Preference.TRACK_CHANGES] = ""
                token = self._token(exchange, self._reader.position())
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

    def _delta(self, exchange: Exchange, delta: Delta) -> Response:
        prefix = exchange.prepared.style.prefix
        context = json.dumps(f"{context_of(exchange)}/$delta", ensure_ascii=False)
        items = [_removed(exchange, item) for item in delta.removed] + delta.changed
        link = self._link(exchange, self._token(exchange, delta.position))
        body = b"".join(
            (
                f'{{"{prefix}context":{context},"value":['.encode(),
                b",".join(items),
                b"]",
                link,
                b"}",
            )
        )
        return exchange.response(200, body, exchange.representation.content_type)

    def _link(self, exchange: Exchange, token: str) -> bytes:
        url = json.dumps(f"{_fresh_start(exchange, joint='&')}{_TOKEN}={token}")
        return f',"{exchange.prepared.style.prefix}deltaLink":{url}'.encode()

    # --- tokens ---------------------------------------------------------------------------

    def _token(self, exchange: Exchange, position: str) -> str:
        values = zip(_KINDS, (position, exchange.now), strict=True)
        return self._tokens.write(values, _binding(exchange))

    def _position(self, exchange: Exchange, token: str) -> str:
        position, issued = self._tokens.read(token, _binding(exchange), _KINDS)
        if isinstance(issued, datetime.datetime) and exchange.now - issued > self._kept:
            raise GoneError(
                "The changes since this link was made are no longer kept; read everything again.",
                target=_TOKEN,
                headers=(("Location", _fresh_start(exchange)),),
            )
        return str(position)


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
        return json.dumps({"@removed": {"reason": reason}, "@id": url}).encode()
    fragment = f"#{deleted_entity_fragment(exchange.scope_path + step)}"
    return json.dumps({"@odata.context": fragment, "id": url, "reason": reason}).encode()
