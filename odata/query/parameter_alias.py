"""Parameter aliases: what they stand for, and where their values stand.

Cites: OData URL Conventions 5.3 (parameter aliases).
"""

from __future__ import annotations

from odata.errors import NotImplementedYetError, UriSemanticError
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


def spelled_out(path: ast.Path, scope: NameScope) -> tuple[ast.Path | None, NameScope]:
    """A path that begins with an alias as the one that it stands for, and the place of that;
    None where it stands for null, and any other path as it is."""
    alias = path.segments[0] if path.segments else None
    if not isinstance(alias, ast.AliasReference):
        return path, scope
    value, inside = dereferenced(alias, scope)
    if isinstance(value, ast.Literal) and value.kind is LiteralKind.NULL:
        return None, inside
    rest = path.segments[1:]
    if not isinstance(value, ast.Path) or not all(map(_is_plain, rest)):
        raise NotImplementedYetError(
            f"only names may follow @{alias.name} in a path, and it stands for a path itself",
            target=scope.piece,
        )
    return ast.Path((*value.segments, *rest), value.root, value.position), inside


def _is_plain(segment: ast.ExpressionSegment) -> bool:
    """Whether a step holds no literals, which belong to where it is written."""
    if isinstance(segment, ast.NameSegment):
        return segment.arguments is None
    return isinstance(segment, ast.CountSegment) and segment.options is None
