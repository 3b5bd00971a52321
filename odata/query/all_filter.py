"""``$filter`` over entities of every type, as the filter of the entities of one.

Names stand behind casts there; a cast to a type that has nothing to do with this one is null.
Cites: OData URL Conventions 4.16.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from odata.edm.model import EntityType, Model
from odata.errors import UriSemanticError
from odata.uri import ast
from odata.uri.ast import LiteralKind, PathRoot

_NULL = ast.Literal(LiteralKind.NULL, "null")
_TARGET = "$filter"

Syntax = Any  # a node of the syntax tree, or what its fields hold


def filter_of(condition: ast.Expression, entity_type: EntityType, model: Model) -> ast.Expression:
    """The condition for the entities of one type."""
    found: ast.Expression = _rewritten(condition, entity_type, model)
    return found


def _rewritten(node: Syntax, entity_type: EntityType, model: Model) -> Syntax:
    if isinstance(node, ast.Path):
        return _path(node, entity_type, model)
    if isinstance(node, tuple):
        return tuple(_rewritten(item, entity_type, model) for item in node)
    if not is_dataclass(node) or isinstance(node, type | ast.Literal):
        return node
    changed = {
        item.name: _rewritten(getattr(node, item.name), entity_type, model) for item in fields(node)
    }
    return replace(node, **changed)


def _path(path: ast.Path, entity_type: EntityType, model: Model) -> ast.Expression:
    """What stands behind the cast of a path belongs to one type and stays as it is."""
    if path.root is PathRoot.ROOT or not path.segments:
        return path
    first, *rest = path.segments
    name = first.name if isinstance(first, ast.NameSegment) else ""
    wanted = model.find_type(name)
    if not isinstance(wanted, EntityType):
        raise UriSemanticError(
            f"'{name}' needs a cast before it: $all has entities of every type", target=_TARGET
        )
    if entity_type.is_a(wanted) and rest:
        return replace(path, segments=tuple(rest))
    return path if wanted.is_a(entity_type) else _NULL
