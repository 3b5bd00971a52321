"""Primitive values as JSON Schema.

Cites: OData to OpenAPI Mapping 1.0, section 4.5.4 (primitive types).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from odata.csdl.json_value import Json, Members, merge
from odata.edm.types import INTEGER_RANGES, Facets, Primitive

_EXACT_DIGITS = 15

_FORMATS: Mapping[Primitive, tuple[str, str]] = {
    Primitive.BYTE: ("integer", "uint8"),
    Primitive.DATE: ("string", "date"),
    Primitive.DATE_TIME_OFFSET: ("string", "date-time"),
    Primitive.DURATION: ("string", "duration"),
    Primitive.GUID: ("string", "uuid"),
    Primitive.INT16: ("integer", "int16"),
    Primitive.INT32: ("integer", "int32"),
    Primitive.SBYTE: ("integer", "int8"),
    Primitive.TIME_OF_DAY: ("string", "time"),
}


def primitive_schema(primitive: Primitive, facets: Facets) -> Members:
    """The schema of one value that is not null."""
    if primitive in _FORMATS:
        json_type, name = _FORMATS[primitive]
        return merge({"type": json_type, "format": name}, _range(primitive))
    match primitive:
        case Primitive.BOOLEAN:
            return {"type": "boolean"}
        case Primitive.STRING:
            return merge({"type": "string"}, _max_length(facets.max_length))
        case Primitive.BINARY | Primitive.STREAM:
            return merge({"type": "string", "format": "base64url"}, _max_length(_encoded(facets)))
        case Primitive.INT64:
            return {"type": ["integer", "string"], "format": "int64"}
        case Primitive.DECIMAL:
            return merge(
                {"type": ["number", "string"], "format": "decimal"}, _decimal_range(facets)
            )
        case Primitive.DOUBLE | Primitive.SINGLE:
            name = "double" if primitive is Primitive.DOUBLE else "float"
            number: Json = {"type": "number", "format": name}
            return {"anyOf": [number, {"enum": ["-INF", "INF", "NaN"]}]}
        case _:
            return {}


def nullable(schema: Members) -> Members:
    """The same schema with null allowed."""
    kinds = schema.get("type")
    if "enum" in schema or kinds is None:
        return {"anyOf": [schema, {"type": "null"}]}
    listed: list[Json] = kinds if isinstance(kinds, list) else [kinds]
    return schema | {"type": [*listed, "null"]}


def _range(primitive: Primitive) -> Members:
    if primitive not in INTEGER_RANGES:
        return {}
    lowest, highest = INTEGER_RANGES[primitive]
    return {"minimum": lowest, "maximum": highest}


def _decimal_range(facets: Facets) -> Members:
    """The range that the digits allow; ``multipleOf`` would fail on binary fractions."""
    precision, scale = facets.precision, facets.scale
    if precision is None or precision > _EXACT_DIGITS or not isinstance(scale, int):
        return {}
    highest = float(Decimal(10**precision - 1).scaleb(-scale))
    return {"minimum": -highest, "maximum": highest}


def _max_length(length: int | None) -> Members:
    return {} if length is None else {"maxLength": length}


def _encoded(facets: Facets) -> int | None:
    """The length of a binary value in base64url."""
    return None if facets.max_length is None else (facets.max_length + 2) // 3 * 4
