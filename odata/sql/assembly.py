"""Levels put together: rows of the first level with the related rows of the levels below.

One statement reads a level for all parents at once. Rows are put together column by column, so
that Python takes some steps for each column and not for each row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from operator import itemgetter
from typing import Any

import peewee

from odata.query.read_plan import ExpandKind, ExpandPlan, parents_name
from odata.sql.dialects.base import Dialect
from odata.sql.execution import can_read_ahead, fetch, read_ahead, run
from odata.sql.expander import PAGE
from odata.sql.reader import FinishedRead
from odata.sql.row_writer import Column
from odata.sql.statement import RequestValues, Statement
from odata.sql.streams import FinishedStream, stream_members

_CHUNK = 200
# Related rows of more parents come one by one.
_MOST_AT_ONCE = 1000
# Statements that it saves something to send together.
_FEWEST_AHEAD = 2
NESTED_LINK = "nested_link"
STRING_NUMBERS = "string_numbers"

Row = tuple[Any, ...]
Key = Any  # the value by which a row is linked, or a tuple of several
Pieces = Iterable[bytes]  # one for each row


@dataclass(frozen=True, slots=True)
class FinishedExpand:
    """One expanded navigation property, ready to run.

    ``prefix`` is what control information begins with; ``path`` are the names of the
    navigation properties from the first level to this one.
    """

    plan: ExpandPlan
    level: FinishedLevel
    prefix: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FinishedLevel:
    """A level with the levels below it."""

    read: FinishedRead
    expands: tuple[FinishedExpand, ...] = ()
    streams: tuple[FinishedStream, ...] = ()


@dataclass(slots=True)
class Related:
    """What parents are related to, by their keys: the member that shows it, the number of all of
    it, and who has more than is shown."""

    members: dict[Key, bytes] = field(default_factory=dict)
    totals: dict[Key, int] = field(default_factory=dict)
    cut: set[Key] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The values with which a level below is read, and whether that is of many parents."""

    values: RequestValues
    is_long: bool


