"""Single steps of paths inside expressions: what they are called, where they may stand, and
those below a complex value.

Cites: OData URL Conventions 5.1.1.15.
"""

from __future__ import annotations

from typing import TypeGuard, assert_never

from odata.edm.types import ComplexType, Property, PropertyType
from odata.errors import UriSemanticError
from odata.query.names import find_property, is_dynamic_name, unknown_property
from odata.query.scope import NameScope
from odata.query.type_cast import cast_property, derived_type
from odata.uri import ast


def is_structured(edm_type: PropertyType) -> TypeGuard[ComplexType]:
    """Whether values of the type have members."""
    return isinstance(edm_type, ComplexType)


def is_dynamic_member(owner: PropertyType, segment: ast.ExpressionSegment) -> bool:
    """Whether a step below a complex value names what its open type does not declare."""
    if not is_structured(owner):
        return False
    if not isinstance(segment, ast.NameSegment) or segment.arguments is not None:
        return False
    return is_dynamic_name(owner, segment.name)


def sub_member(
    owner: Property, segment: ast.ExpressionSegment, scope: NameScope
) -> tuple[str, Property]:
    """The step below a property: a member, or the value itself as one of a derived type."""
    if not is_structured(owner.edm_type):
        raise UriSemanticError(
            f"'{owner.name}' has no member '{segment_name(segment)}'", target=scope.piece
        )
    if not isinstance(segment, ast.NameSegment) or segment.arguments is not None:
        raise misplaced(segment, scope)
    if "." in segment.name:
        found = derived_type(scope.model, segment.name, owner.edm_type, scope.piece)
        if found is not None:
            return found.qualified_name, cast_property(owner, found)
    member = find_property(owner.edm_type, segment.name)
    if member is None:
        raise unknown_property(owner.edm_type, segment.name, scope.piece, segment.position)
    return member.name, member


def misplaced(segment: ast.ExpressionSegment, scope: NameScope) -> Exception:
    """The refusal of a step at its place."""
    return UriSemanticError(
        f"'{segment_name(segment)}' cannot stand at this place of a path", target=scope.piece
    )


def segment_name(segment: ast.ExpressionSegment) -> str:
    """A step as messages name it."""
    match segment:
        case ast.NameSegment() | ast.SystemSegment():
            return segment.name
        case ast.CountSegment():
            return "$count"
        case ast.LambdaSegment():
            return segment.operator.value
        case ast.FilterSegment():
            return "$filter"
        case ast.AnnotationSegment():
            return f"@{segment.term}"
        case ast.AliasReference():
            return f"@{segment.name}"
        case ast.AggregateSegment():
            return "aggregate"
        case _:
            assert_never(segment)
