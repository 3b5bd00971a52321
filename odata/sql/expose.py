"""Publishing Peewee models: declarations that become an EDM and its mapping.

    CUSTOMER = Exposure(
        Customer, "customer", "customers",
        properties=(column(Customer.id, computed=True), column(Customer.number)),
        navigation=(to_one("currency", "currency", on=(("currencyId", "id"),)),),
    )
    source = publish("Microsoft.NAV", (CUSTOMER, CURRENCY), database=database)

Names become lowerCamelCase of the column's; types and facets follow the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import peewee

from odata.edm.aggregation import apply_supported, custom_aggregates
from odata.edm.check import ModelError
from odata.edm.grants import declared_roles
from odata.edm.model import (
    AlternateKey,
    Capabilities,
    EntitySet,
    EntityType,
    Model,
    NavigationProperty,
    Operation,
    ReferentialConstraint,
    ReturnType,
)
from odata.edm.types import ComplexType, EnumType, Primitive, Property
from odata.sql.check_exposures import check_exposures
from odata.sql.definition import NO_UNSET, camel_case, define_property
from odata.sql.derived_mapping import derived_mapping, inherit_navigation, note_type
from odata.sql.exposure import Exposure, NavigationDeclaration
from odata.sql.inheritance import Hierarchy
from odata.sql.mapping import (
    ColumnMapping,
    ComplexMapping,
    DataSource,
    EntityMapping,
    ExpressionMapping,
    Inputs,
    NavigationMapping,
    PropertyMapping,
    SqlExpression,
    StreamMapping,
    StreamStore,
    TableAlias,
)
from odata.sql.operations import declare_action

__all__ = [
    "Exposure",
    "NavigationDeclaration",
    "camel_case",
    "column",
    "expression",
    "publish",
    "stream",
    "to_many",
    "to_one",
]


def to_one(
    name: str, target: str, *, on: tuple[tuple[str, str], ...], **options: Any
) -> NavigationDeclaration:
    """A single-valued navigation property; ``on`` pairs own with target properties."""
    return NavigationDeclaration(name, target, on, is_collection=False, **options)


def to_many(
    name: str, target: str, *, on: tuple[tuple[str, str], ...], **options: Any
) -> NavigationDeclaration:
    """A collection-valued navigation property; ``on`` pairs own with target properties."""
    return NavigationDeclaration(name, target, on, is_collection=True, **options)


def column(
    field_: peewee.Field,
    name: str | None = None,
    *,
    unset: object = NO_UNSET,
    text_index: bool = False,
    **options: Any,
) -> ColumnMapping:
    """A property stored in a column.

    Options: ``computed``, ``immutable``, ``required``, ``upper_case``, ``wildcards``,
    ``searchable``, ``filterable``, ``sortable``, ``nullable``, ``max_length``, ``caption``,
    ``description``, ``default``, ``computed_default``, ``constraint``, ``annotations``. ``unset``
    is the value that stands for null; ``text_index`` lets rows be found by parts of the text
    through an index.
    """
    definition = define_property(field_, name or camel_case(field_.name), unset, options)
    return ColumnMapping(definition, field_, text_index)


def expression(
    name: str,
    like: peewee.Field,
    build: Callable[[TableAlias], SqlExpression],
    *,
    unset: object = NO_UNSET,
    build_with: Callable[[TableAlias, Inputs], SqlExpression] | None = None,
    **options: Any,
) -> ExpressionMapping:
    """A read-only property computed by the database in the storage of ``like``; of what the
    filter hands over by ``build_with``."""
    definition = define_property(like, name, unset, {**options, "computed": True})
    return ExpressionMapping(definition, build, like, build_with)


def stream(
    name: str,
    store: StreamStore,
    *,
    aliases: tuple[str, ...] = (),
    media: tuple[str, ...] = ("image/",),
    presence: Callable[[TableAlias], SqlExpression] | None = None,
    annotations: tuple[tuple[str, object], ...] = (),
) -> StreamMapping:
    """A stream property kept by a store; ``presence`` is SQL that tells whether a row has one."""
    definition = Property(
        name, Primitive.STREAM, is_filterable=False, aliases=aliases, annotations=annotations
    )
    return StreamMapping(definition, store, aliases, media, presence)


def publish(
    namespace: str,
    exposures: Iterable[Exposure],
    *,
    database: peewee.Database,
    container: str = "Container",
    operations: tuple[Operation, ...] = (),
    annotations: tuple[tuple[str, object], ...] = (),
) -> DataSource:
    """The EDM of these exposures together with their mapping."""
    listed = tuple(exposures)
    check_exposures(listed)
    model = Model(namespace, container, operations=operations, annotations=annotations)
    source = DataSource(model, database)
    for exposure in listed:
        _publish_type(source, exposure)
    for exposure in listed:
        _publish_navigation(source, exposure)
    for exposure in listed:
        _publish_containment(source, exposure, _scope_type(exposure, listed))
    for exposure in listed:
        base = source.by_type[exposure.base] if exposure.base is not None else None
        inherit_navigation(source.by_type[exposure.name], base)
    for exposure in listed:
        _publish_actions(source, exposure)
    declared = [(item.entity_set or item.name, item.grants) for item in listed]
    if any(grants for _, grants in declared):
        source.roles = declared_roles(declared)
    return source


def _publish_type(source: DataSource, exposure: Exposure) -> None:
    model = source.model
    base = source.by_type[exposure.base] if exposure.base is not None else None
    entity_type = EntityType(
        exposure.name,
        model.namespace,
        tuple(item.definition for item in exposure.properties),
        base.entity_type if base is not None else None,
        key=exposure.key if base is None else (),
        alternate_keys=tuple(AlternateKey(names) for names in exposure.alternate_keys),
        is_abstract=exposure.is_abstract,
        is_open=exposure.dynamic is not None or (base is not None and base.entity_type.is_open),
        has_entity_tag=exposure.entity_tag is not None,
        annotations=exposure.type_annotations,
        custom_aggregates=exposure.custom_aggregates,
    )
    model.entity_types[exposure.name] = entity_type
    for item in exposure.properties:
        _publish_value_type(model, item)
    mapping = EntityMapping(
        entity_type,
        exposure.model,
        {item.definition.name: item for item in exposure.properties},
        scope=exposure.scope,
        entity_tag=exposure.entity_tag,
        default_order=exposure.default_order or exposure.key,
        rules=exposure.rules,
        write_model=exposure.write_model,
        fixed=exposure.fixed,
        keeps_text=exposure.keeps_text,
        dynamic=exposure.dynamic,
        derivations=exposure.derivations,
        is_logged=exposure.is_logged,
    )
    if exposure.discriminator is not None:
        mapping.hierarchy = Hierarchy(exposure.discriminator)
    if base is not None:
        mapping = derived_mapping(mapping, base)
    note_type(mapping, exposure.type_value)
    source.by_type[exposure.name] = mapping
    if exposure.entity_set:
        model.entity_sets[exposure.entity_set] = EntitySet(
            exposure.entity_set,
            entity_type,
            _capabilities(exposure, entity_type),
            default_order=mapping.default_order,
            annotations=_of_set(exposure, entity_type),
        )


def _publish_actions(source: DataSource, exposure: Exposure) -> None:
    types = source.model.entity_types
    for action in exposure.actions:
        bound_to = action.bound_to or exposure.name
        returns = ReturnType(types[action.returns]) if action.returns is not None else None
        declare_action(source, action.name, action.run, bound_to=bound_to, returns=returns)


def _of_set(exposure: Exposure, entity_type: EntityType) -> tuple[tuple[str, object], ...]:
    """The annotations of an entity set that the declaration brings along."""
    return (
        apply_supported(entity_type.all_properties()),
        *custom_aggregates(exposure.custom_aggregates),
        *exposure.set_annotations,
    )


def _capabilities(exposure: Exposure, entity_type: EntityType) -> Capabilities:
    """As declared, but searchable where a property is."""
    searchable = any(item.is_searched for item in entity_type.all_properties())
    return replace(exposure.capabilities, searchable=searchable)


def _publish_value_type(model: Model, item: PropertyMapping) -> None:
    _publish_type_of(model, item.definition)
    if isinstance(item, ComplexMapping):
        _check_open(item)
        _publish_complex_type(model, item.complex_type)
        for derived in item.complex_type.descendants():
            _publish_complex_type(model, derived)
        for member in item.members.values():
            _publish_value_type(model, member)


def _publish_type_of(model: Model, definition: Property) -> None:
    edm_type = definition.edm_type
    if isinstance(edm_type, EnumType):
        model.enum_types.setdefault(edm_type.name, edm_type)
    elif isinstance(edm_type, ComplexType):
        _publish_complex_type(model, edm_type)
        for member in edm_type.properties:
            _publish_type_of(model, member)


def _check_open(item: ComplexMapping) -> None:
    """Refuse a type that is open here and closed there: its values would have no place."""
    name = item.definition.name
    if item.complex_type.is_open and item.dynamic is None:
        raise ModelError((f"{name} is of an open type and has no column for its properties",))
    if item.dynamic is not None and not item.complex_type.is_open:
        raise ModelError((f"{name} has a column for dynamic properties and no open type",))


def _publish_complex_type(model: Model, complex_type: ComplexType) -> None:
    if complex_type.base is not None:
        _publish_complex_type(model, complex_type.base)
    model.complex_types.setdefault(complex_type.name, complex_type)


def _publish_navigation(source: DataSource, exposure: Exposure) -> None:
    mapping = source.by_type[exposure.name]
    for declared in exposure.navigation:
        navigation = NavigationProperty(
            declared.name,
            f"{source.model.namespace}.{declared.target}",
            declared.is_collection,
            declared.contained,
            partner=declared.partner,
            constraints=tuple(ReferentialConstraint(own, other) for own, other in declared.on),
            aliases=declared.aliases,
            annotations=declared.annotations,
        )
        navigation.bind_target(source.model.entity_types[declared.target])
        mapping.entity_type.add_navigation(navigation)
        mapping.navigation[declared.name] = NavigationMapping(
            navigation, declared.on, declared.where
        )


def _scope_type(exposure: Exposure, listed: tuple[Exposure, ...]) -> str | None:
    """The company-like type of an exposure or of the one that it is derived from."""
    for base in listed:
        if base.name == exposure.base:
            return _scope_type(base, listed)
    return exposure.scope_type if exposure.scope is not None else None


def _publish_containment(source: DataSource, exposure: Exposure, scope_type: str | None) -> None:
    if scope_type is None or exposure.entity_set is None:
        return
    parent = source.by_type[scope_type]
    navigation = NavigationProperty(
        exposure.entity_set,
        f"{source.model.namespace}.{exposure.name}",
        is_collection=True,
        contains_target=True,
    )
    navigation.bind_target(source.model.entity_types[exposure.name])
    parent.entity_type.add_navigation(navigation)
    parent.navigation[exposure.entity_set] = NavigationMapping(navigation, ())
