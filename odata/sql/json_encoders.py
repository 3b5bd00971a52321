"""Fetched values as JSON text: one encoder per storage, chosen once per plan."""

from __future__ import annotations

import json.encoder
from collections.abc import Callable, Mapping
from typing import Any

from odata.edm.types import EnumType, Primitive
from odata.query.row_template import ValuePart, ValueStyle
from odata.sql import value_text
from odata.sql.dialects.sqlite_numbers import double_text
from odata.sql.items_writer import items_writer, layout_text
from odata.sql.storage import Form, Storage

FetchedValue = Any  # whatever a driver fetches; the storage tells which
JsonEncoder = Callable[[FetchedValue], str]

_quote: Callable[[str], str] = json.encoder.encode_basestring


def python_encoder(part: ValuePart, storage: Storage) -> JsonEncoder:
    """The encoder of a value; null included where it can be null."""
    encode = _encoder(part, storage)
    if not part.expression.nullable:
        return encode
    return lambda value: "null" if value is None else encode(value)


def _encoder(part: ValuePart, storage: Storage) -> JsonEncoder:
    if part.style is ValueStyle.RAW:
        return str
    if part.style is ValueStyle.KEY:
        return _key_encoder(part, storage)
    if part.layout is not None:
        return items_writer(layout_text(part.layout))
    if storage.form is Form.JSON:
        return str
    if isinstance(part.edm_type, EnumType):
        return _enum_encoder(part, part.edm_type)
    encode = _scaled(storage.digits) if storage.form is Form.SCALED else _ENCODERS[storage.form]
    if part.style is ValueStyle.STRING_NUMBER and part.edm_type in _LONG_NUMBERS:
        return lambda value: f'"{encode(value)}"'
    return encode


_LONG_NUMBERS = frozenset({Primitive.INT64, Primitive.DECIMAL})


def _key_encoder(part: ValuePart, storage: Storage) -> JsonEncoder:
    if part.edm_type is Primitive.STRING:
        return value_text.key_text
    if storage.form is Form.INSTANT:
        return lambda value: value_text.instant_text(value).replace(":", "%3A")
    return str


def _enum_encoder(part: ValuePart, enum_type: EnumType) -> JsonEncoder:
    texts = {
        member.number: member.text if part.plain_enums else member.name
        for member in enum_type.members
    }
    if enum_type.is_flags:
        return lambda value: f'"{value_text.flags_text(value, texts)}"'
    quoted = {number: f'"{text}"' for number, text in texts.items()}
    return lambda value: quoted.get(value) or f'"{value}"'


def _scaled(digits: int) -> JsonEncoder:
    if digits == 0:
        return str
    unit = 10**digits

    def encode(value: int) -> str:
        if value >= unit:
            text = str(value)
            return f"{text[:-digits]}.{text[-digits:]}"
        whole, rest = divmod(abs(value), unit)
        return f"{'-' if value < 0 else ''}{whole}.{rest:0{digits}d}"

    return encode


def _quoted(value: object) -> str:
    return f'"{value}"'


_ENCODERS: Mapping[Form, JsonEncoder] = {
    Form.TEXT: _quote,
    Form.GUID: _quoted,
    Form.INSTANT: lambda value: f'"{value_text.instant_text(value)}"',
    Form.DAY: _quoted,
    Form.CLOCK: lambda value: f'"{value_text.clock_text(value)}"',
    Form.SPAN: lambda value: f'"{value_text.duration_text(value)}"',
    Form.BOOLEAN: lambda value: "true" if value else "false",
    Form.INTEGER: str,
    Form.REAL: lambda value: double_text(value) or "null",
    Form.BINARY: lambda value: f'"{value_text.binary_text(value)}"',
    Form.JSON: str,
    Form.NUMBER: lambda value: format(value, "f"),
    Form.NATIVE_GUID: _quoted,
    Form.NATIVE_DECIMAL: lambda value: format(value, "f"),
    Form.NATIVE_INSTANT: lambda value: f'"{value_text.instant_text(value)}"',
    Form.NATIVE_DAY: _quoted,
    Form.NATIVE_CLOCK: lambda value: f'"{value_text.clock_text(value)}"',
}
