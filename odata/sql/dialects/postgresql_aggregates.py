"""Aggregates as PostgreSQL says them: sums in the type of their operands, text by code point."""

from __future__ import annotations

from collections.abc import Mapping

_BEFORE = "SUM({0}) OVER ({1} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"

TEMPLATES: Mapping[str, str] = {
    **{
        f"{operation}/{form}": f"CAST({text} AS BIGINT)"
        for form in ("SCALED", "INTEGER")
        for operation, text in (
            ("sum", "SUM({0}){1}"),
            ("total", "COALESCE(SUM({0}){1}, 0)"),
            ("sum_before", _BEFORE),
            ("sum_over", "SUM({0}) OVER ({1})"),
        )
    },
    "min/TEXT": 'MIN({0} COLLATE "C"){1}',
    "max/TEXT": 'MAX({0} COLLATE "C"){1}',
    "min/BOOLEAN": "BOOL_AND({0}){1}",
    "max/BOOLEAN": "BOOL_OR({0}){1}",
    "min_over/TEXT": 'MIN({0} COLLATE "C") OVER ({1})',
    "max_over/TEXT": 'MAX({0} COLLATE "C") OVER ({1})',
    "min_over/BOOLEAN": "BOOL_AND({0}) OVER ({1})",
    "max_over/BOOLEAN": "BOOL_OR({0}) OVER ({1})",
    "group/NUMBER": "trim_scale({0})",
}
