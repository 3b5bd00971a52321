"""``$all``: the entities of all sets and singletons as one collection, read set by set.

A page goes on where the last one ended, in the same set or in the next one.
Cites: OData URL Conventions 4.16, Protocol 11.2.6.7 (paging).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from odata.edm.types import Primitive
from odata.errors import NotImplementedYetError
from odata.payload.row_style import Detail
from odata.protocol.context_url import ANY_ENTITIES, context_url
from odata.protocol.exchange import Exchange
from odata.protocol.links import Page as PageLink
from odata.protocol.links import next_link
from odata.protocol.messages import Response
from odata.protocol.negotiation import negotiate_text
from odata.protocol.neighbours import Neighbours
from odata.protocol.preferences import Preference
from odata.protocol.skiptoken import SkipTokens, binding_of
from odata.query.all_filter import filter_of
from odata.query.all_path import ALL, AllMember, all_members
from odata.query.resource import Suffix
from odata.service.reading import Reader
from odata.uri.parser import parse_expression
from odata.uri.printer import print_expression

_CHOSEN_BY_TYPE = ("$apply", "$compute", "$expand", "$select")
_OF_ONE_SET = ("$apply", "$orderby")
_PASSED_ON = frozenset({"$search", "$filter", "$orderby", *_CHOSEN_BY_TYPE})


@dataclass(slots=True)
class _Place:
    """Where a page begins: the number of a member and the order values of the row before."""

    index: int = 0
    after: list[object] | None = None


@dataclass(slots=True)
class _Page:
    """The entities of a page, and where the next one begins, if there is one."""

    objects: list[bytes] = field(default_factory=list)
    next_place: _Place | None = None


class AllEntities:
    """Answers GET of ``$all``."""

    def __init__(self, reader: Reader, tokens: SkipTokens, neighbours: Neighbours) -> None:
        self._reader = reader
        self._tokens = tokens
        self._neighbours = neighbours

    def answer(self, exchange: Exchange) -> Response:
        """A page of the entities, or their number."""
        members = _members(exchange)
        if exchange.prepared.target.suffix is Suffix.COUNT:
            content_type = negotiate_text(exchange.request.header("accept"))
            number = sum(self._count(exchange, item) for item in members)
            return exchange.response(200, b"%d" % number, content_type)
        options, style = _options(exchange), exchange.prepared.style
        top = int(options["$top"]) if "$top" in options else None
        size = exchange.page_size if top is None else min(exchange.page_size, top)
        if exchange.preferences.maxpagesize is not None:
            exchange.applied[Preference.MAXPAGESIZE] = str(exchange.page_size)
        page = self._page(exchange, members, size)
        head = _head(exchange)
        if options.get("$count", "").lower() == "true":
            count = sum(self._count(exchange, item) for item in members)
            shown = f'"{count}"' if style.ieee754 else str(count)
            head += f'"{style.prefix}count":{shown},'.encode()
        remaining = None if top is None else top - len(page.objects)
        link = self._link(exchange, page.next_place, remaining)
        body = head + b'"value":[' + b",".join(page.objects) + b"]" + link + b"}"
        return exchange.response(200, body, exchange.representation.content_type)

    # --- pages ----------------------------------------------------------------------------

    def _page(self, exchange: Exchange, members: Sequence[AllMember], size: int) -> _Page:
        place = self._start(exchange, members)
        token = _options(exchange).get("$skiptoken")
        skip = int(_options(exchange).get("$skip", "0")) if token is None else 0
        page = _Page()
        for index in range(place.index, len(members)):
            after = place.after if index == place.index else None
            if skip:
                number = self._count(exchange, members[index])
                if number <= skip:
                    skip -= number
                    continue
            left = size - len(page.objects)
            if not left:
                if self._count(exchange, members[index]):
                    page.next_place = _Place(index)
                    break
                continue
            last = self._read(exchange, members[index], page, (left, after, skip))
            skip = 0
            if last is not None:
                page.next_place = _Place(index, last)
                break
        return page

    def _read(
        self,
        exchange: Exchange,
        member: AllMember,
        page: _Page,
        bounds: tuple[int, list[object] | None, int],
    ) -> list[object] | None:
        """Adds entities of a member to a page; the place from which more of them follow."""
        size, after, skip = bounds
        found = self._at(exchange, member, skip=skip)
        values = found.values.with_named(offset=skip)
        rows = self._reader.page(found.prepared, values, size, after)
        page.objects += [item for chunk in rows.chunks for item in chunk]
        return rows.last_order

    def _count(self, exchange: Exchange, member: AllMember) -> int:
        if member.is_singleton:
            found = self._at(exchange, member)
            return int(self._reader.exists(found.prepared, found.values))
        found = self._at(exchange, member, "/$count")
        return self._reader.count(found.prepared, found.values)

    def _at(
        self, exchange: Exchange, member: AllMember, suffix: str = "", *, skip: int = 0
    ) -> Exchange:
        """The exchange that reads the entities of a member, as the options choose them."""
        style = exchange.prepared.style._replace(is_anywhere=True)
        anywhere = replace(exchange, prepared=replace(exchange.prepared, style=style))
        bounds = (("$skip", str(skip)),) if skip else ()
        query = "&".join(
            f"{quote(name, safe='$@')}={quote(value, safe='')}"
            for name, value in (*_passed_on(exchange, member), *bounds)
            if suffix != "/$count" or name not in ("$orderby", *_CHOSEN_BY_TYPE)
        )
        return self._neighbours.at(anywhere, f"{member.path}{suffix}", query)

    # --- tokens ---------------------------------------------------------------------------

    def _start(self, exchange: Exchange, members: Sequence[AllMember]) -> _Place:
        token = _options(exchange).get("$skiptoken")
        if token is None:
            return _Place()
        number, _, rest = token.partition("-")
        index = int(number) if number.isdecimal() else len(members)
        if index >= len(members):
            self._tokens.read(token, "", ())
        types = self._at(exchange, members[index]).prepared.order_types if rest[:1] == "a" else ()
        values = self._tokens.read(rest[1:], _binding(exchange, index), types)
        return _Place(index, values if types else None)

    def _link(self, exchange: Exchange, place: _Place | None, remaining: int | None) -> bytes:
        if place is None or remaining == 0:
            return b""
        member = _members(exchange)[place.index]
        types: Sequence[Primitive] = ()
        if place.after is not None:
            types = self._at(exchange, member).prepared.order_types
        values = zip(types, place.after or (), strict=True)
        mark = "b" if place.after is None else "a"
        token = self._tokens.write(values, _binding(exchange, place.index))
        request = exchange.request
        link = next_link(
            request.service_root,
            request.path.rstrip("/"),
            exchange.shape.options,
            PageLink(f"{place.index}-{mark}{token}", remaining),
        )
        return f',"{exchange.prepared.style.prefix}nextLink":{json.dumps(link)}'.encode()


def _binding(exchange: Exchange, index: int) -> str:
    return binding_of(exchange.scope, f"{exchange.request.path} {index}", _options(exchange))


def _options(exchange: Exchange) -> dict[str, str]:
    return dict(exchange.shape.options)


def _head(exchange: Exchange) -> bytes:
    style = exchange.prepared.style
    if style.detail is Detail.NONE:
        return b"{"
    cast = exchange.prepared.target.steps[-1].cast
    fragment = ANY_ENTITIES if cast is None else f"Collection({cast.qualified_name})"
    text = json.dumps(context_url(exchange.request.service_root, fragment), ensure_ascii=False)
    return f'{{"{style.prefix}context":{text},{exchange.metadata_member}'.encode()


def _members(exchange: Exchange) -> tuple[AllMember, ...]:
    """The members whose entities the options may choose."""
    options, cast = _options(exchange), exchange.prepared.target.steps[-1].cast
    members = all_members(exchange.view.model, cast)
    refused: tuple[str, ...] = () if len(members) == 1 else _OF_ONE_SET
    if cast is None:
        refused = (*_CHOSEN_BY_TYPE, *_OF_ONE_SET)
    for name in refused:
        if name in options:
            raise NotImplementedYetError(
                f"{name} over entities of several sets is not supported: "
                f"ask {ALL} for those of one type",
                target=name,
            )
    if "$search" not in options:
        return members
    searchable = tuple(item for item in members if item.is_searchable)
    if not searchable:
        raise NotImplementedYetError("nothing here has text to search", target="$search")
    return searchable


def _passed_on(exchange: Exchange, member: AllMember) -> Iterator[tuple[str, str]]:
    """The options for the entities of one member."""
    is_cast = exchange.prepared.target.steps[-1].cast is not None
    for name, value in exchange.shape.options:
        if name == "$filter" and not is_cast:
            condition = parse_expression(value)
            found = filter_of(condition, member.entity_type, exchange.view.model)
            yield name, print_expression(found)
        elif name in _PASSED_ON or name.startswith("@"):
            yield name, value
