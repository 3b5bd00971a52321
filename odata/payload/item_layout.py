"""How the items of collections are written: complex ones with their types, names, long numbers.

Cites: OData JSON 4.5.3 (type), 7.2 (complex value), 7.3 (collections), 3.2 (IEEE754Compatible).
"""

from __future__ import annotations

from odata.edm.types import ComplexType, EnumType, Primitive, Property, PropertyType, type_name
from odata.payload.row_style import Detail, RowStyle
from odata.query.item_layout import ALL, ShownMembers
from odata.query.written_items import (
    ItemLayout,
    LongNumber,
    MemberNames,
    WrittenMember,
    WrittenObject,
    WrittenType,
)

_LONG_NUMBERS = frozenset({Primitive.INT64, Primitive.DECIMAL})
_SELF_EVIDENT = frozenset({Primitive.STRING, Primitive.BOOLEAN, Primitive.DOUBLE})
_AS_STORED = "@odata."


def item_layout(
    edm_type: PropertyType, style: RowStyle, shown: ShownMembers = ALL
) -> ItemLayout | None:
    """The layout of items of a type; None where they travel as they are stored."""
    if isinstance(edm_type, EnumType):
        return _names(edm_type, style)
    if isinstance(edm_type, ComplexType):
        layout = _object(edm_type, style, shown)
        return None if shown is ALL and _is_as_stored(edm_type, style) else layout
    return LongNumber() if style.ieee754 and edm_type in _LONG_NUMBERS else None


def _is_as_stored(complex_type: ComplexType, style: RowStyle) -> bool:
    """Whether complex items travel with nothing changed, left out or added."""
    is_usual = style.detail is Detail.MINIMAL and style.prefix == _AS_STORED
    if style.ieee754 or style.detail is Detail.FULL:
        return False
    return (is_usual or not _may_be_told(complex_type)) and not _has_labels(complex_type, style)


def _may_be_told(complex_type: ComplexType) -> bool:
    """Whether stored items may hold control information."""
    if complex_type.derived or complex_type.is_open:
        return True
    members = (item.edm_type for item in complex_type.all_properties())
    return any(_may_be_told(item) for item in members if isinstance(item, ComplexType))


def _has_labels(complex_type: ComplexType, style: RowStyle) -> bool:
    """Whether members of enumerations travel under other names than those that are stored."""
    types = (complex_type, *complex_type.descendants())
    members = [item.edm_type for owner in types for item in owner.all_properties()]
    return any(
        _has_labels(item, style) if isinstance(item, ComplexType) else _is_labelled(item, style)
        for item in members
    )


def _is_labelled(edm_type: PropertyType, style: RowStyle) -> bool:
    if not isinstance(edm_type, EnumType) or not style.plain_enums:
        return False
    return any(item.label for item in edm_type.members)


def _names(enum_type: EnumType, style: RowStyle) -> MemberNames:
    texts = tuple(
        (item.number, item.name, item.text if style.plain_enums else item.name)
        for item in enum_type.members
    )
    return MemberNames(texts, enum_type.is_flags)


def _object(complex_type: ComplexType, style: RowStyle, shown: ShownMembers) -> WrittenObject:
    types = tuple(
        WrittenType(
            item.qualified_name,
            tuple(
                _member(member, style, shown.below(member.name))
                for member in item.all_properties()
                if shown.shows(member.name)
            )
            + tuple(_computed(name, found, style) for name, found in shown.computed.items()),
        )
        for item in (complex_type, *complex_type.descendants())
    )
    prefix = "" if style.detail is Detail.NONE else style.prefix
    is_open = complex_type.is_open and shown.names is None
    return WrittenObject(prefix, style.detail is Detail.FULL, types, is_open)


def _member(definition: Property, style: RowStyle, shown: ShownMembers) -> WrittenMember:
    edm_type = definition.edm_type
    if isinstance(edm_type, ComplexType):
        layout: ItemLayout | None = _object(edm_type, style, shown)
    else:
        layout = item_layout(edm_type, style)
    annotation = _annotation(definition, style)
    return WrittenMember(definition.name, annotation, layout, definition.is_collection)


def _computed(name: str, edm_type: PropertyType, style: RowStyle) -> WrittenMember:
    """A member that the request computes, with its type where JSON does not tell it."""
    annotation = ""
    if style.detail is not Detail.NONE and edm_type not in _SELF_EVIDENT:
        written = written_type(edm_type, style, is_collection=False)
        annotation = f'"{name}{style.prefix}type":"{written}",'
    return WrittenMember(name, annotation, item_layout(edm_type, style), is_collection=False)


def _annotation(definition: Property, style: RowStyle) -> str:
    edm_type, is_collection = definition.edm_type, definition.is_collection
    is_told = isinstance(edm_type, ComplexType) and not is_collection
    is_evident = edm_type in _SELF_EVIDENT and not is_collection
    if style.detail is not Detail.FULL or is_told or is_evident:
        return ""
    name = written_type(edm_type, style, is_collection=is_collection)
    return f'"{definition.name}{style.prefix}type":"{name}",'


def written_type(edm_type: PropertyType, style: RowStyle, *, is_collection: bool) -> str:
    """The name of a type as control information has it."""
    name = type_name(edm_type, is_collection=is_collection).replace("Edm.", "")
    is_named = not isinstance(edm_type, Primitive)
    return name if style.prefix == "@" and not is_named else f"#{name}"
