"""The self-check of a model when a service starts.

It holds the model against what ``$metadata`` may say in OData 4.0 and 4.01 alike, so that one
document serves both.

Cites: OData CSDL 5 to 14; OData 4.01 CSDL 16 (conformance).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from odata.edm.annotations import VOCABULARIES, is_annotation_value, vocabulary_of
from odata.edm.check_derived import find_base_faults, find_circles
from odata.edm.check_operations import find_operation_faults
from odata.edm.check_properties import find_property_faults
from odata.edm.identifier import is_identifier, is_namespace
from odata.edm.model import EntitySet, EntityType, Model, NavigationProperty, Singleton
from odata.edm.names import find_name_faults
from odata.edm.types import INTEGER_RANGES, ComplexType, EnumType, Primitive, Property

_KEY_TYPES = frozenset(Primitive) - {
    Primitive.BINARY,
    Primitive.DOUBLE,
    Primitive.SINGLE,
    Primitive.STREAM,
    Primitive.UNTYPED,
}


class ModelError(Exception):
    """The model contradicts itself or the standard; ``faults`` has a sentence for each place."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def check_model(model: Model) -> None:
    """Refuse a model that ``$metadata`` could not describe; names every fault."""
    faults = tuple(find_circles(model)) or tuple(_find_faults(model))
    if faults:
        raise ModelError(faults)


def _find_faults(model: Model) -> Iterator[str]:
    yield from _find_schema_faults(model)
    for enum_type in model.enum_types.values():
        yield from _find_enum_faults(enum_type)
    for structured in model.structured_types():
        yield from _find_structured_faults(model, structured)
    for entity_type in model.entity_types.values():
        yield from _find_key_faults(entity_type)
        for navigation in entity_type.navigation:
            yield from _find_navigation_faults(model, entity_type, navigation)
    yield from find_operation_faults(model)
    yield from _find_container_faults(model)
    yield from _find_annotation_faults(model)


def _find_schema_faults(model: Model) -> Iterator[str]:
    if not is_namespace(model.namespace):
        yield f"the namespace {model.namespace} cannot be used"
    types: list[EnumType | ComplexType] = [*model.enum_types.values(), *model.structured_types()]
    overloaded = dict.fromkeys((item.name, item.kind) for item in model.operations)
    yield from find_name_faults(
        f"the schema {model.namespace}",
        [
            *(item.name for item in types),
            *(name for name, _ in overloaded),
            model.container_name,
        ],
    )
    for item in types:
        if item.namespace != model.namespace:
            yield f"{item.qualified_name} is outside the namespace {model.namespace}"
    yield from _find_index_faults(model)


def _find_index_faults(model: Model) -> Iterator[str]:
    indexes: Iterable[tuple[str, str]] = (
        *((key, item.name) for key, item in model.enum_types.items()),
        *((key, item.name) for key, item in model.complex_types.items()),
        *((key, item.name) for key, item in model.entity_types.items()),
        *((key, item.name) for key, item in model.entity_sets.items()),
        *((key, item.name) for key, item in model.singletons.items()),
        *((key, item.name) for key, item in model.operation_imports.items()),
    )
    for key, name in indexes:
        if key != name:
            yield f"{name} is listed as {key}"


def _find_enum_faults(enum_type: EnumType) -> Iterator[str]:
    where = f"the enumeration {enum_type.name}"
    if not enum_type.members:
        yield f"{where} has no members"
    yield from find_name_faults(where, [member.name for member in enum_type.members])
    yield from _find_repeated(where, "number", (str(item.number) for item in enum_type.members))
    names = dict.fromkeys(item.name for item in enum_type.members)
    labels = (item.label for item in enum_type.members if item.label != item.name)
    yield from _find_repeated(where, "text", (*names, *labels))
    if enum_type.underlying not in INTEGER_RANGES:
        yield f"{where} has the underlying type {enum_type.underlying.value}, which is no integer"
        return
    lowest, highest = INTEGER_RANGES[enum_type.underlying]
    for member in enum_type.members:
        if not (0 if enum_type.is_flags else lowest) <= member.number <= highest:
            yield f"{where}: the number of {member.name} is out of range"


def _find_repeated(where: str, what: str, values: Iterable[str]) -> Iterator[str]:
    for value, times in Counter(values).items():
        if value and times > 1:
            yield f'{where} has the {what} "{value}" twice'


def _find_structured_faults(model: Model, structured: ComplexType) -> Iterator[str]:
    yield from find_base_faults(model, structured)
    names = [item.name for item in structured.all_properties()]
    if isinstance(structured, EntityType):
        names += [
            name for item in structured.all_navigation() for name in (item.name, *item.aliases)
        ]
    yield from find_name_faults(structured.name, names)
    for definition in structured.properties:
        yield from find_property_faults(model, structured, definition)


