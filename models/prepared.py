"""Queries of the rules that every change asks, rendered once for each kind of database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import peewee

from models.database import database
from odata.sql.execution import run
from odata.sql.nodes import NamedParameter, ParameterNode
from odata.sql.statement import RequestValues, Statement, finish

Query = Any  # peewee's queries share no type
Row = tuple[Any, ...]


class Prepared:
    """A query with named values: ``build`` gets a placeholder for each name.

    Values are given as the columns keep them.
    """

    def __init__(self, build: Callable[..., Query], *names: str) -> None:
        self._build = build
        self._names = names
        self._statements: dict[type[peewee.Database], Statement] = {}

    def rows(self, **values: object) -> list[Row]:
        """All rows of the answer."""
        actual = database.obj
        statement = self._statements.get(type(actual))
        if statement is None:
            places = {name: ParameterNode(NamedParameter(name)) for name in self._names}
            statement = self._statements[type(actual)] = finish(self._build(**places), actual)
        parameters = statement.parameters(RequestValues((), values))
        found: list[Row] = run(actual, statement.sql, parameters).fetchall()
        return found

    def first(self, **values: object) -> Row | None:
        """The first row of the answer, if there is one."""
        return next(iter(self.rows(**values)), None)
