"""What every change to entities of one type asks of its mapping, found out once.

Whoever writes an entity goes through a few properties then instead of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from odata.edm.constraints import Constraint
from odata.edm.model import EntityType
from odata.edm.types import ComplexType, Property
from odata.query.change import Change
from odata.query.constraint_check import check_constraints
from odata.service.dynamic_documents import write_documents
from odata.service.stored_items import stored_form
from odata.sql.mapping import (
    ColumnMapping,
    ComplexMapping,
    DynamicLimits,
    EntityMapping,
    PropertyMapping,
)
from odata.sql.writer import Row, all_columns

_MOST_PLANS = 1000


@dataclass(frozen=True, slots=True)
class WritePlan:
    """The plan of one type. ``demanded`` are the properties that its table demands and that
    have no default, with the names under which rules may give their columns; ``structured``
    those whose values are stored in another form; ``key`` the names of the key with those of
    its fields; ``columns`` those of all properties, where each is a column of the one table.
    ``constraints`` are those of simple properties, ``constrained`` the properties of which
    items or members are held against constraints, ``plain`` those that are a column each,
    ``has_documents`` says that there are open or complex values."""

    mapping: EntityMapping
    demanded: tuple[tuple[str, str], ...]
    structured: tuple[tuple[str, PropertyMapping], ...]
    key: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...] | None
    constraints: Mapping[str, Constraint]
    constrained: frozenset[str]
    plain: frozenset[str]
    has_documents: bool

    def row_of(self, values: Mapping[str, object], scope: str | None, tag: str | None) -> Row:
        """The columns of a stored entity with these values, but for dynamic properties."""
        mapping = self.mapping
        if self.columns is None:
            row: Row = {**mapping.fixed, **all_columns(mapping, values)}
        else:
            row = dict(mapping.fixed)
            row |= {column: values[name] for name, column in self.columns if name in values}
        if mapping.scope is not None:
            row[mapping.scope.name] = scope
        if mapping.entity_tag is not None:
            row[mapping.entity_tag.name] = tag
        return row

    def check_complete(self, change: Change) -> None:
        """Refuse a new entity to which neither the body nor the rules nor a default gives what
        its table demands; rules that found faults have not come so far."""
        values = change.values
        if not change.faults:
            for name, hidden in self.demanded:
                if name not in values and hidden not in values:
                    change.fault(f'A "{name}" must be provided.', target=name)
        change.check()

    def check_values(self, change: Change) -> None:
        """Note a fault for each value that its property does not take."""
        if self._may_violate(change.values):
            check_constraints(change)

    def _may_violate(self, values: Mapping[str, object]) -> bool:
        if not self.constrained.isdisjoint(values):
            return True
        for name in self.constraints.keys() & values.keys():
            value = values[name]
            if value is not None and not self.constraints[name].allows(value):
                return True
        return False

    def write_documents(self, change: Change, limits: DynamicLimits) -> dict[str, str]:
        """The documents of the open values that a change touches, by the name of the column."""
        if not self.has_documents:
            return {}
        if change.current is not None and change.values.keys() <= self.plain:
            return {}
        return write_documents(self.mapping, change, limits)

    def write_items(self, change: Change) -> None:
        """Put the items of a change into the form in which they are stored."""
        for name, found in self.structured:
            if name in change.values:
                change.values[name] = stored_form(found, name, change)


class WritePlans:
    """The plans of the types of one data source."""

    def __init__(self) -> None:
        self._known: dict[int, WritePlan] = {}

    def of(self, mapping: EntityMapping) -> WritePlan:
        """The plan of a mapped type."""
        # A plan keeps its mapping, so that no other one has its number.
        found = self._known.get(id(mapping))
        if found is None:
            if len(self._known) >= _MOST_PLANS:
                self._known.clear()
            found = self._known[id(mapping)] = _compiled(mapping)
        return found


def _compiled(mapping: EntityMapping) -> WritePlan:
    properties = mapping.properties
    demanded = (name for name, found in properties.items() if _is_demanded(mapping, found))
    names = mapping.entity_type.all_key_names()
    return WritePlan(
        mapping,
        tuple((name, f".{mapping.column(name).name}") for name in demanded),
        tuple((name, found) for name, found in properties.items() if _is_structured(found)),
        tuple((name, mapping.column(name).name) for name in names),
        _columns(mapping),
        _constraints(mapping.entity_type),
        _constrained(mapping.entity_type),
        frozenset(name for name, item in properties.items() if type(item) is ColumnMapping),
        mapping.dynamic is not None or bool(mapping.complex_values),
    )


def _constraints(entity_type: EntityType) -> Mapping[str, Constraint]:
    """The constraints of simple values by the names of their properties."""
    return {
        name: item.constraint
        for item in entity_type.all_properties()
        if item.constraint is not None and not _has_parts(item)
        for name in (item.name, *item.aliases)
    }


def _constrained(entity_type: EntityType) -> frozenset[str]:
    """The names of the properties with items or members, which may be constrained."""
    return frozenset(
        name
        for item in entity_type.all_properties()
        if _has_parts(item) and (item.constraint or isinstance(item.edm_type, ComplexType))
        for name in (item.name, *item.aliases)
    )


def _has_parts(item: Property) -> bool:
    return item.is_collection or isinstance(item.edm_type, ComplexType)


def _columns(mapping: EntityMapping) -> tuple[tuple[str, str], ...] | None:
    """The properties with their columns; None where not all of them are columns of the table."""
    if mapping.hierarchy is not None or any(x.members for x in mapping.complex_values.values()):
        return None
    return tuple(
        (name, item.column.name)
        for name, item in mapping.properties.items()
        if isinstance(item, ColumnMapping)
    )


def _is_demanded(mapping: EntityMapping, found: PropertyMapping) -> bool:
    if not isinstance(found, ColumnMapping) or mapping.write_model is not None:
        return False
    column, definition = found.column, found.definition
    has_default = column.default is not None or column.name in mapping.fixed
    return not (column.null or has_default or definition.is_computed)


def _is_structured(found: PropertyMapping) -> bool:
    definition = found.definition
    return isinstance(found, ComplexMapping) or (
        definition.is_collection and isinstance(definition.edm_type, ComplexType)
    )