def _find_key_faults(entity_type: EntityType) -> Iterator[str]:
    base = entity_type.base
    if entity_type.key and isinstance(base, EntityType) and base.all_key_names():
        yield f"{entity_type.name} declares a key, but inherits one from {base.name}"
    if not entity_type.all_key_names() and not entity_type.is_abstract:
        yield f"{entity_type.name} has no key"
    for name in entity_type.key:
        definition = entity_type.find_property(name)
        if definition is None:
            yield f"{entity_type.name} has no property {name}, which its key names"
            continue
        yield from _find_key_property_faults(entity_type, definition)
    for alternate in entity_type.alternate_keys:
        yield from _find_unknown(entity_type, alternate.property_names, "an alternate key")


def _find_key_property_faults(entity_type: EntityType, definition: Property) -> Iterator[str]:
    where = f"{entity_type.name}.{definition.name}"
    if definition.nullable:
        yield f"{where} is nullable, but belongs to the key"
    is_key_type = isinstance(definition.edm_type, EnumType) or definition.edm_type in _KEY_TYPES
    if definition.is_collection or not is_key_type:
        yield f"{where} has a type that no key can have"


def _find_unknown(entity_type: EntityType, names: Iterable[str], what: str) -> Iterator[str]:
    for name in names:
        if entity_type.find_property(name) is None:
            yield f"{entity_type.name} has no property {name}, which {what} names"


def _find_navigation_faults(
    model: Model, entity_type: EntityType, navigation: NavigationProperty
) -> Iterator[str]:
    where = f"{entity_type.name}.{navigation.name}"
    try:
        target = navigation.target
    except LookupError:
        yield f"{where} has no target: {navigation.target_name} is not bound"
        return
    if model.entity_types.get(target.name) is not target:
        yield f"{where} leads to {target.name}, which the model lacks"
    for constraint in navigation.constraints:
        what = f"a constraint of {where}"
        yield from _find_unknown(entity_type, [constraint.property_name], what)
        yield from _find_unknown(target, [constraint.referenced_name], what)
    if navigation.partner is not None and not _is_partner(target, navigation.partner, entity_type):
        yield f"{where} has the partner {navigation.partner}, which {target.name} lacks"


def _is_partner(target: EntityType, name: str, entity_type: EntityType) -> bool:
    """Whether ``target`` has a navigation property of this name that leads back."""
    partner = next((item for item in target.all_navigation() if item.name == name), None)
    if partner is None:
        return False
    try:
        back = partner.target
    except LookupError:
        return False
    return _is_same_or_derived(entity_type, back) or _is_same_or_derived(back, entity_type)


def _is_same_or_derived(structured: ComplexType | None, base: ComplexType) -> bool:
    while structured is not None and structured is not base:
        structured = structured.base
    return structured is base


def _find_container_faults(model: Model) -> Iterator[str]:
    where = f"the container {model.container_name}"
    names = [*model.entity_sets, *model.singletons, *model.operation_imports]
    yield from find_name_faults(where, names)
    if not names:
        yield f"{where} is empty"
    typed: list[EntitySet | Singleton] = [*model.entity_sets.values(), *model.singletons.values()]
    for item in typed:
        if model.entity_types.get(item.entity_type.name) is not item.entity_type:
            yield f"{item.name} is of the type {item.entity_type.name}, which the model lacks"
    for entity_set in model.entity_sets.values():
        yield from _find_set_faults(entity_set)


def _find_set_faults(entity_set: EntitySet) -> Iterator[str]:
    entity_type = entity_set.entity_type
    if not entity_type.all_key_names():
        yield f"the entity set {entity_set.name} is of the type {entity_type.name} without a key"
    order = (name.partition(" ")[0] for name in entity_set.default_order)
    yield from _find_unknown(entity_type, order, f"the default order of {entity_set.name}")


def _find_annotation_faults(model: Model) -> Iterator[str]:
    known = VOCABULARIES | {model.namespace}
    for where, declared in _annotated(model):
        names = [name for name, _ in declared]
        for name, value in declared:
            term, separator, qualifier = name.partition("#")
            if vocabulary_of(term) not in known:
                yield f"{where} has an annotation of an unknown vocabulary: {term}"
            if names.count(name) > 1:
                yield f"{where} has the annotation {name} twice"
            if separator and not is_identifier(qualifier):
                yield f"{where} has an annotation with a wrong qualifier: {name}"
            if not is_annotation_value(value):
                yield f"{where} has a value of {name} that no annotation can hold"


def _annotated(model: Model) -> Iterator[tuple[str, tuple[tuple[str, object], ...]]]:
    yield "the model", model.annotations
    for structured in model.structured_types():
        for definition in structured.properties:
            yield f"{structured.name}.{definition.name}", definition.annotations
    for entity_type in model.entity_types.values():
        yield entity_type.name, entity_type.annotations
        for navigation in entity_type.navigation:
            yield f"{entity_type.name}.{navigation.name}", navigation.annotations
    for entity_set in model.entity_sets.values():
        yield entity_set.name, entity_set.annotations
