"""Compiled values: a piece of SQL together with the storage of its value."""

from __future__ import annotations

from dataclasses import dataclass

import peewee

from odata.query import plan
from odata.sql.nodes import SqlExpression
from odata.sql.storage import Storage

TRUE = peewee.SQL("TRUE")
FALSE = peewee.SQL("FALSE")
UNKNOWN = peewee.SQL("CAST(NULL AS BOOLEAN)")

GivenValue = plan.Parameter | plan.Constant | plan.RuntimeValue


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of SQL with the storage of its value."""

    node: SqlExpression
    storage: Storage


def is_null(expression: plan.Expression) -> bool:
    """Whether the expression is the literal null."""
    return isinstance(expression, plan.Constant) and expression.value is None
