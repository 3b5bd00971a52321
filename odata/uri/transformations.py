"""The names of the set transformations, and what is said of a name that is none.

Cites: OData Data Aggregation 3; the keywords count letter case.
"""

from __future__ import annotations

from odata.uri.syntax_fault import suggest

TRANSFORMATIONS = (
    *("aggregate", "groupby", "filter", "compute", "search", "orderby", "top", "skip"),
    *("topcount", "topsum", "toppercent", "bottomcount", "bottomsum", "bottompercent"),
    *("concat", "identity", "join", "outerjoin", "nest", "addnested"),
    *("ancestors", "descendants", "traverse"),
)


def unknown_transformation(name: str) -> str:
    """The sentence about a name at whose place a transformation was expected."""
    expected = "expected a transformation such as filter, groupby, aggregate"
    return f"unknown transformation {name}{suggest(name, TRANSFORMATIONS)}: {expected}"


def is_meant(name: str) -> bool:
    """Whether the name is none of them, yet close to one."""
    return name not in TRANSFORMATIONS and bool(suggest(name, TRANSFORMATIONS))
