"""Bounds on what a request may ask (reference ``reliability.md`` section 3)."""

from __future__ import annotations

from dataclasses import dataclass

from odata.uri.limits import DEFAULT_LIMITS, ParserLimits


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """How much one request may cost; ``text`` bounds what is parsed at all."""

    max_expand_depth: int = 5
    max_expand_width: int = 60
    max_in_items: int = 1000
    max_orderby_items: int = 8
    max_lambda_depth: int = 3
    max_path_steps: int = 20
    max_expression_depth: int = 16
    max_expression_nodes: int = 4000
    max_inline_bytes: int = 67_108_864
    max_apply_steps: int = 10
    max_apply_reads: int = 50
    max_joined_sets: int = 4
    max_pattern_length: int = 250
    max_pattern_depth: int = 10
    max_pattern_repeats: int = 100
    text: ParserLimits = DEFAULT_LIMITS


DEFAULT_QUERY_LIMITS = QueryLimits()
