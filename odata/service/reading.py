"""Rows of a prepared read: pages, single entities, counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from odata.service.preparation import Prepared
from odata.sql.assembly import Assembler, FinishedLevel, Row
from odata.sql.execution import can_read_ahead, read_ahead, run
from odata.sql.nodes import DriverValue
from odata.sql.row_slots import StoredValues
from odata.sql.statement import RequestValues

# More rows are read in chunks, so that they need not be in memory together.
_MOST_AT_ONCE = 1000
# Rows of one statement where a long page is read by several of them.
_STRETCH = 500


# Made for every request; a frozen one would take several times as long to make.
@dataclass(slots=True)
class ReadEntity:
    """One entity as JSON with the opaque text of its tag."""

    text: bytes
    entity_tag: str | None


@dataclass(slots=True)
class Page:
    """The rows of one page as JSON objects in chunks.

    Once ``chunks`` is used up, ``last_order`` holds the order values of the last row if
    more rows follow, and ``size`` the number of rows. ``pieces`` are those of one text of all
    rows instead, which need not be copied before the whole answer is.
    """

    chunks: Iterator[list[bytes]]
    pieces: list[bytes] | None = None
    last_order: list[Any] | None = None
    size: int = 0


class Reader:
    """Reads what is prepared."""

    def __init__(self, assembler: Assembler) -> None:
        self.assembler = assembler

    def count(self, prepared: Prepared, values: RequestValues) -> int:
        """The number of entities that match, whatever the page."""
        row = prepared.count_statement.first_row(self.assembler.database, values)
        return 0 if row is None else int(row[0])

    def exists(self, prepared: Prepared, values: RequestValues) -> bool:
        """Whether any entity matches the path."""
        statement = prepared.existence
        if statement is None:
            builder = prepared.preparer.builder
            statement = prepared.existence = builder.exists(prepared.read_plan)
        return statement.first_row(self.assembler.database, values) is not None

    def entity_tag(self, prepared: Prepared, values: RequestValues) -> str | None:
        """The tag of the entity that the path addresses, without reading the entity; None
        where there is no such entity or its type has no tags."""
        plan = prepared.read_plan
        if not plan.entity_type.has_entity_tag:
            return None
        if prepared.entity_tag is None:
            prepared.entity_tag = prepared.preparer.builder.entity_tag(plan)
        statement = prepared.entity_tag
        cursor = run(self.assembler.database, statement.sql, statement.parameters(values))
        row = cursor.fetchone()
        return None if row is None else str(row[0])

    def entity(
        self, prepared: Prepared, values: RequestValues, *, is_last: bool = False
    ) -> ReadEntity | None:
        """The one entity that the path addresses, as JSON, with its tag; the last of what is
        read may end its transaction."""
        level = prepared.first_level
        row = self.assembler.first(level, values, is_last=is_last)
        if row is None:
            return None
        text = self.assembler.objects(level, (row,), values)[0]
        index = level.read.layout.tag
        return ReadEntity(text, None if index is None else str(row[index]))

    def new_entity(
        self, prepared: Prepared, values: RequestValues, stored: StoredValues
    ) -> ReadEntity | None:
        """The one entity that the path addresses, where it was just stored so and no more of it
        is shown than its own values; nothing is read for that."""
        texts = prepared.new_texts
        if not texts:
            texts.append(prepared.preparer.new_text(prepared))
        text = texts[0]
        return None if text is None else ReadEntity(*text.write(stored, values.named))

    @property
    def can_fetch_ahead(self) -> bool:
        """Whether it saves anything to fetch together what is read one after the other."""
        return can_read_ahead(self.assembler.database)

    def fetch_ahead(self, reads: Sequence[tuple[str, list[DriverValue]]]) -> None:
        """Fetch what will be read next, and forget what was fetched so before."""
        read_ahead(self.assembler.database, reads)

    def entity_ahead(
        self, prepared: Prepared, values: RequestValues
    ) -> tuple[str, list[DriverValue]]:
        """What ``entity`` will read first."""
        statement = prepared.first_level.read.statement
        return statement.sql, statement.parameters(values)

    def value(self, prepared: Prepared, values: RequestValues) -> ReadEntity | None:
        """The JSON text of the property that the path addresses, with the tag of its entity;
        None without it."""
        level = prepared.first_level
        row = self.assembler.first(level, values)
        if row is None:
            return None
        text = level.read.layout.writer.text(row, values.named)
        index = level.read.layout.tag
        return ReadEntity(text, None if index is None else str(row[index]))

    def page(
        self,
        prepared: Prepared,
        values: RequestValues,
        size: int,
        after: Sequence[object] | None = None,
        *,
        is_last: bool = False,
    ) -> Page:
        """At most ``size`` rows, behind the row whose order values are ``after``; the last
        page does not look whether more rows follow."""
        level = self._level(prepared, after)
        values = values.with_named(limit=size if is_last else size + 1, **_after(after))
        whole = level.read.whole
        if is_last and whole is not None and size <= _MOST_AT_ONCE:
            return Page(iter(()), self.assembler.whole(whole, values))
        if is_last and level.expands and size <= _MOST_AT_ONCE:
            return Page(iter(()), self.assembler.whole_levels(level, values))
        page = Page(iter(()))
        fetches_all = self.assembler.dialect.fetches_all
        if fetches_all and size > _MOST_AT_ONCE and _is_whole_set(prepared):
            page.chunks = self._stretches(prepared, values, page, size, after)
            return page
        chunks = self.assembler.rows(level, values)
        limited = _limited(page, level, chunks, size)
        if level.expands:
            rows = list(chain.from_iterable(limited))
            page.chunks = iter([self.assembler.objects(level, rows, values)])
        else:
            page.chunks = (self.assembler.objects(level, rows, values) for rows in limited)
        return page

    def _stretches(
        self,
        prepared: Prepared,
        values: RequestValues,
        page: Page,
        size: int,
        after: Sequence[object] | None,
    ) -> Iterator[list[bytes]]:
        """A long page, a stretch of rows by each statement, where the driver would keep all rows
        of one in memory."""
        while True:
            wanted = min(_STRETCH, size - page.size)
            level = self._level(prepared, after)
            stretch = values.with_named(limit=wanted + 1, **_after(after))
            rows = list(chain.from_iterable(self.assembler.rows(level, stretch)))
            page.size += min(wanted, len(rows))
            if len(rows) > wanted:
                after = level.read.layout.order_values(rows[wanted - 1])
                if page.size == size:
                    page.last_order = after
            if rows:
                yield self.assembler.objects(level, rows[:wanted], stretch)
            if len(rows) <= wanted or page.last_order is not None:
                return

    def _level(self, prepared: Prepared, after: Sequence[object] | None) -> FinishedLevel:
        if after is None:
            return prepared.first_level
        nulls = tuple(value is None for value in after)
        level = prepared.continuations.get(nulls)
        if level is None:
            level = prepared.continuations[nulls] = prepared.preparer.first_level(prepared, nulls)
        return level


def _after(order_values: Sequence[object] | None) -> dict[str, object]:
    """The named values of a continuation."""
    return {f"after{index}": value for index, value in enumerate(order_values or ())}


def _is_whole_set(prepared: Prepared) -> bool:
    """Whether all rows are asked for in their default order, which an index gives from any row
    on; what is filtered or sorted would be so for each stretch anew."""
    plan, options = prepared.read_plan, prepared.options
    is_plain = not (plan.filters or plan.expands or plan.kept_order)
    return is_plain and plan.identity is None and not options.orderby


def _limited(
    page: Page, level: FinishedLevel, chunks: Iterator[Sequence[Row]], size: int
) -> Iterator[Sequence[Row]]:
    """The chunks cut to ``size`` rows; notes on the page where the next one starts."""
    last: Row | None = None
    for rows in chunks:
        kept = rows[: size - page.size]
        page.size += len(kept)
        if len(kept) < len(rows):
            last = kept[-1] if kept else last
            if last is not None:
                page.last_order = level.read.layout.order_values(last)
            if kept:
                yield kept
            return
        last = kept[-1]
        yield kept
