"""``$crossjoin(A,B)`` as a resource: the sets that it names, each within the scope.

Cites: OData URL Conventions 4.15.
"""

from __future__ import annotations

from odata.edm.model import EntitySet, Model
from odata.errors import BadRequestError, NotFoundError, UriSemanticError
from odata.query.names import did_you_mean
from odata.query.plan import Source, new_block
from odata.query.target import ResourceKind, ScopeRule, Step, Target, scope_anchor
from odata.uri import ast

_TARGET = "$crossjoin"


def resolve_cross_join(segment: ast.SystemSegment, model: Model, rule: ScopeRule | None) -> Target:
    """All combinations of the entities of some sets."""
    entity_sets = _entity_sets(segment, model)
    first, *others = entity_sets
    block = new_block(first.entity_type)
    for entity_set in others:
        block.crossed.append(Source(entity_set.entity_type, block=block))
    sources = (block.root, *block.crossed)
    scoped = [item for item in sources if rule is not None and rule.is_scoped(item.entity_type)]
    return Target(
        ResourceKind.CROSS_JOIN,
        tuple(Step(item.name, item.entity_type, is_collection=True) for item in entity_sets),
        block,
        tuple(map(scope_anchor, scoped)),
        is_scoped=bool(scoped),
    )


def _entity_sets(segment: ast.SystemSegment, model: Model) -> list[EntitySet]:
    found: list[EntitySet] = []
    for name in _names(segment):
        entity_set = model.entity_sets.get(name)
        if entity_set is None:
            known = did_you_mean(name, model.entity_sets)
            raise NotFoundError(f"Resource not found for the segment '{name}'.{known}")
        if entity_set in found:
            raise UriSemanticError(f"'{name}' is joined twice", target=_TARGET)
        if entity_set.capabilities.requires_parent:
            raise BadRequestError(
                entity_set.capabilities.requires_parent, code="Application_DialogException"
            )
        found.append(entity_set)
    return found


def _names(segment: ast.SystemSegment) -> list[str]:
    items = segment.arguments.items if segment.arguments is not None else ()
    return [
        step.name
        for item in items
        if isinstance(item.value, ast.Path)
        for step in item.value.segments
        if isinstance(step, ast.NameSegment)
    ]
