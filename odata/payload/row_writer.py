"""The representation of entities: row templates with control information.

Cites: OData JSON 4.5 (control information), 7 (entities); reference ``odata.md`` 3.9.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from odata.edm.model import EntityType
from odata.edm.types import ComplexType, Primitive, Property
from odata.payload.item_layout import item_layout, written_type
from odata.payload.omission import omits_null, presence_of
from odata.payload.row_style import Detail, RowStyle
from odata.query.collection_value import CollectionValue
from odata.query.dynamic_path import dynamic_output
from odata.query.plan import (
    EntityRef,
    Expression,
    PropertyRef,
    ScopeRef,
    Source,
    TagRef,
)
from odata.query.read_plan import (
    Output,
    OutputComplex,
    OutputDynamic,
    OutputGroup,
    OutputStream,
    OutputValue,
    ReadPlan,
)
from odata.query.row_template import (
    DynamicPart,
    RequestPart,
    RowGroup,
    RowObject,
    RowPart,
    RowTemplate,
    TextPart,
    ValuePart,
    ValueStyle,
)
from odata.query.select_derived import is_of_any, type_name_of, types_shown
from odata.query.select_expand import property_output
from odata.query.written_items import ItemLayout

_PREFIX_OF_4_0 = "@odata."
SERVICE_ROOT = "service_root"
SCOPE_PATH = "scope_path"


@dataclass(frozen=True, slots=True)
class EntityUrl:
    """Where entities of a type are found: below the scope's path or the root, in a set, whose
    type may be a base type; the one entity of a singleton, by its name. Below scopes that the
    request does not choose, each row tells its own, which ``scope_set`` has."""

    set_name: str
    is_scoped: bool
    set_type: EntityType
    is_singleton: bool = False
    scope_set: str | None = None


def row_template(plan: ReadPlan, style: RowStyle, url: EntityUrl | None) -> RowTemplate:
    """The template of one level; ``url`` is None where entities have no set of their own."""
    return RowTemplate(tuple(_merged(_members(plan, style, url))))


def members_template(source: Source, style: RowStyle) -> RowTemplate:
    """The template of all properties of a type, without control information."""
    outputs = (
        property_output(source, definition, (definition.name,))
        for definition in source.entity_type.all_properties()
    )
    parts = (part for output in outputs for part in _output(output, source, style, None))
    return RowTemplate(tuple(_merged(parts)))


def reference_template(plan: ReadPlan, style: RowStyle, url: EntityUrl) -> RowTemplate:
    """The template of entity references."""
    parts = [TextPart(f',"{style.prefix}id":"'), *_entity_url(plan.block.root, url), TextPart('"')]
    return RowTemplate(tuple(_merged(iter(parts))))


def property_template(plan: ReadPlan, path: tuple[Property, ...], style: RowStyle) -> RowTemplate:
    """The template of the value of one property alone; what is counted begins with its count."""
    source, last = plan.block.root, path[-1]
    if last.is_dynamic:
        return RowTemplate((replace(_dynamic(dynamic_output(source, path), style), alone=True),))
    (output,) = plan.outputs
    if isinstance(output, OutputComplex) and output.reference is not None:
        return RowTemplate((_object(output, output.reference, source, style),))
    if isinstance(output, OutputComplex):
        inner = _without_first_comma(output, source, style)
        return RowTemplate(tuple(_merged(iter([TextPart("{"), *inner, TextPart("}")]))))
    if not isinstance(output, OutputValue):
        raise TypeError(f"{last.name} has no value here")
    value_style = ValueStyle.STRING_NUMBER if style.ieee754 else ValueStyle.JSON
    part = ValuePart(
        output.expression,
        output.edm_type,
        value_style,
        plain_enums=style.plain_enums,
        layout=_layout(output, style),
    )
    if output.count is None:
        return RowTemplate((part,))
    count = ValuePart(output.count, Primitive.INT64, value_style)
    head = TextPart(f'"{style.prefix}count":')
    return RowTemplate((head, count, TextPart(',"value":'), part))


def address_template(plan: ReadPlan, url: EntityUrl) -> RowTemplate:
    """The URL of each entity of a level, relative to the service root."""
    return RowTemplate(tuple(_merged(_entity_url(plan.block.root, url))))


def _merged(parts: Iterator[RowPart]) -> Iterator[RowPart]:
    pending = ""
    for part in parts:
        if isinstance(part, TextPart):
            pending += part.text
            continue
        if pending:
            yield TextPart(pending)
            pending = ""
        yield part
    if pending:
        yield TextPart(pending)


def _members(plan: ReadPlan, style: RowStyle, url: EntityUrl | None) -> Iterator[RowPart]:
    yield from _control_information(plan, style, url)
    for output in plan.outputs:
        yield from _output(output, plan.block.root, style, url)
    if style.detail is Detail.FULL and url is not None:
        yield from _navigation_links(plan, style, url)


# --- control information --------------------------------------------------------------------


def _control_information(
    plan: ReadPlan, style: RowStyle, url: EntityUrl | None
) -> Iterator[RowPart]:
    if style.detail is Detail.NONE:
        return
    if plan.identity is not None:
        # A transient entity, which 4.01 tells by its lack of an id (OData JSON 4.5.8).
        if style.prefix == _PREFIX_OF_4_0:
            yield TextPart(f',"{style.prefix}id":null')
        return
    source = plan.block.root
    full = style.detail is Detail.FULL
    yield from _type_of(plan, style)
    if url is not None and (full or plan.selected.hides_key):
        yield TextPart(f',"{style.prefix}id":"')
        yield from _entity_url(source, url)
        yield TextPart('"')
    if plan.entity_type.has_entity_tag:
        yield TextPart(f',"{style.prefix}etag":"W/\\"')
        yield ValuePart(TagRef(source), Primitive.STRING, ValueStyle.RAW)
        yield TextPart('\\""')
    if full and url is not None:
        yield TextPart(f',"{style.prefix}editLink":"')
        yield from _entity_url(source, url)
        yield from _cast_in_link(source, url.set_type)
        yield TextPart('"')


def _type_of(plan: ReadPlan, style: RowStyle) -> Iterator[RowPart]:
    """The type of a row, where it is more derived than the context says, or always."""
    source = plan.block.root
    yield from _type_control(EntityRef(source), types_shown(source), style)


def _type_control(
    instance: EntityRef | PropertyRef, types: Sequence[ComplexType], style: RowStyle
) -> Iterator[RowPart]:
    prefix = f',"{style.prefix}type":"#'
    if style.detail is Detail.FULL and len(types) == 1:
        yield TextPart(f'{prefix}{types[0].qualified_name}"')
    elif style.detail is not Detail.NONE:
        known = None if style.detail is Detail.FULL else types[0]
        yield from _type_name(type_name_of(instance, types, unless=known), prefix, '"')


def _cast_in_link(source: Source, known: EntityType) -> Iterator[RowPart]:
    """The cast that a link to a row needs, where its type is more derived than ``known``."""
    name = type_name_of(EntityRef(source), types_shown(source), unless=known)
    yield from _type_name(name, "/", "")


def _type_name(name: Expression | None, prefix: str, suffix: str) -> Iterator[RowPart]:
    if name is not None:
        yield ValuePart(
            name, Primitive.STRING, ValueStyle.RAW, prefix, omit_null=True, suffix=suffix
        )


def _entity_url(source: Source, url: EntityUrl) -> Iterator[RowPart]:
    if url.scope_set is not None:
        yield TextPart(f"{url.scope_set}(")
        yield ValuePart(ScopeRef(source), Primitive.GUID, ValueStyle.KEY)
        yield TextPart(")/")
    elif url.is_scoped:
        yield RequestPart(SCOPE_PATH)
    if url.is_singleton:
        yield TextPart(url.set_name)
        return
    yield TextPart(f"{url.set_name}(")
    yield from _key(source)
    yield TextPart(")")


def _key(source: Source) -> Iterator[RowPart]:
    properties = source.entity_type.key_properties()
    for index, definition in enumerate(properties):
        name = f"{definition.name}=" if len(properties) > 1 else ""
        yield TextPart(("," if index else "") + name)
        reference = PropertyRef(source, definition, (definition.name,))
        yield ValuePart(reference, definition.edm_type, ValueStyle.KEY)


def _navigation_links(plan: ReadPlan, style: RowStyle, url: EntityUrl) -> Iterator[RowPart]:
    source = plan.block.root
    declared, *derived = types_shown(source)
    cast = "" if declared is url.set_type else f"{declared.qualified_name}/"
    for navigation in declared.all_navigation():
        yield from _navigation_link(source, f"{cast}{navigation.name}", style, url)
    for item in derived:
        cast = f"{item.qualified_name}/"
        parts = [
            part
            for navigation in item.navigation
            for part in _navigation_link(source, f"{cast}{navigation.name}", style, url)
        ]
        if parts:
            yield RowGroup(is_of_any(EntityRef(source), [item]), tuple(_merged(iter(parts))))


def _navigation_link(
    source: Source, path: str, style: RowStyle, url: EntityUrl
) -> Iterator[RowPart]:
    name = path.rpartition("/")[2]
    for kind, suffix in (("associationLink", "/$ref"), ("navigationLink", "")):
        yield TextPart(f',"{name}{style.prefix}{kind}":"')
        yield from _entity_url(source, url)
        yield TextPart(f'/{path}{suffix}"')


# --- members --------------------------------------------------------------------------------


def _output(
    output: Output, source: Source, style: RowStyle, url: EntityUrl | None
) -> Iterator[RowPart]:
    match output:
        case OutputValue():
            yield from _value(output, style)
        case OutputComplex():
            yield from _complex(output, source, style)
        case OutputStream():
            yield from _stream(output, source, style, url)
        case OutputDynamic():
            yield _dynamic(output, style)
        case OutputGroup():
            members = (_output(item, source, style, url) for item in output.outputs)
            parts = _merged(part for member in members for part in member)
            yield RowGroup(output.presence, tuple(parts))


def _dynamic(output: OutputDynamic, style: RowStyle) -> DynamicPart:
    prefix = "" if style.detail is Detail.NONE else style.prefix
    return DynamicPart(output.document, output.names, prefix, style.ieee754)


def _complex(output: OutputComplex, source: Source, style: RowStyle) -> Iterator[RowPart]:
    if output.reference is not None:
        yield TextPart(f',"{output.name}":')
        yield _object(output, output.reference, source, style)
        return
    parts = list(_without_first_comma(output, source, style))
    before, after = f',"{output.name}":{{', "}"
    part = parts[0] if len(parts) == 1 else None
    if isinstance(part, ValuePart):  # there or not as a whole
        prefix = before + part.prefix.removeprefix(",")
        yield replace(part, prefix=prefix, suffix=part.suffix + after)
        return
    yield from (TextPart(before), *parts, TextPart(after))


def _object(
    output: OutputComplex, reference: PropertyRef, source: Source, style: RowStyle
) -> RowObject:
    """A complex value whose type differs from row to row."""
    types = (output.complex_type, *output.complex_type.descendants())
    written = style._replace(omit_nulls=False, omit_defaults=False)
    parts = [*_type_control(reference, types, style)]
    for member in output.members:
        parts += _output(member, source, written, None)
    return RowObject(tuple(_merged(iter(parts))))


def _without_first_comma(
    output: OutputComplex, source: Source, style: RowStyle
) -> Iterator[RowPart]:
    written = style._replace(omit_nulls=False, omit_defaults=False)
    first = style.detail is not Detail.FULL
    if not first:
        yield TextPart(f'"{style.prefix}type":"#{output.complex_type.qualified_name}"')
    for member in output.members:
        for part in _output(member, source, written, None):
            if first and isinstance(part, TextPart):
                yield TextPart(part.text.removeprefix(","))
            elif first and isinstance(part, DynamicPart):
                yield replace(part, has_comma=False)
            else:
                yield part
            first = False


def _value(output: OutputValue, style: RowStyle) -> Iterator[RowPart]:
    if output.count is not None:
        yield TextPart(f',"{output.name}{style.prefix}count":')
        value_style = ValueStyle.STRING_NUMBER if style.ieee754 else ValueStyle.JSON
        yield ValuePart(output.count, Primitive.INT64, value_style)
    prefix = _member_prefix(output, style)
    part = _value_part(output, style)
    presence = presence_of(output, omit_defaults=style.omit_defaults)
    if not part.omit_null and presence is None:
        yield TextPart(prefix)
        yield part
        return
    yield replace(part, prefix=prefix, presence=presence)


def _member_prefix(output: OutputValue, style: RowStyle) -> str:
    annotation = _type_annotation(output, style)
    return f"{annotation},{json.dumps(output.name, ensure_ascii=False)}:"


def _value_part(output: OutputValue, style: RowStyle) -> ValuePart:
    return ValuePart(
        output.expression,
        output.edm_type,
        ValueStyle.STRING_NUMBER if style.ieee754 else ValueStyle.JSON,
        omit_null=omits_null(
            output, omit_nulls=style.omit_nulls, omit_defaults=style.omit_defaults
        ),
        plain_enums=style.plain_enums,
        layout=_layout(output, style),
    )


def _layout(output: OutputValue, style: RowStyle) -> ItemLayout | None:
    is_collection = _is_collection(output)
    return item_layout(output.edm_type, style, output.shown) if is_collection else None


def _is_collection(output: OutputValue) -> bool:
    definition = output.definition
    if definition is None:
        return isinstance(output.expression, CollectionValue)
    return definition.is_collection


# What JSON tells; of a dynamic value that is computed, nothing more is known.
_SELF_EVIDENT = frozenset(
    {Primitive.STRING, Primitive.BOOLEAN, Primitive.DOUBLE, Primitive.UNTYPED}
)


def _type_annotation(output: OutputValue, style: RowStyle) -> str:
    is_collection = _is_collection(output)
    if style.detail is Detail.NONE or (output.edm_type in _SELF_EVIDENT and not is_collection):
        return ""
    if style.detail is Detail.MINIMAL and output.definition is not None:
        return ""
    written = written_type(output.edm_type, style, is_collection=is_collection)
    return f',"{output.name}{style.prefix}type":"{written}"'


def _stream(
    output: OutputStream, source: Source, style: RowStyle, url: EntityUrl | None
) -> Iterator[RowPart]:
    if style.detail is Detail.NONE or url is None:
        return
    for kind in ("mediaEditLink", "mediaReadLink"):
        yield TextPart(f',"{output.name}{style.prefix}{kind}":"')
        yield RequestPart(SERVICE_ROOT)
        yield from _entity_url(source, url)
        yield TextPart(f'/{output.name}"')
