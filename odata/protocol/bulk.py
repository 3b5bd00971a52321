"""Whole collections for other programs: comma-separated values and JSON lines, streamed.

All rows of the query come in one answer, however many; nothing but one page of them is kept
in memory. The formats have no place for counts, links and control information.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from odata.errors import UriSemanticError
from odata.payload.csv_writer import CsvWriter
from odata.protocol.exchange import Exchange
from odata.protocol.messages import Response
from odata.protocol.negotiation import MediaKind
from odata.service.reading import Reader

Encode = Callable[[Sequence[bytes]], bytes]


def is_bulk(exchange: Exchange) -> bool:
    """Whether the answer is a stream of plain rows."""
    return exchange.representation.media is not MediaKind.JSON


def bulk_response(exchange: Exchange, reader: Reader, *, guards_formulas: bool) -> Response:
    """The answer with all rows of a collection."""
    header, encode = _encoding(exchange, guards_formulas=guards_formulas)
    rows = _rows(exchange, reader)
    # The first rows are read while a failure can still be answered with its status.
    first = next(rows, None)
    body = chain((header + (encode(first) if first else b""),), map(encode, rows))
    return exchange.response(200, body, exchange.representation.content_type)


def _encoding(exchange: Exchange, *, guards_formulas: bool) -> tuple[bytes, Encode]:
    if exchange.representation.media is MediaKind.NDJSON:
        return b"", _write_lines
    plan = exchange.prepared.read_plan
    if plan.expands or plan.streams:
        raise UriSemanticError(
            "comma-separated values have no place for related entities", target="$expand"
        )
    writer = CsvWriter(plan.outputs, guards_formulas=guards_formulas)
    return writer.header(), writer.rows


def _write_lines(objects: Sequence[bytes]) -> bytes:
    return b"".join(item + b"\n" for item in objects)


def _rows(exchange: Exchange, reader: Reader) -> Iterator[list[bytes]]:
    """The rows in chunks, page after page by their order."""
    prepared = exchange.prepared
    remaining = exchange.read_value(prepared.read_plan.top)
    skip = exchange.read_value(prepared.read_plan.skip)
    values = exchange.values.with_named(offset=skip or 0)
    after = None
    while remaining is None or remaining > 0:
        size = exchange.page_size if remaining is None else min(exchange.page_size, remaining)
        page = reader.page(prepared, values, size, after)
        yield from page.chunks
        if page.last_order is None:
            return
        after = page.last_order
        remaining = None if remaining is None else remaining - page.size
