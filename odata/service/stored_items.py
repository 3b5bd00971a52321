"""Collections of complex values on their way to the database: each item as JSON has it.

An item is stored as it travels: with every member of its type in the declared order, those
that nobody has given at their defaults. What is stored already stays as it is, so that a change
of one item may be laid over it.

Cites: OData JSON 7.2 (complex value), 4.5.3 (type).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from odata.edm.types import TYPE_MEMBER, ComplexType, EnumType, Property
from odata.payload.dynamic import DynamicValue
from odata.payload.reader import NOT_PROVIDED
from odata.query.change import Change
from odata.service.dynamic_documents import as_json
from odata.sql.mapping import ColumnMapping, ComplexMapping, PropertyMapping

_TYPE = "@odata.type"

Path = tuple[str, ...]


def stored_form(found: PropertyMapping, name: str, change: Change) -> object:
    """The value that a change gives a property, its items as they are stored."""
    return _stored(found, change.values[name], (name,), change)


def _stored(found: PropertyMapping, value: object, path: Path, change: Change) -> object:
    if isinstance(found, ComplexMapping) and isinstance(value, Mapping):
        inner = {name: found.members[name] for name in value if name in found.members}
        written = {
            name: _stored(item, value[name], (*path, name), change) for name, item in inner.items()
        }
        return {**value, **written}
    if isinstance(found, ColumnMapping) and _has_complex_items(found.definition):
        return _value(found.definition, value, path, change)
    return value


def _has_complex_items(definition: Property) -> bool:
    return definition.is_collection and isinstance(definition.edm_type, ComplexType)


def _value(definition: Property, value: object, path: Path, change: Change) -> object:
    if isinstance(value, list):
        return [
            _item(definition, item, (*path, str(index)), change) for index, item in enumerate(value)
        ]
    return _item(definition, value, path, change)


def _item(definition: Property, value: object, path: Path, change: Change) -> object:
    edm_type = definition.edm_type
    if isinstance(edm_type, ComplexType) and isinstance(value, Mapping):
        return dict(_members(edm_type, value, path, change))
    if isinstance(edm_type, EnumType) and isinstance(value, int):
        return _names(edm_type, value)
    return as_json(value)


def _members(
    declared: ComplexType, value: Mapping[str, object], path: Path, change: Change
) -> Iterator[tuple[str, object]]:
    complex_type = _type_of(declared, value)
    if complex_type is not declared:
        yield _TYPE, f"#{complex_type.qualified_name}"
    names = {TYPE_MEMBER, _TYPE}
    for definition in complex_type.all_properties():
        name = definition.name
        names.add(name)
        given = value.get(name, _default(definition))
        if given is None and not definition.nullable:
            target = "/".join((*path, name))
            change.fault(f'A "{name}" must be provided.', target=target, code=NOT_PROVIDED)
        yield name, _value(definition, given, (*path, name), change)
    for name, given in value.items():
        if name not in names and given is not None:
            yield from _dynamic(name, given)


def _dynamic(name: str, given: object) -> Iterator[tuple[str, object]]:
    if not isinstance(given, DynamicValue):
        yield name, given
        return
    if given.type_name is not None:
        yield f"{name}{_TYPE}", f"#{given.type_name}"
    yield name, as_json(given.value)


def _type_of(declared: ComplexType, value: Mapping[str, object]) -> ComplexType:
    """The type that a payload or a stored item names, else the declared one."""
    name = str(value.get(TYPE_MEMBER) or value.get(_TYPE) or declared.name)
    simple = name.rpartition(".")[2].removeprefix("#")
    types = (declared, *declared.descendants())
    return next((item for item in types if item.name == simple), declared)


def _default(definition: Property) -> object:
    if definition.is_collection:
        return []
    if definition.default is not None:
        return definition.default
    if isinstance(definition.edm_type, ComplexType) and not definition.nullable:
        return {}
    return definition.unset if definition.has_unset else None


def _names(enum_type: EnumType, number: int) -> object:
    if not enum_type.is_flags:
        return next((item.name for item in enum_type.members if item.number == number), number)
    held = [item.name for item in enum_type.members if item.number and item.number & number]
    return ",".join(held) or str(number)
