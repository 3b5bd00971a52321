"""Segments of a resource path that lead nowhere, and the names that were meant perhaps."""

from __future__ import annotations

from odata.edm.model import EntityType, Model
from odata.edm.types import ComplexType
from odata.errors import NotFoundError, ODataError
from odata.query.names import did_you_mean
from odata.uri import ast


def not_found(name: str, owner: object = None) -> ODataError:
    """The refusal of a segment, with the nearest name that its place knows."""
    known: list[str] = []
    if isinstance(owner, ComplexType):
        known += [item.name for item in owner.all_properties()]
    if isinstance(owner, EntityType):
        known += [item.name for item in owner.all_navigation()]
    hint = did_you_mean(name, known)
    return NotFoundError(f"Resource not found for the segment '{name}'.{hint}")


def unknown_root(name: str, model: Model) -> ODataError:
    """The refusal of a first segment, with the nearest name at the root."""
    if name in model.singletons:
        return NotFoundError(
            f"Resource not found for the segment '{name}': it is one entity, without a key."
        )
    hint = did_you_mean(name, (*model.entity_sets, *model.singletons, *model.operation_imports))
    return NotFoundError(f"Resource not found for the segment '{name}'.{hint}")


def segment_text(segment: ast.ResourceSegment) -> str:
    """A segment as it is named in messages."""
    match segment:
        case ast.NameSegment() | ast.SystemSegment():
            return segment.name
        case ast.CountSegment():
            return "$count"
        case ast.FilterSegment():
            return "$filter"
