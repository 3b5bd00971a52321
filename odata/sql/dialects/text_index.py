"""Indexes by which texts are found by any part of them: what they cover and what is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import peewee

from odata.sql.nodes import SqlExpression


@dataclass(frozen=True, slots=True)
class IndexedColumn:
    """A column of text; ``max_length`` is what the model allows, None: any length."""

    name: str
    max_length: int | None


@dataclass(frozen=True, slots=True)
class TextIndex:
    """The texts of the rows of ``table``, each known by its ``key``."""

    table: str
    key: str
    columns: tuple[IndexedColumn, ...]

    @property
    def name(self) -> str:
        """What the names of all its parts begin with."""
        return f"{self.table}_texts"


@dataclass(frozen=True, slots=True)
class Needle:
    """A text, by its place among the values of a request, that a row must have as a part of
    one of its texts; of one in lower case if ``is_lowered``."""

    place: int
    is_lowered: bool


@dataclass(frozen=True, slots=True)
class Needles:
    """Several of them, all or one of which a row must have."""

    items: tuple[Needle | Needles, ...]
    any_will_do: bool


class Narrowing(Protocol):
    """Finds the few rows that may have what is asked for, where the database does not choose
    by itself between an index and the order of the rows."""

    def match(self, wanted: Needle | Needles) -> Callable[[Sequence[str]], str]:
        """What the index is asked, made of the values of a request."""

    def entries(self, index: TextIndex, match: SqlExpression, most: int) -> SqlExpression:
        """A query of one column: at most so many entries of the index that match."""

    def is_useful(self, match: SqlExpression) -> SqlExpression:
        """SQL that is true where the index can be asked at all."""

    def rows(self, index: TextIndex, entries: str) -> SqlExpression:
        """A query of the keys of the rows of the entries in a table of that name, and of others
        that must be looked at."""


class TextIndexing(Protocol):
    """How a database keeps such an index."""

    def signature(self, database: peewee.Database, index: TextIndex) -> str:
        """What tells an index from one that is made otherwise."""

    def create(self, database: peewee.Database, index: TextIndex) -> None:
        """Make the index and enter every row."""

    def drop(self, database: peewee.Database, index_name: str) -> None:
        """Remove all parts of an index."""

    @property
    def narrowing(self) -> Narrowing | None:
        """None where the database chooses by itself."""
