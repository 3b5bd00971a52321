"""The members of a row that only entities of some types have: those of derived types, and
what ``$select`` asks of them by a cast.

Cites: OData URL Conventions 5.1.4 (type casts in ``$select``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from odata.edm.model import EntityType, Model
from odata.edm.types import ComplexType, Primitive
from odata.query.plan import (
    Case,
    Constant,
    EntityRef,
    Expression,
    IsOf,
    Logical,
    PropertyRef,
    Source,
)
from odata.query.set_values import DerivedSource
from odata.query.type_cast import derived_type
from odata.uri import ast
from odata.uri.ast import LogicalOperator

_TARGET = "$select"
CastItems = dict[ComplexType, tuple[ast.SelectItem, ...]]


def split_casts(
    owner: ComplexType, items: tuple[ast.SelectItem, ...], model: Model
) -> tuple[tuple[ast.SelectItem, ...], CastItems]:
    """The items of all instances, and those that begin with a cast, by its type."""
    plain: list[ast.SelectItem] = []
    casts: CastItems = {}
    for item in items:
        found = None
        if len(item.path) > 1 and "." in item.path[0]:
            found = derived_type(model, item.path[0], owner, _TARGET)
        if found is None:
            plain.append(item)
            continue
        below = replace(item, path=item.path[1:])
        if found is owner:
            plain.append(below)
        else:
            casts[found] = (*casts.get(found, ()), below)
    return tuple(plain), casts


def types_shown(source: Source) -> tuple[EntityType, ...]:
    """The type of the rows and those derived from it, where rows still have a type."""
    if isinstance(source, DerivedSource) and source.columns is not None:
        return (source.entity_type,)
    return source.entity_type.entity_types()


def is_of_any(instance: EntityRef | PropertyRef, types: Iterable[ComplexType]) -> Expression:
    """Whether an entity or a complex value is of one of these types."""
    tests = tuple(IsOf(instance, item) for item in types)
    return tests[0] if len(tests) == 1 else Logical(LogicalOperator.OR, tests)


def type_name_of(
    instance: EntityRef | PropertyRef, types: Sequence[ComplexType], unless: ComplexType | None
) -> Expression | None:
    """The qualified name of the type of each row, one of ``types``, of which the first is the
    declared one; null, or nothing at all, where it is ``unless``."""
    branches = tuple(_branches(instance, types, unless))
    return Case(branches, Primitive.STRING) if branches else None


def _branches(
    instance: EntityRef | PropertyRef, types: Sequence[ComplexType], unless: ComplexType | None
) -> Iterator[tuple[Expression, Expression]]:
    declared, *derived = types
    for item in reversed(derived):
        if not item.is_abstract:
            yield IsOf(instance, item), Constant(item.qualified_name, Primitive.STRING)
    if declared is not unless:
        name = Constant(declared.qualified_name, Primitive.STRING)
        yield Constant(value=True, edm_type=Primitive.BOOLEAN), name
