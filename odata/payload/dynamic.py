"""Members of a body that an open type does not declare.

The type of a value is the one that the annotation beside it names, else the one that its JSON
form tells. Cites: OData JSON 4.5.3 (type), 7.1 (primitive values), 4.4 (untyped numbers).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marshmallow import ValidationError

from odata.edm.identifier import is_identifier
from odata.edm.model import EntityType
from odata.edm.types import ComplexType, Primitive, Property
from odata.payload.control_information import is_control_information
from odata.payload.edm_field import refuse
from odata.payload.fields import CollectionField, primitive_field
from odata.payload.json_document import JsonObject, JsonValue

_PRIMITIVES = {
    item.value.removeprefix("Edm."): item
    for item in Primitive
    if item not in (Primitive.STREAM, Primitive.UNTYPED)
}
_UNTYPED = frozenset({"", "Untyped", "Collection(Untyped)"})
_COLLECTION = "Collection("


@dataclass(frozen=True, slots=True)
class DynamicValue:
    """A value of a dynamic property: a Python value of its type, or as JSON has it where
    ``type_name`` is None; members of an object are dynamic values again."""

    value: object
    type_name: str | None = None


def read_dynamic(document: JsonObject, name: str, owner: ComplexType) -> DynamicValue:
    """The value of a member that the type does not declare; refuses it with a fault."""
    _check_name(name, owner)
    annotation = document.get(f"{name}@odata.type", document.get(f"{name}@type"))
    type_name = annotation if isinstance(annotation, str) else ""
    return _read(name, document[name], type_name.removeprefix("#").replace("Edm.", ""))


def dynamic_names(document: JsonObject, owner: ComplexType) -> Iterable[str]:
    """The members of an object that its open type does not declare."""
    return (
        name
        for name in document
        if not is_control_information(name) and owner.find_property(name) is None
    )


def _check_name(name: str, owner: ComplexType) -> None:
    if not is_identifier(name):
        refuse(
            f"'{name[:130]}' cannot be the name of a property: a name has letters, digits and "
            "underscores, at most 128, and begins with no digit."
        )
    known = [item.name for item in owner.all_properties()]
    if isinstance(owner, EntityType):
        known += [item.name for item in owner.all_navigation()]
    folded = name.casefold()
    for other in known:
        if other.casefold() == folded:
            refuse(f"The name '{name}' differs from '{other}' only by case.")


def _read(name: str, value: JsonValue, type_name: str) -> DynamicValue:
    if value is None:
        return DynamicValue(None)
    if type_name in _UNTYPED:
        return DynamicValue(_as_it_is(name, value))
    is_collection = type_name.startswith(_COLLECTION) and type_name.endswith(")")
    primitive = _PRIMITIVES.get(type_name[len(_COLLECTION) : -1] if is_collection else type_name)
    if primitive is None:
        refuse(f"The property '{name}' cannot be of the type '{type_name}': a primitive one is.")
    definition = Property(name, primitive, is_collection=is_collection)
    field = primitive_field(definition, primitive)
    reader = CollectionField(definition, field) if is_collection else field
    return DynamicValue(reader.deserialize(value), type_name)


def _as_it_is(name: str, value: JsonValue) -> object:
    if isinstance(value, list):
        return [_as_it_is(name, item) for item in value]
    if not isinstance(value, dict):
        return value
    inner = ComplexType(name, "")
    members: dict[str, object] = {}
    faults: dict[str, object] = {}
    for member in dynamic_names(value, inner):
        try:
            members[member] = read_dynamic(value, member, inner)
        except ValidationError as error:
            faults[member] = error.messages
    if faults:
        raise ValidationError(faults)
    return members
