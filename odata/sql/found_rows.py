"""Rows of a table that are found by equal columns, compiled once for these columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import peewee

from odata.sql.execution import run
from odata.sql.nodes import DriverValue
from odata.sql.row_slots import Row, RowReader, fill, slots_of
from odata.sql.statement import finish
from odata.sql.statement_cache import place_of

Lock = Any  # what Peewee takes behind FOR


class FoundRows:
    """Finds rows by the columns of these names, in their order; ``fields`` are what is read of
    them, ``lock`` keeps other writers from them."""

    def __init__(
        self,
        database: peewee.Database,
        names: tuple[str, ...],
        fields: Sequence[peewee.Field],
        lock: Lock | None,
    ) -> None:
        table = fields[0].model
        known: Mapping[str, peewee.Field] = table._meta.fields  # noqa: SLF001 - Peewee's published name for it
        conditions = [known[name] == place_of("old", name) for name in names]
        query = table.select(*fields).where(*conditions)
        statement = finish(query if lock is None else query.for_update(lock), database)
        self._database = database
        self._reader = RowReader(fields)
        self._sql = statement.sql
        self._slots = slots_of("old", names, known, statement.names)

    def first(self, equal: Mapping[str, object]) -> Row | None:
        """The first row whose columns are equal to these values, if there is one."""
        found = run(self._database, *self.read(equal)).fetchall()
        return self._reader.read(found[0]) if found else None

    def read(self, equal: Mapping[str, object]) -> tuple[str, list[DriverValue]]:
        """What is run for it: the statement and its parameters."""
        parameters: list[DriverValue] = [None] * len(self._slots)
        if not fill(self._slots, equal.values(), parameters):
            raise TypeError("a row is found by values")
        return self._sql, parameters
