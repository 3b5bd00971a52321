"""Places in the URL space: their paths, the variables in them, and what lies there.

Cites: OData URL Conventions 4.3 (keys), 4.4 (navigation).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from odata.csdl.json_value import Json, Members
from odata.csdl.openapi.parameters import path_parameter
from odata.edm.model import Capabilities, EntityType, Model, NavigationProperty, Parameter
from odata.edm.types import EnumType, Primitive, Property

READ_ONLY = Capabilities(insertable=False, updatable=False, deletable=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A path with variables in it; ``route`` are its segments without their keys."""

    path: str
    route: tuple[str, ...]
    variables: tuple[str, ...] = ()
    parameters: tuple[Members, ...] = ()

    @property
    def tag(self) -> str:
        """The group of operations to which the place belongs."""
        return self.route[0]

    def below(self, segment: str) -> Place:
        """The place one segment further down."""
        return replace(self, path=f"{self.path}/{segment}", route=(*self.route, segment))

    def with_arguments(self, arguments: str) -> Place:
        """The same place with a key or the arguments of a function in parentheses."""
        return replace(self, path=f"{self.path}({arguments})")

    def with_variable(
        self, definition: Property | Parameter, description: str
    ) -> tuple[Place, str]:
        """The place with one more variable, and the literal that its path has for it."""
        name, number = definition.name, 0
        while name in self.variables:
            number += 1
            name = f"{definition.name}_{number}"
        place = replace(
            self,
            variables=(*self.variables, name),
            parameters=(*self.parameters, path_parameter(name, definition, description)),
        )
        return place, f"'{{{name}}}'" if _is_quoted(definition) else f"{{{name}}}"

    def item(self, operations: Members) -> Members:
        """The path item of these operations."""
        listed: list[Json] = [*self.parameters]
        variables: Members = {"parameters": listed} if listed else {}
        return variables | operations


@dataclass(frozen=True, slots=True)
class Resource:
    """A collection of entities or one entity.

    ``types`` are those of the entities that the path passes; no path passes one twice.
    """

    place: Place
    entity_type: EntityType
    capabilities: Capabilities
    types: frozenset[str]

    def entity(self) -> Resource:
        """One entity of a collection, by its key."""
        place = self.place
        key = self.entity_type.key_properties()
        parts = []
        for definition in key:
            place, literal = place.with_variable(definition, f"The key of {self.entity_type.name}")
            parts.append(literal if len(key) == 1 else f"{definition.name}={literal}")
        return replace(self, place=place.with_arguments(",".join(parts)))

    def related(self, navigation: NavigationProperty, model: Model) -> Resource:
        """What a navigation property leads to; entities merely referred to are read only."""
        target = navigation.target
        entity_set = model.set_of(target) if self._owns(navigation) else None
        return Resource(
            self.place.below(navigation.name),
            target,
            entity_set.capabilities if entity_set else READ_ONLY,
            self.types | {target.name},
        )

    def _owns(self, navigation: NavigationProperty) -> bool:
        """Whether the target is a part of this entity, not one that a property refers to."""
        names = {item.property_name for item in navigation.constraints}
        is_part = navigation.is_collection or names <= {*self.entity_type.all_key_names()}
        return navigation.contains_target and is_part


def _is_quoted(definition: Property | Parameter) -> bool:
    return definition.edm_type is Primitive.STRING or isinstance(definition.edm_type, EnumType)
