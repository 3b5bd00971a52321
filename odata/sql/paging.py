"""Keyset paging: what comes after a row in a total order.

Nulls come first ascending and last descending, so the null-ness of the last row's values
decides the shape of the condition.
"""

from __future__ import annotations

from dataclasses import dataclass

import peewee

from odata.sql.compiler import FALSE, Term
from odata.sql.dialects.base import Dialect
from odata.sql.nodes import NamedParameter, ParameterNode, SqlExpression, sql


@dataclass(frozen=True, slots=True)
class SortKey:
    """One term of the order, compiled."""

    term: Term
    descending: bool
    nullable: bool


def after(keys: list[SortKey], nulls: tuple[bool, ...], dialect: Dialect) -> SqlExpression:
    """The rows that follow the row whose values are the parameters ``after0``, ``after1`` ...;
    ``nulls`` tells which of them are null."""
    condition: SqlExpression | None = None
    for index in reversed(range(len(keys))):
        condition = _after_from(index, keys[index], condition, dialect, is_null=nulls[index])
    return condition if condition is not None else FALSE


def _after_from(
    index: int, key: SortKey, rest: SqlExpression | None, dialect: Dialect, *, is_null: bool
) -> SqlExpression:
    node, form = key.term.node, key.term.storage.form
    if is_null:
        beyond = FALSE if key.descending else sql("{0} IS NOT NULL", node)
        same = sql("{0} IS NULL", node)
        return beyond if rest is None else sql("({0} OR ({1} AND {2}))", beyond, same, rest)
    placeholder = ParameterNode(NamedParameter(f"after{index}", key.term.storage))
    value = dialect.parameter(placeholder, key.term.storage)
    strict, loose = ("lt", "le") if key.descending else ("gt", "ge")
    beyond = dialect.call(strict, form, node, value)
    if key.descending and key.nullable:
        beyond = sql("({0} OR {1} IS NULL)", beyond, node)
        if rest is None:
            return beyond
        return sql("({0} OR ({1} AND {2}))", beyond, dialect.call("eq", form, node, value), rest)
    if rest is None:
        return beyond
    # The loose comparison alone bounds the index range; the rest decides among equals.
    return sql("({0} AND ({1} OR {2}))", dialect.call(loose, form, node, value), beyond, rest)


def limit_node(name: str) -> peewee.Node:
    """The place of a LIMIT or OFFSET."""
    return ParameterNode(NamedParameter(name))
