"""GET: collections, entities, properties, counts and streams."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from odata.edm.annotations import DISPOSITION
from odata.errors import (
    BadRequestError,
    NotFoundError,
    NotImplementedYetError,
    PreconditionFailedError,
    UriSemanticError,
)
from odata.payload.json_items import find_item, find_member
from odata.payload.row_style import Detail
from odata.protocol.bulk import bulk_response, is_bulk
from odata.protocol.context import context_of, head_mark
from odata.protocol.etag import (
    Absent,
    Tags,
    names_tag,
    parse_if_match,
    parse_if_none_match,
    write_tag,
)
from odata.protocol.exchange import Exchange
from odata.protocol.links import Page as PageLink
from odata.protocol.links import next_link
from odata.protocol.messages import Response
from odata.protocol.negotiation import negotiate_text
from odata.protocol.preferences import Preference
from odata.protocol.skiptoken import SkipTokens, binding_of
from odata.query.item_segments import reads_inside
from odata.query.resource import ResourceKind, Suffix, Target
from odata.service.reading import Page, ReadEntity, Reader
from odata.service.writing import Writer
from odata.sql.dynamic_text import json_text
from odata.sql.nodes import DriverValue

_STREAMED = 1000
_MOST_HEADS = 64
_write_text = json.JSONEncoder(ensure_ascii=False).encode


class ReadHandler:
    """Answers GET on what lives in the database."""

    def __init__(
        self,
        reader: Reader,
        writer: Writer,
        tokens: SkipTokens,
        check_path: Callable[[Exchange], None],
        *,
        guards_formulas: bool = False,
        heeds_if_match: bool = False,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._tokens = tokens
        self._check_path = check_path
        self._guards_formulas = guards_formulas
        self._conditions = ("if-match", "if-none-match") if heeds_if_match else ("if-none-match",)

    def answer(self, exchange: Exchange) -> Response:
        """The answer to GET."""
        target = exchange.prepared.target
        if target.suffix is Suffix.COUNT and not target.is_single:
            return self._count(exchange)
        match target.kind:
            case ResourceKind.COLLECTION | ResourceKind.CROSS_JOIN:
                return self._collection(exchange)
            case ResourceKind.ENTITY | ResourceKind.RELATED_ENTITY:
                return self._entity(exchange)
            case ResourceKind.PROPERTY:
                return self._property(exchange)
            case ResourceKind.STREAM:
                return self._stream(exchange)
            case _:
                raise NotImplementedYetError("functions are not supported yet")

    def ahead(self, exchange: Exchange) -> tuple[str, list[DriverValue]] | None:
        """What the answer will read, where it shows one entity whatever its state."""
        prepared, headers = exchange.prepared, exchange.request.headers
        if prepared.target.kind is not ResourceKind.ENTITY or prepared.read_plan.expands:
            return None
        if any(map(headers.get, self._conditions)):
            return None
        return self._reader.entity_ahead(exchange.prepared, exchange.values)

    # --- collections --------------------------------------------------------------------

    def _count(self, exchange: Exchange) -> Response:
        content_type = negotiate_text(exchange.request.header("accept"))
        number = self._reader.count(exchange.prepared, exchange.values)
        if number == 0:
            self._check_path(exchange)
        return exchange.response(200, str(number).encode(), content_type)

    def _collection(self, exchange: Exchange) -> Response:
        if exchange.prepared.options.deltatoken is not None and self._writer.log is None:
            raise NotImplementedYetError(
                "this service keeps no log of changes", target="$deltatoken"
            )
        if is_bulk(exchange):
            self._check_path(exchange)
            return bulk_response(exchange, self._reader, guards_formulas=self._guards_formulas)
        prepared, style = exchange.prepared, exchange.prepared.style
        plan = prepared.read_plan
        top = exchange.read_value(plan.top)
        size = self._size(exchange, top)
        after = self._after(exchange)
        skip = None if after is not None else exchange.read_value(plan.skip)
        values = exchange.values.with_named(offset=skip or 0)
        head = _head(exchange, prefix=style.prefix, detail=style.detail)
        if plan.with_count:
            count = self._reader.count(prepared, exchange.values)
            shown = f'"{count}"' if style.ieee754 else str(count)
            head += f'"{style.prefix}count":{shown},'.encode()
        is_last = top is not None and top <= exchange.page_size
        page = self._reader.page(prepared, values, size, after, is_last=is_last)
        first = next(page.chunks, None)
        if not (first or page.pieces):
            self._check_path(exchange)
        body = self._page_body(exchange, head, page, first, top)
        whole = body if size > _STREAMED and page.last_order is None else b"".join(body)
        content_type = exchange.representation.content_type
        return exchange.response(200, whole, content_type)

    def _size(self, exchange: Exchange, top: int | None) -> int:
        _note_page_size(exchange)
        return exchange.page_size if top is None else min(exchange.page_size, top)

    def _page_body(
        self,
        exchange: Exchange,
        head: bytes,
        page: Page,
        first: list[bytes] | None,
        top: int | None,
    ) -> Iterator[bytes]:
        yield head + b'"value":['
        if page.pieces is not None:
            yield from page.pieces
        elif first:
            yield b",".join(first)
            for chunk in page.chunks:
                yield b"," + b",".join(chunk)
        yield b"]" + self._next_link(exchange, page, top) + b"}"

    def _next_link(self, exchange: Exchange, page: Page, top: int | None) -> bytes:
        remaining = None if top is None else top - page.size
        if page.last_order is None or remaining == 0:
            return b""
        types = exchange.prepared.order_types
        token = self._tokens.write(
            zip(types, page.last_order, strict=True), self._binding(exchange)
        )
        request = exchange.request
        link = next_link(
            request.service_root,
            request.path.rstrip("/"),
            exchange.shape.options,
            PageLink(token, remaining),
        )
        name = f'{exchange.prepared.style.prefix}nextLink"'
        return f',"{name}:{json.dumps(link)}'.encode()

    def _after(self, exchange: Exchange) -> list[object] | None:
        token = exchange.prepared.options.skiptoken
        if token is None:
            return None
        token = dict(exchange.shape.options).get("$skiptoken", token)
        return self._tokens.read(token, self._binding(exchange), exchange.prepared.order_types)

    def _binding(self, exchange: Exchange) -> str:
        names = [segment.partition("(")[0] for segment in exchange.request.path.split("/")]
        names += [step.name for step in exchange.prepared.target.steps]
        options = dict(exchange.shape.options)
        keys = [
            str(value)
            for step in exchange.prepared.target.steps
            for value in exchange.key_values(step.key).values()
        ]
        return binding_of(exchange.scope, "/".join([*filter(None, names), *keys]), options)

    def _unchanged(self, exchange: Exchange, tag: str | None) -> Response | None:
        """304 where the client has the current state already; where the standard's statuses are
        asked for, refuses another state than the one that it expects (OData Protocol 8.2.4,
        8.2.5). Business Central ignores If-Match here, which its clients send by habit."""
        if tag is None:
            return None
        request = exchange.request
        is_held = "if-match" in self._conditions
        expected = parse_if_match(request.header("if-match") if is_held else None)
        if not isinstance(expected, Absent) and not names_tag(expected, tag):
            raise PreconditionFailedError(
                "The entity has another state than the one that is expected.", target="If-Match"
            )
        unwanted = parse_if_none_match(request.header("if-none-match"))
        if isinstance(unwanted, Tags) and _shows_others(exchange):
            return None
        if names_tag(unwanted, tag):
            return exchange.response(304).with_header("ETag", write_tag(tag))
        return None

    # --- single values ------------------------------------------------------------------

    def _entity(self, exchange: Exchange) -> Response:
        expands = exchange.prepared.read_plan.expands
        if expands and any(item.navigation.is_collection for item in expands):
            _note_page_size(exchange)
        if any(map(exchange.request.headers.get, self._conditions)):
            # Told by the tag alone, before the row and what is expanded are read.
            tag = self._reader.entity_tag(exchange.prepared, exchange.values)
            unchanged = self._unchanged(exchange, tag)
            if unchanged is not None:
                return unchanged
        entity = self._reader.entity(exchange.prepared, exchange.values)
        if entity is None:
            return self._absent(exchange)
        return entity_response(exchange, 200, entity)

    def _absent(self, exchange: Exchange) -> Response:
        self._check_path(exchange)
        target = exchange.prepared.target
        if target.kind is ResourceKind.RELATED_ENTITY:
            return exchange.response(204)
        raise not_found(exchange)

    def _property(self, exchange: Exchange) -> Response:
        found = self._reader.value(exchange.prepared, exchange.values)
        if found is None:
            return self._absent(exchange)
        response = self._unchanged(exchange, found.entity_tag)
        if response is None:
            response = self._value(exchange, found.text)
            if found.entity_tag is not None:
                response.headers.append(("ETag", write_tag(found.entity_tag)))
        return response

    def _value(self, exchange: Exchange, text: bytes) -> Response:
        target = exchange.prepared.target
        if reads_inside(target, exchange.prepared.options):
            if text.endswith(b"null"):
                raise NotFoundError(f"Resource not found for the segment '{target.item}'.")
        elif target.item is not None:
            text = _inside(text, target)
        if text == b"null":
            return exchange.response(204)
        if target.property_path[-1].is_dynamic and target.suffix is not Suffix.NONE:
            text = _dynamic_value(text, target.suffix)
        if target.suffix is Suffix.VALUE:
            content_type = negotiate_text(exchange.request.header("accept"))
            return exchange.response(200, _raw(text), content_type)
        if target.suffix is Suffix.COUNT:
            content_type = negotiate_text(exchange.request.header("accept"))
            return exchange.response(200, b"%d" % len(json.loads(text)), content_type)
        style = exchange.prepared.style
        head = _head(exchange, prefix=style.prefix, detail=style.detail)
        if target.is_value_list and exchange.prepared.options.count:
            whole = head + text + b"}"  # the count comes with the text, before the value
            return exchange.response(200, whole, exchange.representation.content_type)
        # A complex value stands for itself (OData JSON 11).
        body = _joined(head, text) if text[:1] == b"{" else head + b'"value":' + text + b"}"
        return exchange.response(200, body, exchange.representation.content_type)

    def _stream(self, exchange: Exchange) -> Response:
        target = exchange.prepared.target
        stored = self._writer.find_stored(target, exchange.values)
        if stored is None:
            return self._absent(exchange)
        store = self._writer.stream_mapping(target).store
        content = store.read(stored.key, exchange.scope)
        if content is None:
            return exchange.response(204)
        unchanged = self._unchanged(exchange, content.entity_tag)
        if unchanged is not None:
            return unchanged
        response = exchange.response(200, content.content, content.content_type)
        tag = write_tag(content.entity_tag)
        return response.with_header("ETag", tag).with_header("Content-Disposition", DISPOSITION)


def _shows_others(exchange: Exchange) -> bool:
    """Whether an answer shows more than the entity: of what is expanded its tag tells nothing."""
    plan = exchange.prepared.plan
    return plan is not None and bool(plan.expands)


def entity_response(exchange: Exchange, status: int, entity: ReadEntity) -> Response:
    """The answer that shows one entity."""
    style, text = exchange.prepared.style, entity.text
    body = _joined(_head(exchange, prefix=style.prefix, detail=style.detail), text)
    response = exchange.response(status, body, exchange.representation.content_type)
    if entity.entity_tag is not None and exchange.prepared.target.suffix is Suffix.NONE:
        response.headers.append(("ETag", write_tag(entity.entity_tag)))
    return response


def _note_page_size(exchange: Exchange) -> None:
    if exchange.preferences.maxpagesize is not None:
        exchange.applied[Preference.MAXPAGESIZE] = str(exchange.page_size)


def _joined(head: bytes, text: bytes) -> bytes:
    """An object whose first members are those of ``head``."""
    return head + text[1:] if text != b"{}" else head.rstrip(b",") + b"}"


def not_found(exchange: Exchange) -> NotFoundError:
    """The refusal of a path that leads nowhere."""
    name = exchange.prepared.target.steps[-1].name
    return NotFoundError(f"Resource not found for the segment '{name}'.")


def _head(exchange: Exchange, *, prefix: str, detail: Detail) -> bytes:
    if detail is Detail.NONE:
        return b"{"
    mark, known = head_mark(exchange), exchange.prepared.heads
    head = known.get(mark)
    if head is None:
        text = _write_text(context_of(exchange))
        head = f'{{"{prefix}context":{text},{exchange.metadata_member}'.encode()
        if len(known) >= _MOST_HEADS:
            known.clear()
        known[mark] = head
    return head


def _inside(text: bytes, target: Target) -> bytes:
    """What places and members lead to inside a collection of values."""
    for step in (target.item or 0, *target.inside):
        found = find_item(text, step) if isinstance(step, int) else find_member(text, step.name)
        if found is None:
            name = step if isinstance(step, int) else step.name
            if target.is_cast_item and target.item_type is not None:
                name = target.item_type.qualified_name
            raise NotFoundError(f"Resource not found for the segment '{name}'.")
        text = found
    return text


def _dynamic_value(text: bytes, suffix: Suffix) -> bytes:
    """The value of a dynamic property alone; refuses what has no such view."""
    value: object = json.loads(text, parse_float=Decimal)["value"]
    is_fitting = isinstance(value, list) == (suffix is Suffix.COUNT)
    if not is_fitting or isinstance(value, dict):
        raise UriSemanticError(f"the property has no {suffix.value}: its value is of another kind")
    return json_text(value).encode()


def _raw(text: bytes) -> bytes:
    value: Any = json.loads(text) if text[:1] == b'"' else None
    return value.encode() if isinstance(value, str) else text


def refuse_flat(exchange: Exchange) -> None:
    """Refuse a list that needs its parent or a filter, in the words of the model."""
    target, plan = exchange.prepared.target, exchange.prepared.plan
    entity_set = target.entity_set
    if entity_set is None or plan is None or not entity_set.capabilities.requires_parent:
        return
    scopes = 1 if exchange.scope is not None and len(target.steps) > 1 else 0
    if len(target.steps) - scopes > 1 or plan.filters:
        return
    raise BadRequestError(
        entity_set.capabilities.requires_parent, code="Application_DialogException"
    )
