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

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import peewee

from odata.edm.aggregation import CustomAggregate, apply_supported, custom_aggregates
from odata.edm.check import ModelError
from odata.edm.model import (
    AlternateKey,
    Capabilities,
    EntitySet,
    EntityType,
    Model,
    NavigationProperty,
    Operation,
    ReferentialConstraint,
)
from odata.edm.types import EnumType, Facets, Primitive, Property, PropertyType
from odata.query.change import NO_RULES, Rules
from odata.sql import fields
from odata.sql.mapping import (
    ColumnMapping,
    ComplexMapping,
    DataSource,
    EntityMapping,
    ExpressionMapping,
    NavigationMapping,
    PropertyMapping,
    SqlExpression,
    StreamMapping,
    StreamStore,
    TableAlias,
)

_NO_UNSET = object()
_EVERYTHING = Capabilities()

_TYPES: tuple[tuple[type[peewee.Field], Primitive], ...] = (
    (fields.GuidField, Primitive.GUID),
    (fields.ScaledDecimalField, Primitive.DECIMAL),
    (fields.InstantField, Primitive.DATE_TIME_OFFSET),
    (fields.DayField, Primitive.DATE),
    (fields.ClockField, Primitive.TIME_OF_DAY),
    (fields.DurationField, Primitive.DURATION),
    (peewee.UUIDField, Primitive.GUID),
    (peewee.BooleanField, Primitive.BOOLEAN),
    (peewee.DecimalField, Primitive.DECIMAL),
    (peewee.DateTimeField, Primitive.DATE_TIME_OFFSET),
    (peewee.DateField, Primitive.DATE),
    (peewee.TimeField, Primitive.TIME_OF_DAY),
    (peewee.BigIntegerField, Primitive.INT64),
    (peewee.BigAutoField, Primitive.INT64),
    (peewee.SmallIntegerField, Primitive.INT16),
    (peewee.IntegerField, Primitive.INT32),
    (peewee.FloatField, Primitive.DOUBLE),
    (peewee.BlobField, Primitive.BINARY),
    (peewee.CharField, Primitive.STRING),
    (peewee.TextField, Primitive.STRING),
)


@dataclass(frozen=True, slots=True)
class Exposure:
    """One entity type over one Peewee model, with its entity set (None: none of its own).

    ``scope`` is the column of the company-like parent, whose entity type is
    ``scope_type``; such a set becomes a contained collection of that type. ``keeps_text`` lets
    the database keep the JSON text of rows (``odata.sql.row_texts``). The type is open where
    ``dynamic`` is the column, a text of ``{}``, of what it does not declare.
    """

    model: type[peewee.Model]
    name: str
    entity_set: str | None
    properties: tuple[PropertyMapping, ...]
    navigation: tuple[NavigationDeclaration, ...] = ()
    key: tuple[str, ...] = ("id",)
    scope: peewee.Field | None = None
    scope_type: str | None = None
    entity_tag: peewee.Field | None = None
    default_order: tuple[str, ...] = ()
    alternate_keys: tuple[tuple[str, ...], ...] = ()
    capabilities: Capabilities = _EVERYTHING
    rules: Rules = NO_RULES
    write_model: type[peewee.Model] | None = None
    fixed: Mapping[str, object] = field(default_factory=dict)
    keeps_text: bool = False
    dynamic: peewee.Field | None = None
    set_annotations: tuple[tuple[str, object], ...] = ()
    custom_aggregates: tuple[CustomAggregate, ...] = ()


@dataclass(frozen=True, slots=True)
class NavigationDeclaration:
    """A navigation property as declared, before the target type is known."""

    name: str
    target: str
    on: tuple[tuple[str, str], ...]
    is_collection: bool
    contained: bool = True
    partner: str | None = None
    aliases: tuple[str, ...] = ()
    where: Callable[[TableAlias], SqlExpression] | None = None


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
    field_: peewee.Field, name: str | None = None, *, unset: object = _NO_UNSET, **options: Any
) -> ColumnMapping:
    """A property stored in a column.

    Options: ``computed``, ``immutable``, ``required``, ``upper_case``, ``searchable``,
    ``filterable``, ``sortable``, ``nullable``, ``max_length``, ``caption``, ``description``,
    ``default``, ``annotations``. ``unset`` is the value that stands for null.
    """
    return ColumnMapping(
        _definition(field_, name or camel_case(field_.name), unset, options), field_
    )


def expression(
    name: str,
    like: peewee.Field,
    build: Callable[[TableAlias], SqlExpression],
    *,
    unset: object = _NO_UNSET,
    **options: Any,
) -> ExpressionMapping:
    """A read-only property computed by the database in the storage of ``like``."""
    definition = _definition(like, name, unset, {**options, "computed": True})
    return ExpressionMapping(definition, build, like)


def stream(
    name: str,
    store: StreamStore,
    *,
    aliases: tuple[str, ...] = (),
    media: tuple[str, ...] = ("image/",),
    description: str = "",
) -> StreamMapping:
    """A stream property kept by a store."""
    definition = Property(
        name, Primitive.STREAM, description=description, is_filterable=False, aliases=aliases
    )
    return StreamMapping(definition, store, aliases, media)


