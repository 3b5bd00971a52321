"""The entity model: entity types, navigation, entity sets, operations and the container.

Cites: OData CSDL 6 (entity types), 8 (navigation), 12 (operations), 13 (container).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from odata.edm.aggregation import CustomAggregate
from odata.edm.types import NO_FACETS, ComplexType, EnumType, Facets, Property, PropertyType


@dataclass(frozen=True, slots=True)
class ReferentialConstraint:
    """``property_name`` of the dependent equals ``referenced_name`` of the principal."""

    property_name: str
    referenced_name: str


@dataclass(slots=True, eq=False)
class NavigationProperty:
    """A way from one entity type to another (OData CSDL 8).

    ``target`` is set when the model is put together; ``aliases`` are further names that a
    request may use, echoed as asked.
    """

    name: str
    target_name: str
    is_collection: bool = False
    contains_target: bool = False
    nullable: bool = True
    partner: str | None = None
    constraints: tuple[ReferentialConstraint, ...] = ()
    aliases: tuple[str, ...] = ()
    description: str = ""
    annotations: tuple[tuple[str, object], ...] = ()
    _target: EntityType | None = field(default=None, repr=False)

    @property
    def target(self) -> EntityType:
        """The entity type at the other end."""
        if self._target is None:
            raise LookupError(f"navigation property {self.name} is not bound to {self.target_name}")
        return self._target

    def bind_target(self, target: EntityType) -> None:
        """Fix the entity type at the other end."""
        self._target = target


@dataclass(frozen=True, slots=True)
class AlternateKey:
    """Names that identify an entity beside its key (OData URL Conventions 4.3.3)."""

    property_names: tuple[str, ...]


@dataclass(slots=True, eq=False, weakref_slot=True)
class EntityType(ComplexType):
    """A structured type with a key (OData CSDL 6)."""

    key: tuple[str, ...] = ()
    navigation: tuple[NavigationProperty, ...] = ()
    alternate_keys: tuple[AlternateKey, ...] = ()
    has_stream: bool = False
    has_entity_tag: bool = True
    annotations: tuple[tuple[str, object], ...] = ()
    custom_aggregates: tuple[CustomAggregate, ...] = ()
    _navigation_by_name: dict[str, NavigationProperty] = field(default_factory=dict, repr=False)

    def key_properties(self) -> tuple[Property, ...]:
        """The key properties in their declared order."""
        return tuple(self._required_property(name) for name in self.all_key_names())

    def all_key_names(self) -> tuple[str, ...]:
        """Names of the key, which a base type may declare."""
        if self.key or not isinstance(self.base, EntityType):
            return self.key
        return self.base.all_key_names()

    def all_navigation(self) -> tuple[NavigationProperty, ...]:
        """Own navigation properties after those of the base types."""
        inherited = self.base.all_navigation() if isinstance(self.base, EntityType) else ()
        return inherited + self.navigation

    def find_navigation(self, name: str) -> NavigationProperty | None:
        """The navigation property of this name or alias."""
        if not self._navigation_by_name:
            for item in self.all_navigation():
                for alias in (item.name, *item.aliases):
                    self._navigation_by_name[alias] = item
        return self._navigation_by_name.get(name)

    def navigation_named(self, name: str) -> NavigationProperty:
        """The navigation property of this name, which is known to exist."""
        found = self.find_navigation(name)
        if found is None:
            raise LookupError(f"{self.qualified_name} has no navigation property {name}")
        return found

    def property_named(self, name: str) -> Property:
        """The structural property of this name, which is known to exist."""
        return self._required_property(name)

    def entity_types(self) -> tuple[EntityType, ...]:
        """The type itself and the entity types derived from it, each behind its base."""
        types = (self, *self.descendants())
        return tuple(item for item in types if isinstance(item, EntityType))

    def add_navigation(self, item: NavigationProperty) -> None:
        """Declare one more navigation property; only while the model is put together."""
        self.navigation = (*self.navigation, item)
        self._navigation_by_name.clear()

    def _required_property(self, name: str) -> Property:
        found = self.find_property(name)
        if found is None:
            raise LookupError(f"{self.qualified_name} has no property {name}")
        return found


StructuredType = ComplexType


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What may be done with an entity set (Capabilities vocabulary)."""

    insertable: bool = True
    updatable: bool = True
    deletable: bool = True
    sortable: bool = True
    searchable: bool = False
    requires_parent: str = ""


