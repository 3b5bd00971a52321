"""The URL of a request as syntax: text in, trees of ``ast`` out; no model is known here.

In the order a request meets them:

    percent_encoding     decoding, once and strictly
    resource_path        raw path to segments
    query_options        raw query to pairs, pairs to ``ast.QueryOptions``
    shape                a text with its literals lifted out: the key of a plan cache
    parser               text of one option to its tree; the set-up of Lark
    parser_tables        its tables, kept beside the bytecode
    odata.lark           the grammar
    lexical              the forms of literals and names, shared by grammar and shape
    transformer          the productions; they are in expression_rules, option_rules and
                         apply_rules
    transformations      the names of those of $apply
    canonical_functions  which names are calls of functions, with how many arguments
    limits               length, depth and width of texts and trees
    syntax_fault         a fault inside a production
    syntax_error         what the reader is told about it
    literals             text of a literal to a Python value and back
    printer              tree to text
    building             trees made from values instead of text
    ast                  the tree itself
"""

from odata.uri.limits import DEFAULT_LIMITS, ParserLimits
from odata.uri.literals import has_form, read_literal, read_value, write_literal
from odata.uri.parser import (
    build_parser,
    parse_apply,
    parse_arguments,
    parse_compute,
    parse_expand,
    parse_expression,
    parse_literal,
    parse_orderby,
    parse_search,
    parse_select,
)
from odata.uri.printer import print_expression, print_options
from odata.uri.query_options import (
    check_root_options,
    find_option,
    read_options,
    read_query_options,
    split_query,
)
from odata.uri.resource_path import parse_resource_path
from odata.uri.shape import LiftedLiteral, Shape, find_unclaimed, lift

__all__ = [
    "DEFAULT_LIMITS",
    "LiftedLiteral",
    "ParserLimits",
    "Shape",
    "build_parser",
    "check_root_options",
    "find_option",
    "find_unclaimed",
    "has_form",
    "lift",
    "parse_apply",
    "parse_arguments",
    "parse_compute",
    "parse_expand",
    "parse_expression",
    "parse_literal",
    "parse_orderby",
    "parse_resource_path",
    "parse_search",
    "parse_select",
    "print_expression",
    "print_options",
    "read_literal",
    "read_options",
    "read_query_options",
    "read_value",
    "split_query",
    "write_literal",
]
