"""Conditions of a resource path bound: ``/$filter(...)``, with or without a key behind it.

Cites: OData URL Conventions 4.12.
"""

from __future__ import annotations

from odata.query.binder import bind_condition
from odata.query.plan import Expression
from odata.query.scope import NameScope
from odata.query.target import PathFilter, Target


def bind_path_filters(target: Target, names: NameScope) -> tuple[Expression, ...]:
    """What the entities that a path addresses must meet."""
    return tuple(bind_path_filter(item, names) for item in target.filters)


def bind_path_filter(item: PathFilter, names: NameScope) -> Expression:
    """One condition; its literals are those of its segment."""
    return bind_condition(item.condition, names.in_path_filter(item.segment))
