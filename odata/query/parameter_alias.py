"""Parameter aliases: what they stand for, and where their values stand.

Cites: OData URL Conventions 5.3 (parameter aliases).
"""

from __future__ import annotations

from odata.errors import UriSemanticError
from odata.query.scope import NameScope
from odata.uri import ast
from odata.uri.ast import LiteralKind

NULL_LITERAL = ast.Literal(LiteralKind.NULL, "null")


def dereferenced(expression: ast.Expression, scope: NameScope) -> tuple[ast.Expression, NameScope]:
    """What an alias stands for, and the place where it stands; anything else as it is."""
    while isinstance(expression, ast.AliasReference):
        name = expression.name
        if name in scope.pending_aliases:
            raise UriSemanticError(f"@{name} refers to itself", target=f"@{name}")
        scope.budget.enter(scope.piece)
        scope.budget.leave()
        scope = scope.inside_alias(name)
        expression = scope.aliases.get(name, NULL_LITERAL)
    return expression, scope
