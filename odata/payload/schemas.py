"""marshmallow schemas made from structured types of the EDM.

A schema has a field for every structural property but streams. Nothing is required and
nothing gets a default: what a body leaves out stays out.

Cites: OData JSON 6 (entities), 7.2 (complex values), 4.5 (control information).
"""

from __future__ import annotations

from functools import lru_cache

from marshmallow import EXCLUDE, Schema, ValidationError, pre_load, validates_schema

from odata.edm.model import EntityType
from odata.edm.types import TYPE_MEMBER, ComplexType, EnumType, Primitive, Property
from odata.payload.control_information import is_control_information
from odata.payload.dynamic import dynamic_names, read_dynamic
from odata.payload.edm_field import EdmField, Fault
from odata.payload.fields import CollectionField, EnumField, primitive_field
from odata.payload.json_document import JsonObject, JsonValue
from odata.payload.named_type import abstract_fault, find_named_type


class EntitySchema(Schema):
    """Reads the structural properties of an entity; the caller has sorted out the rest."""

    class Meta:
        """Nothing is kept of names without a field."""

        unknown = EXCLUDE
        register = False


class ComplexSchema(EntitySchema):
    """Reads the members of one complex value.

    Control information and annotations are dropped, and so is what the service computes.
    """

    def __init__(self, complex_type: ComplexType) -> None:
        super().__init__(unknown=EXCLUDE)
        self._complex_type = complex_type
        self._computed = frozenset(
            item.name for item in complex_type.all_properties() if item.is_computed
        )

    @pre_load
    def drop_what_is_not_read(self, data: JsonObject, **_: object) -> JsonObject:
        """The members that are to be read."""
        return {
            name: value
            for name, value in data.items()
            if name not in self._computed and not is_control_information(name)
        }

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_names(self, _: object, original: JsonObject, **__: object) -> None:
        """Refuse members that the type does not have."""
        if self._complex_type.is_open:
            return
        unknown = [
            name
            for name in original
            if not is_control_information(name) and not self._complex_type.find_property(name)
        ]
        if unknown:
            raise ValidationError(
                {name: [unknown_property(name, self._complex_type)] for name in unknown}
            )


class ComplexField(EdmField):
    """A complex value; on an update it holds the members that were sent."""

    expects = "a JSON object"

    def __init__(self, definition: Property, complex_type: ComplexType) -> None:
        super().__init__(definition)
        self._type = complex_type

    def read(self, value: JsonValue) -> object:
        """The values of the members by name."""
        if not isinstance(value, dict):
            self.mismatch()
        found = find_named_type(value, self._type)
        fault = found if isinstance(found, Fault) else abstract_fault(found)
        if isinstance(found, Fault) or fault is not None:
            raise ValidationError([fault])
        values = complex_schema(found).load(value, partial=True)
        if found.is_open:
            values = {**values, **self._dynamic(value, found)}
        return {TYPE_MEMBER: found.name, **values} if self._type.derived else values

    def _null(self) -> object:
        """Null empties an open value that is never null itself."""
        return None if self._type.is_open else super()._null()

    def _dynamic(self, value: JsonObject, found: ComplexType) -> dict[str, object]:
        members: dict[str, object] = {}
        faults: dict[str, object] = {}
        for name in dynamic_names(value, found):
            try:
                members[name] = read_dynamic(value, name, found)
            except ValidationError as error:
                faults[name] = error.messages
        if faults:
            raise ValidationError(faults)
        return members


@lru_cache(maxsize=1024)
def complex_schema(complex_type: ComplexType) -> ComplexSchema:
    """The schema of a complex type."""

    class Made(ComplexSchema):
        class Meta(EntitySchema.Meta):
            include = _fields(complex_type)

    return Made(complex_type)


@lru_cache(maxsize=1024)
def entity_schema(entity_type: EntityType) -> EntitySchema:
    """The schema of the structural properties of an entity type."""

    class Made(EntitySchema):
        class Meta(EntitySchema.Meta):
            include = _fields(entity_type)

    return Made()


def make_field(definition: Property) -> EdmField:
    """The field of a property."""
    item = _item_field(definition)
    return CollectionField(definition, item) if definition.is_collection else item


def unknown_property(name: str, structured_type: ComplexType) -> Fault:
    """The fault of a name that the type does not have."""
    return Fault(
        f"The property '{name}' does not exist on type '{structured_type.qualified_name}'. "
        "Make sure to only use property names that are defined by the type."
    )


def _fields(structured_type: ComplexType) -> dict[str, EdmField]:
    return {
        item.name: make_field(item)
        for item in structured_type.all_properties()
        if not item.is_stream
    }


def _item_field(definition: Property) -> EdmField:
    match definition.edm_type:
        case Primitive():
            return primitive_field(definition, definition.edm_type)
        case EnumType():
            return EnumField(definition, definition.edm_type)
        case ComplexType():
            return ComplexField(definition, definition.edm_type)