@dataclass(slots=True, eq=False)
class EntitySet:
    """A named collection of entities (OData CSDL 13.2).

    ``requires_parent`` of the capabilities holds the sentence that refuses flat access.
    """

    name: str
    entity_type: EntityType
    capabilities: Capabilities = Capabilities()
    in_service_document: bool = True
    default_order: tuple[str, ...] = ()
    annotations: tuple[tuple[str, object], ...] = ()

    @property
    def is_upsertable(self) -> bool:
        """Whether PATCH and PUT create what is not there: clients choose such keys."""
        is_chosen = not any(item.is_computed for item in self.entity_type.key_properties())
        return is_chosen and self.capabilities.insertable


@dataclass(slots=True, eq=False)
class Singleton:
    """A single named entity (OData CSDL 13.3)."""

    name: str
    entity_type: EntityType


class OperationKind(Enum):
    """Whether an operation may have effects."""

    ACTION = "Action"
    FUNCTION = "Function"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    edm_type: PropertyType | EntityType
    is_collection: bool = False
    facets: Facets = NO_FACETS
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class ReturnType:
    """What an operation gives back."""

    edm_type: PropertyType | EntityType
    is_collection: bool = False
    nullable: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An action or a function (OData CSDL 12). Bound ones have the binding parameter first.

    ``origin`` is the operation of the whole model that this one stands for in a part of it.
    """

    name: str
    namespace: str
    kind: OperationKind
    is_bound: bool
    parameters: tuple[Parameter, ...] = ()
    returns: ReturnType | None = None
    is_composable: bool = False
    entity_set_path: str | None = None
    origin: Operation | None = None

    @property
    def qualified_name(self) -> str:
        """The name with its namespace."""
        return f"{self.namespace}.{self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class OperationImport:
    """An unbound operation made callable at the service root (OData CSDL 13.5, 13.6)."""

    name: str
    operation: Operation
    entity_set: str | None = None


@dataclass(slots=True, eq=False)
class Model:
    """All that ``$metadata`` describes: one schema and its container."""

    namespace: str
    container_name: str = "Container"
    entity_types: dict[str, EntityType] = field(default_factory=dict)
    complex_types: dict[str, ComplexType] = field(default_factory=dict)
    enum_types: dict[str, EnumType] = field(default_factory=dict)
    operations: tuple[Operation, ...] = ()
    entity_sets: dict[str, EntitySet] = field(default_factory=dict)
    singletons: dict[str, Singleton] = field(default_factory=dict)
    operation_imports: dict[str, OperationImport] = field(default_factory=dict)
    annotations: tuple[tuple[str, object], ...] = ()
    default_namespace: bool = False

    def set_of(self, entity_type: EntityType) -> EntitySet | None:
        """The first entity set of this type, else that of the nearest base type."""
        for entity_set in self.entity_sets.values():
            if entity_set.entity_type is entity_type:
                return entity_set
        base = entity_type.base
        return self.set_of(base) if isinstance(base, EntityType) else None

    def find_type(self, qualified_name: str) -> PropertyType | EntityType | None:
        """The enumeration, complex or entity type of this qualified name."""
        namespace, _, name = qualified_name.rpartition(".")
        if namespace != self.namespace:
            return None
        return (
            self.enum_types.get(name) or self.complex_types.get(name) or self.entity_types.get(name)
        )

    def structured_types(self) -> Iterator[ComplexType]:
        """Every complex and entity type."""
        yield from self.complex_types.values()
        yield from self.entity_types.values()

    def bound_operations(self, name: str, kind: OperationKind) -> tuple[Operation, ...]:
        """Bound operations by qualified or, in the default namespace, simple name."""
        return tuple(
            item
            for item in self.operations
            if item.is_bound and item.kind is kind and name in (item.name, item.qualified_name)
        )
