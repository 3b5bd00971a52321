"""The settings of what one query may cost."""

from __future__ import annotations

from app.settings_reader import Reader
from odata.query.limits import QueryLimits
from odata.uri.limits import ParserLimits

_GIB = 1024 * 1024 * 1024


def read_query_limits(reader: Reader) -> QueryLimits:
    """The limits of the environment. The most that is allowed is what the databases' own parsers
    follow."""
    default = QueryLimits()
    return QueryLimits(
        max_expand_depth=reader.number("MAX_EXPAND_DEPTH", default.max_expand_depth, 1, 20),
        max_expand_width=reader.number("MAX_EXPAND_WIDTH", default.max_expand_width, 1, 1000),
        max_in_items=reader.number("MAX_IN_ITEMS", default.max_in_items, 1, 1500),
        max_orderby_items=reader.number("MAX_ORDERBY_ITEMS", default.max_orderby_items, 1, 100),
        max_lambda_depth=reader.number("MAX_LAMBDA_DEPTH", default.max_lambda_depth, 1, 3),
        max_path_steps=reader.number("MAX_PATH_STEPS", default.max_path_steps, 1, 20),
        max_expression_depth=reader.number(
            "MAX_EXPRESSION_DEPTH", default.max_expression_depth, 1, 16
        ),
        max_expression_nodes=reader.number(
            "MAX_EXPRESSION_NODES", default.max_expression_nodes, 1, 4000
        ),
        max_inline_bytes=reader.number("MAX_INLINE_BYTES", default.max_inline_bytes, 1024, _GIB),
        max_apply_steps=reader.number("MAX_APPLY_STEPS", default.max_apply_steps, 1, 10),
        max_apply_reads=reader.number("MAX_APPLY_READS", default.max_apply_reads, 1, 200),
        max_joined_sets=reader.number("MAX_JOINED_SETS", default.max_joined_sets, 1, 8),
        max_pattern_length=reader.number("MAX_PATTERN_LENGTH", default.max_pattern_length, 1, 2000),
        max_pattern_depth=reader.number("MAX_PATTERN_DEPTH", default.max_pattern_depth, 1, 20),
        max_pattern_repeats=reader.number(
            "MAX_PATTERN_REPEATS", default.max_pattern_repeats, 1, 255
        ),
        text=ParserLimits(
            max_depth=reader.number("MAX_OPTION_DEPTH", default.text.max_depth, 2, 100),
            max_length=reader.number("MAX_OPTION_LENGTH", default.text.max_length, 256, 65_536),
            max_nodes=reader.number("MAX_OPTION_NODES", default.text.max_nodes, 10, 4000),
        ),
    )
