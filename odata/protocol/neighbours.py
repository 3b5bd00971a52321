"""Other resources that a request leads to: what its answer shows, and the parents in its path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from odata.protocol.deep_insert import Levels, query_with
from odata.protocol.exchange import Exchange
from odata.protocol.messages import Request
from odata.protocol.reading import not_found
from odata.query.resource import Step
from odata.service.plan_cache import PlanCache
from odata.service.preparation import Asked, Prepared
from odata.service.reading import Reader
from odata.service.scopes import Scopes, unknown_scope
from odata.service.shapes import shape_of
from odata.uri import lexical

_GUID = re.compile(rf"{lexical.GUID}\Z", re.ASCII)


class Neighbours:
    """Addresses other resources on behalf of the caller of a request."""

    def __init__(self, plans: PlanCache, reader: Reader, scopes: Scopes | None) -> None:
        self._plans = plans
        self._reader = reader
        self._scopes = scopes

    def at(self, exchange: Exchange, path: str, query: str = "") -> Exchange:
        """The exchange that reads another path as the same caller."""
        return self._reading(exchange, _request(exchange.request, path, query))

    def created(self, exchange: Exchange, key: str, levels: Levels) -> Exchange:
        """The exchange that reads the entity that a request has created under a key; it shows
        at least the given levels."""
        old, known = exchange.request, exchange.prepared.created
        # Where nothing but the key is added to the path, one preparation reads all of them.
        is_plain = not (levels or old.query or exchange.implied_scope) and _GUID.match(key)
        if is_plain and known is not None:
            request = _request(old, f"{old.path.rstrip('/')}({key})", "")
            return exchange.at(request, exchange.shape.with_guid(key), known)
        found = self.follow(exchange, f"({key})", levels)
        if is_plain and not found.prepared.pinned:
            exchange.prepared.created = found.prepared
        return found

    def follow(self, exchange: Exchange, suffix: str, levels: Levels) -> Exchange:
        """The exchange that reads the entity at the request's path with ``suffix`` added; it
        shows at least the given levels."""
        old = exchange.request
        path = f"{exchange.implied_scope}{old.path.rstrip('/')}{suffix}"
        if not levels:
            return self.at(exchange, path, old.query)
        expanded = exchange.prepared.options.expand
        return self.at(exchange, path, query_with(exchange.shape.options, expanded, levels))

    def check_path(self, exchange: Exchange, *, may_wait: bool = False) -> None:
        """Refuse a path whose scope or whose parents do not exist; a scope that ``may_wait``
        within a transaction at the latest where the next statement is read."""
        visible, scopes = exchange.request.principal.scopes, self._scopes
        if scopes is not None and exchange.scope is not None:
            check = scopes.require if may_wait else scopes.existing
            check(exchange.scope, visible)
        path = exchange.request.path.strip("/")
        parents = exchange.prepared.target.steps[:-1]
        if len(parents) == 1 == path.count("/") and self._is_known(exchange, parents[0]):
            return
        segments = path.split("/")
        for step, end in zip(parents, _ends(segments), strict=False):
            is_known = end == 1 and self._is_known(exchange, step)
            if (step.key or step.navigation is not None) and not is_known:
                self._check_step(exchange, "/".join(segments[:end]))

    def _is_known(self, exchange: Exchange, step: Step) -> bool:
        """Whether a step is the scope of the request by its own key, which exists and is seen
        whole."""
        if self._scopes is None or exchange.scope is None:
            return False
        parent = self._scopes.rule.parent
        limits = exchange.view.preparer.builder.source.row_limits.get(step.entity_type)
        return (
            step.entity_type.name == parent.name
            and step.key == exchange.prepared.target.scope_key
            and tuple(part.name for part in step.key) == parent.all_key_names()
            and (limits is None or not limits.sets)
        )

    def _check_step(self, exchange: Exchange, path: str) -> None:
        step = self.at(exchange, path, _aliases(exchange.request.query))
        if step.prepared.plan is not None and not self._reader.exists(step.prepared, step.values):
            raise unknown_scope() if self._is_scope(step.prepared) else not_found(step)

    def _reading(self, exchange: Exchange, request: Request) -> Exchange:
        shape = shape_of(request.path, request.query)
        asked = Asked("GET", exchange.prepared.style, exchange.view.preparer)
        prepared = self._plans.find(request.path, shape, asked)
        return exchange.at(request, shape, prepared)

    def _is_scope(self, prepared: Prepared) -> bool:
        rule = self._scopes.rule if self._scopes is not None else None
        return rule is not None and prepared.target.entity_type.name == rule.parent.name


def _request(old: Request, path: str, query: str) -> Request:
    """The same caller reads another path."""
    return Request(
        "GET",
        old.service_root,
        path,
        query,
        old.headers,
        principal=old.principal,
        request_id=old.request_id,
        options=old.options,
        at=old.at,
        address=old.address,
    )


def _aliases(query: str) -> str:
    """What a query says of aliases, which keys and filters of a path may name."""
    return "&".join(item for item in query.split("&") if unquote(item).startswith("@"))


def _ends(segments: Sequence[str]) -> list[int]:
    """Where each step of a path ends: what filters and casts it is a part of it."""
    ends: list[int] = []
    for index, segment in enumerate(segments, start=1):
        name = unquote(segment).partition("(")[0]
        if ends and (name == "$filter" or "." in name):
            ends[-1] = index
        else:
            ends.append(index)
    return ends
