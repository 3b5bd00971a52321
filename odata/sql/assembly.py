"""Levels put together: rows of the first level with the related rows of the levels below.

One statement reads a level for all parents at once; its rows are grouped in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from odata.query.read_plan import ExpandKind, ExpandPlan
from odata.sql.dialects.base import Dialect
from odata.sql.execution import fetch, run
from odata.sql.reader import FinishedRead
from odata.sql.statement import RequestValues

_CHUNK = 500

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class FinishedExpand:
    """One expanded navigation property, ready to run.

    ``prefix`` is what control information begins with; ``shows_count`` writes the number of
    related rows; the rows carry it in their last column.
    """

    plan: ExpandPlan
    level: FinishedLevel
    prefix: str

    @property
    def is_ranked(self) -> bool:
        """Whether rows carry their place and their total."""
        plan = self.plan
        return plan.top is not None or bool(plan.skip) or plan.with_count


@dataclass(frozen=True, slots=True)
class FinishedLevel:
    """A level with the levels below it."""

    read: FinishedRead
    expands: tuple[FinishedExpand, ...] = ()


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

    def objects(
        self, level: FinishedLevel, rows: Sequence[Row], values: RequestValues
    ) -> list[bytes]:
        """The JSON objects of rows with everything below them."""
        encode, named = level.read.layout.encode, values.named
        if not level.expands:
            return [b"{" + encode(row, named)[1:] + b"}" for row in rows]
        texts = [encode(row, named) for row in rows]
        for expand, positions in zip(level.expands, level.read.layout.links, strict=True):
            members = self._members(expand, rows, positions, values)
            texts = [text + member for text, member in zip(texts, members, strict=True)]
        return [b"{" + text[1:] + b"}" for text in texts]

    def _members(
        self,
        expand: FinishedExpand,
        rows: Sequence[Row],
        positions: tuple[int, ...],
        values: RequestValues,
    ) -> Iterator[bytes]:
        keys = [tuple(row[index] for index in positions) for row in rows]
        related = self._related(expand, keys, values)
        write = _writer(expand)
        return (write(related.get(key)) for key in keys)

    def _related(
        self, expand: FinishedExpand, keys: Iterable[Row], values: RequestValues
    ) -> dict[Row, Related]:
        wanted = list(dict.fromkeys(key[0] for key in keys if key[0] is not None))
        if not wanted:
            return {}
        inner = values.with_named(parents=self.dialect.array(wanted))
        rows = [row for chunk in self.rows(expand.level, inner) for row in chunk]
        return self._grouped(expand, rows, values)

    def _grouped(
        self, expand: FinishedExpand, rows: Sequence[Row], values: RequestValues
    ) -> dict[Row, Related]:
        objects = self.objects(expand.level, rows, values)
        positions = tuple(index for index, _ in expand.level.read.layout.order)
        grouped: dict[Row, Related] = {}
        for row, text in zip(rows, objects, strict=True):
            related = grouped.setdefault(tuple(row[index] for index in positions), Related())
            if expand.is_ranked:
                related.total = row[-1]
                if not _is_shown(expand.plan, row[-2]):
                    continue
            related.objects.append(text)
        return grouped


class Related:
    """What one parent is related to."""

    __slots__ = ("objects", "total")

    def __init__(self) -> None:
        self.objects: list[bytes] = []
        self.total = 0


_NONE = Related()


def _is_shown(plan: ExpandPlan, place: int) -> bool:
    return place > plan.skip and (plan.top is None or place <= plan.skip + plan.top)


def _writer(expand: FinishedExpand) -> Callable[[Related | None], bytes]:
    plan = expand.plan
    name = f',"{plan.name}":'.encode()
    count = f',"{plan.name}{expand.prefix}count":'.encode()
    if plan.kind is ExpandKind.COUNT:
        return lambda related: count + str((related or _NONE).total).encode()
    if not plan.navigation.is_collection:
        return lambda related: name + (related.objects[0] if related else b"null")

    def write(related: Related | None) -> bytes:
        found = related or _NONE
        counted = count + str(found.total).encode() if plan.with_count else b""
        return counted + name + b"[" + b",".join(found.objects) + b"]"

    return write