@dataclass(frozen=True, slots=True)
class Assembler:
    """Reads levels of one database."""

    database: peewee.Database
    dialect: Dialect

    def rows(self, level: FinishedLevel, values: RequestValues) -> Iterator[Sequence[Row]]:
        """The rows of the first level in chunks."""
        statement = level.read.statement_for(values)
        cursor = run(self.database, statement.sql, statement.parameters(values))
        return fetch(cursor, _CHUNK)

    def first(
        self, level: FinishedLevel, values: RequestValues, *, is_last: bool = False
    ) -> Row | None:
        """The first row of the first level, if there is one; ``is_last`` where nothing but what
        is below it is read any more in its transaction."""
        is_last = is_last and not level.expands and not level.streams
        return level.read.statement.first_row(self.database, values, is_last=is_last)

    def whole(self, whole: Statement, values: RequestValues) -> list[bytes]:
        """The pieces of the JSON objects of all rows; nothing where there are no rows."""
        row = whole.first_row(self.database, values)
        return [] if row is None or row[0] is None else [b"{", row[0], b"}"]

    def whole_levels(self, level: FinishedLevel, values: RequestValues) -> list[bytes]:
        """The same with everything below the rows."""
        columns = self._columns(level, values)
        if not columns:
            return []
        rows = zip(repeat(b"},{"), *self._pieces(level, columns, values))
        pieces = list(chain.from_iterable(rows))
        pieces[0] = b"{"
        pieces.append(b"}")
        return pieces

    def objects(
        self, level: FinishedLevel, rows: Sequence[Row], values: RequestValues
    ) -> list[bytes]:
        """The JSON objects of rows with everything below them."""
        return self._objects(level, _by_column(rows), values)

    # --- one level ----------------------------------------------------------------------

    def _columns(self, level: FinishedLevel, values: RequestValues) -> Sequence[Column]:
        """All rows of a level, perhaps without the values of their order; by one step where the
        database can. No columns where there are no rows."""
        one_row = level.read.in_one_row
        if one_row is None:
            return _by_column(list(chain.from_iterable(self.rows(level, values))))
        row = one_row.statement.first_row(self.database, values)
        return [] if row is None else one_row.read(row)

    def _objects(
        self, level: FinishedLevel, columns: Sequence[Column], values: RequestValues
    ) -> list[bytes]:
        if not columns:
            return []
        if not level.expands and not level.streams:
            return level.read.layout.writer.objects(columns, values.named)
        pieces = self._pieces(level, columns, values)
        return list(map(b"".join, zip(repeat(b"{"), *pieces, repeat(b"}"))))

    def _pieces(
        self, level: FinishedLevel, columns: Sequence[Column], values: RequestValues
    ) -> list[Pieces]:
        """What the object of each row is made of, without the comma before its first member."""
        layout = level.read.layout
        members: list[Pieces] = [
            stream_members(stream, places, columns)
            for stream, places in zip(level.streams, layout.streams, strict=True)
        ]
        all_keys = [_keys(columns, positions) for positions in layout.links]
        all_asked = [
            self._asked(expand, keys, values)
            for expand, keys in zip(level.expands, all_keys, strict=True)
        ]
        is_ahead = self._fetch_ahead(level.expands, all_asked)
        try:
            for expand, keys, asked, presence in zip(
                level.expands, all_keys, all_asked, layout.presences, strict=True
            ):
                related = self._related(expand, asked, values)
                links: list[Pieces] = []
                if related.cut:
                    is_cut = [key in related.cut for key in keys]
                    links.append(_next_links(expand, level, columns, is_cut, values))
                shown = _members(expand, keys, related, links, values)
                members += shown if presence is None else [_where(columns[presence], shown)]
        finally:
            if is_ahead:
                read_ahead(self.database, ())
        texts = layout.writer.members(columns, values.named)
        if all(texts):
            return [texts, *members]
        below = map(b"".join, zip(*members, strict=True))
        pairs = zip(texts, below, strict=True)
        return [[text + rest if text else rest[1:] for text, rest in pairs]]

    # --- below ------------------------------------------------------------------------

    def _asked(
        self, expand: FinishedExpand, keys: Sequence[Key], values: RequestValues
    ) -> _Asked | None:
        """What is asked of a level below; None where no row leads there."""
        links = len(expand.plan.links)
        wanted = _wanted(keys, links)
        if not wanted:
            return None
        given = [wanted] if links == 1 else zip(*wanted, strict=True)
        arrays = {
            parents_name(index): self.dialect.array(list(dict.fromkeys(column)))
            for index, column in enumerate(given)
        }
        return _Asked(values.with_named(**arrays), is_long=len(wanted) > _MOST_AT_ONCE)

    def _fetch_ahead(
        self, expands: Sequence[FinishedExpand], all_asked: Sequence[_Asked | None]
    ) -> bool:
        """Fetch levels beside each other together, unless they are long or have such levels
        below them; whether anything is to be forgotten afterwards."""
        if len(expands) < _FEWEST_AHEAD or not can_read_ahead(self.database):
            return False
        if any(_has_neighbours(expand.level) for expand in expands):
            return False
        statements = [
            (expand.level.read.statement_for(asked.values), asked.values)
            for expand, asked in zip(expands, all_asked, strict=True)
            if asked is not None and not asked.is_long
        ]
        reads = [(statement.sql, statement.parameters(values)) for statement, values in statements]
        read_ahead(self.database, reads)
        return True

    def _related(
        self, expand: FinishedExpand, asked: _Asked | None, values: RequestValues
    ) -> Related:
        related, plan, level = Related(), expand.plan, expand.level
        if asked is None:
            return related
        inner = asked.values
        positions = tuple(index for index, _ in level.read.layout.order)
        if plan.kind is ExpandKind.COUNT:
            columns = self._columns(level, inner)
            if columns:
                related.totals.update(zip(_keys(columns, positions), columns[-1], strict=True))
            return related
        columns = self._shown(expand, related, inner, is_long=asked.is_long)
        if columns:
            objects = self._objects(level, columns, values)
            related.members = _by_parent(plan, _keys(columns, positions), objects)
        return related

    def _shown(
        self, expand: FinishedExpand, related: Related, values: RequestValues, *, is_long: bool
    ) -> Sequence[Column]:
        """The related rows within the bounds of each parent; a long level comes row by row."""
        plan, level = expand.plan, expand.level
        if is_long or (plan.is_ranked and level.read.in_one_row is None):
            rows: Iterable[Row] = chain.from_iterable(self.rows(level, values))
        else:
            columns = self._columns(level, values)
            size = len(columns[0]) if columns else 0
            if not plan.is_ranked and (size <= values.named[PAGE] or not _has_pages(plan)):
                return columns
            rows = zip(*columns, strict=True)
        return list(zip(*_within_bounds(expand, rows, related, values), strict=True))


def _has_neighbours(level: FinishedLevel) -> bool:
    """Whether levels stand beside each other anywhere below: they are fetched together, and what
    was fetched before is forgotten."""
    below = level.expands
    return len(below) >= _FEWEST_AHEAD or any(_has_neighbours(expand.level) for expand in below)


