"""From the productions of the grammar to the syntax tree.

The methods are called while the text is being parsed, so no tree of Lark's is built and
none is walked.
"""

from __future__ import annotations

from odata.uri.apply_rules import ApplyRules
from odata.uri.expression_rules import ExpressionRules
from odata.uri.option_rules import OptionRules


class UriTransformer(ExpressionRules, OptionRules, ApplyRules):
    """All productions."""
