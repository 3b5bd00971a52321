"""What the reads of one batch have in common, worked out once for all of them.

Reads with the same header fields of the same caller that differ in literals alone have one
permit, one negotiation, one plan and, below the same parent, one scope; their literals and the
moment of their answer are their own.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Sequence

from odata.errors import ODataError
from odata.protocol.batch import LookAhead
from odata.protocol.exchange import Exchange
from odata.protocol.messages import Request
from odata.protocol.reading import ReadHandler
from odata.service.reading import Reader
from odata.service.shapes import RequestShape, shape_of
from odata.sql.nodes import DriverValue

# A token that stands for a whole query, of which the shape of a request tells nothing.
_PACKED = "skiptoken=9"


def note_read(exchange: Exchange) -> None:
    """Keep what was settled for a read, where all that are like it share it."""
    request, prepared, settled = exchange.request, exchange.prepared, exchange.request.settled
    if settled is None or request.principal.roles_in or prepared.pinned:
        return
    if exchange.scope is None or request.path.startswith(exchange.scope_path):
        settled[exchange.shape.key] = _like(exchange, request, exchange.shape, exchange.now)


def read_again(request: Request, clock: Callable[[], datetime.datetime]) -> Exchange | None:
    """The exchange of a read that is like an earlier one; None where there was none."""
    settled = request.settled
    if request.opened is not None:
        opened: Exchange = request.opened
        return opened
    if not settled or _PACKED in request.query:
        return None
    try:
        shape = shape_of(request.path, request.query)
    except ODataError:
        return None  # told where every request is opened
    known: Exchange | None = settled.get(shape.key)
    if known is None:
        return None
    if known.scope is not None and not request.path.startswith(known.scope_path):
        return None
    return _like(known, request, shape, clock())


def reads_ahead(
    reader: Reader, reading: ReadHandler, clock: Callable[[], datetime.datetime]
) -> LookAhead | None:
    """Fetches together what requests of a batch will read, as far as an earlier one of it was
    like them, and forgets what was fetched so before; None where that saves nothing."""
    if not reader.can_fetch_ahead:
        return None

    def look_ahead(requests: Sequence[Request]) -> None:
        reads: list[tuple[str, list[DriverValue]]] = []
        for request in requests:
            exchange = request.opened = read_again(request, clock)
            # What fails is told where the request is answered.
            with contextlib.suppress(ODataError):
                found = None if exchange is None else reading.ahead(exchange)
                reads += [] if found is None else [found]
        reader.fetch_ahead(reads)

    return look_ahead


def _like(
    known: Exchange, request: Request, shape: RequestShape, now: datetime.datetime
) -> Exchange:
    exchange = known.at(request, shape, known.prepared, now)
    exchange.applied.update(known.applied)
    return exchange
