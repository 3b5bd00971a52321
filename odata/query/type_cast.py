"""Casts to derived types inside paths, and the types that a path may be cast to.

A cast of an entity that fails is null in an expression, and leaves nothing of a collection.

Cites: OData URL Conventions 4.11 (derived types in paths), 5.1.1.10 (cast and isof).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from odata.edm.model import EntityType, Model
from odata.edm.types import ComplexType, Primitive, Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.names import did_you_mean
from odata.query.plan import (
    NULL,
    Comparison,
    Constant,
    EntityRef,
    Expression,
    IsOf,
    ItemRef,
    PropertyRef,
    Source,
)
from odata.query.scope import NameScope
from odata.query.set_values import DerivedSource
from odata.uri.ast import ComparisonOperator

_Structured = TypeVar("_Structured", bound=ComplexType)


def derived_type(model: Model, name: str, declared: _Structured, target: str) -> _Structured | None:
    """The type of this qualified name, which is ``declared`` or derived from it; None where
    the name is that of no type."""
    found = model.find_type(name)
    if not isinstance(found, ComplexType):
        return None
    if not found.is_a(declared):
        known = (item.qualified_name for item in declared.descendants())
        raise UriSemanticError(
            f"'{found.qualified_name}' is not derived from '{declared.qualified_name}'."
            + did_you_mean(name, known),
            target=target,
        )
    return found  # type: ignore[return-value]  # derived types are of the same kind


def cast_source(source: Source, entity_type: EntityType, target: str) -> Source:
    """The entities of a derived type among those of a source."""
    if entity_type is source.entity_type:
        return source
    if isinstance(source, DerivedSource) and source.columns is not None:
        raise UriSemanticError("aggregated rows have no type to cast to", target=target)
    return source.cast(entity_type)


def cast_property(definition: Property, complex_type: ComplexType) -> Property:
    """A complex property as one of a derived type, which its value may not be of."""
    return replace(
        definition,
        edm_type=complex_type,
        facets=replace(definition.facets, nullable=True),
    )


def bind_entity_cast(reference: EntityRef, name: str, scope: NameScope) -> Expression:
    """``cast`` of an entity: null where it is of another type."""
    _check_reach(reference, scope)
    source, wanted = reference.source, _named(name, EntityType, scope)
    if source.entity_type.is_a(wanted):
        return reference
    if not wanted.is_a(source.entity_type):
        return NULL
    return EntityRef(cast_source(source, wanted, scope.piece))


def bind_entity_test(reference: EntityRef, name: str, scope: NameScope) -> Expression:
    """``isof`` of an entity: whether it is there and of a type."""
    _check_reach(reference, scope)
    source, wanted = reference.source, _named(name, EntityType, scope)
    if not source.entity_type.is_a(wanted):
        return IsOf(reference, wanted) if wanted.is_a(source.entity_type) else _FALSE
    if source.is_outer_joined:
        return Comparison(ComparisonOperator.NE, reference, NULL)
    return Constant(value=True, edm_type=Primitive.BOOLEAN)


def _check_reach(reference: EntityRef, scope: NameScope) -> None:
    if reference.keys:
        raise NotImplementedYetError(
            "the type of an entity of $root is not asked: name a property", target=scope.piece
        )


def bind_complex_cast(reference: PropertyRef | ItemRef, name: str, scope: NameScope) -> Expression:
    """``cast`` of a complex value: null where it is of another type."""
    wanted = _named(name, ComplexType, scope)
    declared = reference.edm_type
    if not isinstance(declared, ComplexType) or declared.is_a(wanted):
        return reference
    if not wanted.is_a(declared):
        return NULL
    path = (*reference.path, wanted.qualified_name)
    definition = reference.definition or Property("$this", declared)
    return replace(reference, definition=cast_property(definition, wanted), path=path)


def bind_complex_test(reference: PropertyRef | ItemRef, name: str, scope: NameScope) -> Expression:
    """``isof`` of a complex value: whether it is there and of a type."""
    wanted = _named(name, ComplexType, scope)
    declared = reference.edm_type
    is_related = isinstance(declared, ComplexType) and (
        declared.is_a(wanted) or wanted.is_a(declared)
    )
    return IsOf(reference, wanted) if is_related else _FALSE


_FALSE = Constant(value=False, edm_type=Primitive.BOOLEAN)


def _named(name: str, kind: type[_Structured], scope: NameScope) -> _Structured:
    found = scope.model.find_type(name)
    if isinstance(found, kind):
        return found
    what = "an entity" if kind is EntityType else "a complex"
    raise UriSemanticError(f"'{name}' is not {what} type of this service", target=scope.piece)