def camel_case(name: str) -> str:
    """``address_line1`` as ``addressLine1``."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def _definition(
    column_: peewee.Field, name: str, unset: object, options: Mapping[str, Any]
) -> Property:
    has_unset = unset is not _NO_UNSET
    nullable = options.get("nullable", column_.null or has_unset)
    return Property(
        name,
        _edm_type(column_),
        _facets(column_, nullable=nullable, max_length=options.get("max_length")),
        is_collection=False,
        is_computed=options.get("computed", False),
        is_immutable=options.get("immutable", False),
        is_required=options.get("required", False),
        is_filterable=options.get("filterable", True),
        is_sortable=options.get("sortable", True),
        is_searchable=options.get("searchable", False),
        upper_case=options.get("upper_case", False),
        has_unset=has_unset,
        unset=unset if has_unset else None,
        default=options.get("default"),
        caption=options.get("caption", ""),
        description=options.get("description", ""),
        annotations=options.get("annotations", ()),
    )


def _edm_type(column_: peewee.Field) -> PropertyType:
    if isinstance(column_, fields.EnumField):
        return column_.enum_type
    for field_class, primitive in _TYPES:
        if isinstance(column_, field_class):
            return primitive
    if isinstance(column_, peewee.ForeignKeyField):
        return _edm_type(column_.rel_field)
    raise LookupError(f"no EDM type for {type(column_).__name__} {column_.name}")


def _facets(column_: peewee.Field, *, nullable: bool, max_length: int | None) -> Facets:
    if isinstance(column_, fields.ScaledDecimalField):
        return Facets(nullable, precision=column_.precision, scale=column_.scale)
    if isinstance(column_, fields.InstantField):
        return Facets(nullable, precision=column_.precision)
    if isinstance(column_, fields.ClockField | fields.DurationField | peewee.DateTimeField):
        return Facets(nullable, precision=6)
    if isinstance(column_, peewee.DecimalField):
        return Facets(nullable, precision=column_.max_digits, scale=column_.decimal_places)
    length = max_length or getattr(column_, "max_length", None)
    return Facets(nullable, max_length=length)


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
    model = Model(namespace, container, operations=operations, annotations=annotations)
    source = DataSource(model, database)
    for exposure in listed:
        _publish_type(source, exposure)
    for exposure in listed:
        _publish_navigation(source, exposure)
    for exposure in listed:
        _publish_containment(source, exposure)
    return source


def _publish_type(source: DataSource, exposure: Exposure) -> None:
    model = source.model
    entity_type = EntityType(
        exposure.name,
        model.namespace,
        tuple(item.definition for item in exposure.properties),
        key=exposure.key,
        alternate_keys=tuple(AlternateKey(names) for names in exposure.alternate_keys),
        is_open=exposure.dynamic is not None,
        has_entity_tag=exposure.entity_tag is not None,
        custom_aggregates=exposure.custom_aggregates,
    )
    model.entity_types[exposure.name] = entity_type
    for item in exposure.properties:
        _publish_value_type(model, item)
    if exposure.entity_set:
        model.entity_sets[exposure.entity_set] = EntitySet(
            exposure.entity_set,
            entity_type,
            _capabilities(exposure),
            default_order=exposure.default_order or exposure.key,
            annotations=(
                apply_supported(entity_type.properties),
                *custom_aggregates(exposure.custom_aggregates),
                *exposure.set_annotations,
            ),
        )
    source.by_type[exposure.name] = EntityMapping(
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
    )


def _capabilities(exposure: Exposure) -> Capabilities:
    """As declared, but searchable where a property is."""
    searchable = any(item.definition.is_searchable for item in exposure.properties)
    return replace(exposure.capabilities, searchable=searchable)


def _publish_value_type(model: Model, item: PropertyMapping) -> None:
    edm_type = item.definition.edm_type
    if isinstance(edm_type, EnumType):
        model.enum_types.setdefault(edm_type.name, edm_type)
    if isinstance(item, ComplexMapping):
        _check_open(item)
        model.complex_types.setdefault(item.complex_type.name, item.complex_type)
        for member in item.members.values():
            _publish_value_type(model, member)


def _check_open(item: ComplexMapping) -> None:
    """Refuse a type that is open here and closed there: its values would have no place."""
    name = item.definition.name
    if item.complex_type.is_open and item.dynamic is None:
        raise ModelError((f"{name} is of an open type and has no column for its properties",))
    if item.dynamic is not None and not item.complex_type.is_open:
        raise ModelError((f"{name} has a column for dynamic properties and no open type",))


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
        )
        navigation.bind_target(source.model.entity_types[declared.target])
        mapping.entity_type.add_navigation(navigation)
        mapping.navigation[declared.name] = NavigationMapping(
            navigation, declared.on, declared.where
        )


def _publish_containment(source: DataSource, exposure: Exposure) -> None:
    if exposure.scope is None or exposure.scope_type is None or exposure.entity_set is None:
        return
    parent = source.by_type[exposure.scope_type]
    navigation = NavigationProperty(
        exposure.entity_set,
        f"{source.model.namespace}.{exposure.name}",
        is_collection=True,
        contains_target=True,
    )
    navigation.bind_target(source.model.entity_types[exposure.name])
    parent.entity_type.add_navigation(navigation)
    parent.navigation[exposure.entity_set] = NavigationMapping(navigation, ())
