"""Binds expressions to the service of the expression tests, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field

import peewee

from odata.query.binder import bind_condition, bind_expression
from odata.query.budget import Budget
from odata.query.limits import QueryLimits
from odata.query.parameters import SlotTable
from odata.query.plan import Expression, new_block
from odata.query.scope import NameScope
from odata.sql.mapping import DataSource
from odata.uri.parser import parse_expression
from odata.uri.shape import lift
from tests.expressions.model import build_source


def _source() -> DataSource:
    return build_source(peewee.SqliteDatabase(":memory:"))


@dataclass
class Desk:
    """Binds texts of ``$filter`` to a thing."""

    aliases: dict[str, str] = field(default_factory=dict)
    limits: QueryLimits = field(default_factory=QueryLimits)
    source: DataSource = field(default_factory=_source)

    def scope(self, text: str) -> NameScope:
        """The place of a filter whose literals are lifted."""
        root = new_block(self.source.model.entity_types["thing"]).root
        lifted = enumerate(lift(text).literals)
        return NameScope(
            self.source.model,
            SlotTable({("$filter", item.start): index for index, item in lifted}),
            root,
            root,
            "$filter",
            bind_condition,
            aliases={name: parse_expression(value) for name, value in self.aliases.items()},
            budget=Budget(self.limits),
        )

    def condition(self, text: str) -> Expression:
        """A bound condition."""
        return bind_condition(parse_expression(text), self.scope(text))

    def value(self, text: str) -> Expression:
        """A bound value."""
        return bind_expression(parse_expression(text), self.scope(text))
