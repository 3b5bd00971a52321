"""Levels put together: rows of the first level with the related rows of the levels below.

One statement reads a level for all parents at once; its rows are grouped in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from operator import itemgetter
from typing import Any

import peewee

from odata.query.read_plan import ExpandKind, ExpandPlan, parents_name
from odata.sql.dialects.base import Dialect
from odata.sql.execution import fetch, run
from odata.sql.expander import PAGE
from odata.sql.reader import FinishedRead
from odata.sql.statement import RequestValues, Statement
from odata.sql.streams import FinishedStream, stream_members

_CHUNK = 200
# Related rows of more parents come one by one.
_MOST_AT_ONCE = 1000
NESTED_LINK = "nested_link"
STRING_NUMBERS = "string_numbers"

Row = tuple[Any, ...]


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


class Related:
    """What one parent is related to: the rows that are shown, as rows and as JSON."""

    __slots__ = ("has_more", "objects", "rows", "total")

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.objects: list[bytes] = []
        self.total = 0
        self.has_more = False


_NONE = Related()


@dataclass(frozen=True, slots=True)
class Assembler:
    """Reads levels of one database."""

    database: peewee.Database
    dialect: Dialect

    def rows(self, level: FinishedLevel, values: RequestValues) -> Iterator[Sequence[Row]]:
        """The rows of the first level in chunks."""
        statement = level.read.statement
        cursor = run(self.database, statement.sql, statement.parameters(values))
        return fetch(cursor, _CHUNK)

    def first(self, level: FinishedLevel, values: RequestValues) -> Row | None:
        """The first row of the first level, if there is one."""
        return level.read.statement.first_row(self.database, values)

    def rows_at_once(self, level: FinishedLevel, values: RequestValues) -> Sequence[Row]:
        """All rows of the first level, without the values of their order; by one step where the
        database can."""
        one_row = level.read.in_one_row
        if one_row is None:
            return list(chain.from_iterable(self.rows(level, values)))
        row = one_row.statement.first_row(self.database, values)
        return [] if row is None else one_row.rows(row)

    def whole(self, whole: Statement, values: RequestValues) -> list[bytes]:
        """The JSON objects of all rows as one text; nothing where there are no rows."""
        row = whole.first_row(self.database, values)
        return [] if row is None or row[0] is None else [b"{" + row[0] + b"}"]

    def objects(
        self, level: FinishedLevel, rows: Sequence[Row], values: RequestValues
    ) -> list[bytes]:
        """The JSON objects of rows with everything below them."""
        writer, named = level.read.layout.writer, values.named
        if not level.expands and not level.streams:
            return writer.objects(rows, named)
        layout = level.read.layout
        members: list[Iterable[bytes]] = [
            stream_members(stream, columns, rows)
            for stream, columns in zip(level.streams, layout.streams, strict=True)
        ]
        for expand, positions, presence in zip(
            level.expands, layout.links, layout.presences, strict=True
        ):
            keys = _keys(rows, positions)
            related = self._related(expand, keys, values)
            if presence is None and _is_single(expand):
                members.append(_single_members(expand, keys, related))
                continue
            write = self._writer(expand, level, values)
            if presence is not None:
                write = _where(presence, write)
            pairs = zip(keys, rows, strict=True)
            members.append([write(related.get(key, _NONE), row) for key, row in pairs])
        return _objects(writer.texts(rows, named), members)

    # --- below ------------------------------------------------------------------------

    def _related(
        self, expand: FinishedExpand, keys: Iterable[Row], values: RequestValues
    ) -> dict[Row, Related]:
        wanted = [key for key in dict.fromkeys(keys) if None not in key]
        if not wanted:
            return {}
        arrays = {
            parents_name(index): self.dialect.array(list(dict.fromkeys(column)))
            for index, column in enumerate(zip(*wanted, strict=True))
        }
        inner = values.with_named(**arrays)
        if len(wanted) <= _MOST_AT_ONCE:
            rows = iter(self.rows_at_once(expand.level, inner))
        else:
            rows = chain.from_iterable(self.rows(expand.level, inner))
        if expand.plan.kind is ExpandKind.COUNT:
            return {row[:-1]: _counted(row[-1]) for row in rows}
        grouped = _grouped(expand, rows, values.named[PAGE])
        shown = [row for related in grouped.values() for row in related.rows]
        objects = iter(self.objects(expand.level, shown, values))
        for related in grouped.values():
            related.objects = list(islice(objects, len(related.rows)))
        return grouped

    def _writer(
        self, expand: FinishedExpand, level: FinishedLevel, values: RequestValues
    ) -> Callable[[Related, Row], bytes]:
        plan = expand.plan
        name = f',"{plan.name}":'.encode()
        count = f',"{plan.name}{expand.prefix}count":'.encode()
        if plan.kind is ExpandKind.COUNT:
            return lambda related, _row: count + _number(related.total, values)
        if not plan.navigation.is_collection:
            return lambda related, _row: name + (related.objects[0] if related.objects else b"null")
        link = _link_writer(expand, level, values)

        def write(related: Related, row: Row) -> bytes:
            counted = count + _number(related.total, values) if plan.with_count else b""
            linked = link(row) if related.has_more else b""
            return counted + linked + name + b"[" + b",".join(related.objects) + b"]"

        return write


def _objects(texts: Sequence[bytes], members: Sequence[Iterable[bytes]]) -> list[bytes]:
    """JSON objects of members that each have a comma before them."""
    if not all(texts):
        rows = zip(texts, *members, strict=True)
        return [b"{" + b"".join(pieces)[1:] + b"}" for pieces in rows]
    without_comma = [text[1:] for text in texts]
    # Put together in one step, which no thread of Python has a share in.
    rows = zip(repeat(b"{"), without_comma, *members, repeat(b"}"))
    return list(map(b"".join, rows))


def _keys(rows: Sequence[Row], positions: tuple[int, ...]) -> list[Row]:
    """The values by which each row is linked."""
    if len(positions) == 1:
        return list(zip(map(itemgetter(positions[0]), rows), strict=True))
    return list(map(_picker(positions), rows))


def _is_single(expand: FinishedExpand) -> bool:
    """Whether a level shows at most one entity, and the entity itself."""
    plan = expand.plan
    return plan.kind is not ExpandKind.COUNT and not plan.navigation.is_collection


def _single_members(
    expand: FinishedExpand, keys: Iterable[Row], related: Mapping[Row, Related]
) -> Iterator[bytes]:
    """The member of each row: written once for all rows that have the same."""
    name = f',"{expand.plan.name}":'.encode()
    nothing = name + b"null"
    written = {
        key: name + item.objects[0] if item.objects else nothing for key, item in related.items()
    }
    return map(written.get, keys, repeat(nothing))


def _where(
    position: int, write: Callable[[Related, Row], bytes]
) -> Callable[[Related, Row], bytes]:
    """Writes a level only where the parent has it."""
    return lambda related, row: write(related, row) if row[position] else b""


def _grouped(expand: FinishedExpand, rows: Iterable[Row], page: int) -> dict[Row, Related]:
    """The rows by parent, those beyond a page left out."""
    plan = expand.plan
    pick = _picker(tuple(index for index, _ in expand.level.read.layout.order))
    grouped: dict[Row, Related] = {}
    for row in rows:
        key = pick(row)
        related = grouped.get(key)
        if related is None:
            related = grouped[key] = Related()
        if plan.is_ranked:
            related.total = row[-1]
            if not _is_shown(plan, row[-2]):
                continue
        if len(related.rows) < page or plan.is_whole or not plan.navigation.is_collection:
            related.rows.append(row)
        else:
            related.has_more = True
    return grouped


def _picker(positions: tuple[int, ...]) -> Callable[[Row], Row]:
    """Gives the values of a row at these positions."""
    if len(positions) > 1:
        return itemgetter(*positions)
    # One position would give the bare value.
    return lambda row: tuple([row[index] for index in positions])


def _is_shown(plan: ExpandPlan, place: int) -> bool:
    return place > plan.skip and (plan.top is None or place <= plan.skip + plan.top)


def _counted(total: int) -> Related:
    related = Related()
    related.total = total
    return related


def _number(total: int, values: RequestValues) -> bytes:
    return b'"%d"' % total if values.named[STRING_NUMBERS] else b"%d" % total


def _link_writer(
    expand: FinishedExpand, level: FinishedLevel, values: RequestValues
) -> Callable[[Row], bytes]:
    """Writes where the rest of a parent's related entities is found."""
    address, write = level.read.layout.address, values.named[NESTED_LINK]
    name = f',"{expand.plan.name}{expand.prefix}nextLink":'.encode()
    if address is None:
        return lambda _row: b""
    return lambda row: name + write(expand.path, address(row, values.named))
