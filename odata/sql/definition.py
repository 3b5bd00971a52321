"""The definition of a property, from the field of its column and what is declared of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import peewee

from odata.edm.types import Facets, Primitive, Property, PropertyType
from odata.sql import fields

NO_UNSET = object()

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


def camel_case(name: str) -> str:
    """``address_line1`` as ``addressLine1``."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def define_property(
    column_: peewee.Field, name: str, unset: object, options: Mapping[str, Any]
) -> Property:
    """The property over a column; ``options`` are those of ``odata.sql.expose.column``."""
    has_unset = unset is not NO_UNSET
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
        has_wildcards=options.get("wildcards", False),
        has_unset=has_unset,
        unset=unset if has_unset else None,
        default=options.get("default"),
        caption=options.get("caption", ""),
        description=options.get("description", ""),
        annotations=options.get("annotations", ()),
        takes_input=options.get("takes_input", False),
        is_filter_only=options.get("filter_only", False),
        refusal=options.get("refusal", ""),
        constraint=options.get("constraint"),
        has_computed_default=options.get("computed_default", False),
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