def _by_column(rows: Sequence[Row]) -> Sequence[Column]:
    """Rows as columns, none where there are no rows; where nothing is read of the rows, as
    PostgreSQL can, a column of nothing tells how many there are."""
    if rows and not rows[0]:
        return [(None,) * len(rows)]
    return list(zip(*rows, strict=True))


def _keys(columns: Sequence[Column], positions: tuple[int, ...]) -> Sequence[Key]:
    """The values by which each row is linked."""
    if len(positions) == 1:
        return columns[positions[0]]
    return list(zip(*[columns[index] for index in positions], strict=True))


def _wanted(keys: Sequence[Key], links: int) -> list[Key]:
    """Each key once, without those that lead nowhere."""
    distinct = dict.fromkeys(keys)
    if links == 1:
        distinct.pop(None, None)
        return list(distinct)
    return [key for key in distinct if None not in key]


def _has_pages(plan: ExpandPlan) -> bool:
    """Whether a page bounds what is shown of one parent."""
    return plan.navigation.is_collection and not plan.is_whole


def _within_bounds(
    expand: FinishedExpand, rows: Iterable[Row], related: Related, values: RequestValues
) -> Iterator[Row]:
    """The rows within the bounds of each parent; notes what is left out."""
    plan, page = expand.plan, values.named[PAGE]
    pick = itemgetter(*(index for index, _ in expand.level.read.layout.order))
    has_pages = _has_pages(plan)
    sizes: dict[Key, int] = defaultdict(int)
    for row in rows:
        key = pick(row)
        if plan.is_ranked:
            related.totals[key] = row[-1]
            if not _is_shown(plan, row[-2]):
                continue
        if has_pages and sizes[key] >= page:
            related.cut.add(key)
            continue
        sizes[key] += 1
        yield row


def _is_shown(plan: ExpandPlan, place: int) -> bool:
    return place > plan.skip and (plan.top is None or place <= plan.skip + plan.top)


# --- members --------------------------------------------------------------------------------


def _by_parent(plan: ExpandPlan, keys: Sequence[Key], objects: Sequence[bytes]) -> dict[Key, bytes]:
    """The member of each parent that has anything: written once for all rows that have it."""
    name = f',"{plan.name}":'.encode()
    if not plan.navigation.is_collection:
        # The first one, should there be more.
        pairs = zip(reversed(keys), reversed(objects), strict=True)
        return {key: name + text for key, text in pairs}
    groups: dict[Key, list[bytes]] = defaultdict(list)
    for key, text in zip(keys, objects, strict=True):
        groups[key].append(text)
    return {key: name + b"[" + b",".join(texts) + b"]" for key, texts in groups.items()}


def _members(
    expand: FinishedExpand,
    keys: Sequence[Key],
    related: Related,
    links: list[Pieces],
    values: RequestValues,
) -> list[Pieces]:
    """The members of each row that show what it is related to."""
    plan = expand.plan
    counted: list[Pieces] = []
    if plan.kind is ExpandKind.COUNT or plan.with_count:
        name = f',"{plan.name}{expand.prefix}count":'.encode()
        counts = {key: name + _number(n, values) for key, n in related.totals.items()}
        counted.append(map(counts.get, keys, repeat(name + _number(0, values))))
    if plan.kind is ExpandKind.COUNT:
        return counted
    nothing = f',"{plan.name}":{"[]" if plan.navigation.is_collection else "null"}'.encode()
    return [*counted, *links, map(related.members.get, keys, repeat(nothing))]


def _where(presence: Column, members: Sequence[Pieces]) -> Pieces:
    """The members of the rows that have the level at all."""
    texts = map(b"".join, zip(*members, strict=True))
    return [text if is_there else b"" for is_there, text in zip(presence, texts, strict=True)]


def _number(total: int, values: RequestValues) -> bytes:
    return b'"%d"' % total if values.named[STRING_NUMBERS] else b"%d" % total


def _next_links(
    expand: FinishedExpand,
    level: FinishedLevel,
    columns: Sequence[Column],
    is_cut: Sequence[bool],
    values: RequestValues,
) -> list[bytes]:
    """Where the rest of each parent's related entities is found, if there is more."""
    address, write = level.read.layout.address, values.named[NESTED_LINK]
    if address is None:
        return [b""] * len(is_cut)
    name = f',"{expand.plan.name}{expand.prefix}nextLink":'.encode()
    return [
        name + write(expand.path, address(row, values.named)) if has_more else b""
        for has_more, row in zip(is_cut, zip(*columns, strict=True), strict=True)
    ]
