"""Exposures held against each other before a model is made of them.

What the finished model shows is the work of ``edm.check``; here is what would get lost on the
way there, or would fail without a sentence. Each sentence names the class.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import peewee

from odata.edm.check import ModelError
from odata.edm.identifier import is_identifier
from odata.edm.types import Primitive
from odata.sql.exposure import Exposure, NavigationDeclaration
from odata.sql.inheritance import part_key
from odata.sql.mapping import ColumnMapping, ComplexMapping, PropertyMapping


def check_exposures(exposures: Sequence[Exposure]) -> None:
    """Refuse exposures that do not fit together; names every fault."""
    faults = tuple(_find_faults(exposures))
    if faults:
        raise ModelError(faults)


def _find_faults(exposures: Sequence[Exposure]) -> Iterator[str]:
    types: dict[str, Exposure] = {}
    sets: dict[str, Exposure] = {}
    for exposure in exposures:
        where = _named(exposure)
        yield from _find_taken(types, exposure.name, exposure, "entity type")
        if exposure.entity_set is not None:
            yield from _find_taken(sets, exposure.entity_set, exposure, "entity set")
        yield from _find_base_faults(where, exposure, types)
        types.setdefault(exposure.name, exposure)
    for exposure in exposures:
        yield from _find_target_faults(exposure, types)


def _named(exposure: Exposure) -> str:
    return f"{exposure.model.__name__}, published as {exposure.name},"


def _find_taken(
    taken: dict[str, Exposure], name: str, exposure: Exposure, what: str
) -> Iterator[str]:
    lowered = {item.lower(): item for item in taken}
    other = lowered.get(name.lower())
    if other is None:
        taken[name] = exposure
        return
    holder = taken[other].model.__name__
    differs = "" if other == name else f" as {other}, which differs by case only"
    yield f"{_named(exposure)} has the {what} {name}, which {holder} has already{differs}"


def _find_base_faults(where: str, exposure: Exposure, types: dict[str, Exposure]) -> Iterator[str]:
    if exposure.base is None:
        has_value = exposure.type_value is not None
        if exposure.discriminator is None and (has_value or exposure.is_abstract):
            yield f"{where} has no discriminator, the column that tells its derived types"
        if exposure.discriminator is not None and not (has_value or exposure.is_abstract):
            yield f"{where} has neither a type value nor is it abstract"
        return
    base = types.get(exposure.base)
    if base is None or base is exposure:
        yield f"{where} is derived from {exposure.base}, which is not published before it"
        return
    root = _root(base, types)
    if root.discriminator is None:
        yield (
            f"{where} is derived from {exposure.base}, but {root.model.__name__} has no "
            "discriminator, the column that tells its derived types"
        )
    if (exposure.type_value is None) is not exposure.is_abstract:
        yield f"{where} needs a type value, unless it is abstract"
    if exposure.model is not root.model and len(part_key(exposure.model)) != len(
        part_key(root.model)
    ):
        yield f"{where} has another primary key than {root.model.__name__}"


def _root(exposure: Exposure, types: dict[str, Exposure]) -> Exposure:
    while exposure.base is not None and exposure.base in types:
        exposure = types[exposure.base]
    return exposure


def _find_target_faults(exposure: Exposure, types: dict[str, Exposure]) -> Iterator[str]:
    where = _named(exposure)
    if exposure.scope_type is not None and exposure.scope_type not in types:
        yield f"{where} is contained in {exposure.scope_type}, which is not published"
    names = [item.definition.name for item in exposure.properties]
    names += [item.name for item in exposure.navigation]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{where} has the name {name} twice"
    yield from _find_case_faults(where, names)
    yield from _find_identifier_faults(where, exposure, names)
    yield from _find_alternate_key_faults(where, exposure, types)
    yield from _find_column_faults(where, exposure, types)
    yield from _find_text_index_faults(where, exposure)
    if exposure.base is None:
        for name in exposure.key:
            if name not in names:
                yield f"{where} has no property {name}, which its key names"
    for navigation in exposure.navigation:
        if navigation.target not in types:
            yield (
                f"{where} has the navigation property {navigation.name} without a target: "
                f"{navigation.target} is not published"
            )
            continue
        yield from _find_pair_faults(exposure, navigation, types)


def _find_case_faults(where: str, names: Sequence[str]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            yield f"{where} has the names {other} and {name}, which differ by case only"


def _find_identifier_faults(where: str, exposure: Exposure, names: Sequence[str]) -> Iterator[str]:
    own = (exposure.name, *((exposure.entity_set,) if exposure.entity_set is not None else ()))
    for name in dict.fromkeys((*own, *names)):
        if not is_identifier(name):
            yield f'{where} has the name "{name}", which is no OData identifier'


def _find_alternate_key_faults(
    where: str, exposure: Exposure, types: dict[str, Exposure]
) -> Iterator[str]:
    known = _all_names(exposure, types)
    for name in dict.fromkeys(name for key in exposure.alternate_keys for name in key):
        if name not in known:
            yield f"{where} has no property {name}, which an alternate key names"


def _find_column_faults(
    where: str, exposure: Exposure, types: dict[str, Exposure]
) -> Iterator[str]:
    """Columns of tables that the rows are not in; a class has those of what it is derived from."""
    tables = set(_tables(exposure, types))
    for item in exposure.properties:
        for column in _columns(item):
            if not any(issubclass(table, column.model) for table in tables):
                holder = column.model.__name__
                yield f"{where} has the property {item.definition.name} from a column of {holder}"


def _find_text_index_faults(where: str, exposure: Exposure) -> Iterator[str]:
    """Indexes by texts are over texts of tables with a key of one column."""
    has_types = exposure.base is not None or exposure.discriminator is not None
    for item in exposure.properties:
        if not isinstance(item, ColumnMapping) or not item.has_text_index:
            continue
        asks = f"{where} has a text index of {item.definition.name}"
        if item.definition.edm_type is not Primitive.STRING:
            yield f"{asks}, which is no text"
        if len(exposure.key) != 1:
            yield f"{asks}, but a key of several properties"
        if exposure.write_model is not None:
            yield f"{asks}, but is a view"
        if has_types:
            yield f"{asks}, but other types in its table"


def _tables(exposure: Exposure, types: dict[str, Exposure]) -> Iterator[type[peewee.Model]]:
    yield exposure.model
    base = types.get(exposure.base) if exposure.base is not None else None
    if base is not None and base is not exposure:
        yield from _tables(base, types)


def _columns(item: PropertyMapping) -> Iterator[peewee.Field]:
    if isinstance(item, ColumnMapping):
        yield item.column
    elif isinstance(item, ComplexMapping):
        for member in item.members.values():
            yield from _columns(member)


def _find_pair_faults(
    exposure: Exposure, navigation: NavigationDeclaration, types: dict[str, Exposure]
) -> Iterator[str]:
    sides = ((0, exposure), (1, types[navigation.target]))
    for pair in navigation.on:
        for side, owner in sides:
            if pair[side] not in _all_names(owner, types):
                yield (
                    f"{_named(exposure)} has the navigation property {navigation.name} over "
                    f"{pair[side]}, which {owner.name} lacks"
                )


def _all_names(exposure: Exposure, types: dict[str, Exposure]) -> set[str]:
    names = {item.definition.name for item in exposure.properties}
    base = types.get(exposure.base) if exposure.base is not None else None
    return names if base is None or base is exposure else names | _all_names(base, types)
